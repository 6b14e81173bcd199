"""Coarser prices and categories: by declared steps and by the public product file, in every column that tells them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.anonymize.generalize import band_prices, level_separator, roll_up, round_prices
from core.columns import Columns


def catalogue(prices: list[float], categories: list[str | None] | None = None) -> pd.DataFrame:
    """Products i0, i1, ... with these prices and categories."""
    return pd.DataFrame(
        {
            Columns.ITEM: [f"i{number}" for number in range(len(prices))],
            Columns.CATEGORY: pd.Series(categories or ["Tea"] * len(prices), dtype="str"),
            Columns.PRICE: prices,
            Columns.RATING: np.nan,
            Columns.TITLE: "Pot",
            Columns.TEXT: "Pot blue",
        }
    )


def rows(**further: list[object]) -> pd.DataFrame:
    """Rows of one shopper with these further columns, of text."""
    n_rows = len(next(iter(further.values()))) if further else 2
    return pd.DataFrame(
        {
            Columns.USER: ["u"] * n_rows,
            Columns.ITEM: ["i0"] * n_rows,
            Columns.EVENT: "purchase",
            Columns.TIMESTAMP: pd.Series([pd.NaT] * n_rows, dtype="datetime64[us]"),
            **{name: pd.Series(cells, dtype="str") for name, cells in further.items()},
        }
    )


def cells(values: pd.Series) -> list[str | None]:
    return [None if pd.isna(cell) else str(cell) for cell in values]


def test_prices_become_the_nearest_multiple() -> None:
    (_, after), change = round_prices(rows(), catalogue([0.3, 2.4, 2.6, 10.0, np.nan]), 0.5)

    assert after is not None
    assert after[Columns.PRICE].fillna(-1).tolist() == [0.5, 2.5, 2.5, 10.0, -1]
    assert (change.option, change.what, change.n_changed) == ("round_prices", "products", 3)
    assert "3 of 5 prices are rounded to multiples of 0.5: 4 prices become 3." in change.sentence


@given(st.floats(-1e6, 1e6), st.sampled_from([0.01, 0.1, 0.3, 1.0, 5.0, 250.0]))
def test_a_rounded_price_is_a_multiple_at_most_half_a_step_away(price: float, step: float) -> None:
    (_, after), _ = round_prices(rows(), catalogue([price]), step)

    assert after is not None
    (found,) = after[Columns.PRICE]
    assert abs(found - price) <= step / 2 + 1e-9 * max(1, abs(price))
    assert found / step == pytest.approx(round(found / step), abs=1e-6)


def test_prices_in_further_columns_are_coarsened_too() -> None:
    """Beside a band in the product file an exact UnitPrice would undo it."""
    behavior = rows(
        UnitPrice=["2.55", "3.39", "€1.234,50", "n/a", None],
        Quantity=["6", "6", "1", "1", "1"],
        单价=["9", "10", "11", "1,200.50", "-4"],
    )

    (banded, _), change = band_prices(behavior, None, (1.0, 3.0, 10.0))
    (rounded, _), _ = round_prices(behavior, None, 5.0)

    assert cells(banded["UnitPrice"]) == ["1", "3", "10", None, None]
    assert cells(banded["单价"]) == ["3", "3", "10", "10", "0"]
    assert cells(rounded["UnitPrice"]) == ["5", "5", "1235", None, None]
    assert cells(banded["Quantity"]) == cells(behavior["Quantity"])
    assert (change.what, change.n_changed) == ("prices", 4 + 5)  # all that were there, the unreadable one as well
    assert "UnitPrice, 单价" in change.sentence


def test_a_price_on_its_band_or_step_is_not_counted_as_changed() -> None:
    behavior = rows(UnitPrice=["1", "3", "0"])

    assert band_prices(behavior, None, (1.0, 3.0))[1].n_changed == 2  # 1 is the band below 1, 3 the band below 3
    assert round_prices(behavior, None, 1.0)[1].n_changed == 0


def test_without_prices_nothing_is_done_and_said() -> None:
    (after, _), change = round_prices(rows(Note=["1", "2"]), None, 5.0)

    assert (change.n_changed, change.sentence) == (0, "There is no product file, so no price to coarsen.")
    assert cells(after["Note"]) == ["1", "2"]


LEVELS = [
    (["Home > Tea > Pots", "Home > Tea", "Home"], ">"),
    (["Kitchen|Tea", "Kitchen|Tea", "Garden"], "|"),
    (["home.tea.pots", "home.bed", "apparel.shoes"], "."),
    (["Home/Tea", "Garden/Tools", "Home/Bed"], "/"),
    (["Animation|Comedy", "Comedy|Drama", "Drama", "Comedy", "Animation"], None),  # labels side by side
    (["Tea", "Coffee", "Dr. Who", "Mr. Tee"], None),
    (["3738615", "4173315"], None),
    ([None, None], None),
]


@pytest.mark.parametrize(("categories", "separator"), LEVELS)
def test_levels_are_told_from_labels_side_by_side(categories: list[str | None], separator: str | None) -> None:
    assert level_separator(pd.Series(categories, dtype="str")) == separator


def test_the_first_levels_stay_in_both_files() -> None:
    products = catalogue([1, 2, 3, 4], ["Home > Tea > Pots > Iron", "Home > Tea", "Home", None])

    (behavior, after), change = roll_up(rows(category_code=["Home > Tea > Pots", "Home", None]), products, 2)

    assert after is not None
    assert cells(after[Columns.CATEGORY]) == ["Home > Tea", "Home > Tea", "Home", None]
    assert cells(behavior["category_code"]) == ["Home > Tea", "Home", None]
    assert change.n_changed == 1
    assert "3 categories become 2" in change.sentence


@pytest.mark.parametrize("products", [None, catalogue([1.0, 2.0], ["A|B", "B|A"])])
def test_categories_without_levels_stay(products: pd.DataFrame | None) -> None:
    (_, after), change = roll_up(rows(), products, 1)

    assert change.n_changed == 0
    assert "nothing to roll up" in change.sentence
    if products is not None:
        assert after is not None
        pd.testing.assert_frame_equal(after, products)
