"""No row option lets one shopper's rows decide what happens to another's, or the order of rows decide anything."""

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.anonymize.pseudonyms import pseudonyms
from core.anonymize.rows import apply_row_rules
from core.columns import Columns
from core.settings import AnonymizationSettings

KEY = b"k" * 64
CATALOGUE = pd.DataFrame(
    {
        Columns.ITEM: pd.Series([f"i{n}" for n in range(6)], dtype="str"),
        Columns.CATEGORY: pd.Series(["A > B", "A > C", "A", "D > E > F", "D", None], dtype="str"),
        Columns.PRICE: [1.0, 2.5, 7.0, 99.0, 3.0, None],
        Columns.RATING: [None] * 6,
        Columns.TITLE: None,
        Columns.TEXT: None,
    }
)
OPTIONS: dict[str, dict[str, Any]] = {
    "drop_columns": {"drop_columns": ("Basket",)},
    "mask_identifiers": {"mask_identifiers": True},
    "pseudonymize": {"pseudonymize": True},
    "pseudonym_format": {"pseudonymize": True, "pseudonym_format": "same"},
    "coarsen_time": {"coarsen_time": "week"},
    "price_bands": {"price_bands": (1.0, 5.0)},
    "round_prices": {"round_prices": 2.0},
    "category_levels": {"category_levels": 1},
    "max_products_per_shopper": {"max_products_per_shopper": 2},
    "max_events_per_shopper": {"max_events_per_shopper": 3},
    "local_epsilon": {"local_epsilon": 1.0},
}
ALL = {name: value for option in OPTIONS.values() for name, value in option.items()}
TOGETHER = [
    {name: value for name, value in ALL.items() if name != "local_epsilon"},
    {name: value for name, value in ALL.items() if name != "max_products_per_shopper"},
]
CASES = [*OPTIONS.items(), ("all with a cap by product", TOGETHER[0]), ("all with random answers", TOGETHER[1])]

USERS = ("7", "12346", "541312140", "AB-00123", "u1")
events = st.tuples(
    st.sampled_from(USERS),
    st.sampled_from([*CATALOGUE[Columns.ITEM], "in no catalogue"]),
    st.sampled_from(["purchase", "view"]),
    st.sampled_from([None, 0, 90, 100_000]),
    st.sampled_from(["2.55", "n/a", None]),
    st.sampled_from(["a@b.example", "ok", None]),
)


def table(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """These events, with a number for each in ``Basket`` so that it can be followed."""
    columns = [Columns.USER, Columns.ITEM, Columns.EVENT, Columns.TIMESTAMP, "UnitPrice", "Note"]
    frame = pd.DataFrame(rows, columns=columns).assign(Basket=[f"b{place:03d}" for place in range(len(rows))])
    times = pd.to_datetime(frame[Columns.TIMESTAMP].astype("float64"), unit="s")
    texts = {name: frame[name].astype("str") for name in frame.columns if name != Columns.TIMESTAMP}
    return frame.assign(**texts, **{Columns.TIMESTAMP: times.astype("datetime64[us]")})


def applied(rows: pd.DataFrame, option: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    chosen = AnonymizationSettings.model_validate({"pseudonymize": False} | option)
    after, catalogue, _ = apply_row_rules(rows, CATALOGUE, chosen, KEY)
    assert catalogue is not None
    return after, catalogue


def named(user: str, option: dict[str, Any]) -> str:
    """How an option calls a shopper."""
    if not option.get("pseudonymize"):
        return user
    return str(pseudonyms([user], KEY, option.get("pseudonym_format", "hex"))[0])


@pytest.mark.parametrize(("name", "option"), CASES)
@settings(max_examples=15)
@given(rows=st.lists(events, min_size=1, max_size=25), gone=st.sampled_from(USERS))
def test_without_one_shopper_the_others_rows_and_the_product_file_are_the_same(
    name: str, option: dict[str, Any], rows: list[tuple[Any, ...]], gone: str
) -> None:
    data = table(rows)
    with_all, products = applied(data, option)
    without, products_without = applied(data[data[Columns.USER] != gone].reset_index(drop=True), option)

    others = with_all[with_all[Columns.USER] != named(gone, option)].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, without, check_dtype=len(without) > 0)
    pd.testing.assert_frame_equal(products, products_without)


@pytest.mark.parametrize(("name", "option"), CASES)
@settings(max_examples=15)
@given(rows=st.lists(events, max_size=25), seed=st.integers(0, 1_000))
def test_the_order_of_rows_decides_nothing(
    name: str, option: dict[str, Any], rows: list[tuple[Any, ...]], seed: int
) -> None:
    """Where no further column is left to follow, rows that are equal in all of Tact's own are one and the same."""
    data = table(rows)
    mixed = data.sample(frac=1, random_state=seed).reset_index(drop=True)

    after, _ = applied(data, option)
    again, _ = applied(mixed, option)

    assert sorted(map(str, again.itertuples(index=False))) == sorted(map(str, after.itertuples(index=False)))
