"""The ledger: charged first, chained, capped, and never lowered."""

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from core.errors import BudgetRefused, SettingsError
from core.privacy.calibrate import dp_sgd_noise
from core.privacy.gdp import epsilon_for, mu_for
from core.privacy.ledger import GENESIS, Cap, Group, Ledger
from core.privacy.plan import DpSgd, GaussianRelease, Plan, Selection, composed_epsilon, epsilon_of
from core.store import schema
from core.store.home import Home

N, DELTA = 4338, 1e-5


def plan(epsilon: float = 1.0, mu: float | None = None) -> Plan:
    mu = mu or mu_for(epsilon, DELTA) * (1 - 1e-6)
    release = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=1 / mu)
    return Plan(epsilon=epsilon, delta=DELTA, n_shoppers=N, mechanisms=(release,))


def sampled_plan(epsilon: float = 1.0) -> Plan:
    noise = dp_sgd_noise(epsilon, DELTA, 0.2, 60)
    steps = DpSgd(
        name="network", n_shoppers=N, sampling_prob=0.2, train_steps=60, clip_norm=1.0, noise_multiplier=noise
    )
    return Plan(epsilon=epsilon, delta=DELTA, n_shoppers=N, mechanisms=(steps,))


@pytest.fixture
def home(tmp_path: Path) -> Any:
    home = Home(tmp_path)
    yield home
    home.close()


def test_a_charge_comes_back_as_it_was_written(home: Home) -> None:
    ledger = Ledger(home)
    entry = ledger.charge(plan(), study="s1", purpose="Curve of spring", group="evaluation")

    assert ledger.entries() == [entry]
    assert (entry.plan, entry.study, entry.group, entry.public) == (plan(), "s1", "evaluation", False)
    assert entry.previous == GENESIS
    assert ledger.head() == entry.hash
    assert Ledger(Home(home.folder)).entries() == [entry]


def test_the_same_draw_again_is_a_new_charge(home: Home) -> None:
    ledger = Ledger(home)
    for _ in range(2):
        ledger.charge(plan(), study="s1", purpose="Draw")

    mu = plan().mechanisms[0].mu_bound
    assert ledger.composed(DELTA) == pytest.approx(epsilon_for(mu * math.sqrt(2), DELTA))
    assert len({entry.hash for entry in ledger.entries()}) == 2


def test_a_curve_over_five_epsilons_composes_to_about_ten(home: Home) -> None:
    """DESIGN section 4: ε 0.5, 1, 2, 4, 8 of methods that share a release compose to about 10."""
    ledger = Ledger(home)
    for epsilon in (0.5, 1.0, 2.0, 4.0, 8.0):
        ledger.charge(plan(epsilon), study="curve", purpose="Point of the curve")

    assert ledger.composed(DELTA) == pytest.approx(9.96, abs=0.05)


def test_training_and_evaluation_shoppers_are_billed_apart_and_the_larger_bill_counts(home: Home) -> None:
    ledger = Ledger(home)
    ledger.charge(plan(1.0), study="a", purpose="Model")
    ledger.charge(plan(2.0), study="b", purpose="Figures", group="evaluation")

    assert ledger.by_group(DELTA) == {
        "training": pytest.approx(1, rel=1e-4),
        "evaluation": pytest.approx(2, rel=1e-4),
    }
    assert ledger.composed(DELTA) == pytest.approx(2, rel=1e-4)
    assert ledger.of_study("a", DELTA) == pytest.approx(1, rel=1e-4)
    assert ledger.of_study("b", DELTA) == pytest.approx(2, rel=1e-4)


def test_what_may_come_is_added_to_what_was_spent(home: Home) -> None:
    ledger = Ledger(home)
    ledger.charge(plan(), study="a", purpose="Model")
    mu = plan().mechanisms[0].mu_bound

    assert ledger.composed(DELTA, also=[("training", plan())]) == pytest.approx(epsilon_for(mu * 2**0.5, DELTA))
    assert len(ledger.entries()) == 1


def test_public_data_are_recorded_and_cost_nothing(home: Home) -> None:
    ledger = Ledger(home)
    ledger.set_cap(Cap(epsilon=0.1, delta=DELTA), by="O. Fficer", reason="Trial")
    entry = ledger.charge(plan(8.0), study="demo", purpose="Sample", public=True)

    assert entry.public
    assert ledger.composed(DELTA) == 0
    assert ledger.of_study("demo", DELTA) == 0


def test_a_study_is_refused_as_a_whole_where_its_parts_would_fit_one_by_one(home: Home) -> None:
    """The cap is μ² = 4 units of a plan's μ² = 1: four fit, a fifth does not, and each half has its own cap."""
    ledger = Ledger(home)
    mu = plan().mechanisms[0].mu_bound
    ledger.set_cap(Cap(epsilon=epsilon_for(2 * mu, DELTA) * (1 + 1e-9), delta=DELTA), by="O. Fficer", reason="Trial")

    def check(**times: int) -> None:
        groups: tuple[Group, ...] = ("training", "evaluation", "everyone")
        ledger.check([(group, plan()) for group in groups for _ in range(times.get(group, 0))])

    check(training=4, evaluation=4)
    with pytest.raises(BudgetRefused, match="training shoppers"):
        check(training=5)
    with pytest.raises(BudgetRefused, match="evaluation shoppers"):
        check(everyone=4, evaluation=1)

    assert ledger.entries() == []


def test_sampled_and_gaussian_charges_compose_to_no_more_than_their_plain_sum(home: Home) -> None:
    ledger = Ledger(home)
    ledger.charge(sampled_plan(), study="a", purpose="Network")
    ledger.charge(plan(), study="a", purpose="Release")
    together = ledger.composed(DELTA)

    assert 1.2 < together < 2
    assert together == pytest.approx(epsilon_of((*sampled_plan().mechanisms, *plan().mechanisms), DELTA), rel=1e-3)


def test_populations_never_meet(home: Home) -> None:
    Ledger(home, "north").charge(plan(), study="a", purpose="Model")

    assert Ledger(home, "south").composed(DELTA) == 0
    assert Ledger(home, "south").head() == GENESIS


def test_a_plan_that_spends_more_than_it_claims_is_not_written(home: Home) -> None:
    ledger = Ledger(home)
    with pytest.raises(SettingsError, match="would spend"):
        ledger.charge(plan(1.0, mu=0.5), study="a", purpose="Lie")

    assert ledger.entries() == []


def test_the_cap_allows_exactly_its_budget_and_refuses_before_it_spends_more(home: Home) -> None:
    ledger = Ledger(home)
    ledger.set_cap(Cap(epsilon=1.0, delta=DELTA), by="O. Fficer", reason="Trial")
    ledger.charge(plan(1.0), study="a", purpose="Model")

    with pytest.raises(BudgetRefused, match="privacy officer"):
        ledger.charge(plan(0.1), study="a", purpose="One more")
    assert len(ledger.entries()) == 1
    ledger.charge(plan(1.0), study="a", purpose="Other shoppers", group="evaluation")
    assert ledger.composed(DELTA) <= 1.0


def test_the_cap_counts_squares_and_not_epsilons(home: Home) -> None:
    """Four charges of half the cap's μ fill it: 4 * (1/2)² = 1."""
    ledger = Ledger(home)
    cap = Cap(epsilon=2.0, delta=DELTA)
    ledger.set_cap(cap, by="O. Fficer", reason="Trial")
    for _ in range(4):
        ledger.charge(plan(1.5, mu=cap.mu / 2), study="a", purpose="Model")

    with pytest.raises(BudgetRefused, match="100%"):
        ledger.charge(plan(1.5, mu=cap.mu / 20), study="a", purpose="One more")
    assert ledger.composed(DELTA) <= 2.0


def test_under_a_cap_sampled_steps_count_without_amplification(home: Home) -> None:
    ledger = Ledger(home)
    ledger.set_cap(Cap(epsilon=2.0, delta=DELTA), by="O. Fficer", reason="Trial")

    with pytest.raises(BudgetRefused):
        ledger.charge(sampled_plan(1.0), study="a", purpose="Network")


def test_under_a_cap_names_are_chosen_only_from_the_delta_kept_for_them(home: Home) -> None:
    ledger = Ledger(home)
    chosen = Selection(name="names", noise_std=20, delta=DELTA / 10, max_items=5)
    names = Plan(epsilon=1.0, delta=DELTA, n_shoppers=N, mechanisms=(chosen,))
    ledger.set_cap(Cap(epsilon=1.0, delta=DELTA), by="O. Fficer", reason="Trial")
    with pytest.raises(BudgetRefused, match="product file"):
        ledger.charge(names, study="a", purpose="Names")

    ledger.set_cap(Cap(epsilon=1.0, delta=DELTA, selection_delta=DELTA / 10), by="O. Fficer", reason="Trial")
    ledger.charge(names, study="a", purpose="Names")


def test_lifting_the_cap_lowers_nothing(home: Home) -> None:
    ledger = Ledger(home)
    ledger.set_cap(Cap(epsilon=1.0, delta=DELTA), by="O. Fficer", reason="Trial")
    ledger.charge(plan(1.0), study="a", purpose="Model")
    ledger.set_cap(None, by="O. Fficer", reason="Trial")

    assert ledger.cap() is None
    ledger.charge(plan(1.0), study="a", purpose="Model")
    assert ledger.composed(DELTA) > 1.0


@pytest.mark.parametrize("cap", [Cap(epsilon=1.0, delta=0.0), Cap(epsilon=math.inf, delta=DELTA)])
def test_a_cap_out_of_range_is_refused(home: Home, cap: Cap) -> None:
    with pytest.raises(SettingsError):
        Ledger(home).set_cap(cap, by="O. Fficer", reason="Trial")


def three_charges(home: Home) -> Ledger:
    ledger = Ledger(home)
    for number in range(3):
        ledger.charge(plan(), study=f"s{number}", purpose="Model")
    return ledger


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "Harmless"},
        {"public": True},
        {"study": "other"},
        {"event": '{"delta":1e-05,"epsilon":0.1,"mechanisms":[],"n_shoppers":4338}'},
        {"group": "evaluation"},
    ],
)
def test_a_changed_row_breaks_the_chain(home: Home, change: dict[str, Any]) -> None:
    ledger = three_charges(home)
    assert ledger.verify_chain()
    with home.write() as connection:
        connection.execute(update(schema.ledger).where(schema.ledger.c.id == 2).values(**change))

    assert not ledger.verify_chain()


def test_a_row_taken_out_of_the_middle_breaks_the_chain(home: Home) -> None:
    ledger = three_charges(home)
    with home.write() as connection:
        connection.execute(delete(schema.ledger).where(schema.ledger.c.id == 2))

    assert not ledger.verify_chain()


def test_a_database_set_back_does_not_know_the_heads_of_later_statements(home: Home) -> None:
    ledger = three_charges(home)
    head = ledger.head()
    assert ledger.knows(head)
    with home.write() as connection:
        connection.execute(delete(schema.ledger).where(schema.ledger.c.id == 3))

    assert ledger.verify_chain()  # a shorter chain is whole in itself: only the statement tells
    assert not ledger.knows(head)


CHARGE_TEN = """
import sys
from pathlib import Path
from core.privacy.ledger import Ledger
from core.privacy.plan import GaussianRelease, Plan
from core.store.home import Home

release = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=100)
plan = Plan(epsilon=1.0, delta=1e-5, n_shoppers=1000, mechanisms=(release,))
for number in range(10):
    Ledger(Home(Path(sys.argv[1]))).charge(plan, study=sys.argv[2], purpose=f"draw {number}")
"""


def test_processes_that_charge_at_once_make_one_chain(home: Home) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", CHARGE_TEN, str(home.folder), f"s{number}"]) for number in range(3)
    ]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    ledger = Ledger(home)

    assert len(ledger.entries()) == 3 * 10
    assert ledger.verify_chain()
    assert ledger.composed(DELTA) == pytest.approx(epsilon_for(math.sqrt(30) / 100, DELTA))


def test_a_charge_that_returned_has_reached_the_disk(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    levels = []
    original = Ledger._head

    def spy(self: Ledger, connection: Any) -> str:
        levels.append(connection.execute(text("PRAGMA synchronous")).scalar())
        return original(self, connection)

    monkeypatch.setattr(Ledger, "_head", spy)
    Ledger(home).charge(plan(), study="a", purpose="Model")

    assert levels == [2]  # FULL


def test_a_hundred_charges_compose_in_no_time() -> None:
    releases = plan().mechanisms * 100

    assert composed_epsilon(releases, DELTA) == pytest.approx(epsilon_for(10 * plan().mechanisms[0].mu_bound, DELTA))
