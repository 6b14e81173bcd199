"""The report of risk: unicity and k, on data small enough to count by hand."""

import os
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.anonymize.risk import risk
from core.anonymize.risk import unicity as attack
from core.anonymize.risk.points import coded, with_product, with_product_and_day
from core.columns import Columns
from core.errors import RunCancelled
from core.tables.importing import import_files
from tests.risky_shops import bought, on_days, random_shop


def unicity(interactions: pd.DataFrame, original: pd.DataFrame | None = None) -> dict[str, float]:
    return risk(interactions, original=original)["unicity"]


def test_alike_shoppers_hide_each_other() -> None:
    found = risk(bought({"a": "xyz", "b": "zyx", "c": "xxyz"}))

    assert found["unicity"] == dict.fromkeys("12345", 0.0)
    assert found["k"] == 3
    assert (found["shoppers"], found["rows"]) == (3, 3 + 3 + 4)


def test_a_product_of_ones_own_singles_out() -> None:
    found = risk(bought({"a": "x", "b": "y"}))

    assert found["unicity"] == dict.fromkeys("12345", 1.0)
    assert found["k"] == 1


def test_two_products_can_say_more_than_one() -> None:
    """Each product is shared by two shoppers, each pair of products by nobody."""
    found = risk(bought({"a": "xy", "b": "yz", "c": "zx"}))

    assert found["unicity"] == {"1": 0.0, "2": 1.0, "3": 1.0, "4": 1.0, "5": 1.0}
    assert found["k"] == 1


def test_a_shopper_with_few_products_is_taken_with_all_of_them() -> None:
    """What "a" has, "b" has too: no amount of knowledge of "a" singles "a" out."""
    found = risk(bought({"a": "xy", "b": "xyz", "c": "xyz"}))

    assert found["unicity"] == dict.fromkeys("12345", 0.0)
    assert found["k"] == 1


def test_the_day_of_a_purchase_is_known_too() -> None:
    both = bought({"a": "x", "b": "x"})
    other_days = risk(on_days(both, ["2024-01-01", "2024-01-02"]))
    same_day = risk(on_days(both, ["2024-01-01 08:00", "2024-01-01 09:00"]))

    assert other_days["unicity"]["1"] == 1
    assert other_days["unicity_products"]["1"] == same_day["unicity"]["1"] == 0


def test_without_days_both_unicities_are_one() -> None:
    found = risk(bought({"a": "xy", "b": "yz", "c": "zx"}))

    assert not found["has_days"]
    assert found["unicity"] == found["unicity_products"]


def test_where_everything_of_everybody_was_tried_the_interval_is_a_point() -> None:
    """Two products each: with one known product it matters which, with two it does not."""
    found = risk(bought({"a": "xp", "b": "xq", "c": "xr"}))
    low, high = found["unicity_interval"]["1"]

    assert found["unicity_interval"]["2"] == [1.0, 1.0]
    assert low < 1 / 2 < high


def test_unicity_is_that_of_all_subsets_in_the_mean() -> None:
    """By brute force: every subset of n of a shopper's products, and whether somebody else has them all."""
    data = random_shop(300, 40, seed=1)
    baskets = [set(items) for _, items in data.groupby(Columns.USER, sort=False)[Columns.ITEM]]
    found = risk(data)

    for n in (1, 2, 3):
        shares = []
        for basket in baskets:
            subsets = [set(chosen) for chosen in combinations(sorted(basket), min(n, len(basket)))]
            shares.append(np.mean([sum(chosen <= other for other in baskets) == 1 for chosen in subsets]))
        low, high = found["unicity_products_interval"][str(n)]
        assert low - 0.01 <= np.mean(shares) <= high + 0.01


def test_names_of_shoppers_and_products_do_not_matter() -> None:
    """An attacker compares points only; so pseudonyms protect from nothing that is measured here."""
    data = random_shop(200, 30, seed=2)
    renamed = data.assign(
        **{Columns.USER: "z" + data[Columns.USER].str[::-1], Columns.ITEM: data[Columns.ITEM].str[::-1] + "q"}
    )

    assert {**risk(data), "seconds": 0} == {**risk(renamed), "seconds": 0}


def test_the_order_of_rows_moves_estimates_within_their_intervals_only() -> None:
    data = random_shop(300, 30, seed=3)
    shuffled = data.sample(frac=1, random_state=0).reset_index(drop=True)
    one, two = risk(data), risk(shuffled)

    assert one["k"] == two["k"]
    assert one["groups"] == two["groups"]
    assert one["attackers"] == two["attackers"]
    for n in "12345":
        assert one["unicity_interval"][n][0] <= two["unicity_interval"][n][1]
        assert two["unicity_interval"][n][0] <= one["unicity_interval"][n][1]


def test_a_twin_for_everybody_leaves_nobody_alone() -> None:
    data = random_shop(100, 30, seed=4)
    twins = pd.concat([data, data.assign(**{Columns.USER: data[Columns.USER] + "-twin"})], ignore_index=True)

    assert unicity(data)["5"] > 0.9
    assert unicity(twins) == dict.fromkeys("12345", 0.0)
    assert risk(twins)["k"] == 2 * risk(data)["k"]


def test_more_knowledge_singles_out_more() -> None:
    shares = list(risk(random_shop(500, 60, seed=5))["unicity_products"].values())

    assert shares == sorted(shares)


def test_what_was_really_bought_is_known_even_if_the_file_left_it_out() -> None:
    """The file keeps x of everybody. What is left singles out nobody; and who knows the truth finds nobody either."""
    original = bought({"a": "xp", "b": "xq", "c": "xr"})
    published = original[original[Columns.ITEM] == "x"]

    assert unicity(published) == dict.fromkeys("12345", 0.0)
    assert unicity(published, original) == dict.fromkeys("12345", 0.0)


def test_points_that_a_file_left_out_do_not_stop_an_attacker() -> None:
    """ "a" lost p, but y is still theirs alone: whoever knows p and y shrugs at p. In what is left that is certain."""
    original = bought({"a": "py", "b": "z", "c": "z"})
    published = original[original[Columns.ITEM] != "p"]

    assert unicity(published, original)["2"] == pytest.approx(1 / 3, abs=1e-4)


def test_who_is_not_published_is_not_found() -> None:
    """Two of four shoppers are left, each with a product of their own: half of the shoppers are singled out."""
    original = bought({"a": "p", "b": "q", "c": "r", "d": "s"})
    published = original[original[Columns.USER].isin(["a", "b"])]

    assert unicity(published) == dict.fromkeys("12345", 1.0)
    assert unicity(published, original) == dict.fromkeys("12345", 2 / 4)


def test_a_wrong_shopper_who_fits_best_is_no_success() -> None:
    """Products were swapped at random: who looks for "a" by p finds "b", and only "b"."""
    original = bought({"a": "p", "b": "q"})
    published = bought({"a": "q", "b": "p"})

    assert unicity(published, original) == dict.fromkeys("12345", 0.0)


def test_an_unchanged_file_has_one_risk_from_both_sides() -> None:
    data = random_shop(300, 30, seed=6)

    assert unicity(data) == unicity(data, data)


def test_coarser_days_are_known_as_coarsely() -> None:
    """Two days of one week: the week singles out nobody."""
    exact = on_days(bought({"a": "x", "b": "x"}), ["2024-01-02", "2024-01-03"])
    week = on_days(bought({"a": "x", "b": "x"}), ["2024-01-01", "2024-01-01"])

    assert unicity(exact)["1"] == 1
    assert unicity(week, week)["1"] == 0


def test_no_rows_no_risk() -> None:
    found = risk(bought({"a": "x"}).iloc[:0])

    assert found["unicity"] == dict.fromkeys("12345", 0.0)
    assert (found["k"], found["shoppers"], found["groups"]["k"], found["linkage"]["n"]) == (0, 0, 0, 0)


def test_work_is_bounded_and_then_fewer_shoppers_are_attacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attack, "WORK", 100)
    data = random_shop(600, 100, seed=7)
    [products] = with_product(*coded(data))
    found = attack.unicity(products, products)

    assert found["n"] == attack.LEAST
    low, high = found["intervals"]["3"]
    assert high - low > 0.05


def test_blocks_do_not_change_what_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    [points] = with_product_and_day(*coded(random_shop(200, 20, seed=8)))
    at_once = attack.unicity(points, points)
    monkeypatch.setattr(attack, "BLOCK", 50)

    assert attack.unicity(points, points) == at_once


def test_a_report_can_be_cancelled() -> None:
    def cancel(progress: float, message: str) -> None:
        assert 0 <= progress <= 1
        if progress > 0.6:
            raise RunCancelled("stop")

    with pytest.raises(RunCancelled):
        risk(random_shop(50, 10, seed=9), report=cancel)


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
    assert found["unicity_products"]["3"] < 0.2  # without the day it is one in nine
