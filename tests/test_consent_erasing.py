"""Erasure: one shopper's rows are gone from what can be rewritten, and nobody else's row has moved."""

from pathlib import Path

import pandas as pd
import pytest

from core.columns import Columns
from core.errors import SettingsError
from core.runs.queue import Runs
from core.settings import StudySettings
from core.store.home import Home
from core.store.parquet import SEALED_MAGIC, drop_rows, read_frame, write_frame
from core.tables.dataset import Dataset
from core.workspace import Workspace
from tests.opened_pages import import_now, private_id, work_now

WHY = {"by": "Olga Officer", "reason": "request 17 by letter"}


@pytest.fixture(params=["plain", "sealed"])
def ws(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    if request.param == "sealed":
        monkeypatch.setenv("TACT_DATA_KEY", "ab" * 32)
    workspace = Workspace()
    (tmp_path / "files").mkdir()
    import_now(workspace, tmp_path / "files")
    is_sealed = dataset(workspace).interactions_path.read_bytes()[:4] == SEALED_MAGIC
    assert is_sealed == (request.param == "sealed")
    return workspace


def dataset(ws: Workspace) -> Dataset:
    return Dataset.open(ws.dataset(private_id(ws)).folder)


def study(ws: Workspace, *, pseudonymize: bool) -> str:
    settings = StudySettings.model_validate(
        {"methods": ("popularity", "content"), "epsilons": (4.0,), "ceiling": True, "evaluation_epsilon": 4.0}
        | {"anonymization": {"pseudonymize": pseudonymize}}
    )
    run_id = ws.submit_study(private_id(ws), settings)
    work_now(run_id)
    assert ws.run(run_id).status == "done", ws.run(run_id).error
    return run_id


@pytest.mark.parametrize("pseudonymize", [False, True])
def test_rows_are_gone_from_data_rejected_rows_and_histories_and_others_stay(ws: Workspace, pseudonymize: bool) -> None:
    data = dataset(ws)
    before, rejected = data.interactions(), data.rejected()
    user = str(before[Columns.USER].iloc[0])
    run_id = study(ws, pseudonymize=pseudonymize)
    histories = ws.study(run_id).interactions()

    done = ws.consents.erase(user, **WHY)

    rest = before[before[Columns.USER] != user].reset_index(drop=True)
    pd.testing.assert_frame_equal(data.interactions(), rest, check_exact=True)
    assert done.rows == len(before) - len(rest) + len(rejected) - len(data.rejected())
    assert (done.datasets, done.studies, len(done.uploads_of)) == (1, 1, 1)
    left = ws.study(run_id).interactions()
    assert 0 < len(histories) - len(left) <= len(before) - len(rest)
    assert left[Columns.USER].nunique() == histories[Columns.USER].nunique() - 1
    assert ws.consents.is_withdrawn(user)


def test_models_without_noise_go_and_private_ones_stay(ws: Workspace) -> None:
    run_id = study(ws, pseudonymize=False)
    points = ws.study(run_id).points()

    ws.consents.erase(str(dataset(ws).interactions()[Columns.USER].iloc[0]), **WHY)

    folder = ws.study(run_id)
    assert [point for point in points if point.epsilon != float("inf")] == folder.points()
    assert len(folder.points()) < len(points)
    assert not list((folder.path / "private").glob("*-none"))
    assert all(folder.model_folder(point).exists() for point in folder.points())


def test_after_an_erasure_it_is_still_told_which_study_used_the_shopper(ws: Workspace) -> None:
    run_id = study(ws, pseudonymize=False)
    user = str(dataset(ws).interactions()[Columns.USER].iloc[0])
    (before,) = ws.consents.uses(user).studies

    ws.consents.erase(user, **WHY)

    found = ws.consents.uses(user)
    assert found.datasets == ()
    assert [(use.run.id, use.role) for use in found.studies] == [(run_id, before.role)]
    assert user not in str(ws.run(run_id).settings)


def test_a_rejected_row_that_names_the_shopper_goes_too(ws: Workspace) -> None:
    rejected = dataset(ws).rejected()
    assert rejected["raw"].str.contains("x").any()
    ws.consents.withdraw("x", **WHY)
    folder = ws.dataset(private_id(ws)).folder

    from core.runs.erasing import _erase_rows

    assert _erase_rows(ws.home, folder, private_id(ws), "x") == 1
    assert len(dataset(ws).rejected()) == len(rejected) - 1


def test_while_a_run_works_on_the_data_nothing_is_erased(ws: Workspace) -> None:
    before = dataset(ws).interactions()
    ws.submit_study(private_id(ws), StudySettings(methods=("popularity",), epsilons=(4.0,)))
    with pytest.raises(SettingsError, match="A run works"):
        ws.consents.erase(str(before[Columns.USER].iloc[0]), **WHY)
    pd.testing.assert_frame_equal(dataset(ws).interactions(), before)
    assert Runs(ws.home).list(1)[0].status == "queued"


def test_a_file_without_such_rows_is_left_as_it_is(home: Home, tmp_path: Path) -> None:
    import pyarrow.compute as pc

    path = tmp_path / "a.parquet"
    write_frame(pd.DataFrame({"user_id": ["a", "b", None], "n": [1, 2, 3]}), path)
    content = path.read_bytes()
    assert drop_rows(path, lambda batch: pc.equal(batch.column("user_id"), "z")) == 0
    assert path.read_bytes() == content
    assert drop_rows(path, lambda batch: pc.equal(batch.column("user_id"), "a")) == 1
    assert read_frame(path)["n"].tolist() == [2, 3], "a row without an id is nobody's"
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".parquet"] == ["a.parquet"]


def test_figures_of_groups_go_with_the_models_without_noise(ws: Workspace) -> None:
    """A group may be one shopper, so its figure is no average over many."""
    user = str(dataset(ws).interactions()[Columns.USER].iloc[0])
    folder = ws.study(study(ws, pseudonymize=False))
    before = folder.exact_file.read_bytes()
    folder.groups_file.write_text("method,epsilon,repeat,grouping,group,n,ndcg_at_10,ndcg_at_10_se\n")

    ws.consents.erase(user, **WHY)

    assert not folder.groups_file.exists()
    assert folder.exact_file.read_bytes() == before
