"""The Audit page: the ledger as it is, decisions with name and reason."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql
from streamlit.testing.v1 import AppTest

from core.store.home import Home
from core.texts import plain, text
from core.workspace import Workspace
from tests.opened_audit import alone, errors_of, opened
from tests.opened_pages import draw_frame, make_studied, sound, words_of


@pytest.fixture(autouse=True)
def _frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture
def full(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("TACT_HOME", str(studied))
    return Workspace()


def fill(app: AppTest, form: str, by: str, reason: str) -> AppTest:
    """Write a name and a reason into a form of the officer."""
    app.text_input(key=f"{form}.by").set_value(by)
    app.text_area(key=f"{form}.reason").set_value(reason)
    return app


# the ledger


def test_an_empty_ledger_says_so_and_shows_the_start_of_the_chain(home: Path) -> None:
    app = alone("ledger")

    assert text("audit.ledger.empty") in words_of(app)
    assert text("audit.nothing") in words_of(app)
    assert app.code[0].value == "0" * 64
    assert text("audit.statements.none") in words_of(alone("statements"))
    assert not app.error


def test_whoever_opens_the_page_is_told_that_nobody_checks_who_it_is(home: Path) -> None:
    assert text("audit.role") in words_of(alone("now"))


def test_the_ledger_shows_every_row_with_what_was_spent_up_to_it(full: Workspace) -> None:
    app = opened(full, "ledger")

    table = app.dataframe[0].value
    assert len(table) == len(full.officer.history())
    spent = full.officer.spent(1e-5)
    newest = float(table[text("audit.column.lifetime")].iloc[0])
    assert newest == pytest.approx(max(spent.lifetime.values()), rel=0.01)
    assert newest >= max(spent.lifetime.values()), "rounded against the promise"
    assert text("training.bill.free") in set(table[text("audit.column.alone")]), "the sample's rows cost nothing"


def test_the_head_of_the_chain_can_be_copied(full: Workspace) -> None:
    assert opened(full, "now").code[0].value == full.officer.spent(1e-5).head


def test_a_row_that_was_changed_breaks_the_chain_and_the_page_says_so(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    Workspace().officer.set_cap(4.0, by="Ada", reason="Decided by the board.")
    with Home().write() as connection:
        connection.execute(sql("update ledger set purpose = 'something else'"))

    app = alone("ledger")

    assert text("audit.chain.broken.what") in errors_of(app)


# decisions


def test_a_cap_without_a_name_or_a_reason_is_refused(full: Workspace) -> None:
    for by, reason in (("", "Decided by the board."), ("Ada", " ")):
        app = fill(opened(full, "ledger"), "cap", by, reason)

        sound(app.button(key="cap.set").click().run())

        assert errors_of(app) == [text("audit.decide.missing")]
        assert full.officer.spent(1e-5).cap is None


def test_a_cap_is_shown_once_more_before_it_is_written(full: Workspace) -> None:
    before = len(full.officer.history())
    app = fill(opened(full, "ledger"), "cap", "Ada *Example*", "Decided by the board.")
    app.number_input(key="cap.epsilon").set_value(6.0)

    sound(app.button(key="cap.set").click().run())

    asked = text(
        "audit.decide.sure.cap", by=plain("Ada *Example*"), epsilon=6.0, delta=1e-5, reason="Decided by the board\\."
    )
    assert asked.split(".")[0] in words_of(app)
    assert len(full.officer.history()) == before, "nothing is written yet"

    sound(app.button(key="confirm.no").click().run())

    assert len(full.officer.history()) == before
    assert app.button(key="cap.set")


def test_a_confirmed_cap_is_in_the_ledger_and_its_use_is_drawn(home: Path) -> None:
    app = fill(alone("ledger"), "cap", "Ada", "Decided by the board.")
    app.number_input(key="cap.epsilon").set_value(6.0)
    app.button(key="cap.set").click().run()

    sound(app.button(key="confirm.yes").click().run())

    cap = Workspace().officer.spent(1e-5).cap
    assert cap is not None
    assert (cap.epsilon, cap.delta) == (6.0, 1e-5)
    assert text("audit.decide.done") in words_of(app)
    assert text("audit.cap.fits", epsilon=6.0, delta="1e-05", training="6", evaluation="6") in words_of(app)

    fill(app, "cap", "Ada", "Decided anew.").button(key="cap.lift").click().run()
    sound(app.button(key="confirm.yes").click().run())

    assert Workspace().officer.spent(1e-5).cap is None
    assert [getattr(row, "kind", "charge") for row in Workspace().officer.history()] == ["cap", "cap"]


def test_a_cap_below_what_was_spent_is_warned_of(full: Workspace) -> None:
    app = fill(opened(full, "ledger"), "cap", "Ada", "Decided by the board.")
    app.number_input(key="cap.epsilon").set_value(0.01)

    sound(app.button(key="cap.set").click().run())

    period = max(full.officer.spent(1e-5).period.values())
    assert text("audit.decide.sure.beyond", period=f"{period:.3g}") in [box.value for box in app.warning]
    app.button(key="confirm.no").click().run()


def test_a_renewal_says_what_it_means_and_lowers_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    from core.officer import RENEWAL_MEANS

    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    ws = Workspace()
    app = fill(alone("ledger"), "renewal", "Ada", "The year has ended.")
    app.button(key="renewal.renew").click().run()
    assert words_of(app).count(RENEWAL_MEANS) == 1

    sound(app.button(key="confirm.yes").click().run())

    [decision] = ws.officer.history()
    assert (decision.kind, decision.by, decision.reason) == ("renewal", "Ada", "The year has ended.")  # type: ignore[union-attr]
    assert text("audit.renewed", when=decision.created) in words_of(app)
