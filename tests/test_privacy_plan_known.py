"""Known answers: what others have published, computed or documented, and that two accountants agree on everything."""

import math
from collections.abc import Sequence

import dp_accounting
import pytest
from dp_accounting.pld import PLDAccountant
from hypothesis import given, settings
from hypothesis import strategies as st

from core.privacy.calibrate import dp_sgd_noise, gaussian_mu, stopping_of
from core.privacy.explain import group_epsilon
from core.privacy.gdp import epsilon_for, mu_for
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, RandomStopping, Selection
from core.privacy.plan import RDP, accounting_of, composed_epsilon, epsilon_of, one_gaussian

DELTA = 1e-5
SWEEP = (0.5, 1.0, 2.0, 4.0, 8.0)


def steps(sampling_prob: float, noise_multiplier: float, train_steps: int) -> DpSgd:
    return DpSgd(
        name="network",
        n_shoppers=1_000,
        sampling_prob=sampling_prob,
        train_steps=train_steps,
        clip_norm=1.0,
        noise_multiplier=noise_multiplier,
    )


def best_of(epsilon: float, mean: float, shape: float) -> RandomStopping:
    trial = one_gaussian(mu_for(epsilon, DELTA), "one trial")
    return RandomStopping(name="winner", what="The best trial", base=(trial,), mean=mean, shape=shape)


def by_rdp(mechanisms: Sequence[Mechanism], delta: float) -> float:
    accountant = dp_accounting.rdp.RdpAccountant()
    accountant.compose(dp_accounting.ComposedDpEvent([mechanism.event() for mechanism in mechanisms]))
    return float(accountant.get_epsilon(delta))


def test_noise_3_sampling_a_tenth_512_steps_costs_what_jax_privacy_documents() -> None:
    assert epsilon_of((steps(0.1, 3.0, 512),), 1e-6) == pytest.approx(3.77, abs=0.005)


def test_calibrating_the_same_steps_to_one_gives_the_noise_that_jax_privacy_documents() -> None:
    assert dp_sgd_noise(1.0, 1e-6, 0.1, 512) == pytest.approx(9.66, abs=0.005)


def test_ten_epochs_of_sampling_cost_4_77_and_ten_in_a_fixed_order_17_86() -> None:
    """Chance 1/20 a step, noise 1: without amplification each epoch is one release of μ 1 to every shopper."""
    assert epsilon_of((steps(0.05, 1.0, 10 * 20),), DELTA) == pytest.approx(4.77, abs=0.005)
    assert epsilon_of((steps(1.0, 1.0, 10),), DELTA) == pytest.approx(17.86, abs=0.005)
    assert epsilon_for(math.sqrt(10), DELTA) == pytest.approx(17.86, abs=0.005)


def test_an_epsilon_by_example_is_far_more_by_shopper() -> None:
    """Noise 1, chance 1 %, 1,000 steps: 1.83 for one example (1.90 on the coarse grid of groups), 11.7 for five."""
    sampled = (steps(0.01, 1.0, 1_000),)

    assert epsilon_of(sampled, DELTA) == pytest.approx(1.83, abs=0.005)
    assert group_epsilon(sampled, DELTA, 1) == pytest.approx(1.90, abs=0.005)
    assert group_epsilon(sampled, DELTA, 5) == pytest.approx(11.7, abs=0.05)


@pytest.mark.parametrize(("epsilon", "expected"), [(1.0, (2.15, 3.41, 4.75)), (4.0, (9.08, 15.08, 21.96))])
def test_households_of_two_three_and_four(epsilon: float, expected: tuple[float, ...]) -> None:
    release = (one_gaussian(mu_for(epsilon, DELTA)),)

    assert [group_epsilon(release, DELTA, people) for people in (2, 3, 4)] == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize(
    ("epsilon", "shape", "mean", "expected"),
    [
        (1.0, 0.0, 10, 1.92),
        (1.0, 0.0, 30, 2.11),
        (1.0, 0.0, 100, 2.29),
        (1.0, 1.0, 10, 2.31),
        (1.0, 1.0, 30, 2.62),
        (1.0, math.inf, 10, 2.53),
        (2.0, 0.0, 10, 3.65),
        (2.0, 0.0, 30, 4.00),
        (2.0, 0.0, 100, 4.34),
    ],
)
def test_the_best_of_a_random_number_of_trials(epsilon: float, shape: float, mean: float, expected: float) -> None:
    assert epsilon_of((best_of(epsilon, mean, shape),), DELTA) == pytest.approx(expected, abs=0.006)


def test_a_sweep_of_five_composes_to_9_96_and_three_of_it_to_20() -> None:
    sweep = [one_gaussian(mu_for(epsilon, DELTA)) for epsilon in SWEEP]

    assert composed_epsilon(sweep, DELTA) == pytest.approx(9.96, abs=0.005)
    assert composed_epsilon(sweep * 3, DELTA) == pytest.approx(20.0, abs=0.05)
    assert math.fsum(SWEEP) == 15.5


def test_the_exact_sum_of_a_sweep_is_what_dp_accounting_composes_by_pld() -> None:
    sweep = [one_gaussian(mu_for(epsilon, DELTA)) for epsilon in SWEEP]
    accountant = PLDAccountant()
    accountant.compose(dp_accounting.ComposedDpEvent([release.event() for release in sweep]))

    assert composed_epsilon(sweep, DELTA) == pytest.approx(accountant.get_epsilon(DELTA), abs=1e-6)


CONFIGURATIONS = st.tuples(
    st.floats(0.05, 8.0),  # epsilon
    st.floats(-9.0, -4.0),  # log10 delta
    st.one_of(st.just(1.0), st.floats(0.005, 0.6)),  # sampling_prob
    st.integers(1, 400),  # train_steps
    st.floats(0.05, 0.9),  # share of a release beside a full batch
)


def check_calibration(configuration: tuple[float, float, float, int, float]) -> None:
    """Whatever is calibrated spends at most ε by the accountant, and RDP, which is looser, agrees from above."""
    epsilon, log_delta, sampling_prob, train_steps, share = configuration
    delta = 10**log_delta

    def released(mu: float) -> tuple[Mechanism, ...]:
        return (
            one_gaussian(mu * math.sqrt(share), "releases"),
            steps(1.0, math.sqrt(train_steps / (1 - share)) / mu, train_steps),
        )

    releases = released(gaussian_mu(epsilon, delta, [released]))
    sampled = (steps(sampling_prob, dp_sgd_noise(epsilon, delta, sampling_prob, train_steps), train_steps),)
    for drawn in (releases, sampled):
        spent = epsilon_of(drawn, delta)
        assert spent <= epsilon
        assert by_rdp(drawn, delta) >= spent - 1e-3


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(configuration=CONFIGURATIONS)
def test_no_calibration_ever_overshoots(configuration: tuple[float, float, float, int, float]) -> None:
    check_calibration(configuration)


@pytest.mark.slow
@pytest.mark.timeout(1_800)  # some configurations take the accountant seconds, and twice that on a busy machine
@settings(deadline=None, max_examples=250)
@given(configuration=CONFIGURATIONS)
def test_no_calibration_ever_overshoots_in_250_configurations(
    configuration: tuple[float, float, float, int, float],
) -> None:
    check_calibration(configuration)


@settings(deadline=None, max_examples=10)
@given(
    epsilon=st.floats(0.1, 20.0),
    log_delta=st.floats(-9.0, -4.0),
    mean=st.floats(1.1, 1_000.0),
    shape=st.sampled_from([0.0, 0.5, 1.0, 4.0, math.inf]),
    with_names=st.booleans(),
)
def test_no_selection_ever_overshoots_and_nearly_all_of_epsilon_is_used(
    epsilon: float, log_delta: float, mean: float, shape: float, with_names: bool
) -> None:
    delta = 10**log_delta
    names = Selection(name="names", noise_std=3 / mu_for(epsilon, delta), delta=delta / 10, max_items=5)
    before = (names,) if with_names else ()
    found = stopping_of(epsilon, delta, mean, shape, what="A trial", before=before)

    assert epsilon * 0.999 <= epsilon_of((*before, found), delta) <= epsilon
    assert accounting_of((*before, found)).name == RDP


def test_each_accountant_is_named_and_so_is_its_grid() -> None:
    gaussian = one_gaussian(0.5)
    small = one_gaussian(0.1)

    assert (accounting_of((gaussian,)).name, accounting_of((gaussian,)).discretization) == ("PLD", 1e-3)
    assert (accounting_of((small,)).name, accounting_of((small,)).discretization) == ("PLD", 1e-4)
    chosen = accounting_of((gaussian, best_of(1.0, 10, 0.0)))
    assert (chosen.name, chosen.discretization) == ("RDP", None)
    assert "Papernot and Steinke" in chosen.sentence


def test_many_releases_beside_a_selection_compose_by_rdp_as_one() -> None:
    """Squares of μ add up in RDP too: a hundred releases of μ / 10 are one of μ."""
    winner = best_of(1.0, 10, 0.0)
    each = GaussianRelease(name="figure", what="A figure", sensitivity=1, noise_std=10 / 0.5)

    together = composed_epsilon((winner, *[each] * 100), DELTA)

    assert together == pytest.approx(by_rdp((winner, one_gaussian(0.5)), DELTA), rel=1e-9)
    assert together > composed_epsilon((winner,), DELTA)
