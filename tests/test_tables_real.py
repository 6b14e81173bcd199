"""Real shops, where ``TACT_BENCH_DATA`` says that they are: every row is accounted for."""

import csv
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.columns import Columns
from core.tables.importing import import_files
from core.tables.mapping import Mapping
from core.tables.proposal import propose
from core.tables.rules import Rules

pytestmark = [pytest.mark.slow, pytest.mark.bench_data]

EXPECTED = {
    # users, items and events of the published files
    "online_retail": (4_338, 3_665, 397_884),
    "retailrocket": (3_425, 8_881, 83_459),
    "taobao": (814, 52_491, 77_622),
    "ml100k": (943, 1_682, 100_000),
    "ml1m": (6_040, 3_706, 1_000_209),
}
RAW = {
    # a file as it was published: its records, how its columns are proposed, what is rejected by that
    "taobao/raw_no_header.csv": (
        84_476,
        {"UserID": "#1", "ProductID": "#2", "Behavior": "#4", "Time": "#5"},
        {"malformed": 1},  # the last line is cut
    ),
    "jewelry/raw_no_header.csv": (
        95_911,
        {
            "UserID": "#9",
            "ProductID": "#3",
            "Behavior": "=purchase",
            "Time": "#1",
            "Quantity": "#4",
            "Price": "#8",
            "Order": "#2",
        },
        {"malformed": 5_352},  # shifted by a column
    ),
    "rees46/raw.csv": (
        17_435,
        {
            "UserID": "user_id",
            "ProductID": "product_id",
            "Behavior": "event_type",
            "Time": "event_time",
            "Price": "price",
        },
        {"malformed": 1},
    ),
    "online_retail/UserBehavior_dirty.csv": (
        541_909,
        {
            "UserID": "UserID",
            "ProductID": "ProductID",
            "Behavior": "Behavior",
            "Time": "Time",
            "Quantity": "Quantity",
            "Price": "UnitPrice",
            "Order": "InvoiceNo",
        },
        {"missing_user": 135_080, "unknown_behavior": 8_905},
    ),
}
ALL_RULES: dict[str, Any] = {
    "duplicates": True,
    "returns": True,
    "non_products": ("POST", "DOT", "M", "m", "D", "BANK CHARGES", "AMAZONFEE"),
    "impossible_prices": True,
    "max_price": 1_000,
    "earliest": "2010-12-02",
    "latest": "2021-11-30",
    "fold_case": True,
}


@pytest.fixture
def data() -> Path:
    """The folder of the real shops."""
    folder = os.environ.get("TACT_BENCH_DATA")
    if not folder:
        pytest.skip("TACT_BENCH_DATA is not set")
    return Path(folder)


def checked(path: Path, out: Path, mapping: Mapping, n_records: int) -> dict[str, Any]:
    """Import a file and hold rows in = kept + rejected against a count of its records that is not ours."""
    dataset = import_files(path, None, out, mapping=mapping)
    facts: dict[str, Any] = dataset.report["behavior"]
    assert facts["rows_in"] == n_records == facts["rows_kept"] + sum(facts["rejected"].values())
    assert len(dataset.rejected()) == sum(facts["rejected"].values())
    assert dataset.rejected()["record"].is_unique
    assert len(dataset.interactions()) == facts["rows_kept"]
    return facts


def count_records(path: Path, *, has_header: bool) -> int:
    """Records of a CSV file as Python reads it; blank lines are none."""
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        return sum(1 for record in csv.reader(file) if record) - has_header


@pytest.mark.parametrize("name", EXPECTED)
def test_real_shops_import_whole(tmp_path: Path, data: Path, name: str) -> None:
    shop = data / name

    facts = import_files(shop / "UserBehavior.csv", shop / "ProductInfo.csv", tmp_path / "out").report["behavior"]

    assert (facts["users"], facts["items"], facts["rows_kept"]) == EXPECTED[name]
    assert facts["rejected"] == {}


@pytest.mark.parametrize("name", [f"{shop}/UserBehavior.csv" for shop in EXPECTED])
def test_every_row_of_a_clean_file_is_accounted_for_with_all_rules(tmp_path: Path, data: Path, name: str) -> None:
    n_records = count_records(data / name, has_header=True)

    checked(data / name, tmp_path / "out", Mapping(rules=Rules(**(ALL_RULES | {"earliest": "1990-01-01"}))), n_records)


@pytest.mark.parametrize("name", RAW)
def test_every_row_of_a_raw_file_is_accounted_for(tmp_path: Path, data: Path, name: str) -> None:
    n_records, columns, rejected = RAW[name]
    mapping = propose(data / name, None).mapping
    assert mapping.behavior == columns
    assert count_records(data / name, has_header=not columns["UserID"].startswith("#")) == n_records

    without = checked(data / name, tmp_path / "without", mapping, n_records)
    by_rules = mapping.model_copy(update={"rules": Rules(**ALL_RULES)})
    with_rules = checked(data / name, tmp_path / "with", by_rules, n_records)

    assert without["rejected"] == rejected
    assert with_rules["rows_kept"] <= without["rows_kept"]


def test_the_rules_find_what_is_known_of_the_dirty_file(tmp_path: Path, data: Path) -> None:
    path = data / "online_retail" / "UserBehavior_dirty.csv"
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    is_return = raw["Quantity"].str.startswith("-") | raw["InvoiceNo"].str.startswith("C")
    spellings = pd.Series(raw["ProductID"].str.strip().unique())

    rules = import_files(path, None, tmp_path / "out", mapping=propose(path, None).mapping).report["behavior"]["rules"]

    assert rules["duplicates"]["rows"] == raw.duplicated().sum() == 5_270
    assert rules["returns"]["rows"] == is_return.sum() == 10_624
    assert rules["returns"]["cancellations"] == raw["InvoiceNo"].str.startswith("C").sum() == 9_288
    assert rules["impossible_prices"]["rows"] == (raw["UnitPrice"].astype(float) <= 0).sum() == 2_517
    assert rules["fold_case"]["n_codes"] == (spellings.groupby(spellings.str.upper()).size() > 1).sum() == 112
    codes = rules["non_products"]["codes"]
    assert {"POST", "DOT", "M", "D", "BANK CHARGES", "AMAZONFEE", "CRUK", "PADS", "C2"} <= set(codes)
    assert codes["POST"] == (raw["ProductID"] == "POST").sum() == 1_256
    assert not any(rules[name]["estimate"] for name in rules)


def test_duplicates_of_the_dirty_file_are_those_that_pandas_finds(tmp_path: Path, data: Path) -> None:
    path = data / "online_retail" / "UserBehavior_dirty.csv"
    is_repeat = pd.read_csv(path, dtype=str, keep_default_na=False).duplicated()

    dataset = import_files(path, None, tmp_path / "out", mapping=Mapping(rules=Rules(duplicates=True)))

    rejected = dataset.rejected()
    ours = rejected.loc[rejected["reason"] == "duplicate", "record"]
    assert ours.tolist() == (is_repeat[is_repeat].index + 1).tolist()


def test_the_kept_rows_of_the_dirty_file_are_those_of_pandas(tmp_path: Path, data: Path) -> None:
    shop = data / "online_retail"

    ours = import_files(shop / "UserBehavior_dirty.csv", shop / "ProductInfo.csv", tmp_path / "out").interactions()

    raw = pd.read_csv(shop / "UserBehavior_dirty.csv", dtype=str)
    good = raw[raw["UserID"].notna() & (raw["Behavior"] == "1")].reset_index(drop=True)
    for own, theirs in ((Columns.USER, "UserID"), (Columns.ITEM, "ProductID"), ("InvoiceNo", "InvoiceNo")):
        assert ours[own].tolist() == good[theirs].tolist()
    assert ours[Columns.TIMESTAMP].tolist() == pd.to_datetime(good["Time"]).tolist()
