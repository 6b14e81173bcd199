"""Plans, exact Gaussian arithmetic, calibration: what may be claimed, and that no claim is too small."""

import math
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import dp_accounting
import numpy as np
import pytest
from dp_accounting.pld import PLDAccountant
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from core.errors import SettingsError
from core.privacy.calibrate import Shape, dp_sgd_noise, gaussian_mu
from core.privacy.gdp import delta_for, epsilon_for, mu_for, power
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, Selection
from core.privacy.plan import Plan, accountant_of, epsilon_of, mu_of

N = 4338
DELTA = 1e-5


def release(mu: float, name: str = "popularity") -> GaussianRelease:
    return GaussianRelease(name=name, what="How many shoppers touched each product", sensitivity=1, noise_std=1 / mu)


def sgd(**changes: Any) -> DpSgd:
    values = {"n_shoppers": N, "sampling_prob": 0.1, "train_steps": 512, "clip_norm": 1.0, "noise_multiplier": 3.0}
    return DpSgd(name="network", **{**values, **changes})


def hybrid(*shares: float) -> Shape:
    """Shares of μ² for releases, 5 % for the head's sixty full-batch steps."""

    def shape(mu: float) -> list[Mechanism]:
        head = sgd(sampling_prob=1, train_steps=60, clip_norm=2, noise_multiplier=math.sqrt(60 / 0.05) / mu)
        return [*(release(mu * math.sqrt(share)) for share in shares), head]

    return shape


def default_accountant_epsilon(mechanisms: Sequence[Mechanism], delta: float) -> float:
    accountant = PLDAccountant()
    accountant.compose(dp_accounting.ComposedDpEvent([mechanism.event() for mechanism in mechanisms]))
    return float(accountant.get_epsilon(delta))


@pytest.mark.parametrize(("epsilon", "mu"), [(0.5, 0.170), (1, 0.314), (2, 0.577), (4, 1.043), (8, 1.841)])
def test_mu_agrees_with_the_published_table(epsilon: float, mu: float) -> None:
    """Table of the DPALS line of work: 4,338 shoppers, δ = n^-1.1."""
    assert mu_for(epsilon, N**-1.1) == pytest.approx(mu, abs=1e-3)


@settings(deadline=None, max_examples=40)
@given(epsilon=st.floats(0.01, 200), log_delta=st.floats(-18, -2))
def test_mu_and_epsilon_are_each_others_inverse_from_the_safe_side(epsilon: float, log_delta: float) -> None:
    delta = 10**log_delta
    mu = mu_for(epsilon, delta)

    assert delta_for(mu, epsilon) <= delta
    assert delta_for(mu * (1 + 1e-6), epsilon) > delta
    assert delta_for(mu, epsilon_for(mu, delta)) <= delta
    assert epsilon_for(mu, delta) == pytest.approx(epsilon, rel=1e-6)


def test_delta_is_the_formula_of_balle_and_wang() -> None:
    epsilon, mu = 1.0, 0.5
    expected = norm.cdf(mu / 2 - epsilon / mu) - math.exp(epsilon) * norm.cdf(-mu / 2 - epsilon / mu)

    assert delta_for(mu, epsilon) == pytest.approx(expected, rel=1e-12)


def test_no_noise_protects_nobody_and_no_release_costs_nothing() -> None:
    assert epsilon_for(math.inf, DELTA) == math.inf
    assert epsilon_for(0.0, DELTA) == 0.0
    assert delta_for(0.0, 1.0) == 0.0


def test_an_attack_gains_nothing_from_mu_zero() -> None:
    assert power(0.0, 0.01) == pytest.approx(0.01)
    assert power(1.0, 0.01) == pytest.approx(norm.cdf(norm.ppf(0.01) + 1))


@pytest.mark.parametrize("delta", [0, 1, -1e-5, math.nan])
def test_a_delta_outside_zero_and_one_is_refused(delta: float) -> None:
    with pytest.raises(SettingsError, match="delta"):
        mu_for(1.0, delta)


def test_sampled_steps_cost_what_jax_privacy_documents() -> None:
    """Known answer: noise 3, sampling 0.1, 512 steps, δ 1e-6 → 3.77."""
    assert epsilon_of((sgd(),), 1e-6) == pytest.approx(3.77, abs=0.005)


def test_one_release_costs_its_closed_form() -> None:
    assert epsilon_of((release(0.5),), DELTA) == pytest.approx(epsilon_for(0.5, DELTA), rel=1e-6)


@pytest.mark.parametrize(("sensitivity", "count"), [(2.0, 1), (0.25, 1), (3.0, 4)])
def test_a_release_costs_by_its_sensitivity_and_its_draws(sensitivity: float, count: int) -> None:
    drawn = GaussianRelease(name="sums", what="Sums", sensitivity=sensitivity, noise_std=10, count=count)
    mu = sensitivity / 10 * math.sqrt(count)

    assert drawn.mu == pytest.approx(mu)
    assert epsilon_of((drawn,), DELTA) == pytest.approx(epsilon_for(mu, DELTA), rel=1e-4)


def test_full_batch_steps_compose_like_one_gaussian() -> None:
    head = sgd(sampling_prob=1, train_steps=60, noise_multiplier=20)

    assert head.event() == dp_accounting.SelfComposedDpEvent(dp_accounting.GaussianDpEvent(20), 60)
    assert head.mu == pytest.approx(math.sqrt(60) / 20)
    assert epsilon_of((head,), DELTA) == pytest.approx(epsilon_for(math.sqrt(60) / 20, DELTA), rel=1e-4)


def test_squares_of_mu_add_up_and_sampling_has_no_exact_mu() -> None:
    assert mu_of([release(0.3), release(0.4)]) == pytest.approx(0.5)
    assert GaussianRelease(name="a", what="b", sensitivity=2, noise_std=10, count=9).mu == pytest.approx(2 / 10 * 3)
    assert mu_of([release(0.3), sgd()]) is None


def test_a_filter_charges_sampled_steps_no_less_than_they_cost() -> None:
    steps = sgd(noise_multiplier=20.0)

    assert epsilon_of((steps,), DELTA) <= epsilon_for(steps.mu_bound, DELTA)


def test_selection_takes_its_delta_off_before_the_accountant_speaks() -> None:
    chosen = Selection(name="names", noise_std=4, delta=DELTA / 4, max_items=20)

    assert epsilon_of((chosen,), DELTA) == pytest.approx(epsilon_for(1 / 4, DELTA * 3 / 4), rel=1e-5)
    assert epsilon_of((chosen,), DELTA / 4) == math.inf


def test_the_threshold_hides_any_number_of_own_products() -> None:
    """Gopi et al. 2020: with weight 1/sqrt(t) on each of t own products, one of them leaves by chance δ at most."""
    chosen = Selection(name="names", noise_std=3, delta=1e-4, max_items=50)

    for t in range(1, 51):
        one_leaves = norm.sf((chosen.threshold - 1 / math.sqrt(t)) / 3)
        assert 1 - (1 - one_leaves) ** t <= 1e-4 * (1 + 1e-6)
    alone = Selection(name="names", noise_std=3, delta=1e-4, max_items=1)
    assert alone.threshold == pytest.approx(1 + 3 * norm.isf(1e-4))
    assert alone.threshold < chosen.threshold < 1 + 3 * norm.isf(1e-4 / 50)


@settings(deadline=None, max_examples=12)
@given(
    epsilon=st.floats(0.05, 8),
    share=st.floats(0.05, 0.9),
    log_delta=st.floats(-9, -4),
    delta_share=st.sampled_from([0.0, 0.5]),
)
def test_calibrated_releases_never_spend_more_than_asked(
    epsilon: float, share: float, log_delta: float, delta_share: float
) -> None:
    delta = 10**log_delta

    def with_selection(mu: float) -> list[Mechanism]:
        if not delta_share:
            return [*hybrid(share, 0.95 - share)(mu)]
        name = Selection(name="names", noise_std=10 / mu, delta=delta * delta_share, max_items=5)
        return [name, *hybrid(share, 0.94 - share)(mu)]

    mu = gaussian_mu(epsilon, delta, [hybrid(0.95), with_selection])

    for shape in (hybrid(0.95), with_selection):
        assert epsilon_of(tuple(shape(mu)), delta) <= epsilon
    if not delta_share:
        assert mu >= mu_for(epsilon, delta) * (1 - 1e-3)


@settings(deadline=None, max_examples=8)
@given(
    epsilon=st.floats(0.1, 8),
    sampling_prob=st.one_of(st.just(1.0), st.floats(0.01, 0.5)),
    train_steps=st.integers(1, 200),
)
def test_calibrated_steps_never_spend_more_than_asked_and_waste_little(
    epsilon: float, sampling_prob: float, train_steps: int
) -> None:
    noise = dp_sgd_noise(epsilon, DELTA, sampling_prob, train_steps)
    steps = sgd(sampling_prob=sampling_prob, train_steps=train_steps, noise_multiplier=noise)

    assert epsilon * 0.99 <= epsilon_of((steps,), DELTA) <= epsilon


@pytest.mark.parametrize("epsilon", [1.0, 4.0])
def test_who_recomputes_a_claim_on_the_accountants_default_grid_never_finds_more(epsilon: float) -> None:
    releases = hybrid(0.1, 0.85)(gaussian_mu(epsilon, DELTA, [hybrid(0.1, 0.85)]))
    steps = sgd(sampling_prob=0.2, train_steps=60, noise_multiplier=dp_sgd_noise(epsilon, DELTA, 0.2, 60))

    assert default_accountant_epsilon(releases, DELTA) <= epsilon
    assert default_accountant_epsilon([steps], DELTA) <= epsilon


def test_more_noise_means_less_epsilon() -> None:
    spent = [epsilon_of((sgd(noise_multiplier=noise, train_steps=50),), DELTA) for noise in (1.0, 2.0, 4.0)]

    assert spent == sorted(spent, reverse=True)


def test_selections_that_spend_the_whole_delta_cannot_be_calibrated() -> None:
    def shape(mu: float) -> list[Mechanism]:
        return [Selection(name="names", noise_std=1 / mu, delta=DELTA, max_items=5)]

    with pytest.raises(SettingsError, match="larger δ"):
        gaussian_mu(1.0, DELTA, [shape])


def plan(**changes: Any) -> Plan:
    values = {"epsilon": 1.0, "delta": DELTA, "n_shoppers": N, "mechanisms": (release(mu_for(1.0, DELTA) * 0.999),)}
    return Plan(**{**values, **changes})


def test_a_plan_within_its_claim_passes_and_one_beyond_is_refused() -> None:
    plan().check()
    with pytest.raises(SettingsError, match="would spend ε"):
        plan(mechanisms=(release(mu_for(1.0, DELTA) * 1.001),)).check()


def test_a_delta_of_one_shopper_in_n_is_refused_and_a_large_one_warned_of() -> None:
    with pytest.raises(SettingsError, match="below 1 / 100 shoppers"):
        plan(n_shoppers=100, delta=1 / 100)

    assert plan(n_shoppers=100, delta=1 / 999).warnings
    assert plan(n_shoppers=100, delta=1 / 1000).warnings == ()


@pytest.mark.parametrize(
    "changes", [{"epsilon": 0}, {"epsilon": math.inf}, {"n_shoppers": 0}, {"mechanisms": ()}, {"delta": 0}]
)
def test_a_plan_with_a_number_out_of_range_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        plan(**changes)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"sampling_prob": 0}, "sampling prob"),
        ({"sampling_prob": 1.1}, "sampling prob"),
        ({"train_steps": 0}, "train steps"),
        ({"noise_multiplier": 0}, "noise multiplier"),
        ({"noise_multiplier": math.nan}, "noise multiplier"),
        ({"clip_norm": -1}, "clip norm"),
    ],
)
def test_a_mechanism_names_the_number_that_is_out_of_range(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        sgd(**changes)


def test_steps_divide_by_the_declared_number() -> None:
    steps = sgd(n_shoppers=1000, sampling_prob=0.2, clip_norm=2.0, noise_multiplier=3.0)

    assert steps.expected_batch == 1000 * 0.2
    assert steps.noise_std == 3.0 * 2.0


def test_pld_agrees_with_rdp_from_below() -> None:
    accountant = dp_accounting.rdp.RdpAccountant()
    accountant.compose(plan(mechanisms=(sgd(), release(0.2))).event())

    assert epsilon_of((sgd(), release(0.2)), DELTA) <= accountant.get_epsilon(DELTA)
    assert accountant_of((release(0.2),)).get_delta(1.0) == pytest.approx(delta_for(0.2, 1.0), rel=1e-3)


def test_accounting_never_loads_tensorflow_or_streamlit() -> None:
    names = ["gdp", "plan", "calibrate", "noise", "ledger", "statement", "metrics", "selection", "explain"]
    code = "import sys\n" + "\n".join(f"import core.privacy.{name}" for name in names)
    code += "\nprint(sorted({'tensorflow', 'keras', 'streamlit', 'sklearn'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_mechanisms_are_frozen_and_compare_by_value() -> None:
    assert release(0.5) == release(0.5)
    assert len({release(0.5), release(0.5), release(0.4)}) == 2
    with pytest.raises(AttributeError):
        release(0.5).noise_std = 0.0  # type: ignore[misc]
    assert np.isclose(release(0.5).as_json()["mu"], 0.5)
