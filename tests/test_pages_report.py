"""The Report page and its command: three files of one study, for a room, in a language."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.__main__ import main
from core.report.document import to_json
from core.store.home import Home
from core.texts import text
from core.workspace import Workspace
from pages.shared import places, report_page_parts
from tests.opened_pages import draw_frame, make_studied, open_page, private_id, sound, words_of


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("report"), tmp_path_factory.mktemp("files"))


@pytest.fixture
def ws(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("TACT_HOME", str(home))
    draw_frame(monkeypatch)
    found = Workspace(Home(home))
    yield found
    found.home.close()


def study_of(ws: Workspace, dataset: str) -> str:
    return next(run.id for run in ws.runs() if run.kind == "study" and run.dataset == dataset)


def test_the_page_offers_three_files_and_says_whom_they_are_for(ws: Workspace) -> None:
    app = open_page(places.REPORT, **{"choice.dataset": private_id(ws)})

    assert len(app.get("download_button")) == 3
    assert text("report.room.releasable.what") in words_of(app)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_preview_is_the_html_in_the_chosen_language(ws: Workspace, language: str) -> None:
    app = open_page(places.REPORT, **{"choice.dataset": private_id(ws), "report.language.en": language})
    app.session_state["report.preview"] = True
    found = sound(app.run()).get("iframe")

    assert len(found) == 1
    assert {"en": "Privacy report", "zh": "隐私报告"}[language] in found[0].proto.srcdoc


def test_real_shoppers_have_no_sample_room_and_the_sample_no_secrets(ws: Workspace) -> None:
    assert report_page_parts.rooms(ws.dataset(private_id(ws))) == ("releasable", "curator")
    assert report_page_parts.rooms(ws.sample()) == ("releasable", "sample")


def test_texts_that_only_people_can_give_are_kept_and_printed(ws: Workspace) -> None:
    app = open_page(places.REPORT, **{"choice.dataset": private_id(ws), "report.texts": True})
    app.text_area(key="report.texts.retention").set_value("Two years")
    app.text_input(key="report.texts.signed_off_by").set_value("Ada, Ben")
    sound(app.button(key="report.texts.keep").click().run())
    found = ws.releases.document(study_of(ws, private_id(ws)), room="releasable")
    fields = {field.name: field.value for field in found.fields()}

    assert (fields["retention"], fields["sign_off"]) == ("Two years", "Ada, Ben")
    assert fields["collection"] == "not stated"


def test_names_of_files_say_whom_they_are_not_for() -> None:
    name = report_page_parts.file_name

    assert name("0123456789", "curator", "en", is_draft=False) == "tact-report-01234567-en-curator-NOT-FOR-RELEASE"
    assert name("0123456789", "releasable", "zh", is_draft=True) == "tact-report-01234567-zh-DRAFT"
    assert name("0123456789", "releasable", "zh", is_draft=False) == "tact-report-01234567-zh"


def test_the_command_writes_what_the_page_would(
    ws: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = study_of(ws, private_id(ws))
    folder, out = ws.run(run).out, tmp_path / "report.json"

    assert main(["report", str(folder), "--out", str(out), "--language", "zh"]) == 0
    assert json.loads(capsys.readouterr().out)["draft"] is True
    assert out.read_bytes() == to_json(ws.releases.document(run, room="releasable", language="zh"))


@pytest.mark.parametrize(
    ("study", "out", "room", "says"),
    [("nowhere", "a.pdf", "releasable", "finished study"), (".", "a.doc", "releasable", ".pdf, .html, .json")],
)
def test_wrong_input_is_one_sentence(
    ws: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], study: str, out: str, room: str, says: str
) -> None:
    assert main(["report", str(tmp_path / study), "--out", str(tmp_path / out), "--room", room]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / out).exists()
