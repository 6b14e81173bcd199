"""Import: every row is accounted for, and the dataset holds what the files said."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest

from core.columns import Columns
from core.errors import DataError, NotFound, RunCancelled, SettingsError
from core.settings import build
from core.tables import reading
from core.tables.dataset import Dataset
from core.tables.importing import import_files
from core.tables.mapping import Mapping
from core.tables.proposal import propose
from core.tables.profile import profile
from core.tables.templates import BEHAVIOR_TEMPLATE, PRODUCTS_TEMPLATE

BEHAVIOR = (
    "UserID,ProductID,Behavior,Time,Channel\n"
    "u1,p1,1,2024-01-01 10:00:00,web\n"
    "u1,p1,1,2024-01-01 10:00:00,web\n"
    "u2,p2,2,,\n"
    "u2,p1,2,1704103200,app\n"
)
PRODUCTS = (
    "ProductID,Category,Price,Rating,Name,Description,Brand\n"
    "p1,Tea|Pots,12.50,4.5,Pot,A blue pot,A\n"
    "p2,,-3,nan,,,B\n"
    "p1,Tea,9,4,Pot again,,A\n"
    ",Tea,9,4,No id,,A\n"
    "p3,Garden,cheap,,Lamp,,\n"
)


def files(folder: Path, behavior: str = BEHAVIOR, products: str = PRODUCTS) -> tuple[Path, Path]:
    """Two uploaded files."""
    paths = folder / "behavior.csv", folder / "products.csv"
    for path, text in zip(paths, (behavior, products), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


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


# Mapping


def test_other_names_and_codes_need_no_mapping_where_they_are_plain(tmp_path: Path) -> None:
    text = "user_id,item_id,behavior,timestamp\nu1,p1,buy,1511544070\nu1,p2,cart,1511544071\nu1,p3,PV,1511544072\n"

    dataset = import_files(*files(tmp_path, text), tmp_path / "out")

    assert dataset.interactions()[Columns.EVENT].tolist() == ["purchase", "view", "view"]


def test_a_mapping_counts_columns_where_there_is_no_header(tmp_path: Path) -> None:
    mapping = Mapping(
        behavior={"UserID": "#1", "ProductID": "#2", "Behavior": "#4", "Time": "#5"}, codes={"Cart": "ignore"}
    )
    text = "u1,p1,c,pv,1511544070\nu1,p2,c,cart,1511544071\nu2,p2,c,buy,1511544072\n"

    dataset = import_files(*files(tmp_path, text), tmp_path / "out", mapping=mapping)

    assert dataset.report["behavior"]["rows_in"] == 3
    assert dataset.report["behavior"]["rejected"] == {"ignored_behavior": 1}


def test_a_file_of_purchases_needs_no_behavior_column(tmp_path: Path) -> None:
    mapping = Mapping(behavior={"Behavior": "=purchase"})

    dataset = import_files(*files(tmp_path, "UserID,ProductID\nu1,p1\n"), tmp_path / "out", mapping=mapping)

    assert dataset.report["behavior"]["purchases"] == 1


def test_whole_ids_lose_their_point_zero_where_that_is_mapped(tmp_path: Path) -> None:
    mapping = Mapping(whole_ids=True)

    dataset = import_files(
        *files(tmp_path, "UserID,ProductID,Behavior\n14075.0,p1,1\n"), tmp_path / "o", mapping=mapping
    )

    assert dataset.interactions()[Columns.USER].tolist() == ["14075"]


def test_a_mapped_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mapped to “who”.*It has: UserID, ProductID, Behavior"):
        import_files(*files(tmp_path), tmp_path / "out", mapping=Mapping(behavior={"UserID": "who"}))


def test_a_mapping_of_unknown_fields_is_refused() -> None:
    with pytest.raises(SettingsError, match="behavior maps Shopper; it may map UserID"):
        build(Mapping, {"behavior": {"Shopper": "x"}})
    with pytest.raises(SettingsError, match="computed names Colour"):
        build(Mapping, {"computed": ["Colour"]})


def test_a_proposal_is_filled_in_from_names_and_cells(tmp_path: Path) -> None:
    text = "visitorid;itemid;event;timestamp\n1.0;p1;view;1\n2.0;p1;addtocart;1\n3.0;p1;returned;1\n"

    found = propose(*files(tmp_path, text))

    assert found.mapping.behavior == {
        "UserID": "visitorid",
        "ProductID": "itemid",
        "Behavior": "event",
        "Time": "timestamp",
    }
    assert found.mapping.codes == {"view": "view", "addtocart": "view"}
    assert found.mapping.whole_ids
    assert found.unknown_codes == {"returned": 1}
    assert not found.is_certain
    assert found.behavior.source.delimiter == ";"
    assert found.behavior.sample_rows[0] == ("1.0", "p1", "view", "1")


def test_a_proposal_without_header_goes_by_the_cells(tmp_path: Path) -> None:
    found = propose(files(tmp_path, "1,2268318,2520377,pv,1511544070\n1,2333346,2520771,buy,1511561733\n")[0], None)

    assert found.mapping.behavior == {"UserID": "#1", "ProductID": "#2", "Behavior": "#4", "Time": "#5"}
    assert not found.is_certain


def test_the_fixed_schema_is_certain(tmp_path: Path) -> None:
    assert propose(*files(tmp_path)).is_certain


# Times

TIMES = [
    ("2010-12-01 08:26:00", "2010-12-01 08:26:00"),
    ("2014/9/1 19:36", "2014-09-01 19:36:00"),
    ("2014-9-1", "2014-09-01"),
    ("2018-12-01 11:40:29 UTC", "2018-12-01 11:40:29"),
    ("2020-01-01T08:00:00Z", "2020-01-01 08:00:00"),
    ("2020-01-01T08:00:00.250Z", "2020-01-01 08:00:00.25"),
    ("2020-01-01T08:00:00+02:00", "2020-01-01 06:00:00"),
    ("2020-01-01 08:00:00-0530", "2020-01-01 13:30:00"),
    ("2020-01-01 08:00+02", "2020-01-01 06:00:00"),
    ("2020-01-01 08:00:00.5 +0200", "2020-01-01 06:00:00.5"),
    ("1511544070", "2017-11-24 17:21:10"),
    ("1511544070.0", "2017-11-24 17:21:10"),
    ("1511544070123", "2017-11-24 17:21:10.123"),
    ("881250949", "1997-12-04 15:55:49"),
    ("20141218", "2014-12-18"),
    ("2014-12-18 02", "2014-12-18 02:00:00"),
    ("31/12/2010 08:26", "2010-12-31 08:26:00"),
    ("31.12.2010", "2010-12-31"),
    ("2020-13-01", None),
    ("2020-01-01 08:00:00 Europe/Berlin", None),
    ("infinity", None),
    ("epoch", None),
    ("1", None),
    ("01/02/2010", None),  # alone it does not show which is the month
    ("2920-01-01", None),
    ("99999999999999999999", None),
]


@pytest.mark.parametrize(("written", "expected"), TIMES)
def test_times_are_read_as_shops_write_them(tmp_path: Path, written: str, expected: str | None) -> None:
    text = f"UserID,ProductID,Behavior,Time\nu1,p1,1,{written}\nu1,p1,1,\n"

    dataset = import_files(*files(tmp_path, text), tmp_path / "out")

    if expected is None:
        assert dataset.report["behavior"]["rejected"] == {"bad_time": 1}
    else:
        assert dataset.interactions()[Columns.TIMESTAMP][0] == pd.Timestamp(expected)


# Profile


def test_a_profile_adds_up(tmp_path: Path) -> None:
    found = profile(import_files(*files(tmp_path), tmp_path / "out"))

    counts = {"users": 2, "items": 2, "events": 4, "purchases": 2, "views": 2}
    assert found.totals == {**counts, "density": 3 / (2 * 2), "median_events": (2 + 2) / 2, "most_events": 2}
    assert found.events_over_time["events"].sum() == 3  # one event has no time
    assert found.popularity[["rank", "events"]].to_numpy().tolist() == [[1, 3], [2, 1]]
    assert found.events_per_user["users"].sum() == 2
    assert found.prices["items"].sum() == 1
    assert found.categories.to_numpy().tolist() == [["Tea|Pots", 1, 3], ["Garden", 1, 0]]


def test_a_profile_without_catalogue_or_times_has_empty_pictures(tmp_path: Path) -> None:
    behavior, _ = files(tmp_path, "UserID,ProductID,Behavior\nu1,p1,1\n")

    found = profile(import_files(behavior, None, tmp_path / "out"))

    assert (len(found.events_over_time), len(found.prices), len(found.categories)) == (0, 0, 0)


# Real shops

EXPECTED = {
    # users, items and events of the published files
    "online_retail": (4_338, 3_665, 397_884),
    "retailrocket": (3_425, 8_881, 83_459),
    "taobao": (814, 52_491, 77_622),
    "ml100k": (943, 1_682, 100_000),
    "ml1m": (6_040, 3_706, 1_000_209),
}


@pytest.mark.slow
@pytest.mark.bench_data
@pytest.mark.parametrize("name", EXPECTED)
def test_real_shops_import_whole(tmp_path: Path, name: str) -> None:
    folder = os.environ.get("TACT_BENCH_DATA")
    if not folder:
        pytest.skip("TACT_BENCH_DATA is not set")
    shop = Path(folder) / name

    facts = import_files(shop / "UserBehavior.csv", shop / "ProductInfo.csv", tmp_path / "out").report["behavior"]

    assert (facts["users"], facts["items"], facts["rows_kept"]) == EXPECTED[name]
    assert facts["rejected"] == {}


@pytest.mark.slow
@pytest.mark.bench_data
def test_the_dirty_file_of_a_real_shop_adds_up(tmp_path: Path) -> None:
    folder = os.environ.get("TACT_BENCH_DATA")
    if not folder:
        pytest.skip("TACT_BENCH_DATA is not set")
    shop = Path(folder) / "online_retail"

    dataset = import_files(shop / "UserBehavior_dirty.csv", shop / "ProductInfo.csv", tmp_path / "out")

    facts = dataset.report["behavior"]
    assert facts["rows_in"] == 541_909 == facts["rows_kept"] + sum(facts["rejected"].values())
    assert facts["rejected"]["missing_user"] == 135_080
    assert len(dataset.rejected()) == sum(facts["rejected"].values())
    raw = pd.read_csv(shop / "UserBehavior_dirty.csv", dtype=str)
    good = raw[raw["UserID"].notna() & (raw["Behavior"] == "1")].reset_index(drop=True)
    ours = dataset.interactions()
    for own, theirs in ((Columns.USER, "UserID"), (Columns.ITEM, "ProductID"), ("InvoiceNo", "InvoiceNo")):
        assert ours[own].tolist() == good[theirs].tolist()
    assert ours[Columns.TIMESTAMP].tolist() == pd.to_datetime(good["Time"]).tolist()
