"""The Audit page: the ledger as it is, decisions with name and reason, statements that hold or do not."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql
from streamlit.testing.v1 import AppTest

from core.audit.report import AuditReport, Finding
from core.audit.settings import AuditSettings
from core.privacy.explain import rounded_up
from core.privacy.gdp import epsilon_for, mu_for
from core.runs.queue import Runs
from core.store.home import Home
from core.texts import plain, text
from core.workspace import Workspace
from pages.shared import places
from tests.opened_pages import badges_of, draw_frame, make_studied, open_page, private_id, sound, words_of

TAB = "audit.tab"


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


def opened(ws: Workspace, tab: str) -> AppTest:
    return open_page(places.AUDIT, **{"choice.dataset": private_id(ws), TAB: tab})


def alone(tab: str) -> AppTest:
    """The page in a home where no dataset is chosen."""
    return open_page(places.AUDIT, **{TAB: tab})


def fill(app: AppTest, form: str, by: str, reason: str) -> AppTest:
    """Write a name and a reason into a form of the officer."""
    app.text_input(key=f"{form}.by").set_value(by)
    app.text_area(key=f"{form}.reason").set_value(reason)
    return app


def errors_of(app: AppTest) -> list[str]:
    return [error.value for error in app.error]


def altered(statement: Path, folder: Path) -> Path:
    """A copy of a statement that claims half of its ε."""
    content = json.loads(statement.read_text("utf-8"))
    content["epsilon"] /= 2
    copy = folder / statement.name
    copy.write_text(json.dumps(content), "utf-8")
    return copy


def newest_study(ws: Workspace) -> str:
    return next(run.id for run in ws.runs() if run.kind == "study" and run.dataset == private_id(ws))


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


# statements


def test_every_statement_of_a_study_holds(full: Workspace) -> None:
    app = opened(full, "statements")
    paths = full.officer.statements(newest_study(full))

    sound(app.button(key="verify_all").click().run())

    assert len(paths) == 2 * 2, "popularity and statistics at two ε"
    assert text("audit.verify.all", ok=len(paths), n=len(paths)) in words_of(app)
    assert not app.error


def test_one_statement_is_verified_by_its_button(full: Workspace) -> None:
    app = opened(full, "statements")

    sound(app.button(key="verify_statistics-1").click().run())

    assert text("audit.verify.all", ok=1, n=1) in words_of(app)
    assert "**“statistics\\-1.json” holds.** Claimed ε 1" in words_of(app).replace("\\.", ".")


def test_a_statement_that_was_altered_does_not_hold(full: Workspace) -> None:
    path = full.officer.statements(newest_study(full))[0]
    whole = path.read_bytes()
    altered(path, path.parent)
    app = opened(full, "statements")

    sound(app.button(key=f"verify_{path.stem}").click().run())
    path.write_bytes(whole)

    assert len(app.error) == 1
    assert "does not hold" in app.error[0].value
    assert "changed after it was signed" in app.error[0].value


def test_an_uploaded_statement_is_verified_and_an_altered_one_refused(full: Workspace, tmp_path: Path) -> None:
    path = full.officer.statements(newest_study(full))[0]
    app = opened(full, "statements")

    sound(app.file_uploader(key="statement_upload").upload(path.name, path.read_bytes(), "application/json").run())
    assert "holds.** Claimed ε 1" in words_of(app)

    wrong = altered(path, tmp_path).read_bytes()
    app = opened(full, "statements")
    sound(app.file_uploader(key="statement_upload").upload(path.name, wrong, "application/json").run())
    assert "does not hold" in app.error[0].value


def test_what_is_no_statement_gets_one_sentence(full: Workspace) -> None:
    app = opened(full, "statements")

    sound(app.file_uploader(key="statement_upload").upload("x.json", b"[1, 2", "application/json").run())

    assert len(app.error) == 1
    assert "x\\.json" in app.error[0].value or "x.json" in app.error[0].value


def test_a_statement_is_drawn_and_becomes_an_entry_of_a_registry(full: Workspace) -> None:
    app = opened(full, "statements")
    app.session_state["one_statement"] = True

    sound(app.run())
    app.text_input(key="registry.product").set_value("Suggestions of the spring catalogue")
    sound(app.button(key="registry.make").click().run())

    assert "Suggestions of the spring catalogue" in app.code[-1].value
    assert "tier: 3" in app.code[-1].value
    assert text("audit.registry.download") in [button.label for button in app.download_button]
    assert full.officer.deployment().product == "Suggestions of the spring catalogue"


def test_a_statement_that_was_made_unreadable_gets_a_sentence_and_the_others_stay(full: Workspace) -> None:
    path = full.officer.statements(newest_study(full))[0]
    whole = path.read_bytes()
    path.write_text("{}", "utf-8")
    app = opened(full, "statements")
    app.session_state["one_statement"] = True

    sound(app.run())
    path.write_bytes(whole)

    assert text("audit.one.unreadable") in errors_of(app)
    assert plain(path.name) in words_of(app), "it is still in the list, by its file's name"


# attacks


def with_an_audit(ws: Workspace, *bounds: tuple[float, float]) -> AppTest:
    """Open the page on the sample with a finished audit of pairs of claimed ε and ε at least."""
    run_id = ws.officer.submit_audit(ws.sample().id, AuditSettings())
    queue = Runs(Home())
    queue.claim(1)
    queue.move(run_id, {"starting"}, "running")
    findings = tuple(Finding("statistics", claim, "white-box", "one-run", low, 0.5, 0.01) for claim, low in bounds)
    report = AuditReport(findings, 400, 0.95, 1e-5, True, "2026-11-24T08:00:00", 12.0, ("A note.",))
    report.save(ws.run(run_id).out)
    queue.move(run_id, {"running"}, "done")
    ws.mark_seen(run_id)
    return open_page(places.AUDIT, **{"choice.dataset": ws.sample().id, TAB: "attacks"})


def test_an_audit_is_called_what_it_is_before_any_has_run(home: Path) -> None:
    Workspace().sample()
    app = alone("attacks")

    assert text("audit.attack.warning") in badges_of(app)
    assert text("audit.attack.none") in words_of(app)
    assert text("audit.attack.cost.free") in words_of(app)
    assert text("audit.attack.blind", canaries=400, most="4.9") in words_of(app)


def test_an_audit_of_real_shoppers_says_what_it_costs(full: Workspace) -> None:
    """ε 1, 2, 4 and 8 of one method: μ adds in squares; about ε 10.1 at δ 1e-5."""
    app = opened(full, "attacks")
    cost = epsilon_for(math.hypot(*(mu_for(epsilon, 1e-5) for epsilon in (1, 2, 4, 8))), 1e-5)

    assert text("audit.attack.cost.private", epsilon=f"{rounded_up(cost):g}") in words_of(app)


def test_an_audit_that_is_started_waits_for_its_turn_and_can_be_cancelled(home: Path) -> None:
    Workspace().sample()
    app = alone("attacks")

    sound(app.button(key="audit.start").click().run())

    [run] = Workspace().runs()
    assert (run.kind, run.status) == ("audit", "queued")
    assert run.settings["methods"] == ["statistics"]
    assert app.button(key="audit.start").disabled
    sound(app.button(key="cancel").click().run())
    assert Workspace().runs()[0].status == "cancelled"


def test_an_audit_of_no_method_gets_a_sentence(home: Path) -> None:
    Workspace().sample()
    app = alone("attacks")
    app.pills(key="audit.methods").set_value([]).run()

    sound(app.button(key="audit.start").click().run())

    assert len(app.error) == 1
    assert "methods" in app.error[0].value
    assert not Workspace().runs()


def test_bounds_stand_beside_their_claims_and_missing_noise_is_caught(home: Path) -> None:
    app = with_an_audit(Workspace(), (1.0, 0.4), (4.0, 2.0), (math.inf, 4.2))

    assert text("audit.attack.verdict.fine", confidence=0.95) in words_of(app)
    assert text("audit.attack.verdict.caught", epsilon="4.2") in words_of(app)
    assert not app.error
    table = app.dataframe[-1].value
    assert list(table[text("audit.attack.column.lower")]) == ["0.40", "2.00", "4.20"]
    alts = [chart.proto.alt for chart in app.get("plotly_chart")]
    assert any("50%" in alt and "4.2" in alt for alt in alts), "the highest share of a claim is 2 of 4"


def test_a_bound_above_its_claim_is_an_error_in_words(home: Path) -> None:
    app = with_an_audit(Workspace(), (1.0, 1.7), (math.inf, 0.5))

    assert "ε 1 < 1.7" in app.error[0].value
    assert text("audit.attack.verdict.missed") in [warning.value for warning in app.warning]
