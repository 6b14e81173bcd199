"""Caps: so many rows of each shopper, chosen by coins that hang on the event and not on its place in the file."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.anonymize.coins import Coins, numbers_of_equals
from core.anonymize.rows import apply_row_rules
from core.columns import Columns
from core.settings import AnonymizationSettings

KEY = b"k" * 32
OWN = list(Columns.INTERACTIONS)


def events(shoppers: list[int], *, has_time: bool = True) -> pd.DataFrame:
    """Shopper u<n> has so many events: five products in turn, one an hour, each with a basket of its own."""
    rows = [(f"u{n}", f"i{event % 5}", event) for n, count in enumerate(shoppers) for event in range(count)]
    hours = pd.to_timedelta([hour for _, _, hour in rows], unit="h")
    times = (pd.Timestamp("2024-02-28") + hours) if has_time else [pd.NaT] * len(rows)
    return pd.DataFrame(
        {
            Columns.USER: pd.Series([user for user, _, _ in rows], dtype="str"),
            Columns.ITEM: pd.Series([item for _, item, _ in rows], dtype="str"),
            Columns.EVENT: pd.Series(["purchase"] * len(rows), dtype="str"),
            Columns.TIMESTAMP: pd.Series(times, dtype="datetime64[us]"),
            "Basket": pd.Series([f"b{place:04d}" for place in range(len(rows))], dtype="str"),
        }
    )


def capped(rows: pd.DataFrame, **cap: int) -> pd.DataFrame:
    """Rows after the cap alone."""
    chosen = AnonymizationSettings.model_validate({"pseudonymize": False, **cap})
    after, _, (change,) = apply_row_rules(rows, None, chosen, KEY)
    assert change.n_changed == len(rows) - len(after)
    return after


def test_so_many_events_of_each_shopper_stay() -> None:
    after = capped(events([3, 10, 40]), max_events_per_shopper=7)

    assert after.groupby(Columns.USER).size().tolist() == [3, 7, 7]


@settings(max_examples=20)
@given(
    st.randoms(use_true_random=False),
    st.booleans(),
    st.sampled_from(["max_events_per_shopper", "max_products_per_shopper"]),
)
def test_a_file_sorted_anew_keeps_the_same_rows(random: object, has_time: bool, cap: str) -> None:
    """Without times all events of a shopper with a product are equals; their further columns tell them apart."""
    rows = events([2, 9, 14], has_time=has_time)
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]

    kept = capped(rows, **{cap: 3})
    again = capped(rows.iloc[order].reset_index(drop=True), **{cap: 3})

    assert sorted(again["Basket"]) == sorted(kept["Basket"])
    assert again["Basket"].tolist() == [
        basket for basket in rows["Basket"].iloc[order] if basket in set(kept["Basket"])
    ]


def test_equals_are_numbered_within_themselves() -> None:
    rows = events([6], has_time=False).iloc[[0, 5, 1]].reset_index(drop=True)  # i0, i0, i1

    assert numbers_of_equals(rows).tolist() == [0, 1, 0]
    assert numbers_of_equals(rows.iloc[[1, 0, 2]].reset_index(drop=True)).tolist() == [1, 0, 0]


def test_every_event_is_as_likely_to_stay() -> None:
    """3 of 10 events of 4,000 shoppers: each place in the history stays 1,200 times, give or take."""
    rows = events([10] * 4_000)

    kept = capped(rows, max_events_per_shopper=3)

    hours = (kept[Columns.TIMESTAMP] - pd.Timestamp("2024-02-28")) // pd.Timedelta(hours=1)
    counts = np.bincount(hours, minlength=10)
    assert counts.sum() == 3 * 4_000
    assert stats.chisquare(counts).pvalue > 1e-6


def test_coins_of_two_purposes_keys_and_draws_have_nothing_in_common() -> None:
    rows = events([200])
    one = Coins(KEY, "a").of_events(rows)

    others = [
        Coins(KEY, "b").of_events(rows),
        Coins(b"x" * 32, "a").of_events(rows),
        Coins(KEY, "a").of_events(rows, draw=1),
    ]

    assert len(np.unique(one)) == 2 * len(rows)
    for other in others:
        assert not np.isin(other, one).any()


def test_a_coin_hangs_on_each_part_of_an_event() -> None:
    rows = events([1])
    changed = [
        rows.assign(**{Columns.USER: "v"}),
        rows.assign(**{Columns.ITEM: "j"}),
        rows.assign(**{Columns.EVENT: "view"}),
        rows.assign(**{Columns.TIMESTAMP: rows[Columns.TIMESTAMP] + pd.Timedelta(microseconds=1)}),
    ]

    coins = {int(Coins(KEY, "a").of_events(some)[0, 0]) for some in (rows, *changed)}

    assert len(coins) == 1 + len(changed)
    assert Coins(KEY, "a").of_events(rows.assign(Basket="other"))[0, 0] in coins
