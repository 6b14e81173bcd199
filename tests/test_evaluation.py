"""Quality figures: known answers by hand, and never outside [0, 1]."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from core.recommend.evaluation import Quality, evaluate_lists, metric_names


def hidden(*rows: list[int], n_items: int = 40) -> sparse.csr_array:
    return sparse.csr_array(np.array([[float(i in row) for i in range(n_items)] for row in rows]))


def judged(listed: list[int], guess: list[int]) -> Quality:
    items = np.array([listed + [39] * (20 - len(listed))])
    is_listed = np.arange(20)[None, :] < len(listed)
    return evaluate_lists(items, is_listed, hidden(guess))


def test_the_figures_of_a_curve_are_named_by_metric_and_length() -> None:
    assert metric_names() == [
        "ndcg_at_10",
        "recall_at_10",
        "hit_rate_at_10",
        "ndcg_at_20",
        "recall_at_20",
        "hit_rate_at_20",
    ]


def test_known_answers() -> None:
    """Two of three hidden products at ranks 1 and 3; the third at rank 12."""
    listed = list(range(20))
    quality = judged(listed, [0, 2, 11])
    best = 1 / math.log2(2) + 1 / math.log2(3) + 1 / math.log2(4)

    assert quality.values["ndcg_at_10"][0] == pytest.approx((1 / math.log2(2) + 1 / math.log2(4)) / best)
    assert quality.values["recall_at_10"][0] == 2 / 3
    assert quality.values["hit_rate_at_10"][0] == 1
    assert quality.values["ndcg_at_20"][0] == pytest.approx(
        (1 / math.log2(2) + 1 / math.log2(4) + 1 / math.log2(13)) / best
    )
    assert quality.values["recall_at_20"][0] == 1


def test_whoever_has_more_hidden_than_the_list_is_long_can_still_reach_one() -> None:
    quality = judged(list(range(20)), list(range(30)))

    assert quality.values["recall_at_10"][0] == 10 / min(10, 30)
    assert quality.values["ndcg_at_10"][0] == pytest.approx(1)


def test_a_place_where_the_list_has_run_out_is_no_hit() -> None:
    """Product 39 fills the empty places; it is hidden, but it was not listed."""
    quality = judged([1, 2], [39])

    assert {values[0] for values in quality.values.values()} == {0.0}
    assert quality.coverage == {10: 2 / 40, 20: 2 / 40}


def test_a_shopper_with_nothing_hidden_counts_zero_everywhere() -> None:
    quality = judged(list(range(20)), [])

    assert {values[0] for values in quality.values.values()} == {0.0}


def test_means_divide_by_the_declared_number_not_by_the_shoppers_there() -> None:
    quality = evaluate_lists(np.tile(np.arange(20), (2, 1)), np.ones((2, 20), bool), hidden([0], [0]))

    assert quality.means(8)["hit_rate_at_10"] == (1 + 1) / 8


@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), n_hidden=st.integers(0, 40), length=st.integers(0, 20))
def test_every_figure_of_every_shopper_lies_between_zero_and_one(seed: int, n_hidden: int, length: int) -> None:
    """So a sum of them moves by at most 1 when a shopper joins: the sensitivity that the noise is drawn for."""
    rng = np.random.default_rng(seed)
    guess = rng.choice(40, n_hidden, replace=False).tolist()
    quality = judged(rng.choice(39, length, replace=False).tolist(), guess)

    for values in quality.values.values():
        assert 0 <= values[0] <= 1 + 1e-12


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_a_shoppers_figures_are_bit_identical_whoever_else_judges(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items = np.array([rng.choice(40, 20, replace=False) for _ in range(5)])
    guess = hidden(*(rng.choice(40, 4, replace=False).tolist() for _ in range(5)))
    everybody = np.ones((5, 20), bool)
    whole = evaluate_lists(items, everybody, guess)
    less = evaluate_lists(items[1:], everybody[1:], guess[1:])

    for name, values in whole.values.items():
        assert values[1:].tolist() == less.values[name].tolist()
