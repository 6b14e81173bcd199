"""What a study may spend: every way to share out an ε stays within it by PLD, and so does the charge."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BudgetRefused, SettingsError
from core.privacy.gdp import epsilon_for, mu_for
from core.privacy.ledger import Cap, Ledger
from core.privacy.mechanisms import DpSgd, Selection
from core.privacy.plan import Plan, composed_epsilon, epsilon_of, mu_of, one_gaussian
from core.privacy.statement import check_covered
from core.recommend.release import SHARES
from core.settings import DEFAULT_METHODS, Method, StudySettings, build, default_delta
from core.store.home import Home
from core.studies.budget import (
    HEAD_CLIP,
    HEAD_SHARE,
    HEAD_STEPS,
    SELECTION_DELTA,
    SHARED,
    JointBudget,
    Numbers,
    feasible,
    joint_budget,
    network_plan,
    numbers_of,
    selection_of,
    training_mechanisms,
)
from core.studies.figures import MOST_NOISE, RELEASED, evaluation_figures, n_models

N = 4_338
DELTA = 1e-5
NUMBERS = Numbers(N, 3_470, 868, DELTA, True, 0.2)
EPSILONS = (0.5, 1.0, 8.0)


def asked(**values: Any) -> StudySettings:
    return build(StudySettings, {"n_shoppers": N, **values})


def joint(epsilon: float, methods: tuple[Method, ...] = DEFAULT_METHODS, **more: Any) -> JointBudget:
    budget = joint_budget(methods, epsilon, NUMBERS, **more)
    assert budget is not None
    return budget


@pytest.mark.parametrize("epsilon", EPSILONS)
@pytest.mark.parametrize("methods", [("popularity",), ("popularity", "statistics"), DEFAULT_METHODS])
def test_every_share_and_the_charge_spend_at_most_epsilon_by_pld(epsilon: float, methods: tuple[Method, ...]) -> None:
    """Which share popularity gets is known only after noise was seen, so each must hold."""
    budget = joint(epsilon, methods)
    for share in SHARES:
        plan = budget.plan(share)
        plan.check()
        assert plan.epsilon == epsilon
        assert plan.epsilon_spent() <= epsilon
    assert budget.charge().epsilon_spent() <= epsilon
    assert budget.charge().epsilon == epsilon


@settings(max_examples=6)
@given(epsilon=st.floats(0.1, 15.0), n=st.integers(50, 10**6))
def test_no_epsilon_and_no_shop_size_is_overspent(epsilon: float, n: int) -> None:
    numbers = Numbers(n, round(0.8 * n), n - round(0.8 * n), default_delta(n), True, 0.2)
    budget = joint_budget(DEFAULT_METHODS, epsilon, numbers)
    assert budget is not None

    assert max(budget.plan(share).epsilon_spent() for share in SHARES) <= epsilon
    assert budget.charge().epsilon_spent() <= epsilon


@pytest.mark.parametrize("share", SHARES)
def test_the_squares_of_what_is_drawn_add_up_to_the_square_of_the_charge(share: float) -> None:
    """That is the filter's condition for charging one Gaussian before the shares are known."""
    budget = joint(2.0)
    drawn = mu_of(budget.mechanisms(share))

    assert drawn == pytest.approx(budget.mu, rel=1e-12)
    assert mu_of(budget.charge().mechanisms) == pytest.approx(budget.mu, rel=1e-12)


def test_nearly_all_of_epsilon_is_used() -> None:
    """Calibration errs to the safe side, by less than 0.1 %."""
    assert joint(1.0).mu > 0.999 * mu_for(1.0, DELTA)


def test_the_head_gets_a_twentieth_of_the_square_and_the_full_batch() -> None:
    budget = joint(1.0)
    head = budget.head()

    assert head.sampling_prob == 1
    assert (head.train_steps, head.clip_norm) == (HEAD_STEPS, HEAD_CLIP)
    assert head.mu == pytest.approx(budget.mu * math.sqrt(HEAD_SHARE))
    assert head.n_shoppers == NUMBERS.training
    assert budget.release_mu**2 + (head.mu or 0) ** 2 == pytest.approx(budget.mu**2)


def test_without_hybrid_nothing_is_kept_for_a_head() -> None:
    budget = joint(1.0, ("popularity", "statistics"))

    assert [m.name for m in budget.mechanisms(SHARES[0])] == ["popularity", "co-occurrence"]
    assert budget.release_mu == budget.mu


def test_popularity_alone_gets_everything() -> None:
    budget = joint(1.0, ("popularity",))

    assert budget.popularity_mu(SHARES[0]) == budget.mu
    assert [m.mu for m in budget.mechanisms(SHARES[0])] == [pytest.approx(budget.mu)]


def test_content_alone_needs_no_budget() -> None:
    assert joint_budget(("content",), 1.0, NUMBERS) is None
    assert training_mechanisms(asked(methods=("content",)), NUMBERS, has_catalogue=True) == []


def test_three_methods_of_one_release_cost_as_much_as_one() -> None:
    one = training_mechanisms(asked(methods=("hybrid",), epsilons=(1.0,)), NUMBERS, True)
    three = training_mechanisms(asked(methods=SHARED, epsilons=(1.0,)), NUMBERS, True)

    assert composed_epsilon(three, DELTA) == composed_epsilon(one, DELTA) <= 1.0


def test_a_curve_over_five_epsilon_composes_to_about_ten() -> None:
    """√(Σ μ²) at ε 0.5, 1, 2, 4, 8, as DESIGN section 4 says."""
    drawn = training_mechanisms(asked(), NUMBERS, True)
    total = epsilon_for(math.hypot(*(mu_for(epsilon, DELTA) for epsilon in (0.5, 1, 2, 4, 8))), DELTA)

    assert composed_epsilon(drawn, DELTA) == pytest.approx(total, rel=1e-3)
    assert 9.5 < total < 10.5


def test_two_repeats_draw_and_cost_twice() -> None:
    once = training_mechanisms(asked(epsilons=(1.0,)), NUMBERS, True)
    twice = training_mechanisms(asked(epsilons=(1.0,), repeats=2), NUMBERS, True)

    assert twice == once * 2
    assert mu_of(twice) == pytest.approx(math.sqrt(2) * (mu_of(once) or 0))


@pytest.mark.parametrize("epsilon", EPSILONS)
def test_choosing_product_names_is_part_of_every_models_promise(epsilon: float) -> None:
    selection = selection_of(asked(epsilons=EPSILONS), NUMBERS)
    budget = joint(epsilon, selection=selection)
    for share in SHARES:
        assert selection in budget.plan(share).mechanisms
        assert budget.plan(share).epsilon_spent() <= epsilon
    assert selection.delta == SELECTION_DELTA * DELTA
    assert (budget.mu**2 + selection.mu**2) <= mu_for(epsilon, DELTA) ** 2


def test_choosing_product_names_is_part_of_the_networks_promise_too() -> None:
    """Once the network claimed ε for its steps alone, though its product names had cost something as well."""
    wanted = asked(methods=("mlp",), epsilons=(1.0,), network={"train_steps": 10})
    selection = selection_of(wanted, NUMBERS)
    alone, together = (network_plan(wanted, 1.0, NUMBERS, chosen) for chosen in (None, selection))

    assert epsilon_of((alone,), DELTA) <= 1.0 < epsilon_of((selection, alone), DELTA)
    assert 0.95 < epsilon_of((selection, together), DELTA) <= 1.0
    assert training_mechanisms(wanted, NUMBERS, has_catalogue=False) == [selection, together]


def test_the_networks_plan_takes_sampling_and_steps_from_the_settings() -> None:
    wanted = asked(methods=("mlp",), network={"train_steps": 10, "sampling_prob": 0.5, "clip_norm": 3.0})
    steps = network_plan(wanted, 2.0, NUMBERS)

    assert (steps.train_steps, steps.sampling_prob, steps.clip_norm) == (10, 0.5, 3.0)
    assert steps.n_shoppers == NUMBERS.training
    assert epsilon_of((steps,), DELTA) <= 2.0


def test_the_ledger_covers_what_is_drawn_at_every_share(home: Home) -> None:
    selection = selection_of(asked(), NUMBERS)
    chosen = Plan(epsilon=9.0, delta=DELTA, n_shoppers=N, mechanisms=(selection,))
    names = Ledger(home).charge(chosen, study="s", purpose="names")
    budget = joint(1.0, selection=selection)
    charge = Ledger(home).charge(budget.charge(), study="s", purpose="joint")
    for share in SHARES:
        check_covered(budget.plan(share), [names, charge])
        with pytest.raises(SettingsError, match="not charged"):
            check_covered(budget.plan(share), [charge])


def test_evaluation_noise_pays_for_every_figure_of_every_model() -> None:
    """13 models of three figures at ε 2 in all: each sum gets noise √39 / μ."""
    wanted = asked(evaluation_epsilon=2.0)
    figures = evaluation_figures(wanted, NUMBERS, 13)
    assert figures is not None
    plan, release = figures.plan, figures.plan.mechanisms[0]

    assert figures.names == RELEASED
    assert release.as_json()["count"] == 13 * len(RELEASED)
    assert figures.noise == pytest.approx(release.as_json()["noise_std"] / NUMBERS.evaluation)
    assert release.as_json()["noise_std"] == pytest.approx(math.sqrt(39) / mu_for(2.0, DELTA), rel=1e-3)
    assert plan.epsilon_spent() <= 2.0


def test_evaluation_pays_by_default_what_the_dearest_model_pays() -> None:
    figures = evaluation_figures(asked(epsilons=(0.5, 4.0)), NUMBERS, 3)

    assert figures is not None
    assert figures.plan.epsilon == 4.0


def test_few_shoppers_pay_for_one_figure_rather_than_for_three_that_drown_each_other() -> None:
    """Noise falls by √3 where one figure takes the place of three."""
    few = numbers_of(asked(n_shoppers=500), 500)
    figures = evaluation_figures(asked(epsilons=(4.0,)), few, 10)

    assert figures is not None
    assert figures.names == RELEASED[:1]
    assert figures.are_worth_it
    assert figures.noise * math.sqrt(3) > MOST_NOISE


def test_nothing_is_paid_where_nothing_is_evaluated() -> None:
    numbers = numbers_of(asked(evaluate=False), N)

    assert (numbers.training, numbers.evaluation, numbers.share) == (N, 0, 0.0)
    assert evaluation_figures(asked(), numbers, 5) is None
    assert evaluation_figures(asked(), NUMBERS, 0) is None


def test_content_has_one_point_and_every_other_method_one_an_epsilon_and_repeat() -> None:
    wanted = asked(epsilons=(1.0, 2.0), repeats=3)

    assert n_models(wanted, has_content=True) == 3 * 2 * 3 + 1
    assert n_models(wanted, has_content=False) == 3 * 2 * 3


def test_the_public_numbers_come_from_the_declared_number_alone() -> None:
    """However many shoppers are in the file: neighbours have the same divisors, δ and sizes."""
    one, other = (numbers_of(asked(), counted) for counted in (5, 99_999))

    assert one == other
    assert (one.total, one.evaluation, one.is_declared) == (N, round(0.2 * N), True)
    assert one.delta == min(1e-5, 1 / (10 * N))


def test_a_number_that_was_counted_says_so() -> None:
    numbers = numbers_of(build(StudySettings, {}), 1_000)

    assert (numbers.total, numbers.evaluation, numbers.is_declared) == (1_000, 200, False)


@pytest.mark.parametrize("delta", [1 / N, 0.01, 0.5])
def test_a_delta_of_one_in_n_or_more_is_refused(delta: float) -> None:
    with pytest.raises(SettingsError, match="delta"):
        Plan(epsilon=1.0, delta=delta, n_shoppers=N, mechanisms=(one_gaussian(0.1),))


def test_below_fifty_shoppers_only_popularity_and_content_are_made() -> None:
    few = numbers_of(asked(n_shoppers=49), 49)

    assert not few.is_enough
    assert few.evaluation == 0
    assert feasible(DEFAULT_METHODS, few) == ("popularity", "content")
    assert feasible(("mlp",), few) == ("popularity",)
    assert feasible(("content",), few) == ("content",)
    assert feasible(("mlp",), numbers_of(asked(n_shoppers=50), 50)) == ("mlp",)
    kinds = [type(m) for m in training_mechanisms(asked(methods=("mlp", "hybrid")), few, True)]
    assert DpSgd not in kinds


def test_selection_has_its_own_kind() -> None:
    assert isinstance(training_mechanisms(asked(), NUMBERS, has_catalogue=False)[0], Selection)


# Training shoppers and evaluation shoppers are charged apart only where they are different people.


@pytest.mark.parametrize(
    ("share", "evaluate", "training", "evaluation"),
    [
        (0.2, True, "training", "evaluation"),
        (0.3, True, "training", "everyone"),  # coins from 0.2 to 0.3 judge here and train elsewhere
        (0.1, True, "everyone", "evaluation"),  # coins from 0.1 to 0.2 train here and judge elsewhere
        (0.2, False, "everyone", "evaluation"),  # all train here
    ],
)
def test_who_may_have_been_on_the_other_side_is_charged_there_too(
    share: float, evaluate: bool, training: str, evaluation: str
) -> None:
    """Once a study without evaluation trained on shoppers whose judging was counted apart."""
    numbers = numbers_of(asked(evaluation_share=share, evaluate=evaluate), N)

    assert (numbers.training_group, numbers.evaluation_group) == (training, evaluation)


def test_what_touched_everyone_counts_on_both_sides(home: Home) -> None:
    """Judged at μ = 1 before, then trained on at μ = 2: √(1² + 2²)."""
    ledger = Ledger(home)
    for mu, group in ((1.0, "evaluation"), (2.0, "everyone"), (0.5, "training")):
        plan = Plan(epsilon=100.0, delta=DELTA, n_shoppers=N, mechanisms=(one_gaussian(mu),))
        ledger.charge(plan, study="s", purpose="p", group=group)  # type: ignore[arg-type]  # a list of pairs widens it

    assert ledger.by_group(DELTA) == {
        "training": pytest.approx(epsilon_for(math.hypot(2.0, 0.5), DELTA)),
        "evaluation": pytest.approx(epsilon_for(math.hypot(1.0, 2.0), DELTA)),
    }
    assert ledger.composed(DELTA) == max(ledger.by_group(DELTA).values())
    assert ledger.verify_chain()


@pytest.mark.parametrize("before", ["training", "evaluation"])
def test_the_cap_holds_for_both_sides_of_a_plan_that_touches_everyone(home: Home, before: Any) -> None:
    ledger = Ledger(home)
    plan = Plan(epsilon=100.0, delta=DELTA, n_shoppers=N, mechanisms=(one_gaussian(0.8 * mu_for(1.0, DELTA)),))
    ledger.set_cap(Cap(epsilon=1.0, delta=DELTA), by="O. Fficer", reason="Trial")
    ledger.charge(plan, study="s", purpose="p", group=before)
    head = ledger.head()
    with pytest.raises(BudgetRefused, match=before):
        ledger.charge(plan, study="s", purpose="p", group="everyone")

    assert ledger.head() == head
    assert np.isfinite(ledger.composed(DELTA))
