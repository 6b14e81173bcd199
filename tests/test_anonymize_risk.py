"""The measure of risk: unicity and k, on data small enough to count by hand."""

import os
import time
from pathlib import Path

import pandas as pd
import pytest

from core.anonymize.risk import risk
from core.columns import Columns
from core.tables.importing import import_files


def bought(baskets: dict[str, str]) -> pd.DataFrame:
    """Shoppers and their products, one letter each; no times."""
    rows = [(user, item) for user, items in baskets.items() for item in items]
    return pd.DataFrame(
        {
            Columns.USER: [user for user, _ in rows],
            Columns.ITEM: [item for _, item in rows],
            Columns.EVENT: "purchase",
            Columns.TIMESTAMP: pd.Series(pd.NaT, index=range(len(rows)), dtype="datetime64[us]"),
        }
    )


def test_alike_shoppers_hide_each_other() -> None:
    assert risk(bought({"a": "xyz", "b": "zyx", "c": "xxyz"})) == {"unicity": dict.fromkeys("12345", 0.0), "k": 3}


def test_a_product_of_ones_own_singles_out() -> None:
    assert risk(bought({"a": "x", "b": "y"})) == {"unicity": dict.fromkeys("12345", 1.0), "k": 1}


def test_two_products_can_say_more_than_one() -> None:
    """Each product is shared by two shoppers, each pair of products by nobody."""
    found = risk(bought({"a": "xy", "b": "yz", "c": "zx"}))

    assert found == {"unicity": {"1": 0.0, "2": 1.0, "3": 1.0, "4": 1.0, "5": 1.0}, "k": 1}


def test_a_shopper_with_few_products_is_taken_with_all_of_them() -> None:
    """What "a" has, "b" has too: no amount of knowledge of "a" singles "a" out."""
    found = risk(bought({"a": "xy", "b": "xyz", "c": "xyz"}))

    assert found["unicity"] == dict.fromkeys("12345", 0.0)
    assert found["k"] == 1


def test_the_day_of_a_purchase_is_known_too() -> None:
    same = bought({"a": "x", "b": "x"})
    other_days = same.assign(
        **{Columns.TIMESTAMP: pd.to_datetime(["2024-01-01", "2024-01-02"]).astype("datetime64[us]")}
    )
    same_day = same.assign(
        **{Columns.TIMESTAMP: pd.to_datetime(["2024-01-01 08:00", "2024-01-01 09:00"]).astype("datetime64[us]")}
    )

    assert risk(other_days)["unicity"]["1"] == 1
    assert risk(same_day)["unicity"]["1"] == 0


def test_ids_and_their_codes_have_the_same_risk() -> None:
    data = bought({"a": "xy", "b": "yz", "c": "zx", "d": "xyz"})

    assert risk(data) == risk(data.assign(**{Columns.USER: data[Columns.USER] + "-code"}))


def test_no_rows_no_risk() -> None:
    assert risk(bought({"a": "x"}).iloc[:0]) == {"unicity": dict.fromkeys("12345", 0.0), "k": 0}


@pytest.mark.slow
@pytest.mark.bench_data
def test_400_thousand_events_take_less_than_20_seconds(tmp_path: Path) -> None:
    folder = os.environ.get("TACT_BENCH_DATA")
    if not folder:
        pytest.skip("TACT_BENCH_DATA is not set")
    shop = Path(folder) / "online_retail"
    data = import_files(shop / "UserBehavior.csv", shop / "ProductInfo.csv", tmp_path / "out").interactions()

    started = time.perf_counter()
    found = risk(data)

    assert time.perf_counter() - started < 20
    shares = list(found["unicity"].values())
    assert shares == sorted(shares)
    assert 0.2 < shares[0] < 0.6  # one product on one day
    assert shares[2] > 0.9  # three purchases single out nearly everybody
