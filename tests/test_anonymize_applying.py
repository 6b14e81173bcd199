"""All options together: in their order, and with every threshold holding at the end."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.anonymize.applying import Applied, apply_all
from core.anonymize.k_anonymity import smallest_group
from core.anonymize.km_check import km_violations
from core.anonymize.rows import apply_row_rules
from core.columns import Columns
from core.errors import RunCancelled
from core.settings import AnonymizationSettings

KEY = b"k" * 32
GROUPS = ("Town", "first_month", "events_band")
Event = tuple[int, str, int]  # shopper, product, month


def chosen(**values: object) -> AnonymizationSettings:
    """Settings in which only what is named is done."""
    return AnonymizationSettings.model_validate({"pseudonymize": False} | values)


def shop(events: Sequence[Event], towns: str = "ABC") -> pd.DataFrame:
    """Events of shoppers, each in the town of their number."""
    return pd.DataFrame(
        {
            Columns.USER: pd.Series([f"u{user}" for user, _, _ in events], dtype="str"),
            Columns.ITEM: pd.Series([item for _, item, _ in events], dtype="str"),
            Columns.EVENT: pd.Series(["purchase"] * len(events), dtype="str"),
            Columns.TIMESTAMP: pd.to_datetime([f"2024-{month:02}-03 10:30" for _, _, month in events]).astype(
                "datetime64[us]"
            ),
            "Town": pd.Series([towns[user % len(towns)] for user, _, _ in events], dtype="str"),
            "Note": pd.Series([f"note {number}" for number in range(len(events))], dtype="str"),
        }
    )


def products() -> pd.DataFrame:
    """Eight products of two shelves."""
    return pd.DataFrame(
        {
            Columns.ITEM: pd.Series(list("abcdefgh"), dtype="str"),
            Columns.CATEGORY: pd.Series(["Home|Tea"] * 4 + ["Home|Pots"] * 4, dtype="str"),
            Columns.PRICE: [1.0, 2, 3, 4, 5, 6, 7, 8],
            Columns.RATING: np.nan,
            Columns.TITLE: pd.Series([None] * 8, dtype="str"),
            Columns.TEXT: pd.Series([None] * 8, dtype="str"),
        }
    )


def large(n: int = 60) -> list[Event]:
    """Shoppers with two to six products each, the first ones liked by most."""
    rng = np.random.default_rng(5)
    liked = np.array([8, 7, 6, 5, 4, 3, 2, 1]) / 36
    return [
        (user, "abcdefgh"[item], 1 + int(rng.integers(2)))
        for user in range(n)
        for item in rng.choice(8, size=int(rng.integers(2, 7)), replace=False, p=liked)
    ]


def assert_all_hold(found: Applied, wanted: AnonymizationSettings) -> None:
    """Recompute each chosen threshold from the rows alone."""
    rows = found.interactions
    if not len(rows):
        return
    if wanted.suppress_items_below:
        assert rows.groupby(Columns.ITEM)[Columns.USER].nunique().min() >= wanted.suppress_items_below
    if wanted.k_anonymity:
        assert smallest_group(rows, found.catalogue, wanted.k_anonymity.columns) >= wanted.k_anonymity.k
    if wanted.km_anonymity:
        assert km_violations(rows, wanted.km_anonymity.k, wanted.km_anonymity.m) == 0


EVENTS = st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abcdefgh"), st.integers(1, 2)), min_size=1, max_size=60)


@settings(max_examples=40)
@given(events=EVENTS, k=st.integers(2, 3), m=st.integers(1, 2), how=st.sampled_from(["suppress", "generalize"]))
def test_all_thresholds_hold_at_once(events: list[Event], k: int, m: int, how: str) -> None:
    """Suppressing shoppers makes products rare again, and leaving rows out changes what groups are made of."""
    wanted = chosen(
        suppress_items_below=2,
        k_anonymity={"k": k, "columns": GROUPS, "how": how},
        km_anonymity={"k": k, "m": m},
    )

    assert_all_hold(apply_all(shop(events), products(), wanted, KEY), wanted)


def test_thresholds_go_round_where_a_later_one_breaks_an_earlier_one() -> None:
    """x has three shoppers until the one who is alone in town C is left out; a second round takes x out."""
    events = [(user, item, 1) for user in range(3) for item in "ax"] + [(3, "a", 1), (4, "a", 1)]
    wanted = chosen(suppress_items_below=3, k_anonymity={"k": 2, "columns": ("Town",), "how": "suppress"})

    found = apply_all(shop(events, towns="AACAA"), products(), wanted, KEY)

    assert found.n_rounds == 3  # the third one finds that all is well
    assert found.interactions[Columns.ITEM].tolist() == ["a"] * 4
    assert [change.n_changed for change in found.changes] == [2, 1]
    assert "went round 3 times" in found.changes[0].sentence


def test_rows_are_those_of_the_row_options_where_there_is_no_threshold() -> None:
    """What is shown as a preview, exported and learned from is the same."""
    wanted = chosen(
        pseudonymize=True, coarsen_time="week", drop_columns=("Note",), max_events_per_shopper=3, local_epsilon=2.0
    )
    data, catalogue = shop(large()), products()

    found = apply_all(data, catalogue, wanted, KEY)

    rows, listed, changes = apply_row_rules(data, catalogue, wanted, KEY)
    pd.testing.assert_frame_equal(found.interactions, rows)
    assert found.catalogue is not None
    assert listed is not None
    pd.testing.assert_frame_equal(found.catalogue, listed)
    assert (found.changes, found.n_rounds) == (changes, 0)


def test_options_come_in_their_order_and_each_has_its_cost() -> None:
    wanted = chosen(
        pseudonymize=True,
        coarsen_time="month",
        suppress_items_below=3,
        k_anonymity={"k": 3, "columns": ("Town",)},
        km_anonymity={"k": 3, "m": 1},
    )

    found = apply_all(shop(large()), products(), wanted, KEY)

    order = ["pseudonymize", "coarsen_time", "suppress_items_below", "k_anonymity", "km_anonymity"]
    assert [change.option for change in found.changes] == order
    assert [cost["option"] for cost in found.distortion] == [*order, "all"]


def test_shares_of_the_options_multiply_to_the_share_of_all() -> None:
    data = shop(large())
    wanted = chosen(
        max_events_per_shopper=3,
        suppress_items_below=5,
        k_anonymity={"k": 4, "columns": GROUPS},
        km_anonymity={"k": 3, "m": 2},
    )

    found = apply_all(data, products(), wanted, KEY)

    for share in ("rows_kept", "shoppers_kept"):
        each = [float(cost[share]) for cost in found.distortion]
        assert np.prod(each[:-1]) == pytest.approx(each[-1], abs=2e-3)  # each is rounded to four places
    assert found.distortion[-1]["rows_kept"] == pytest.approx(len(found.interactions) / len(data), abs=1e-4)


def test_a_category_in_place_of_a_product_leaves_the_columns_of_the_groups_alone() -> None:
    """Each product has one shopper, so all rows name a shelf: notes could tell the product, a group's town does not."""
    data = shop([(user, item, 1) for user, item in enumerate("abcd")], towns="AABB")
    wanted = chosen(k_anonymity={"k": 2, "columns": ("Town",)}, km_anonymity={"k": 2, "m": 1})

    found = apply_all(data, products(), wanted, KEY).interactions

    assert set(found[Columns.ITEM]) == {"category:Home|Tea"}
    assert found["Town"].tolist() == ["A", "A", "B", "B"]
    assert found["Note"].isna().all()


def test_where_nothing_can_be_kept_no_row_is_left() -> None:
    found = apply_all(shop([(1, "a", 1), (2, "b", 1)]), None, chosen(suppress_items_below=5), KEY)

    assert len(found.interactions) == 0
    assert found.distortion[-1]["rows_kept"] == 0


def test_the_frames_given_stay_as_they_were() -> None:
    data, catalogue = shop(large()), products()
    wanted = chosen(suppress_items_below=9, k_anonymity={"k": 5, "columns": GROUPS}, km_anonymity={"k": 4, "m": 2})

    apply_all(data, catalogue, wanted, KEY)

    pd.testing.assert_frame_equal(data, shop(large()))
    pd.testing.assert_frame_equal(catalogue, products())


def test_work_stops_where_the_person_cancels() -> None:
    def cancel(progress: float, message: str) -> None:
        if "round" in message:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        apply_all(shop(large()), products(), chosen(suppress_items_below=3), KEY, report=cancel)
