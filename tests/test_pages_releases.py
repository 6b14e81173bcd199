"""The officer's tabs of the Audit page: what waits, releases, the access log."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.texts import plain, text
from core.workspace import Workspace
from pages.shared import places
from pages.shared.run_words import title_of
from tests.opened_pages import badges_of, draw_frame, make_studied, open_page, private_id, sound, words_of


@pytest.fixture(autouse=True)
def _frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture
def ws(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("TACT_HOME", str(studied))
    return Workspace()


def opened(ws: Workspace, tab: str) -> AppTest:
    return open_page(places.AUDIT, **{"choice.dataset": private_id(ws), "audit.tab": tab})


def decide(app: AppTest, form: str, button: str, by: str, reason: str = "Because.") -> AppTest:
    app.text_input(key=f"{form}.by").set_value(by)
    app.text_area(key=f"{form}.reason").set_value(reason)
    return sound(app.button(key=f"{form}.{button}").click().run())


def test_a_release_is_asked_for_and_approved_on_the_page(ws: Workspace) -> None:
    study = next(run for run in ws.runs() if run.kind == "study" and run.dataset == private_id(ws))
    before = opened(ws, "releases")
    assert before.text_input(key=f"ask_{study.id}.by").label == text("releases.by")
    assert text("releases.blank", missing=20, all=20) in [one.value for one in before.warning]
    decide(before, f"ask_{study.id}", "request", "Ada")
    assert text("audit.waits.release", title=plain(title_of(study))) in [one.value for one in opened(ws, "now").warning]

    refused = decide(opened(ws, "releases"), f"decide_{study.id}", "approve", "ada")
    assert [plain("Whoever asks for a release cannot approve it. Two other persons have to.")] == [
        error.value for error in refused.error
    ]
    decide(opened(ws, "releases"), f"decide_{study.id}", "approve", "Bea")
    app = decide(opened(ws, "releases"), f"decide_{study.id}", "approve", "Cy")

    assert text("releases.approved") in words_of(app)
    assert text("releases.status.approved") in badges_of(app)
    assert ws.releases.state(study.id).status == "approved"


def test_what_each_study_has_cost_stands_with_its_name(ws: Workspace) -> None:
    table = next(frame.value for frame in opened(ws, "now").dataframe)

    study = next(run for run in ws.runs() if run.kind == "study" and run.dataset == private_id(ws))
    assert title_of(study) in table[text("state.column.what")].tolist()
    assert all(float(epsilon) > 0 for epsilon in table[text("audit.costs.training")])


def test_the_access_log_is_shown_and_says_who_is_nobody(ws: Workspace) -> None:
    ws.releases.log("shopper.seen", "study-1")

    table = opened(ws, "access").dataframe[0].value

    newest = table.iloc[0].tolist()
    assert newest[1:] == [text("access.nobody"), text("access.shopper.seen"), "study-1"]
