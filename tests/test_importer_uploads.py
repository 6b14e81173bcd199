"""Uploads: by content, within the room there is, sealed where a key is configured, several of one kind."""

import errno
import io
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from core.errors import DataError, NoSpace
from core.store.data_key import VARIABLE
from core.store.home import Home
from core.store.sealed import is_sealed, open_file
from core.store.uploads import SPARE_BYTES
from core.tables.mapping import Mapping
from core.workspace import Workspace
from tests.worked import work_now

ROWS = b"UserID,ProductID,Behavior\nu1,p1,1\nu2,p1,2\n"


class Usage(NamedTuple):
    """What ``shutil.disk_usage`` gives."""

    total: int
    used: int
    free: int


class Stream(io.BytesIO):
    """A file whose size is not known beforehand."""

    def tell(self) -> int:
        raise OSError("not seekable")


@pytest.fixture
def ws(home: Home) -> Workspace:
    return Workspace(home)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"%PDF-1.7\n" + b"x" * 99, "is a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "is a picture"),
        (b"PK\x03\x04" + b"x" * 99, "damaged"),
        (bytes(range(256)) * 9, "binary"),
    ],
)
def test_an_upload_that_is_no_table_is_refused_whatever_its_name_and_not_kept(
    ws: Workspace, content: bytes, says: str
) -> None:
    with pytest.raises(DataError, match=rf"May\.csv.*{says}"):
        ws.importer.save_upload(io.BytesIO(content), "May.csv")

    assert list(ws.home.uploads_folder.iterdir()) == []


def test_a_file_that_would_fill_the_disk_is_refused_before_it_is_written(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = SPARE_BYTES + len(ROWS) - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, free))

    with pytest.raises(NoSpace, match=r"May\.csv does not fit .* 17 MB are free .* point TACT_HOME to a larger disk"):
        ws.importer.save_upload(io.BytesIO(ROWS), "May.csv")
    assert list(ws.home.uploads_folder.iterdir()) == []

    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 0, free + 1))
    assert ws.importer.save_upload(io.BytesIO(ROWS), "May.csv").read_bytes() == ROWS


def test_a_disk_that_fills_up_on_the_way_is_a_sentence_too(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.store.uploads.write_file", full)
    with pytest.raises(NoSpace, match=r"May\.csv does not fit"):
        ws.importer.save_upload(Stream(ROWS), "May.csv")
    assert list(ws.home.uploads_folder.iterdir()) == []


def test_with_a_key_uploads_are_sealed_and_imported_from_there(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "5a" * 32)
    path = ws.importer.save_upload(io.BytesIO(ROWS), "May.csv")

    assert is_sealed(path)
    with open_file(path) as file:
        assert file.read() == ROWS
    run = work_now(ws, ws.importer.submit_import("Sealed", path, None, Mapping()))
    assert run.status == "done", run.error
    assert ws.dataset(run.facts["dataset"]).n_events == 2


def test_without_its_key_an_import_says_which_setting_is_missing(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "5a" * 32)
    path = ws.importer.save_upload(io.BytesIO(ROWS), "May.csv")
    monkeypatch.delenv(VARIABLE)

    run = work_now(ws, ws.importer.submit_import("Sealed", path, None, Mapping()))

    assert run.status == "failed"
    assert run.error is not None
    assert run.error.startswith("May.csv is encrypted. Set TACT_DATA_KEY")


def test_several_files_of_one_kind_become_one_dataset(ws: Workspace) -> None:
    paths: list[Path] = [
        ws.importer.save_upload(io.BytesIO(content), name)
        for name, content in (
            ("May.csv", ROWS),
            ("June.csv", b"ProductID,Behavior,UserID\np2,1,u3\n"),
        )
    ]

    run = work_now(ws, ws.importer.submit_import("Two months", paths, None, Mapping()))

    assert run.status == "done", run.error
    info = ws.dataset(run.facts["dataset"])
    assert (info.n_events, info.n_users, info.sources) == (2 + 1, 3, ("May.csv", "June.csv"))
