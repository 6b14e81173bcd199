"""The life of a budget, row by row, as a privacy officer reads it."""

import math

import pytest

from core.officer import Cap, Officer
from core.privacy.gdp import epsilon_for, mu_for
from core.privacy.ledger import Group, Ledger
from core.privacy.mechanisms import GaussianRelease
from core.privacy.plan import Plan
from core.report.spending import left_of, lines_of, over_time, still_fits
from core.store.home import Home

DELTA = 1e-5


def charge(home: Home, epsilon: float, *, group: Group = "training", public: bool = False) -> float:
    """Charge one Gaussian release of exactly ε, claimed with room for the accountant's grid; return its μ."""
    mu = mu_for(epsilon, DELTA)
    drawn = (GaussianRelease(name="counts", what="Counts", sensitivity=1.0, noise_std=1 / mu),)
    plan = Plan(epsilon=1.01 * epsilon, delta=DELTA, n_shoppers=1_000, mechanisms=drawn)
    Ledger(home).charge(plan, study="s", purpose="Counts", group=group, public=public)
    return mu


def test_each_row_adds_to_a_lifetime_in_squares(home: Home) -> None:
    first, second = charge(home, 1.0), charge(home, 2.0)

    lines = lines_of(Officer(home).history(), DELTA)

    assert [line.kind for line in lines] == ["charge", "charge"]
    assert lines[0].lifetime == pytest.approx(1.0, rel=1e-6)
    assert lines[1].lifetime == pytest.approx(epsilon_for(math.hypot(first, second), DELTA), rel=1e-6)


def test_what_counts_is_the_half_that_lost_more(home: Home) -> None:
    charge(home, 1.0)
    charge(home, 2.0, group="evaluation")

    assert lines_of(Officer(home).history(), DELTA)[-1].lifetime == pytest.approx(2.0, rel=1e-6)


def test_a_renewal_starts_the_period_anew_and_never_the_lifetime(home: Home) -> None:
    first = charge(home, 2.0)
    Officer(home).renew(by="Ada", reason="A year has ended.")
    second = charge(home, 1.0)

    lines = lines_of(Officer(home).history(), DELTA)

    assert [line.period for line in lines] == pytest.approx([2.0, 0.0, 1.0], rel=1e-6)
    both = epsilon_for(math.hypot(first, second), DELTA)
    assert [line.lifetime for line in lines] == pytest.approx([2.0, 2.0, both], rel=1e-6)


def test_public_data_and_caps_move_nothing(home: Home) -> None:
    charge(home, 1.0)
    Officer(home).set_cap(4.0, by="Ada", reason="Decided by the board.")
    charge(home, 8.0, public=True)

    lines = lines_of(Officer(home).history(), DELTA)

    assert [line.lifetime for line in lines] == [lines[0].lifetime] * 3
    assert [line.cap for line in lines] == [None, 4.0, 4.0]


def test_only_the_newest_rows_are_added_up_and_each_over_everything_before(home: Home) -> None:
    costs = [charge(home, 1.0) for _ in range(4)]

    lines = lines_of(Officer(home).history(), DELTA, newest=2)

    assert len(lines) == 2
    assert lines[0].lifetime == pytest.approx(epsilon_for(math.hypot(*costs[:3]), DELTA), rel=1e-6)
    assert lines[1].lifetime == pytest.approx(epsilon_for(math.hypot(*costs), DELTA), rel=1e-6)


def test_what_still_fits_under_a_cap_is_what_the_ledger_lets_through(home: Home) -> None:
    """A cap of ε 4 after ε 2: μ² is left over, and a plan a little larger is refused."""
    from core.errors import BudgetRefused

    Officer(home).set_cap(4.0, by="Ada", reason="Decided by the board.")
    spent = charge(home, 2.0)
    used = Officer(home).spent(DELTA).used["training"]
    cap = Cap(epsilon=4.0, delta=DELTA)

    fits = still_fits(cap, used)

    assert used == pytest.approx((spent / cap.mu) ** 2)
    assert fits == pytest.approx(epsilon_for(math.sqrt(cap.mu**2 - spent**2), DELTA))
    with pytest.raises(BudgetRefused):
        charge(home, fits * 1.001)
    charge(home, fits * 0.999)


def test_nothing_fits_where_all_is_used() -> None:
    assert still_fits(Cap(epsilon=2.0, delta=DELTA), 1.0) == 0.0


def test_the_picture_leaves_out_what_cost_nothing_and_marks_decisions(home: Home) -> None:
    charge(home, 1.0, public=True)
    charge(home, 1.0)
    Officer(home).renew(by="Ada", reason="A year has ended.")

    figure = over_time(lines_of(Officer(home).history(), DELTA))

    lifetime, period, decisions = figure.data
    assert list(lifetime.y) == pytest.approx([1.0, 1.0], rel=1e-6)
    assert list(period.y) == pytest.approx([1.0, 0.0], rel=1e-6)
    assert list(decisions.x) == [2]


def test_used_and_left_of_a_cap_are_a_hundred_percent() -> None:
    used, left = left_of({"training shoppers": 0.25, "shoppers set apart": 0.0}).data

    assert list(used.x) == [25, 0]
    assert list(used.y) == ["training shoppers:<br>25.0 % used", "shoppers set apart:<br>0.0 % used"]
    assert list(left.x) == [75, 100]
