"""Versions of a dataset, where they come from, how long they stay; and mappings that are kept under a name."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from core.cli.shared import read_mapping
from core.errors import NotFound, SettingsError
from core.importer import _account
from core.store.home import Home
from core.store.schema import utc_now
from core.tables.mapping import Mapping
from core.tables.shelf import DatasetInfo
from core.workspace import Workspace
from tests.worked import work_now

ROWS = b"UserID,ProductID,Behavior,Time\nu1,p1,1,2024-05-01\nu1,p1,1,2024-05-01\nu2,p2,2,2024-05-02\nu3,p9,9,\n"
PRODUCTS = b"ProductID,Category,Price,Rating\np1,tea,4.5,4\np2,tea,3,5\n"


@pytest.fixture
def ws(home: Home) -> Workspace:
    return Workspace(home)


def save(ws: Workspace, content: bytes, name: str) -> Path:
    return ws.importer.save_upload(io.BytesIO(content), name)


def finish(ws: Workspace, run_id: str) -> DatasetInfo:
    run = work_now(ws, run_id)
    assert run.status == "done", run.error
    return ws.dataset(run.facts["dataset"])


def first_version(ws: Workspace, **values: object) -> DatasetInfo:
    paths = save(ws, ROWS, "May.csv"), save(ws, PRODUCTS, "products.csv")
    return finish(ws, ws.importer.submit_import("Tea shop", *paths, Mapping(), **values))  # type: ignore[arg-type]


def test_a_first_version_knows_its_files_and_who_imported_it(ws: Workspace) -> None:
    info = first_version(ws, by="ana@shop.example")

    assert (info.name, info.version, info.parent, info.lineage) == ("Tea shop", 1, None, info.id)
    assert (info.imported_by, info.sources, info.expires) == ("ana@shop.example", ("May.csv", "products.csv"), None)
    assert Mapping.model_validate(info.recipe) == Mapping()


def test_without_a_login_the_account_has_imported(ws: Workspace) -> None:
    assert first_version(ws).imported_by == _account() != ""


def test_the_same_uploads_read_another_way_are_the_next_version(ws: Workspace) -> None:
    older = first_version(ws)
    mapping = Mapping(codes={"9": "view"})

    newer = finish(ws, ws.importer.again(older.id, mapping, by="bo@shop.example"))

    assert (newer.version, newer.parent, newer.lineage, newer.name) == (2, older.id, older.id, "Tea shop")
    assert (older.report["behavior"]["rejected"], newer.imported_by) == (
        {"unknown_behavior": 1},
        "bo@shop.example",
    )
    assert "unknown_behavior" not in newer.report["behavior"]["rejected"]
    assert Mapping.model_validate(newer.recipe) == mapping
    assert [info.id for info in ws.importer.versions(older.id)] == [newer.id, older.id]


def test_new_files_may_be_a_new_version_and_strangers_are_none(ws: Workspace) -> None:
    older = first_version(ws)
    stranger = finish(ws, ws.importer.submit_import("Other", save(ws, ROWS, "June.csv"), None, Mapping()))

    newer = finish(ws, ws.importer.submit_import("", save(ws, ROWS, "June.csv"), None, Mapping(), parent=older.id))

    assert (newer.name, newer.version, newer.sources) == ("Tea shop", 2, ("June.csv",))
    assert {info.id for info in ws.importer.versions(newer.id)} == {older.id, newer.id}
    assert [info.id for info in ws.importer.versions(stranger.id)] == [stranger.id]


def test_a_lineage_outlives_its_first_version(ws: Workspace) -> None:
    first = first_version(ws)
    second = finish(ws, ws.importer.again(first.id, Mapping()))
    ws.importer.delete_dataset(first.id)

    third = finish(ws, ws.importer.again(second.id, Mapping()))

    assert [info.version for info in ws.importer.versions(second.id)] == [3, 2]
    assert (third.parent, third.lineage) == (second.id, first.id)


def test_a_parent_that_is_deleted_while_its_child_waits_leaves_the_lineage(ws: Workspace) -> None:
    first = first_version(ws)
    run_id = ws.importer.again(first.id, Mapping())
    ws.importer.delete_dataset(first.id)

    second = finish(ws, run_id)

    assert (second.parent, second.lineage, second.version) == (first.id, first.id, 2)
    assert ws.importer.can_import_again(second.id)


def test_without_its_uploads_a_dataset_cannot_be_read_again_and_says_so(ws: Workspace) -> None:
    info = first_version(ws)
    assert ws.importer.can_import_again(info.id)

    ws.importer.drop_uploads(info.id)

    assert list(ws.home.uploads_folder.iterdir()) == []
    assert not ws.importer.can_import_again(info.id)
    with pytest.raises(NotFound, match=r"uploaded files of “Tea shop” are not kept any more\. Upload them again"):
        ws.importer.again(info.id, Mapping())
    assert ws.dataset(info.id).n_events == 3


def test_uploads_of_two_versions_stay_until_both_are_gone(ws: Workspace) -> None:
    older = first_version(ws)
    newer = finish(ws, ws.importer.again(older.id, Mapping()))

    ws.importer.drop_uploads(older.id)
    ws.importer.delete_dataset(older.id)
    assert ws.importer.can_import_again(newer.id)

    ws.importer.delete_dataset(newer.id)
    assert list(ws.home.uploads_folder.iterdir()) == []


def test_pasted_products_are_no_words_of_the_database_and_can_be_used_again(ws: Workspace) -> None:
    given = ["p1", "the-secret-product"]
    run_id = ws.importer.submit_import("Listed", save(ws, ROWS, "May.csv"), None, Mapping(), given)
    older = finish(ws, run_id)
    newer = finish(ws, ws.importer.again(older.id, Mapping()))

    assert (older.n_items, newer.n_items) == (2, 2)
    for file in ws.home.folder.glob("tact.db*"):
        assert b"secret-product" not in file.read_bytes()


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_days_that_are_none_are_refused(ws: Workspace, days: int) -> None:
    info = first_version(ws)

    with pytest.raises(SettingsError, match=f"1 to 36,500 days, not {days}"):
        ws.importer.set_retention(info.id, days)
    with pytest.raises(SettingsError, match="keep_days"):
        ws.importer.again(info.id, Mapping(), keep_days=days)


def test_days_count_from_the_import_or_from_today(ws: Workspace) -> None:
    before = utc_now()
    kept = first_version(ws, keep_days=30)

    assert kept.expires is not None
    assert before + timedelta(days=30) <= kept.expires <= utc_now() + timedelta(days=30)
    child = finish(ws, ws.importer.again(kept.id, Mapping()))
    assert child.expires == kept.expires  # a new version does not outlive what was said of the old one

    ws.importer.set_retention(child.id, 90)
    changed = ws.dataset(child.id).expires
    assert changed is not None
    assert timedelta(days=89.9) < changed - utc_now() <= timedelta(days=90)
    ws.importer.set_retention(child.id, None)
    assert ws.dataset(child.id).expires is None


def test_a_dataset_whose_time_is_over_is_not_listed(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    info = first_version(ws, keep_days=1)
    monkeypatch.setattr("core.tables.shelf.utc_now", lambda: utc_now() + timedelta(days=1, seconds=1))

    assert ws.datasets() == []
    with pytest.raises(NotFound):
        ws.dataset(info.id)


def test_a_recipe_comes_back_and_is_what_the_command_line_reads(ws: Workspace, tmp_path: Path) -> None:
    mapping = Mapping(behavior={"UserID": "client"}, codes={"buy": "purchase"}, whole_ids=True)
    ws.importer.save_recipe(" Till export ", mapping)
    ws.importer.save_recipe("Another", Mapping())

    assert list(ws.importer.recipes()) == ["Another", "Till export"]
    assert ws.importer.recipes()["Till export"] == mapping
    (tmp_path / "map.json").write_bytes(ws.importer.recipe_json(mapping))
    assert read_mapping(tmp_path / "map.json") == mapping
    assert set(json.loads(ws.importer.recipe_json(mapping))) == {"behavior", "codes", "whole_ids"}

    ws.importer.save_recipe("Another", mapping)
    ws.importer.delete_recipe("Till export")
    assert ws.importer.recipes() == {"Another": mapping}


@pytest.mark.parametrize("name", ["", "  ", "x" * 41])
def test_a_recipe_needs_a_name(ws: Workspace, name: str) -> None:
    with pytest.raises(SettingsError, match="1 to 40 characters"):
        ws.importer.save_recipe(name, Mapping())
