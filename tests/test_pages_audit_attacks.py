"""The Audit page: attacks, what they cost, and what their bounds say."""

import math
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.audit.report import AuditReport, Finding
from core.audit.settings import AuditSettings
from core.privacy.explain import rounded_up
from core.privacy.gdp import epsilon_for, mu_for
from core.runs.queue import Runs
from core.store.home import Home
from core.texts import text
from core.workspace import Workspace
from pages.shared import places
from tests.opened_audit import TAB, alone, opened
from tests.opened_pages import badges_of, draw_frame, make_studied, open_page, sound, words_of


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
