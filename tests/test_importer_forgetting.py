"""Deleting deletes, time runs out, and with a data key no shopper can be read from the disk in the first place."""

import io
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import NotFound, SettingsError
from core.runs.files import log_file
from core.runs.forgetting import forget_expired
from core.runs.leftovers import clean_uploads
from core.runs.queue import Runs
from core.settings import AnonymizationSettings, StudySettings
from core.store.data_key import VARIABLE
from core.store.home import Home
from core.store.schema import utc_now
from core.tables.mapping import Mapping
from core.tables.shelf import set_expiry
from core.workspace import Workspace
from tests.holding import files_holding
from tests.made_shop import make_catalogue, users
from tests.worked import import_shop, upload, work_now

STUDY = StudySettings(methods=("popularity", "content", "statistics"), epsilons=(4.0,), n_shoppers=20_000)
SHOPPERS = users()
TITLES = tuple(dict.fromkeys(make_catalogue()["title"]))
REJECTED = "shopper~rejected~77"
DAY_S = 24 * 3600.0


@pytest.fixture
def ws(home: Home) -> Iterator[Workspace]:
    ws = Workspace(home)
    yield ws
    ws.home.close()


def lived_in(ws: Workspace, folder: Path) -> str:
    """A dataset that was imported, studied, anonymised, listed and looked at; with a row that was rejected."""
    dataset = import_shop(ws, folder)
    behavior = folder / "UserBehavior.csv"
    behavior.write_bytes(behavior.read_bytes() + f"{REJECTED},product-001,nonsense,\n".encode())
    paths = upload(ws, behavior), upload(ws, folder / "ProductInfo.csv")
    ws.importer.delete_dataset(dataset)
    run = work_now(ws, ws.importer.submit_import("Tea shop", *paths, Mapping()))
    assert run.status == "done", run.error
    dataset = str(run.facts["dataset"])
    study = work_now(ws, ws.submit_study(dataset, STUDY))
    export = work_now(ws, ws.anonymizer.submit(dataset, AnonymizationSettings(pseudonymize=False)))
    assert (study.status, export.status) == ("done", "done"), (study.error, export.error)
    ws.shopfront.all_lists_csv(study.id, "statistics", 4.0, 5)
    log_file(ws.home, study.id).write_text(f"a traceback that quotes {SHOPPERS[3]}\n")
    log_file(ws.home, run.id).write_text(f"a traceback that quotes {SHOPPERS[4]}\n")
    assert ws.importer.rejected(dataset)["raw"].str.contains(REJECTED).any()
    return dataset


@pytest.mark.slow
def test_after_a_deletion_no_byte_of_the_home_holds_a_shopper(ws: Workspace, tmp_path: Path) -> None:
    """Database, its log and free pages included. What stays is what was released: the published catalogue."""
    dataset = lived_in(ws, tmp_path / "files")
    before = files_holding(ws.home.folder, (*SHOPPERS, REJECTED))
    assert {"interactions.parquet", "rejected.parquet", "UserBehavior.csv"} <= {Path(name).name for name in before}
    assert any(name.endswith(".log") for name in before)

    ws.importer.delete_dataset(dataset)

    assert files_holding(ws.home.folder, (*SHOPPERS, REJECTED)) == set()
    left = files_holding(ws.home.folder, TITLES)
    assert left
    assert all("/shop/" in name for name in left), left
    assert list(ws.home.datasets_folder.iterdir()) == list(ws.home.uploads_folder.iterdir()) == []


@pytest.mark.slow
def test_with_a_data_key_nothing_can_be_read_but_what_is_meant_to_leave(
    ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same life of a dataset; the test above shows that the search finds rows where there is no key."""
    monkeypatch.setenv(VARIABLE, "5a" * 32)
    dataset = import_shop(ws, tmp_path / "files")
    study = work_now(ws, ws.submit_study(dataset, STUDY))
    export = work_now(ws, ws.anonymizer.submit(dataset, AnonymizationSettings()))
    assert (study.status, export.status) == ("done", "done"), (study.error, export.error)
    assert len(ws.shopfront.history(study.id, SHOPPERS[7])) > 0
    assert SHOPPERS[7].encode() in ws.shopfront.read_kept(ws.shopfront.all_lists_csv(study.id, "statistics", 4.0, 5))
    assert ws.profile(dataset).totals["users"] == len(SHOPPERS)
    assert ws.importer.again(dataset, Mapping())

    assert files_holding(ws.home.folder, SHOPPERS) == set()
    readable = files_holding(ws.home.folder, TITLES)
    ours = {f"runs/{study.id}/shop/", f"runs/{export.id}/private/"}  # released; and the files to hand on
    assert [name for name in readable if not any(name.startswith(place) for place in ours)] == []


def small(ws: Workspace, **values: object) -> str:
    """Import a dataset of one row and return its id."""
    path = ws.importer.save_upload(io.BytesIO(b"UserID,ProductID,Behavior\nu1,p1,1\n"), "May.csv")
    run = work_now(ws, ws.importer.submit_import("Small", path, None, Mapping(), **values))  # type: ignore[arg-type]
    return str(run.facts["dataset"])


def end_now(ws: Workspace, dataset: str) -> None:
    set_expiry(ws.home, dataset, utc_now() - timedelta(seconds=1))


def test_a_dataset_deletes_itself_when_its_time_is_over(ws: Workspace) -> None:
    kept, over = small(ws, keep_days=1), small(ws)
    end_now(ws, over)

    assert [info.id for info in ws.datasets()] == [kept]
    assert forget_expired(ws.home) == [over]
    assert [path.name for path in ws.home.datasets_folder.iterdir()] == [kept]
    assert len(list(ws.home.uploads_folder.iterdir())) == 1
    assert forget_expired(ws.home) == []


def test_a_dataset_waits_for_the_run_that_uses_it_and_goes_right_after(ws: Workspace) -> None:
    dataset = small(ws)
    run_id = ws.submit_study(dataset, STUDY)
    end_now(ws, dataset)

    assert forget_expired(ws.home) == []
    assert (ws.home.datasets_folder / dataset).exists()
    ws.cancel(run_id)
    assert forget_expired(ws.home) == [dataset]
    assert not (ws.home.datasets_folder / dataset).exists()


def test_a_dataset_in_use_is_not_deleted_and_stays_as_it_was(ws: Workspace) -> None:
    dataset = small(ws)
    run_id = ws.submit_study(dataset, STUDY)

    with pytest.raises(SettingsError, match="still running"):
        ws.importer.delete_dataset(dataset)

    assert ws.dataset(dataset).expires is None
    assert ws.dataset(dataset).n_events == 1
    ws.cancel(run_id)


def test_a_deletion_that_was_cut_short_is_finished_later(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = small(ws)
    with monkeypatch.context() as patch:
        patch.setattr("core.runs.forgetting.unregister", lambda *_: os.kill)  # the process ends here, so to say
        ws.importer.delete_dataset(dataset)

    assert ws.datasets() == []
    with pytest.raises(NotFound):
        ws.dataset(dataset)
    assert forget_expired(ws.home) == [dataset]


def test_a_failed_import_can_be_retried_for_a_day_and_its_upload_goes_then(ws: Workspace) -> None:
    path = ws.importer.save_upload(io.BytesIO(b"Who,What\nu1,p1\n"), "wrong.csv")
    run = work_now(ws, ws.importer.submit_import("Wrong", path, None, Mapping()))
    assert run.status == "failed"
    long_ago = time.time() - 2 * DAY_S
    for place in (path, path.parent):
        os.utime(place, (long_ago, long_ago))

    clean_uploads(ws.home)
    assert path.exists()  # it failed a moment ago, whenever it was uploaded

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.runs.leftovers.utc_now", lambda: utc_now() + timedelta(days=1, seconds=1))
        clean_uploads(ws.home)
    assert not path.parent.exists()
    retried = work_now(ws, Runs(ws.home).retry(run.id))
    assert retried.error == "The uploaded files of this import are not kept any more. Upload them again."


def test_an_upload_waits_a_day_for_its_import_and_a_dataset_keeps_its_own(ws: Workspace) -> None:
    dataset = small(ws)
    own = next(ws.home.uploads_folder.glob("*/May.csv"))
    new, old = (ws.importer.save_upload(io.BytesIO(b"UserID\nu\n"), name) for name in ("new.csv", "old.csv"))
    for path in (own, old):
        for place in (path, path.parent):
            os.utime(place, (time.time() - 2 * DAY_S,) * 2)

    clean_uploads(ws.home)

    assert (own.exists(), new.exists(), old.exists()) == (True, True, False)
    assert ws.importer.can_import_again(dataset)


def test_what_a_killed_command_left_goes_after_a_week(ws: Workspace) -> None:
    (left := ws.home.uploads_folder / "tmpabc" / "dataset").mkdir(parents=True)
    for days, is_there in ((2, True), (8, False)):
        for place in (left, left.parent):
            os.utime(place, (time.time() - days * DAY_S,) * 2)
        clean_uploads(ws.home)
        assert left.exists() == is_there
