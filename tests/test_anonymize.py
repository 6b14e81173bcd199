"""Row options: each changes a shopper's own rows only and says what it did."""

import numpy as np
import pandas as pd
import pytest

from core.anonymize.rows import apply_row_rules, pseudonym, row_steps
from core.columns import Columns
from core.errors import SettingsError
from core.settings import AnonymizationSettings

KEY = b"k" * 32
NOTHING = {"pseudonymize": False}


def interactions(n_users: int = 6, n_items: int = 8) -> pd.DataFrame:
    """Shopper u<n> buys products i0 to i<n>, one an hour, each twice."""
    rows = [(f"u{user}", f"i{item}", item) for user in range(n_users) for item in range(min(user + 1, n_items))] * 2
    return pd.DataFrame(
        {
            Columns.USER: [user for user, _, _ in rows],
            Columns.ITEM: [item for _, item, _ in rows],
            Columns.EVENT: "purchase",
            Columns.TIMESTAMP: pd.Timestamp("2024-02-28 22:30:00") + pd.to_timedelta([h for _, _, h in rows], unit="h"),
            "Basket": [f"b{number}" for number in range(len(rows))],
        }
    ).astype({Columns.TIMESTAMP: "datetime64[us]"})


def catalogue(prices: list[float]) -> pd.DataFrame:
    """Products i0, i1, ... with these prices."""
    return pd.DataFrame(
        {
            Columns.ITEM: [f"i{number}" for number in range(len(prices))],
            Columns.CATEGORY: "Tea",
            Columns.PRICE: prices,
            Columns.RATING: np.nan,
            Columns.TITLE: "Pot",
            Columns.TEXT: "Pot blue",
        }
    )


def settings(**values: object) -> AnonymizationSettings:
    """Settings in which only what is named is done."""
    return AnonymizationSettings.model_validate(NOTHING | values)


def test_nothing_chosen_changes_nothing() -> None:
    before = interactions()

    after, _, changes = apply_row_rules(before, None, settings(), KEY)

    pd.testing.assert_frame_equal(before, after)
    assert changes == []


def test_the_frames_given_stay_as_they_were() -> None:
    before, products = interactions(), catalogue([1.5, 7])
    everything = settings(
        pseudonymize=True,
        drop_columns=("Basket", "Category"),
        coarsen_time="week",
        price_bands=(5.0,),
        max_products_per_shopper=2,
    )

    apply_row_rules(before, products, everything, KEY)

    pd.testing.assert_frame_equal(before, interactions())
    pd.testing.assert_frame_equal(products, catalogue([1.5, 7]))


@pytest.mark.parametrize("gone", ["u0", "u3", "u5"])
def test_no_row_depends_on_another_shopper(gone: str) -> None:
    """What makes these rules fit to precede a private study: without one shopper, the others' rows are the same."""
    everything = settings(pseudonymize=True, coarsen_time="day", max_products_per_shopper=3, drop_columns=("Basket",))
    data = interactions()

    with_all, _, _ = apply_row_rules(data, None, everything, KEY)
    without, _, _ = apply_row_rules(data[data[Columns.USER] != gone].reset_index(drop=True), None, everything, KEY)

    others = with_all[with_all[Columns.USER] != pseudonym(gone, KEY)].reset_index(drop=True)
    pd.testing.assert_frame_equal(without, others)


def test_pseudonyms_are_stable_distinct_and_keyed() -> None:
    data = interactions()

    once, _, changes = apply_row_rules(data, None, settings(pseudonymize=True), KEY)
    again, _, _ = apply_row_rules(data, None, settings(pseudonymize=True), KEY)
    other, _, _ = apply_row_rules(data, None, settings(pseudonymize=True), b"x" * 32)

    assert once[Columns.USER].tolist() == again[Columns.USER].tolist()
    assert once[Columns.USER].nunique() == 6
    assert set(once[Columns.USER]).isdisjoint({*other[Columns.USER], *data[Columns.USER]})
    assert once[Columns.USER].str.fullmatch("[0-9a-f]{20}").all()
    assert once[Columns.ITEM].tolist() == data[Columns.ITEM].tolist()
    assert (changes[0].n_changed, changes[0].what) == (6, "shoppers")


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("hour", "2024-02-28 22:00:00"),
        ("day", "2024-02-28"),
        ("week", "2024-02-26"),  # the Monday
        ("month", "2024-02-01"),
    ],
)
def test_times_are_cut_to_the_period(period: str, expected: str) -> None:
    after, _, _ = apply_row_rules(interactions(), None, settings(coarsen_time=period), KEY)

    assert after[Columns.TIMESTAMP][0] == pd.Timestamp(expected)
    assert after[Columns.TIMESTAMP].dtype == "datetime64[us]"


def test_missing_times_stay_missing() -> None:
    data = interactions().assign(**{Columns.TIMESTAMP: pd.Series(pd.NaT, index=range(42), dtype="datetime64[us]")})

    after, _, changes = apply_row_rules(data, None, settings(coarsen_time="month"), KEY)

    assert after[Columns.TIMESTAMP].isna().all()
    assert (changes[0].n_changed, changes[0].sentence) == (0, "The file has no times, so there is nothing to coarsen.")


def test_prices_become_the_lower_edge_of_their_band() -> None:
    _, after, changes = apply_row_rules(
        interactions(), catalogue([0.5, 1, 3, 5, 900, np.nan]), settings(price_bands=(1.0, 5.0)), KEY
    )

    assert after is not None
    assert after[Columns.PRICE].fillna(-1).tolist() == [0, 0, 1, 1, 5, -1]
    assert changes[0].n_changed == 5


def test_the_cap_keeps_so_many_products_of_each_shopper() -> None:
    data = interactions()

    after, _, changes = apply_row_rules(data, None, settings(max_products_per_shopper=2), KEY)

    assert after.groupby(Columns.USER)[Columns.ITEM].nunique().tolist() == [1, 2, 2, 2, 2, 2]
    assert (after.groupby([Columns.USER, Columns.ITEM]).size() == 2).all()  # both events of a product stay
    n_dropped = 2 * (1 + 2 + 3 + 4)  # of u2 to u5, each product twice
    assert changes[0].n_changed == n_dropped == len(data) - len(after)


def test_the_caps_coin_is_the_keys() -> None:
    one, _, _ = apply_row_rules(interactions(20, 20), None, settings(max_products_per_shopper=2), KEY)
    two, _, _ = apply_row_rules(interactions(20, 20), None, settings(max_products_per_shopper=2), b"x" * 32)

    assert one[Columns.ITEM].tolist() != two[Columns.ITEM].tolist()
    assert one[Columns.ITEM].nunique() > 5  # and no product is favoured


def test_dropped_columns_are_gone_and_tacts_own_are_blank() -> None:
    names = ("Basket", "Time", "Price", "Title")

    rows, products, _ = apply_row_rules(interactions(), catalogue([1, 2]), settings(drop_columns=names), KEY)

    assert products is not None
    assert "Basket" not in rows.columns
    assert rows[Columns.TIMESTAMP].isna().all()
    assert rows[Columns.TIMESTAMP].dtype == "datetime64[us]"
    assert products[[Columns.PRICE, Columns.TITLE, Columns.TEXT]].isna().all(axis=None)
    assert products[Columns.CATEGORY].tolist() == ["Tea", "Tea"]


@pytest.mark.parametrize(("name", "words"), [("UserID", "needed"), ("Shoe size", "There are timestamp, Basket")])
def test_columns_that_cannot_be_dropped_are_named(name: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        apply_row_rules(interactions(), None, settings(drop_columns=(name,)), KEY)


def test_steps_are_the_rules_one_by_one_and_rows_keep_their_places() -> None:
    chosen = settings(
        pseudonymize=True, coarsen_time="day", max_products_per_shopper=3, max_events_per_shopper=4, local_epsilon=None
    )
    data = interactions()

    steps = list(row_steps(data, None, chosen, KEY))
    rows, _, changes = apply_row_rules(data, None, chosen, KEY)

    assert [step.option for step in steps] == [
        "pseudonymize",
        "coarsen_time",
        "max_products_per_shopper",
        "max_events_per_shopper",
    ]
    assert [step.change for step in steps] == changes
    pd.testing.assert_frame_equal(steps[-1].interactions.reset_index(drop=True), rows)
    places = steps[-1].interactions.index
    assert data.loc[places, Columns.ITEM].tolist() == rows[Columns.ITEM].tolist()


def test_coins_do_not_hang_on_the_other_options() -> None:
    """Two exports that keep different products of a shopper would together show more than the cap allows."""
    data = interactions(20, 20)
    plain, _, _ = apply_row_rules(data, None, settings(max_products_per_shopper=2), KEY)
    hidden, _, _ = apply_row_rules(
        data, None, settings(max_products_per_shopper=2, pseudonymize=True, coarsen_time="month"), KEY
    )

    assert hidden[Columns.ITEM].tolist() == plain[Columns.ITEM].tolist()
