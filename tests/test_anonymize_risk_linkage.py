"""The attack that links halves of histories, the intervals of estimates, and what is said about two reports."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.anonymize.risk import compare, linkage, risk
from core.anonymize.risk.intervals import share_of_sample, wilson
from core.anonymize.risk.linkage import Halves, halves_at_random, halves_by_time, linked
from core.anonymize.risk.points import coded
from core.columns import Columns
from tests.risky_shops import bought, on_days, random_shop


def halves(data: pd.DataFrame) -> Halves:
    [rows] = coded(data)
    return halves_at_random(rows.users, rows.items, rows.n_users, rows.n_items)


def with_habits(n_users: int, n_items: int, *, own: int, seed: int) -> pd.DataFrame:
    """Each shopper has ``own`` products of their own among ``n_items`` and buys eight times among these."""
    rng = np.random.default_rng(seed)
    mine = rng.integers(0, n_items, (n_users, own))
    items = mine[np.repeat(np.arange(n_users), 8), rng.integers(0, own, 8 * n_users)]
    users = np.repeat(np.arange(n_users), 8)
    rows = {Columns.USER: users, Columns.ITEM: items, Columns.EVENT: "purchase"}
    times = pd.DataFrame({Columns.TIMESTAMP: pd.Series(pd.NaT, index=range(len(users)), dtype="datetime64[us]")})
    return pd.DataFrame(rows).astype("str").join(times)


def test_every_event_is_in_one_half() -> None:
    data = bought({"a": "xxxxx", "b": "xy", "c": "z"})
    known, published = halves(data)

    assert (known.sum(axis=1) == [2, 1, 0]).all()
    assert (published.sum(axis=1) == [3, 1, 1]).all()


def test_the_earlier_half_is_the_known_one() -> None:
    data = on_days(bought({"a": "abcdefghij"}), [f"2024-01-{day:02}" for day in range(10, 0, -1)])
    [rows] = coded(data)
    known, published = halves_by_time(rows.users, rows.items, data[Columns.TIMESTAMP].to_numpy(), 1, 10)

    assert known.toarray().tolist() == [[0] * 5 + [1] * 5]  # f to j, of the 1st to the 5th
    assert published.toarray().tolist() == [[1] * 5 + [0] * 5]


def test_products_of_ones_own_link_every_history() -> None:
    found = linked(halves(bought({"a": "xxxx", "b": "yyyy", "c": "zzzz"})))

    assert (found["rate"], found["n"]) == (1.0, 3)
    assert found["guess"] == pytest.approx(1 / 3)
    assert found["interval"][0] == pytest.approx(wilson(1, 3)[0], abs=1e-4)


def test_alike_histories_are_guessed_with_the_chance_of_a_guess() -> None:
    """Four shoppers whose halves are all the same: each guess is right with chance 1/4."""
    found = linked(halves(bought(dict.fromkeys("abcd", "xx"))))

    assert found["rate"] == found["guess"] == 1 / 4


def test_halves_with_nothing_in_common_are_blind_guesses() -> None:
    """Earlier products never come again, for nobody."""
    data = on_days(bought({"a": "wx", "b": "yz"}), ["2024-01-01", "2024-01-02"] * 2)

    found = risk(data)["linkage"]["by_time"]

    assert found is not None
    assert found["rate"] == found["guess"] == 1 / 2


def test_ties_are_shared() -> None:
    """ "a" and "b" look the same, "c" does not: (1/2 + 1/2 + 1) / 3."""
    found = linked(halves(bought({"a": "xxxx", "b": "xxxx", "c": "zz"})))

    assert found["rate"] == pytest.approx((1 / 2 + 1 / 2 + 1) / 3, abs=1e-4)


def test_habits_are_found_and_chance_is_not() -> None:
    """Where each shopper has three products of their own halves match; where all draw by one law they do not."""
    habits = linked(halves(with_habits(300, 1_000, own=3, seed=1)))
    none = linked(halves(random_shop(300, 100, seed=1, mean_events=8)))

    assert habits["rate"] > 0.8
    assert none["rate"] < 0.05
    assert none["interval"][0] <= 1 / 300 <= none["interval"][1]


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_scores_are_those_of_a_dense_computation(seed: int) -> None:
    """Without sparse matrices, blocks or ties: cosine of (1 + log count) · log(1 + n / holders)."""
    data = pd.concat([random_shop(300, 25, seed=seed, mean_events=9), with_habits(300, 500, own=6, seed=seed)])
    known, published = (half.toarray() for half in halves(data))
    rarity = np.log1p((published.sum(axis=1) > 0).sum() / np.maximum((published > 0).sum(axis=0), 1))
    weights = [np.where(half > 0, 1 + np.log(np.maximum(half, 1)), 0) * rarity for half in (known, published)]
    lengths = [np.linalg.norm(own, axis=1, keepdims=True) for own in weights]
    a, b = (own / np.where(length > 0, length, 1) for own, length in zip(weights, lengths, strict=True))
    scores = np.where(published.sum(axis=1) > 0, a @ b.T, -1)
    asked = (known.sum(axis=1) > 0) & (published.sum(axis=1) > 0)
    is_best = np.abs(scores - scores.max(axis=1, keepdims=True)) < 1e-9

    found = linked(halves(data))

    assert found["n"] == asked.sum()
    assert found["rate"] == pytest.approx((is_best.diagonal() / is_best.sum(axis=1))[asked].mean(), abs=1e-4)
    assert 0.1 < found["rate"] < 0.9


def test_blocks_and_bounds_of_work_do_not_change_the_attack(monkeypatch: pytest.MonkeyPatch) -> None:
    both = halves(with_habits(300, 100, own=5, seed=2))
    at_once = linked(both)
    monkeypatch.setattr(linkage, "BLOCK", 10)
    in_blocks = linked(both)
    monkeypatch.setattr(linkage, "WORK", 10)
    bounded = linked(both)

    assert in_blocks == at_once
    assert (at_once["n"], bounded["n"]) == (300, linkage.LEAST)
    assert bounded["interval"][0] <= at_once["rate"] <= bounded["interval"][1]


@given(share=st.floats(0, 1), n=st.integers(1, 10_000))
def test_an_interval_holds_its_share_and_stays_within_0_and_1(share: float, n: int) -> None:
    low, high = wilson(share, n)

    assert 0 <= low <= share <= high <= 1
    assert low < high


def test_wilson_by_hand() -> None:
    """0 of 10: the upper end is z² / (n + z²)."""
    assert wilson(0.0, 10)[1] == pytest.approx(1.959964**2 / (10 + 1.959964**2))


@pytest.mark.parametrize("share", [0.05, 0.4, 0.9])
def test_intervals_of_a_sample_of_shoppers_hold_the_truth_95_times_of_100(share: float) -> None:
    """1,000 shoppers, each singled out with a chance of their own (beta), 400 attacked, three times each."""
    rng = np.random.default_rng(7)
    n_held, widths = 0, []
    for _ in range(1_000):
        chances = rng.beta(share, 1 - share, 1_000)
        drawn = chances[rng.permutation(1_000)[:400]]
        hits = rng.random((3, 400)) < drawn
        low, high = share_of_sample(hits, 1_000, np.zeros(400, bool))
        n_held += low <= chances.mean() <= high
        widths.append(high - low)

    assert 930 <= n_held <= 990
    assert np.mean(widths) < 1.01 * np.subtract(*wilson(share, 400)[::-1])  # it is worth more than 400 alone


def test_intervals_where_everybody_was_attacked_hold_the_truth() -> None:
    rng = np.random.default_rng(8)
    n_held = 0
    for _ in range(500):
        chances = rng.random(200)
        is_certain = np.arange(200) < 100
        chances[is_certain] = rng.random(100) < 0.5
        hits = rng.random((3, 200)) < chances
        low, high = share_of_sample(hits, 200, is_certain)
        n_held += low <= chances.mean() <= high

    assert n_held >= 0.93 * 500


def test_two_reports_are_compared_in_words() -> None:
    before = bought({"a": "xxpp", "b": "xxqq", "c": "xxrr"})
    after = before[before[Columns.ITEM] == "x"].reset_index(drop=True)

    said = compare(risk(before), risk(after, original=before))

    assert (
        said[0]
        == "3 known purchases without their days single out 100 % of shoppers before (100 %) and 0 % after (0 %)."
    )
    assert "blind guessing reaches 33 %" in said[1]
    assert "alike in events_band, the smallest group has 3 before and 3 after" in said[2]
    assert not any("with their days" in sentence for sentence in said)


def test_a_difference_within_the_intervals_is_called_open() -> None:
    data = random_shop(300, 40, seed=4)
    found, shuffled = risk(data), risk(data.sample(frac=1, random_state=1))

    assert found["unicity"]["3"] != shuffled["unicity"]["3"]
    assert "leaves open" in compare(found, shuffled)[0]
    assert "Nothing has changed" in compare(found, found)[0]


def test_other_columns_than_before_are_named() -> None:
    before = on_days(bought({"a": "x", "b": "x"}), ["2024-01-01", "2024-02-01"])
    after = bought({"a": "x", "b": "x"})

    said = compare(risk(before), risk(after, original=after))

    assert any("Before, groups were made of events_band, first_month" in sentence for sentence in said)
