"""Anonymised files: they import again, hold what was promised, and appear whole or not at all."""

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from core.anonymize.applying import apply_all
from core.anonymize.csv_files import neutralized
from core.anonymize.exporting import EXTRAS, OURS, anonymize_files
from core.anonymize.k_anonymity import smallest_group
from core.anonymize.km_check import km_violations
from core.anonymize.rows import pseudonym
from core.columns import Columns
from core.errors import RunCancelled, SettingsError
from core.settings import AnonymizationSettings
from core.tables.dataset import Dataset
from core.tables.importing import import_files

KEY = b"k" * 32


def chosen(**values: object) -> AnonymizationSettings:
    """Settings in which only what is named is done."""
    return AnonymizationSettings.model_validate({"pseudonymize": False} | values)


EVERYTHING = chosen(
    pseudonymize=True,
    coarsen_time="day",
    drop_columns=("Note",),
    suppress_items_below=2,
    k_anonymity={"k": 3, "columns": ("Town", "first_month", "favourite_category")},
    km_anonymity={"k": 3, "m": 2},
)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """30 shoppers with one product of their own each and three in common; towns with commas, quotes and formulas."""
    towns = ['"Rome, ""old"""', "=Bern", "Chur", "Chur"]
    rows = "".join(
        f"u{n},i{item},{1 + n % 2},2024-01-{1 + item:02},=x{n},{towns[n % 4]}\n"
        for n in range(30)
        for item in (0, 1, 2)
    )
    rows += "".join(f"u{n},own{n},1,2024-02-{1 + n % 28:02} 10:{n:02}:00,ok,{towns[n % 4]}\n" for n in range(30))
    products = "ProductID,Category,Price,Title,Description,=Maker\n" + "".join(
        f'{item},Drinks|{"Tea" if n % 2 else "Mate"},{n}.5,=Pot {n},"blue, big",me\n'
        for n, item in enumerate([*(f"i{n}" for n in range(3)), *(f"own{n}" for n in range(30))])
    )
    (tmp_path / "b.csv").write_text("UserID,ProductID,Behavior,Time,Note,Town\n" + rows)
    (tmp_path / "p.csv").write_text(products)
    return import_files(tmp_path / "b.csv", tmp_path / "p.csv", tmp_path / "dataset")


def again(folder: Path) -> Dataset:
    """Exported files, imported as a recipient would."""
    return import_files(folder / "UserBehavior.csv", folder / "ProductInfo.csv", folder.parent / "again")


FORMULAS = [
    ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
    ("+1+1", "'+1+1"),
    ("-2+3|cmd", "'-2+3|cmd"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("-6", "-6"),
    ("+1.5e3", "+1.5e3"),
    ("a=b", "a=b"),
    ("'=1", "''=1"),  # not the text that =1 becomes
    ("'-6", "''-6"),
    ("'tis", "'tis"),
    ("", ""),
]


@pytest.mark.parametrize(("cell", "expected"), FORMULAS)
def test_no_cell_of_an_export_runs_in_a_spreadsheet(cell: str, expected: str) -> None:
    assert neutralized(pd.Series([cell], dtype="str")).tolist() == [expected]


def test_what_is_counted_beforehand_is_what_an_export_does(dataset: Dataset, tmp_path: Path) -> None:
    changes = apply_all(dataset.interactions(), dataset.catalogue(), EVERYTHING, KEY).changes

    exported = anonymize_files(dataset, EVERYTHING, KEY, tmp_path / "out")
    assert [asdict(change) for change in changes] == exported["changes"]


def test_exported_files_import_again(dataset: Dataset, tmp_path: Path) -> None:
    anonymize_files(dataset, chosen(), KEY, tmp_path / "out")

    read = again(tmp_path / "out")
    assert read.report["behavior"]["rows_kept"] == dataset.report["behavior"]["rows_kept"] == 30 * 4
    own = list(Columns.INTERACTIONS)
    pd.testing.assert_frame_equal(read.interactions()[own], dataset.interactions()[own])
    old, new = dataset.catalogue(), read.catalogue()
    assert old is not None
    assert new is not None
    assert new[Columns.TEXT].tolist() == ["'" + text for text in old[Columns.TEXT]]
    assert new[Columns.PRICE].tolist() == old[Columns.PRICE].tolist()
    assert set(read.interactions()["Town"]) == {'Rome, "old"', "'=Bern", "Chur"}
    assert "'=Maker" in new.columns


def test_the_order_of_rows_tells_neither_shopper_nor_time(dataset: Dataset, tmp_path: Path) -> None:
    """The same rows uploaded backwards give the same bytes: no place tells that u0 came first, or the hour."""
    upload = (tmp_path / "b.csv").read_text().splitlines()
    (tmp_path / "backwards.csv").write_text("\n".join([upload[0], *reversed(upload[1:])]) + "\n")
    backwards = import_files(tmp_path / "backwards.csv", tmp_path / "p.csv", tmp_path / "other")
    options = chosen(pseudonymize=True, coarsen_time="month")

    anonymize_files(dataset, options, KEY, tmp_path / "out")
    anonymize_files(backwards, options, KEY, tmp_path / "out2")

    assert (tmp_path / "out/UserBehavior.csv").read_bytes() == (tmp_path / "out2/UserBehavior.csv").read_bytes()


def test_times_that_are_gone_protect_nobody_by_not_being_there(dataset: Dataset, tmp_path: Path) -> None:
    """Pages name the column otherwise than the command line: an attacker who knows days goes on by products alone."""
    by_page = anonymize_files(dataset, chosen(drop_columns=(Columns.TIMESTAMP,)), KEY, tmp_path / "out")
    by_command = anonymize_files(dataset, chosen(drop_columns=("Time",)), KEY, tmp_path / "out2")

    assert by_page["after"]["unicity"] == by_command["after"]["unicity"] == by_page["after"]["unicity_products"]
    assert by_page["after"]["unicity"]["4"] == 1


def test_two_ids_that_a_spreadsheet_would_run_stay_two_shoppers(tmp_path: Path) -> None:
    """As one shopper of twice as many events they would be a group of one, where groups of two were promised."""
    users = ["=a", "'=a", "b", "c"]
    rows = "".join(f"{user},i1,1,\n" for user in users)
    (tmp_path / "b.csv").write_text("UserID,ProductID,Behavior,Time\n" + rows)
    (tmp_path / "p.csv").write_text("ProductID\ni1\n")
    data = import_files(tmp_path / "b.csv", tmp_path / "p.csv", tmp_path / "dataset")

    anonymize_files(data, chosen(k_anonymity={"k": 4, "columns": ("events_band",)}), KEY, tmp_path / "out")

    read = again(tmp_path / "out")
    assert smallest_group(read.interactions(), read.catalogue(), ("events_band",)) == 4


def test_without_changes_the_risk_is_the_same(dataset: Dataset, tmp_path: Path) -> None:
    found = anonymize_files(dataset, chosen(), KEY, tmp_path / "out")

    for figure in ("unicity", "unicity_products", "k", "groups", "linkage"):
        assert found["before"][figure] == found["after"][figure]


def test_what_was_promised_holds_in_the_files_themselves(dataset: Dataset, tmp_path: Path) -> None:
    """The honest test: somebody who has the files alone recomputes everything from them."""
    found = anonymize_files(dataset, EVERYTHING, KEY, tmp_path / "out")

    read = again(tmp_path / "out")
    rows, catalogue = read.interactions(), read.catalogue()
    groups, baskets = EVERYTHING.k_anonymity, EVERYTHING.km_anonymity
    assert groups is not None
    assert baskets is not None
    assert len(rows) == found["tables"]["after"]["rows"] > 60
    assert smallest_group(rows, catalogue, groups.columns) >= groups.k
    assert km_violations(rows, baskets.k, baskets.m) == 0
    assert rows.groupby(Columns.ITEM)[Columns.USER].nunique().min() >= 2
    assert "Note" not in rows.columns
    assert not set(rows[Columns.USER]) & set(dataset.interactions()[Columns.USER])
    assert (rows[Columns.TIMESTAMP] == rows[Columns.TIMESTAMP].dt.floor("D")).all()


def test_categories_in_place_of_products_are_listed_in_the_product_file(dataset: Dataset, tmp_path: Path) -> None:
    """Everybody's own product is rare: it stands under Drinks|Tea or Drinks|Mate, and rows still find their product."""
    anonymize_files(dataset, chosen(km_anonymity={"k": 5, "m": 1}), KEY, tmp_path / "out")

    read = again(tmp_path / "out")
    catalogue = read.catalogue()
    assert catalogue is not None
    assert read.report["behavior"]["rows_kept"] == 30 * 4
    assert {"category:Drinks|Tea", "category:Drinks|Mate"} <= set(read.interactions()[Columns.ITEM])
    general = catalogue[catalogue[Columns.ITEM].str.startswith("category:")]
    assert general[Columns.CATEGORY].tolist() == ["Drinks|Mate", "Drinks|Tea"]


def test_an_export_shows_the_risk_that_it_removes(dataset: Dataset, tmp_path: Path) -> None:
    """Everyone's fourth product is their own; without the rare products nobody can be told from half of the others."""
    found = anonymize_files(dataset, chosen(pseudonymize=True, suppress_items_below=5), KEY, tmp_path / "out")

    assert found["before"]["unicity"]["4"] == 1
    assert found["before"]["k"] == 1
    assert (found["after"]["unicity"], found["after"]["k"]) == (dict.fromkeys("12345", 0.0), 30)
    assert [change["option"] for change in found["changes"]] == ["pseudonymize", "suppress_items_below"]
    users = pd.read_csv(tmp_path / "out/UserBehavior.csv", dtype=str)["UserID"]
    assert set(users) == {pseudonym(f"u{n}", KEY) for n in range(30)}


def test_baskets_are_no_longer_unique_in_what_is_promised(dataset: Dataset, tmp_path: Path) -> None:
    """k^m for two products: no two known products, days aside, single anybody out."""
    found = anonymize_files(dataset, chosen(km_anonymity={"k": 3, "m": 2}), KEY, tmp_path / "out")

    assert found["before"]["unicity_products"]["2"] > 0.3  # a pair with one's own product
    assert (found["after"]["unicity_products"]["1"], found["after"]["unicity_products"]["2"]) == (0, 0)


def test_an_export_of_nothing_is_refused(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="suppress_items_below 99 leaves no row"):
        anonymize_files(dataset, chosen(suppress_items_below=99), KEY, tmp_path / "out")
    with pytest.raises(SettingsError, match=r"suppress_items_below 9, km_anonymity \(k 99\) together leave no row"):
        anonymize_files(dataset, chosen(suppress_items_below=9, km_anonymity={"k": 99}), KEY, tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("step", ["Counting who has what", "round 1", "Writing UserBehavior.csv"])
def test_a_cancelled_export_leaves_nothing(dataset: Dataset, tmp_path: Path, step: str) -> None:
    def cancel(progress: float, message: str) -> None:
        if step in message:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        anonymize_files(dataset, chosen(suppress_items_below=2), KEY, tmp_path / "out", report=cancel)

    assert not (tmp_path / "out").exists()


def test_progress_rises_to_one(dataset: Dataset, tmp_path: Path) -> None:
    told: list[float] = []

    anonymize_files(dataset, EVERYTHING, KEY, tmp_path / "out", report=lambda progress, _: told.append(progress))

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 1)


# the folder


def test_a_new_folder_gets_all_files_and_nothing_else(dataset: Dataset, tmp_path: Path) -> None:
    found = anonymize_files(dataset, chosen(), KEY, tmp_path / "deep" / "out")

    names = {path.name for path in (tmp_path / "deep" / "out").iterdir()}
    assert names == set(found["files"]) == set(OURS)
    risk = json.loads((tmp_path / "deep" / "out" / "risk.json").read_text("utf-8"))
    assert risk == {name: found[name] for name in found if name != "files"}


def test_a_folder_of_ours_is_written_anew(dataset: Dataset, tmp_path: Path) -> None:
    anonymize_files(dataset, chosen(), KEY, tmp_path / "out")
    old = (tmp_path / "out/certificate.json").read_text("utf-8")

    anonymize_files(dataset, chosen(pseudonymize=True), KEY, tmp_path / "out")

    assert (tmp_path / "out/certificate.json").read_text("utf-8") != old
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(OURS)


@pytest.mark.parametrize("name", ["thesis.txt", "certificate.json", "risk.json"])
def test_in_a_folder_of_somebodys_only_the_two_files_are_written(dataset: Dataset, tmp_path: Path, name: str) -> None:
    """A file that happens to be named like one of ours is not ours."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_text('{"kind": "mine"}')

    found = anonymize_files(dataset, chosen(), KEY, tmp_path / "out")

    assert set(found["files"]) == OURS - set(EXTRAS)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*found["files"], name}
    assert (tmp_path / "out" / name).read_text() == '{"kind": "mine"}'
