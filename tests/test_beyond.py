"""What lists are like beyond being right, each figure worked out by hand on four products and two shoppers."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from core.recommend import beyond
from core.recommend.histories import Histories, build_histories
from core.recommend.shop import Shop

ITEMS = np.array(["a", "b", "c", "d"])
LISTS = np.array([[0, 1], [3, -1]], np.int32)


def bought(*pairs: tuple[str, str]) -> Histories:
    frame = pd.DataFrame(pairs, columns=["user_id", "item_id"]).assign(event_type="purchase")
    frame["timestamp"] = pd.Series(pd.NaT, index=frame.index)
    return build_histories(frame, ITEMS, False)


@pytest.fixture
def popularity() -> beyond.Popularity:
    """Of three shoppers, three touched a, two b, one c and none d."""
    training = bought(("1", "a"), ("1", "b"), ("1", "c"), ("2", "a"), ("2", "b"), ("3", "a"))
    return beyond.popularity_of(training)


def test_what_few_know_says_more(popularity: beyond.Popularity) -> None:
    assert popularity.bits.tolist() == [-math.log2(4 / 4), -math.log2(3 / 4), -math.log2(2 / 4), -math.log2(1 / 4)]
    assert beyond.novelty(LISTS, popularity).tolist() == [(0 - math.log2(3 / 4)) / 2, 2.0]


def test_the_head_makes_four_fifths_of_all_touches(popularity: beyond.Popularity) -> None:
    """3 + 2 of 6 touches are 83 %; what comes before b is 50 %, before c 83 %."""
    assert popularity.is_head.tolist() == [True, True, False, False]


def test_bias_is_how_much_better_known_the_list_is_than_the_own_products(popularity: beyond.Popularity) -> None:
    """Of four products d, c, b, a are less known than 0, 1, 2, 3; half of itself counts."""
    assert popularity.percentile.tolist() == [3.5 / 4, 2.5 / 4, 1.5 / 4, 0.5 / 4]
    own = bought(("x", "c"), ("y", "d"))

    assert beyond.popularity_bias(LISTS, popularity, own).tolist() == [3.0 / 4 - 1.5 / 4, 0.0]


def test_a_list_of_two_alike_is_half_as_diverse_as_one_of_strangers() -> None:
    tags = sparse.csr_array(np.array([[1, 0], [1, 1], [1, 0], [0, 1]], np.float32))
    shop = Shop(ITEMS, False, None, tags, None, None)
    lists = np.array([[0, 2], [0, 3], [0, 1], [0, -1]], np.int32)

    found = beyond.diversity(lists, shop)

    assert found is not None
    assert found[:3] == pytest.approx([0.0, 1.0, 1 - 1 / math.sqrt(2)])
    assert math.isnan(found[3])


@pytest.mark.parametrize(
    ("lists", "expected"),
    [([[0, 1], [2, 3]], 0.0), ([[0], [0]], 3 / 4), ([[-1], [-1]], 0.0)],
)
def test_exposure_is_equal_or_all_on_one(lists: list[list[int]], expected: float) -> None:
    """All on one of n products is (n - 1) / n."""
    assert beyond.gini(np.array(lists, np.int32), 4) == pytest.approx(expected)


def test_churn_is_what_the_other_list_does_not_name() -> None:
    reference = np.array([[0, 1], [0, 1], [2, -1]], np.int32)
    other = np.array([[1, 0], [1, 3], [3, -1]], np.int32)

    assert beyond.churn(other, reference).tolist() == [0.0, 1 / 2, 1.0]


def test_a_group_is_judged_by_its_own_hidden_products() -> None:
    """Shopper 1 hid a and c; only c counts, at rank 2. Shopper 2 hid nothing of the group and says nothing."""
    lists = np.array([[0, 2], [3, 1]], np.int32)
    hidden = sparse.csr_array(np.array([[1, 0, 1, 0], [0, 1, 0, 0]]))

    values, has_any = beyond.ndcg_of_group(lists, hidden, np.array([False, False, True, True]))

    assert values[0] == pytest.approx(1 / math.log2(3))
    assert has_any.tolist() == [True, False]
