"""The Audit page: statements that hold or do not, in pictures, as entries of a registry."""

import json
from pathlib import Path

import pytest

from core.texts import plain, text
from core.workspace import Workspace
from pages.shared.run_words import title_of
from tests.opened_audit import errors_of, opened
from tests.opened_pages import draw_frame, make_studied, private_id, sound, words_of


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


def altered(statement: Path, folder: Path) -> Path:
    """A copy of a statement that claims half of its ε."""
    content = json.loads(statement.read_text("utf-8"))
    content["epsilon"] /= 2
    copy = folder / statement.name
    copy.write_text(json.dumps(content), "utf-8")
    return copy


def newest_study(ws: Workspace) -> str:
    return next(run.id for run in ws.runs() if run.kind == "study" and run.dataset == private_id(ws))


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


def test_statements_of_every_study_verify_at_one_click_and_a_bad_one_is_named(full: Workspace) -> None:
    studies = [run for run in full.runs() if run.kind == "study"]
    n = sum(len(full.officer.statements(run.id)) for run in studies)
    app = opened(full, "statements")
    sound(app.button(key="verify_every").click().run())
    assert text("audit.statements.every.ok", n=n, studies=len(studies)) in [found.value for found in app.success]

    path = full.officer.statements(newest_study(full))[0]
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b'"epsilon"', b'"epsilom"', 1))
    sound(app.button(key="verify_every").click().run())
    path.write_bytes(whole)

    name = plain(f"{title_of(full.run(newest_study(full)))} ({path.stem})")
    words = text("audit.statements.every.bad", bad=1, n=n, studies=len(studies), names=name)
    assert words in errors_of(app)
