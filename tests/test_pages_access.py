"""What pages write into the access log, how it is read, and the permission to look at typical shoppers."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.access.log import Access
from core.store.home import Home
from core.store.schema import utc_now
from core.texts import text
from core.workspace import Workspace
from pages.shared import frame, noted, places
from pages.shared.access_parts import file_of
from pages.shared.run_words import title_of
from tests.opened_pages import badges_of, draw_frame, make_studied, open_page, private_id, sound, words_of


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture
def ws(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    draw_frame(monkeypatch)
    monkeypatch.setenv("TACT_HOME", str(studied))
    ws = Workspace(Home(studied))
    yield ws
    ws.home.close()


def opened(ws: Workspace, dataset: str | None = None, language: str = "en") -> AppTest:
    chosen = {"choice.dataset": dataset or private_id(ws), "choice.language": language, "audit.tab": "access"}
    return open_page(places.AUDIT, **chosen)


def logged(ws: Workspace, action: str) -> list[str]:
    return [row.subject for row in ws.releases.accesses() if row.action == action]


def decide(app: AppTest, button: str, reason: str) -> AppTest:
    app.text_input(key="permission.by").set_value("Ada")
    app.text_area(key="permission.reason").set_value(reason)
    return sound(app.button(key=f"permission.{button}").click().run())


def test_a_dataset_is_seen_once_a_session(ws: Workspace) -> None:
    before = len(logged(ws, "data.seen"))
    app = open_page(places.DATA, **{"choice.dataset": private_id(ws)})
    sound(app.run())

    assert logged(ws, "data.seen")[: len(logged(ws, "data.seen")) - before] == [private_id(ws)]
    open_page(places.DATA, **{"choice.dataset": private_id(ws)})
    assert len(logged(ws, "data.seen")) == before + 2


def test_a_file_is_taken_along_when_it_is_clicked_and_each_time(ws: Workspace) -> None:
    before = logged(ws, "curve.downloaded")
    made = noted.taken(ws, "curve.downloaded", "study-1", lambda: b"content")
    assert logged(ws, "curve.downloaded") == before, "offered, not taken"

    assert [made(), made()] == [b"content", b"content"]
    assert logged(ws, "curve.downloaded") == ["study-1", "study-1", *before]


def test_what_could_not_be_made_was_not_taken_along(ws: Workspace) -> None:
    before = logged(ws, "curve.downloaded")

    def fail() -> bytes:
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        noted.taken(ws, "curve.downloaded", "study-2", fail)()
    assert logged(ws, "curve.downloaded") == before


def test_looking_at_typical_shoppers_is_permitted_and_taken_back_on_the_page(ws: Workspace) -> None:
    dataset = private_id(ws)
    assert text("permission.state.none") in badges_of(opened(ws))

    app = decide(opened(ws), "give", "a *demo* for the board")
    given = ws.shopfront.gallery_allowed(dataset)
    assert given is not None
    assert (given.by, given.reason) == ("Ada", "a *demo* for the board")
    assert text("permission.state.given") in badges_of(app)
    assert r"Ada: a \*demo\* for the board" in words_of(app)

    app = decide(opened(ws), "take_back", "over")
    assert ws.shopfront.gallery_allowed(dataset) is None
    assert text("releases.done") in words_of(app)
    assert [row.kind for row in ws.officer.history()[-2:] if hasattr(row, "kind")] == ["permission", "revocation"]


def test_without_a_reason_nothing_is_permitted(ws: Workspace) -> None:
    app = decide(opened(ws), "give", " ")

    assert text("audit.decide.missing") in [error.value for error in app.error]
    assert ws.shopfront.gallery_allowed(private_id(ws)) is None


def test_shoppers_of_the_sample_need_no_permission(ws: Workspace) -> None:
    assert text("permission.sample") in words_of(opened(ws, ws.sample().id))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_log_names_runs_data_and_decisions_as_people_do(ws: Workspace, language: str) -> None:
    study = next(run for run in ws.runs() if run.kind == "study" and run.dataset == private_id(ws))
    ws.releases.log("report.downloaded", f"{study.id} curator")
    ws.releases.log("data.deleted", "0123456789abcdef0123456789abcdef")
    ws.releases.log("decision.taken", f"permission {private_id(ws)}")
    ws.releases.log("decision.taken", "cap")

    table = opened(ws, language=language).dataframe[0].value
    of_what = table.iloc[:4, 3].tolist()

    cap, permitted = {"en": ("cap", "gallery permitted"), "zh": ("上限", "允许展示典型购物者")}[language]
    assert of_what[0].casefold() == cap
    assert of_what[1] == f"{permitted} · {frame.own_name(ws.dataset(private_id(ws)))}"
    assert of_what[2] == "01234567…", "not there any more"
    assert of_what[3].endswith({"en": " · Curator only", "zh": " · 仅限内部"}[language])
    if language == "en":
        assert of_what[3].startswith(title_of(study))


def test_the_file_has_the_rows_as_they_are_kept_and_runs_nothing_in_a_spreadsheet() -> None:
    row = Access(id=1, created=utc_now(), who="=cmd()", action="data.seen", subject="d1")

    (read,) = csv.DictReader(io.StringIO(file_of([row]).decode("utf-8-sig")))

    assert read == {"id": "1", "created": str(row.created), "who": "'=cmd()", "action": "data.seen", "subject": "d1"}
