"""Import: every row is accounted for, and the dataset holds what the files said."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from core.columns import Columns
from core.errors import NotFound, RunCancelled
from core.tables import reading
from core.tables.dataset import Dataset
from core.tables.importing import import_files
from core.tables.mapping import Mapping
from core.tables.templates import BEHAVIOR_TEMPLATE, PRODUCTS_TEMPLATE
from tests.two_files import BEHAVIOR, files


def test_every_row_is_kept_or_rejected_for_one_reason(tmp_path: Path) -> None:
    dataset = import_files(*files(tmp_path), tmp_path / "out")

    for name, path in (("behavior", "behavior.csv"), ("products", "products.csv")):
        facts = dataset.report[name]
        with (tmp_path / path).open(newline="") as file:
            n_records = sum(1 for _ in csv.reader(file)) - 1
        assert facts["rows_in"] == n_records == facts["rows_kept"] + sum(facts["rejected"].values())
        assert (dataset.rejected()["file"] == name).sum() == sum(facts["rejected"].values())


def test_bought_twice_is_kept_twice(tmp_path: Path) -> None:
    interactions = import_files(*files(tmp_path), tmp_path / "out").interactions()

    assert interactions[Columns.ITEM].tolist() == ["p1", "p1", "p2", "p1"]
    assert interactions["Channel"].fillna("-").tolist() == ["web", "web", "-", "app"]


def test_a_blank_time_among_others_is_kept_without_time(tmp_path: Path) -> None:
    dataset = import_files(*files(tmp_path), tmp_path / "out")

    assert dataset.schema.has_time
    times = dataset.interactions()[Columns.TIMESTAMP]
    assert times.dtype == "datetime64[us]"
    assert times.isna().tolist() == [False, False, True, False]
    assert times[3] == pd.Timestamp("2024-01-01 10:00:00")


def test_times_blank_throughout_are_no_times(tmp_path: Path) -> None:
    dataset = import_files(*files(tmp_path, "UserID,ProductID,Behavior,Time\nu1,p1,1,\n"), tmp_path / "out")

    assert not dataset.schema.has_time
    assert dataset.interactions()[Columns.TIMESTAMP].isna().all()


def test_the_first_of_several_rows_of_a_product_stands(tmp_path: Path) -> None:
    dataset = import_files(*files(tmp_path), tmp_path / "out")

    catalogue = dataset.catalogue()
    assert catalogue is not None
    assert catalogue[Columns.ITEM].tolist() == ["p1", "p2", "p3"]
    assert dataset.report["products"]["rejected"] == {"missing_product": 1, "duplicate_product": 1}
    assert dataset.rejected()["raw"].tolist() == [",Tea,9,4,No id,,A", "p1,Tea,9,4,Pot again,,A"]


def test_a_price_that_is_no_price_is_blanked_and_counted(tmp_path: Path) -> None:
    dataset = import_files(*files(tmp_path), tmp_path / "out")

    catalogue = dataset.catalogue()
    assert catalogue is not None
    assert catalogue[Columns.PRICE].fillna(-1).tolist() == [12.5, -1, -1]
    assert dataset.report["products"]["blanked"] == {"price": 2, "rating": 1}  # -3 and "cheap"; "nan"


def test_title_and_text_come_from_title_name_and_description(tmp_path: Path) -> None:
    dataset = import_files(*files(tmp_path), tmp_path / "out")

    catalogue = dataset.catalogue()
    assert catalogue is not None
    assert catalogue[Columns.TITLE].fillna("-").tolist() == ["Pot", "-", "Lamp"]
    assert catalogue[Columns.TEXT].fillna("-").tolist() == ["Pot A blue pot", "-", "Lamp"]
    assert catalogue["Brand"].fillna("-").tolist() == ["A", "B", "-"]
    assert dataset.schema.text_sources == ("Name", "Description")


def test_computed_columns_are_set_apart_from_published_ones(tmp_path: Path) -> None:
    mapping = Mapping(computed=("Rating",))

    schema = import_files(*files(tmp_path), tmp_path / "out", mapping=mapping).schema

    assert schema.columns == ("category", "price", "rating", "text")
    assert (schema.published, schema.computed) == (("category", "price", "text"), ("rating",))


def test_without_products_there_is_no_catalogue(tmp_path: Path) -> None:
    behavior, _ = files(tmp_path)

    dataset = import_files(behavior, None, tmp_path / "out")

    assert dataset.catalogue() is None
    assert (dataset.schema.catalogue, dataset.schema.columns) == ("none", ())
    assert dataset.report["behavior"]["rows_kept"] == 4


def test_a_pasted_list_of_products_is_the_catalogue(tmp_path: Path) -> None:
    behavior, _ = files(tmp_path)

    dataset = import_files(behavior, None, tmp_path / "out", product_list=["p1", " p1 ", "p7", ""])

    catalogue = dataset.catalogue()
    assert catalogue is not None
    assert catalogue[Columns.ITEM].tolist() == ["p1", "p7"]
    assert dataset.schema.catalogue == "list"
    assert dataset.report["behavior"]["rejected"] == {"product_not_in_catalogue": 1}
    assert dataset.report["products"]["rejected"] == {"missing_product": 1, "duplicate_product": 1}


def test_a_cancelled_import_leaves_nothing(tmp_path: Path) -> None:
    def cancel(progress: float, message: str) -> None:
        raise RunCancelled

    with pytest.raises(RunCancelled):
        import_files(*files(tmp_path), tmp_path / "out", report=cancel)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["behavior.csv", "products.csv"]


def test_a_new_import_replaces_the_old_one(tmp_path: Path) -> None:
    import_files(*files(tmp_path), tmp_path / "out")

    dataset = import_files(files(tmp_path)[0], None, tmp_path / "out")

    assert dataset.catalogue() is None
    assert Dataset.open(tmp_path / "out") == dataset


def test_a_folder_without_dataset_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no imported dataset"):
        Dataset.open(tmp_path)


def test_blocks_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is read in blocks; where they end must not show, even within a quoted cell."""
    rows = "".join(f'u{n},"p{n % 3}",{1 + n % 2},,"two\nlines {n}"\n{"x" if n % 7 == 0 else ""}\n' for n in range(200))
    behavior, products = files(tmp_path, "UserID,ProductID,Behavior,Time,Note\n" + rows)
    whole = import_files(behavior, products, tmp_path / "whole")

    monkeypatch.setattr(reading, "BLOCK_CHARS", 301)
    parts = import_files(behavior, products, tmp_path / "parts")

    assert whole.report == parts.report
    assert whole.report["behavior"]["rejected"] == {"product_not_in_catalogue": 67, "malformed": 29}
    pd.testing.assert_frame_equal(whole.interactions(), parts.interactions())
    pd.testing.assert_frame_equal(whole.rejected(), parts.rejected())


def test_the_templates_import_whole(tmp_path: Path) -> None:
    dataset = import_files(*files(tmp_path, BEHAVIOR_TEMPLATE, PRODUCTS_TEMPLATE), tmp_path / "out")

    assert dataset.report["behavior"]["rejected"] == dataset.report["products"]["rejected"] == {}
    assert dataset.schema.columns == ("category", "price", "rating", "text")


def test_names_with_quotes_are_only_names(tmp_path: Path) -> None:
    folder = tmp_path / "it's; drop table"
    folder.mkdir()
    behavior, products = files(folder, BEHAVIOR.replace("Channel", "a\"b'c;--"))

    dataset = import_files(behavior, products, folder / "o'ut", mapping=Mapping(codes={"o'clock": "view"}))

    assert "a\"b'c;--" in dataset.interactions().columns


def test_extra_columns_never_hide_tacts_own(tmp_path: Path) -> None:
    behavior, products = files(tmp_path, "UserID,ProductID,Behavior,user_id,user_id,x_\nu1,p1,1,a,b,c\n")

    columns = import_files(behavior, products, tmp_path / "out").interactions().columns

    assert columns.tolist()[4:] == ["user_id 2", "user_id 3", "x_ 2"]
