"""What an option costs, on data small enough to count by hand."""

import pandas as pd

from core.anonymize.applying import apply_all
from core.anonymize.distortion import by_entropy, kept_shares
from core.columns import Columns
from tests.test_anonymize_applying import KEY, chosen, large, products, shop


def test_pseudonyms_lose_nothing_and_a_dropped_column_loses_all() -> None:
    found = apply_all(shop(large()), products(), chosen(pseudonymize=True, drop_columns=("Note",)), KEY)

    dropped, named, _ = found.distortion
    assert dropped["columns"] == {"Note": 1.0}
    assert named["columns"] == {Columns.USER: 0.0}
    assert named["information_loss"] == 0
    assert named["cells_changed"] == len(shop(large()))


def test_coarser_times_lose_their_share_of_entropy() -> None:
    """Four equally likely hours on one day say 2 bits; the day alone says none; two half-days would say 1."""
    data = shop([(1, "a", 1)] * 4)
    hours = pd.to_datetime(["2024-01-01 01:00", "2024-01-01 02:00", "2024-01-01 13:00", "2024-01-01 14:00"])
    data[Columns.TIMESTAMP] = hours.astype("datetime64[us]")
    halves = data.assign(**{Columns.TIMESTAMP: hours.floor("12h").astype("datetime64[us]")})

    found = by_entropy("coarsen_time", (data, None), (halves, None))

    assert found["columns"] == {Columns.TIMESTAMP: (2 - 1) / 2}
    assert found["cells_changed"] == 4


def test_answers_at_random_say_less_the_smaller_epsilon_is() -> None:
    """The entropy of a randomised column is no smaller, so what it says of the true one is measured otherwise."""
    losses = [
        apply_all(shop(large(400)), products(), chosen(local_epsilon=epsilon), KEY).distortion[0]["columns"]
        for epsilon in (0.1, 2.0, 8.0)
    ]

    items = [loss[Columns.ITEM] for loss in losses]
    assert items[0] > 0.9
    assert items == sorted(items, reverse=True)
    assert items[2] < 0.1


def test_kept_shares_are_counted() -> None:
    data = shop([(1, "a", 1), (1, "b", 1), (2, "a", 1), (2, "c", 1)])

    shares = kept_shares(data, data.iloc[:2])

    assert shares == {"rows_kept": 2 / 4, "shoppers_kept": 1 / 2, "products_kept": 2 / 3}


def test_a_threshold_counts_a_row_that_is_left_out_as_wholly_lost() -> None:
    """c has one shopper: one of four rows goes."""
    found = apply_all(
        shop([(1, "a", 1), (1, "c", 1), (2, "a", 1), (3, "a", 1)]), None, chosen(suppress_items_below=2), KEY
    )

    assert found.distortion[0]["information_loss"] == 1 / 4
    assert found.distortion[0]["measure"] == "ncp"


def test_a_category_in_place_of_a_product_loses_the_share_of_products_that_it_stands_for() -> None:
    """a and b are two of eight products, four of which are Home|Tea: each row loses (4 - 1) / (8 - 1)."""
    found = apply_all(shop([(1, "a", 1), (2, "b", 1)]), products(), chosen(km_anonymity={"k": 2, "m": 1}), KEY)

    assert found.distortion[0]["information_loss"] == round((4 - 1) / (8 - 1), 4)
    assert found.distortion[0]["cells_changed"] == 2
    assert found.distortion[-1]["information_loss"] is None


def test_a_group_loses_by_cell_and_by_shopper() -> None:
    """Two of six shoppers get "*" in one of two columns: 2 of 12 cells."""
    data = shop([(user, "a", 1) for user in range(6)], towns="AAAABC")

    found = apply_all(data, None, chosen(k_anonymity={"k": 2, "columns": ("Town", "first_month")}), KEY)

    assert found.distortion[0]["information_loss"] == round(2 / 12, 4)
    assert found.distortion[0]["cells_changed"] == 2
