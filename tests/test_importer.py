"""What a person can do with files: upload, import, look at, delete."""

import csv
import io
from pathlib import Path

import pytest

from core.errors import NotFound, SettingsError
from core.settings import AnonymizationSettings, PrivacySettings
from core.store.home import Home
from core.store.uploads import harmless_name
from core.tables.mapping import Mapping
from core.workspace import Workspace
from tests.worked import STUDY, import_shop, work_now


@pytest.fixture
def ws(home: Home) -> Workspace:
    return Workspace(home)


def test_the_sample_shop_is_imported_once(ws: Workspace) -> None:
    first, second = ws.sample(), ws.sample()

    assert (first.kind, first.id) == ("sample", second.id)
    assert [info.id for info in ws.datasets()] == [first.id]
    assert first.n_users > 2_000
    assert first.n_events == first.report["behavior"]["rows_kept"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("UserBehavior.csv", "UserBehavior.csv"),
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\May 2024: <sales>.csv", "May 2024 sales.csv"),
        (".bashrc", "bashrc"),
        ("行为数据.csv", "行为数据.csv"),
        ("a\x00b\nc.csv", "abc.csv"),
        ("../..", "upload.csv"),
        ("", "upload.csv"),
        ("x" * 300 + ".csv", "x" * 50 + ".csv"),
    ],
)
def test_an_upload_keeps_what_is_harmless_of_its_name(ws: Workspace, name: str, kept: str) -> None:
    path = ws.importer.save_upload(io.BytesIO(b"UserID\n"), name)

    assert path.name == kept == harmless_name(name)
    assert path.parent.parent == ws.home.uploads_folder
    assert path.read_bytes() == b"UserID\n"


def test_two_uploads_of_one_name_do_not_meet(ws: Workspace) -> None:
    first, second = (ws.importer.save_upload(io.BytesIO(content), "b.csv") for content in (b"1", b"2"))

    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")


def test_a_failed_import_says_the_name_that_the_person_knows(ws: Workspace) -> None:
    path = ws.importer.save_upload(io.BytesIO(b""), "March.csv")

    run = work_now(ws, ws.importer.submit_import("March", path, None, Mapping()))

    assert run.status == "failed"
    assert run.error is not None
    assert run.error.startswith("March.csv is empty")
    assert ws.datasets() == []


def test_a_dataset_and_its_rejected_rows_can_be_looked_at(ws: Workspace) -> None:
    rows = b"UserID,ProductID,Behavior\nu1,p1,1\nu2,p1,2\nu2,,1\nu3,p1,9\n"
    run = work_now(
        ws, ws.importer.submit_import("Small", ws.importer.save_upload(io.BytesIO(rows), "b.csv"), None, Mapping())
    )
    dataset = run.facts["dataset"]

    assert ws.dataset(dataset).n_events == 4 - 2
    assert ws.importer.rejected(dataset)["reason"].tolist() == ["missing_product", "unknown_behavior"]
    assert len(ws.importer.rejected(dataset, limit=1)) == 1
    assert len(list(csv.DictReader(io.StringIO(ws.importer.rejected_csv(dataset).decode())))) == 2


def test_no_rejected_row_runs_in_a_spreadsheet(ws: Workspace) -> None:
    rows = b"UserID,ProductID,Behavior\n=HYPERLINK(1),p1,9\nu1,p1,1\n"
    run = work_now(
        ws, ws.importer.submit_import("Small", ws.importer.save_upload(io.BytesIO(rows), "b.csv"), None, Mapping())
    )

    (row,) = csv.DictReader(io.StringIO(ws.importer.rejected_csv(run.facts["dataset"]).decode()))
    assert row["raw"] == "'=HYPERLINK(1),p1,9"


def test_a_deleted_dataset_is_gone_from_list_and_disk(ws: Workspace, tmp_path: Path) -> None:
    dataset = import_shop(ws, tmp_path)
    folder = ws.dataset(dataset).folder
    ws.set_privacy(dataset, PrivacySettings(epsilon=2.0))

    run_id = ws.submit_study(dataset, STUDY)
    with pytest.raises(SettingsError, match="still running"):
        ws.importer.delete_dataset(dataset)
    ws.cancel(run_id)
    ws.importer.delete_dataset(dataset)

    assert not folder.exists()
    assert ws.datasets() == []
    with pytest.raises(NotFound):
        ws.dataset(dataset)


def test_no_file_with_shoppers_survives_the_deletion_of_their_dataset(ws: Workspace, tmp_path: Path) -> None:
    """Rows, uploads, exports and the histories in studies all go; what was released stays, for it was paid for."""
    dataset = import_shop(ws, tmp_path)
    run = work_now(ws, ws.submit_study(dataset, STUDY))
    export = work_now(ws, ws.anonymizer.submit(dataset, AnonymizationSettings()))
    ws.anonymizer.export_zip(export.id)
    assert (run.status, export.status) == ("done", "done")
    ws.importer.delete_dataset(dataset)

    assert list(ws.home.uploads_folder.rglob("*.csv")) == []
    assert list(ws.home.folder.rglob("interactions.parquet")) == []
    assert list(ws.home.folder.rglob("*.zip")) == []
    assert (run.out / "curve.csv").exists()
