"""Quality figures that may leave."""

import math

import numpy as np
import pytest
from diffprivlib.mechanisms import GaussianAnalytic
from scipy.stats import kstest

from core.errors import SettingsError
from core.privacy.gdp import delta_for
from core.privacy.mechanisms import GaussianRelease
from core.privacy.metrics import _exact_gaussian, metrics_plan, release_means
from core.privacy.noise import grid_step


def release(noise_std: float = 1.0, count: int = 1, sensitivity: float = 1.0) -> GaussianRelease:
    return GaussianRelease(name="metrics", what="NDCG@10", sensitivity=sensitivity, noise_std=noise_std, count=count)


@pytest.mark.parametrize("noise_std", [0.2, 1.0, 7.0, 150.0, 5000.0])
def test_diffprivlib_draws_the_spread_that_was_charged(noise_std: float) -> None:
    """Its scale is private; its variance is not."""
    mu = 1 / noise_std
    mechanism = GaussianAnalytic(epsilon=mu, delta=delta_for(mu, mu), sensitivity=1.0)

    assert math.sqrt(mechanism.variance(0)) == pytest.approx(noise_std, rel=1e-7)


def test_noise_of_a_metric_has_the_claimed_spread_and_no_other() -> None:
    names = [str(number) for number in range(20_000)]
    means = release_means({name: [0.5] for name in names}, divisor=10, release=release(4.0, count=20_000))
    draws = np.array([means[name].value * 10 - 0.5 for name in names])

    assert kstest(draws / 4.0, "norm").pvalue > 1e-6
    assert kstest(draws / 3.6, "norm").pvalue < 1e-6
    assert kstest(draws / 4.4, "norm").pvalue < 1e-6


def test_a_figure_is_a_whole_number_of_steps_so_that_its_last_bits_say_nothing() -> None:
    """diffprivlib's own draw is not: it adds floating-point noise to a floating-point sum."""
    own = GaussianAnalytic(epsilon=1.0, delta=1e-5, sensitivity=1.0)
    means = release_means({str(each): [each / 50] for each in range(50)}, divisor=1, release=release(4.0, count=50))
    steps = np.array([mean.value for mean in means.values()]) / grid_step(4.0)
    theirs = np.array([own.randomise(each / 50) for each in range(50)]) / grid_step(4.0)

    assert np.array_equal(steps, np.rint(steps))
    assert not np.array_equal(theirs, np.rint(theirs))


def test_the_mechanism_is_diffprivlibs_with_exact_draws() -> None:
    mechanism = _exact_gaussian(3.0)

    assert isinstance(mechanism, GaussianAnalytic)
    assert 3.0**2 <= mechanism.variance(0) <= 3.0**2 * (1 + 1e-5)
    assert mechanism.sensitivity == 1.0
    with pytest.raises(TypeError):
        mechanism.randomise("ten")


def test_no_two_figures_share_their_noise() -> None:
    means = release_means({str(each): [0.5] for each in range(1_000)}, divisor=1, release=release(count=1_000))

    assert len({mean.value for mean in means.values()}) > 990


def test_the_sum_is_divided_by_the_declared_number_and_says_its_noise() -> None:
    mean = release_means({"ndcg": np.full(300, 0.5)}, divisor=1000, release=release(0.2))["ndcg"]

    assert mean.value == pytest.approx(300 * 0.5 / 1000, abs=6 * 0.2 / 1000)
    assert mean.noise == 0.2 / 1000


def test_one_shopper_moves_a_sum_by_at_most_one_whatever_comes_in() -> None:
    usual = np.full(100, 0.25)
    for wild in (1e30, -5.0, math.nan, math.inf, -math.inf):
        mean = release_means({"ndcg": [*usual, wild]}, divisor=1, release=release(0.2))["ndcg"]

        assert 25 - 6 * 0.2 <= mean.value <= 25 + 1 + 6 * 0.2


def test_a_plan_of_metrics_spends_what_was_asked_and_pays_for_so_many_figures() -> None:
    plan = metrics_plan(12, epsilon=1.0, delta=1e-5, n_shoppers=800, what="NDCG@10 of four methods")
    (paid,) = plan.mechanisms

    assert 0.999 <= plan.epsilon_spent() <= 1.0
    assert isinstance(paid, GaussianRelease)
    assert paid.count == 12


def test_published_noise_agrees_with_the_guide() -> None:
    """Guide of correctness, section 4: ε 0.25 at δ 1e-6, 1,000 shoppers → ± 0.0154."""
    plan = metrics_plan(1, epsilon=0.25, delta=1e-6, n_shoppers=1000, what="NDCG@10")

    assert plan.mechanisms[0].as_json()["noise_std"] / 1000 == pytest.approx(0.0154, abs=1e-4)


@pytest.mark.parametrize(
    ("values", "divisor", "paid"),
    [
        ({"a": [1.0], "b": [1.0]}, 10, release()),
        ({"a": [1.0]}, 0, release()),
        ({"a": [1.0]}, 10, release(sensitivity=0.5)),
        ({"a": [1.0]}, 10, release(noise_std=0.01)),
    ],
)
def test_what_was_not_paid_for_is_refused(
    values: dict[str, list[float]], divisor: float, paid: GaussianRelease
) -> None:
    with pytest.raises(SettingsError):
        release_means(values, divisor=divisor, release=paid)
