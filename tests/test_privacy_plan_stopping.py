"""Random stopping: the law of the number of trials, what a selection costs, and its way into a file and back."""

import json
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from dp_accounting.rdp import RdpAccountant
from scipy.stats import chisquare, logser

from core.errors import DataError, SettingsError
from core.privacy.calibrate import stopping_of
from core.privacy.explain import group_epsilon, largest_power
from core.privacy.gdp import mu_for
from core.privacy.mechanisms import DpSgd, GaussianRelease, RandomStopping, Selection
from core.privacy.plan import Plan, epsilon_of, one_gaussian
from core.privacy.records import canonical_json, is_consistent, mechanism_from_json, plan_as_json, plan_from_json
from core.privacy.stopping import StoppingLaw

DELTA = 1e-5
LAWS = [(mean, shape) for mean in (1.1, 3.0, 10.0) for shape in (0.0, 0.5, 1.0, math.inf)]
DRAWS = 20_000


def winner(mu: float = 0.3, **changes: Any) -> RandomStopping:
    values: dict[str, Any] = {"mean": 10.0, "shape": 0.0, "base": (one_gaussian(mu, "one trial"),), **changes}
    return RandomStopping(name="winner", what="The best trial", **values)


def by_the_theorem(mu: float, mean: float, gamma: float, shape: float) -> float:
    """Papernot and Steinke 2022, Theorem 2, for a trial that is μ-GDP, and the usual turn to (ε, δ); λ = λ̂ free."""
    orders = np.concatenate([np.arange(1.1, 11.0, 0.1), np.arange(11, 64), [128, 256, 512, 1024]])
    trial = orders * mu**2 / 2
    constant = (1 + shape) * np.min((1 - 1 / orders) * trial - math.log(gamma) / orders)
    chosen = trial + math.log(mean) / (orders - 1) + constant
    return float(np.min(chosen + np.log1p(-1 / orders) - np.log(DELTA * orders) / (orders - 1)))


def fit(seen: Counter[int], law: StoppingLaw) -> float:
    """p-value of the draws under a law."""
    expected = [DRAWS * chance for chance in law.chances(60)]
    likely = [k for k, often in enumerate(expected) if often >= 50]
    found = [seen[k] for k in likely]
    wanted = [expected[k] for k in likely]
    return float(chisquare([*found, DRAWS - sum(found)], [*wanted, DRAWS - math.fsum(wanted)]).pvalue)


@pytest.mark.parametrize(("mean", "shape"), LAWS)
def test_the_chances_of_a_law_add_up_to_one_and_to_its_mean(mean: float, shape: float) -> None:
    chances = StoppingLaw(mean, shape).chances(3_000)

    assert math.fsum(chances) == pytest.approx(1, abs=1e-9)
    assert math.fsum(k * chance for k, chance in enumerate(chances)) == pytest.approx(mean, rel=1e-9)
    assert (chances[0] > 0) == math.isinf(shape)


def test_the_laws_are_the_ones_of_the_textbooks() -> None:
    logarithmic = StoppingLaw(10.0, 0.0)

    assert logarithmic.chances(50)[1:] == pytest.approx(logser.pmf(np.arange(1, 51), 1 - logarithmic.gamma).tolist())
    assert StoppingLaw(10.0, 1.0).chances(4) == pytest.approx([0, 0.1, 0.1 * 0.9, 0.1 * 0.9**2, 0.1 * 0.9**3])
    assert StoppingLaw(2.0, math.inf).chances(2) == pytest.approx([math.exp(-2) * part for part in (1, 2, 2)])


@pytest.mark.parametrize(("mean", "shape"), [(3.0, 0.0), (3.0, 1.0), (10.0, 0.0), (3.0, math.inf)])
def test_the_number_of_trials_is_drawn_from_the_law_that_was_charged(mean: float, shape: float) -> None:
    """Chi-square over the numbers expected at least 50 times in 20,000 draws, the rest as one; a near law fails."""
    law = winner(mean=mean, shape=shape).law
    seen = Counter(law.draw() for _ in range(DRAWS))

    assert fit(seen, law) > 1e-6
    assert fit(seen, StoppingLaw(1.15 * mean, shape)) < 1e-6


def test_nobody_can_seed_the_draw() -> None:
    import random

    law = StoppingLaw(30.0)
    draws = []
    for _ in range(2):
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002  # the global generator is what the test is about
        draws.append([law.draw() for _ in range(50)])

    assert draws[0] != draws[1]


@pytest.mark.parametrize("shape", [0.0, 1.0, 0.5])
def test_a_selection_costs_what_the_theorem_says(shape: float) -> None:
    chosen = winner(shape=shape)

    expected = by_the_theorem(0.3, 10.0, chosen.law.gamma, shape)

    assert epsilon_of((chosen,), DELTA) == pytest.approx(expected, rel=1e-6)


def test_a_selection_costs_more_than_one_trial_and_less_than_letting_three_out() -> None:
    one, three = epsilon_of((one_gaussian(0.3),), DELTA), epsilon_of((one_gaussian(0.3 * math.sqrt(3)),), DELTA)

    assert one < epsilon_of((winner(mean=2.0),), DELTA) < epsilon_of((winner(mean=10.0),), DELTA)
    assert epsilon_of((winner(mean=2.0),), DELTA) < three * 1.2


def test_sampled_steps_may_be_a_trial_too() -> None:
    steps = DpSgd(name="net", n_shoppers=9, sampling_prob=0.1, train_steps=50, clip_norm=1, noise_multiplier=2)
    chosen = winner(base=(steps, one_gaussian(0.1)))
    accountant = RdpAccountant()
    accountant.compose(chosen.event())

    assert epsilon_of((chosen,), DELTA) == accountant.get_epsilon(DELTA)
    assert chosen.for_group(2) is None


def test_no_gaussian_filter_can_charge_a_selection() -> None:
    assert winner().mu is None
    assert winner().mu_bound == math.inf
    assert winner().delta_spent == 0.0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"mean": 1.0}, "mean"),
        ({"mean": math.inf}, "mean"),
        ({"shape": -0.1}, "shape"),
        ({"shape": math.nan}, "shape"),
        ({"base": ()}, "base"),
        ({"base": (Selection(name="names", noise_std=1, delta=1e-9, max_items=2),)}, "base"),
    ],
)
def test_a_selection_names_what_is_out_of_range(changes: dict[str, Any], named: str) -> None:
    """Choosing names spends δ that Rényi accounting does not know of, so it is no part of a trial."""
    with pytest.raises(SettingsError, match=named):
        winner(**changes)


@pytest.mark.parametrize("shape", [0.0, 0.5, 1.0, math.inf])
def test_a_selection_goes_into_a_file_and_back(shape: float) -> None:
    steps = DpSgd(name="net", n_shoppers=9, sampling_prob=0.1, train_steps=50, clip_norm=1, noise_multiplier=2)
    chosen = winner(shape=shape, base=(steps, GaussianRelease(name="a", what="b", sensitivity=1, noise_std=9)))
    plan = Plan(epsilon=9.0, delta=DELTA, n_shoppers=9, mechanisms=(one_gaussian(0.1), chosen))

    record = json.loads(canonical_json(plan_as_json(plan)))

    assert plan_from_json(record) == plan
    assert is_consistent(record["mechanisms"][1], chosen)
    assert not is_consistent(record["mechanisms"][1] | {"law": "geometric"}, winner(shape=0.5))


def test_a_selection_without_a_trial_in_its_file_is_refused() -> None:
    with pytest.raises(DataError, match="base"):
        mechanism_from_json(winner().as_json() | {"base": []})


def test_a_household_is_that_many_people_in_every_trial() -> None:
    chosen = winner()

    assert group_epsilon((chosen,), DELTA, 1) == pytest.approx(epsilon_of((chosen,), DELTA))
    assert group_epsilon((chosen,), DELTA, 3) == pytest.approx(epsilon_of((winner(mu=0.9),), DELTA))


def test_an_attack_on_a_winner_finds_more_than_on_one_trial() -> None:
    assert largest_power((one_gaussian(0.3),), 0.01) < largest_power((winner(),), 0.01) < 0.1


def test_no_noise_can_keep_a_selection_within_next_to_nothing() -> None:
    with pytest.raises(SettingsError, match="larger ε"):
        stopping_of(1e-4, DELTA, 10, 0.0, what="A trial")


def test_one_trial_may_spend_less_than_the_selection_promises() -> None:
    found = stopping_of(1.0, DELTA, 10, 0.0, what="A trial")

    assert found.base[0].mu == pytest.approx(mu_for(0.5012, DELTA), rel=1e-3)
