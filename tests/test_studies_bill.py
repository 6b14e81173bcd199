"""The bill of a study in other ways, and after: the page, the ledger and dp-accounting say the same number."""

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import dp_accounting
import pytest
from dp_accounting.pld import PLDAccountant

from core.errors import RunCancelled
from core.privacy.chain import Cap
from core.privacy.explain import group_epsilon
from core.privacy.gdp import epsilon_for, mu_for
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import RandomStopping
from core.privacy.plan import epsilon_of, one_gaussian
from core.progress import silent
from core.settings import DEFAULT_EPSILONS, StudySettings, build
from core.store.home import Home
from core.studies.bill import Bill, make_bill, paid_bill
from core.studies.running import run_study
from core.tables.dataset import Dataset
from core.tables.shelf import DatasetInfo
from core.texts import text
from core.workspace import Workspace
from pages.shared import places
from tests.made_shop import import_made, make_catalogue, make_interactions
from tests.opened_pages import draw_frame, import_now, open_page, sound, words_of, work_now

DELTA = 1e-5
SELECTION = {"epsilons": (8.0,), "only_winner": {"mean_trials": 3.0}}
MLP = {"methods": ("popularity", "mlp"), "epsilons": (2.0,)}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_made(tmp_path_factory.mktemp("shop"), make_interactions(), catalogue=make_catalogue())


def asked(**values: Any) -> StudySettings:
    return build(StudySettings, {"methods": ("popularity", "content", "statistics"), **values})


def announced(dataset: Dataset, home: Home, **values: Any) -> Bill:
    info = DatasetInfo("d", "Made", "private", datetime(2025, 1, 1), dataset.folder, dataset.report, dataset.schema)
    return make_bill(asked(**values), info, Ledger(home))


@pytest.mark.parametrize(
    "values",
    [
        {"evaluation_epsilon": 20.0},
        {"evaluation_epsilon": 0.5},
        {"evaluate": False, "repeats": 2, "epsilons": (1.0, 2.0)},
        {"evaluation_epsilon": 20.0, "evaluation_share": 0.5},
        SELECTION,
    ],
    ids=["figures bought", "figures too noisy", "repeats without evaluation", "another share", "only the winner"],
)
def test_what_a_finished_study_paid_is_what_was_announced(
    home: Home, dataset: Dataset, tmp_path: Path, values: dict[str, Any]
) -> None:
    before = announced(dataset, home, **values)
    run_study(home, dataset, asked(**values), tmp_path / "out", study="s1", public=False, report=silent)
    paid = paid_bill("s1", Ledger(home))

    assert paid is not None
    assert paid.epsilon_training == pytest.approx(before.epsilon_training, rel=1e-6)
    assert paid.epsilon_evaluation == pytest.approx(before.epsilon_evaluation, rel=1e-6)
    assert (paid.delta, paid.spent) == (before.delta, before.spent)
    assert paid.after == pytest.approx(before.after, rel=1e-6)
    assert paid.households == pytest.approx(before.households, rel=1e-6)


def test_a_study_is_billed_for_itself_whatever_came_before_and_after(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    values: dict[str, Any] = {"methods": ("popularity",), "evaluate": False}
    for name, epsilon in (("s1", 1.0), ("s2", 2.0), ("s3", 4.0)):
        settings = asked(epsilons=(epsilon,), **values)
        run_study(home, dataset, settings, tmp_path / name, study=name, public=False, report=silent)
    paid = paid_bill("s2", Ledger(home))

    assert paid is not None
    one, two = mu_for(1.0, DELTA), mu_for(2.0, DELTA)
    assert paid.epsilon == pytest.approx(2.0, rel=1e-4)
    assert paid.spent == pytest.approx(1.0, rel=1e-4)
    assert paid.after == pytest.approx(epsilon_for(math.hypot(one, two), DELTA), rel=1e-4)


def test_a_study_on_public_data_or_none_at_all_has_no_bill(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    run_study(home, dataset, asked(epsilons=(1.0,)), tmp_path / "out", study="s1", public=True, report=silent)

    assert paid_bill("s1", Ledger(home)) is None
    assert paid_bill("unknown", Ledger(home)) is None


def test_a_stopped_study_paid_for_what_it_may_have_drawn_and_no_more(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    def report(_: float, message: str) -> None:
        if message.startswith("ε 2"):
            raise RunCancelled

    values: dict[str, Any] = {"methods": ("popularity",), "epsilons": (1.0, 2.0, 4.0)}
    with pytest.raises(RunCancelled):
        run_study(home, dataset, asked(**values), tmp_path / "out", study="s1", public=False, report=report)
    paid = paid_bill("s1", Ledger(home))

    assert paid is not None
    drawn = math.hypot(mu_for(1.0, DELTA), mu_for(2.0, DELTA))
    assert paid.epsilon == pytest.approx(epsilon_for(drawn, DELTA), rel=1e-4)
    assert paid.epsilon < announced(dataset, home, **values).epsilon_training


def test_a_sweep_of_five_is_the_composition_of_dp_accounting_to_a_millionth(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    settings = asked(epsilons=DEFAULT_EPSILONS, evaluate=False)
    run_study(home, dataset, settings, tmp_path / "out", study="s1", public=False, report=silent)
    ledger = Ledger(home)
    accountant = PLDAccountant()
    accountant.compose(
        dp_accounting.ComposedDpEvent([entry.plan.event() for entry in ledger.entries() if not entry.public])
    )

    assert len(ledger.entries()) == 5
    assert ledger.composed(DELTA) == pytest.approx(accountant.get_epsilon(DELTA), abs=1e-6)
    assert ledger.composed(DELTA) == pytest.approx(9.96, abs=0.005)


def test_more_of_a_curve_costs_more(home: Home, dataset: Dataset) -> None:
    """Ten models at ε 0.5 to 8: one of them, all of them, or the best of ten trials as dear as the dearest."""
    ways = announced(dataset, home, epsilons=DEFAULT_EPSILONS, evaluate=False).ways
    dearest = RandomStopping(name="w", what="w", base=(one_gaussian(mu_for(8.0, DELTA)),), mean=10)

    assert ways is not None
    assert (ways.one_model, ways.n_models) == (8.0, 10)
    assert ways.all_leave == pytest.approx(9.96, abs=0.005)
    assert ways.winner_leaves == pytest.approx(epsilon_of((dearest,), DELTA), rel=1e-9)


def test_repeats_cost_less_where_only_the_best_leaves(home: Home, dataset: Dataset) -> None:
    """Ten repeats at ε 1 that all leave compose to 3.4 and more; the best of about ten costs 1.92 (R27)."""
    ways = announced(dataset, home, methods=("popularity",), epsilons=(1.0,), repeats=10).ways

    assert ways is not None
    assert ways.all_leave == pytest.approx(epsilon_for(math.sqrt(10) * mu_for(1.0, DELTA), DELTA), rel=1e-3)
    assert ways.winner_leaves == pytest.approx(1.92, abs=0.006)


def test_a_selection_says_what_one_trial_costs_and_what_all_would(home: Home, dataset: Dataset) -> None:
    bill = announced(dataset, home, epsilons=(1.0,), only_winner={"mean_trials": 10.0})

    assert bill.ways is not None
    assert bill.ways.one_model == pytest.approx(0.501, abs=0.002)
    together = math.sqrt(10) * mu_for(bill.ways.one_model, DELTA)
    assert bill.ways.all_leave == pytest.approx(epsilon_for(together, DELTA), rel=1e-6)
    assert bill.ways.winner_leaves == bill.epsilon == pytest.approx(1.0, rel=1e-4)
    assert set(bill.noise) == {"ndcg_at_10"}
    assert any("chosen by chance" in sentence for sentence in bill.sentences)


def test_a_household_pays_for_all_of_a_study(home: Home, dataset: Dataset) -> None:
    bill = announced(dataset, home, epsilons=(1.0, 2.0), evaluate=False)
    mu = math.hypot(mu_for(1.0, DELTA), mu_for(2.0, DELTA))

    for people in (2, 3, 4):
        assert bill.households[people] == pytest.approx(epsilon_for(people * mu, DELTA), rel=1e-4)


def test_a_household_may_be_on_either_side(home: Home, dataset: Dataset) -> None:
    """Figures at ε 20 on the shoppers who judge cost two of them more than training at ε 1 does."""
    bill = announced(dataset, home, epsilons=(1.0,), evaluation_epsilon=20.0)

    assert bill.households[2] == pytest.approx(epsilon_for(2 * mu_for(20.0, DELTA), DELTA), rel=1e-4)


def test_a_bill_says_beforehand_what_the_ledger_would_refuse(home: Home, dataset: Dataset) -> None:
    ledger, sides = Ledger(home), {"epsilons": (1.0,), "evaluation_epsilon": 20.0}
    assert announced(dataset, home, **sides).refusal == ""

    ledger.set_cap(Cap(epsilon=20.1, delta=DELTA), by="Ada", reason="A year.")
    assert announced(dataset, home, **sides).refusal == ""

    ledger.set_cap(Cap(epsilon=19.9, delta=DELTA), by="Ada", reason="A year.")
    assert "the evaluation shoppers" in announced(dataset, home, **sides).refusal


def test_a_household_of_sampled_steps_is_a_mixture(home: Home, dataset: Dataset) -> None:
    bill = announced(dataset, home, evaluate=False, **MLP)
    found = bill.households[2]

    assert found is not None
    assert found > bill.epsilon_training
    assert found <= group_epsilon((one_gaussian(mu_for(bill.epsilon_training, DELTA)),), DELTA, 2) * 1.5  # type: ignore[operator]


def test_the_page_shows_the_ledgers_number_and_reopening_it_charges_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_frame(monkeypatch)
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    ws = Workspace()
    chosen = {"choice.dataset": import_now(ws, tmp_path)}
    run_id = ws.submit_study(chosen["choice.dataset"], asked(epsilons=DEFAULT_EPSILONS))
    work_now(run_id)
    charged = ws.ledger()
    ledger = Ledger(ws.home)

    for _ in range(2):
        app = open_page(places.TRAINING, **chosen)
        sound(app.run())
        assert text("training.bill.paid") in words_of(app)
        spent = [metric.value for metric in app.metric if metric.label == text("training.bill.after")]
        assert f"{ledger.composed(DELTA):.3g}" in spent
    assert ws.ledger() == charged
    paid = ws.paid(run_id)
    assert paid is not None
    assert ledger.composed(DELTA) == pytest.approx(max(paid.epsilon_training, paid.epsilon_evaluation), rel=1e-9)


def test_only_the_winner_can_be_asked_for_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    ws = Workspace()
    app = open_page(places.TRAINING, **{"choice.dataset": import_now(ws, tmp_path)})

    sound(app.toggle(key="study.only_winner").set_value(True).run())
    sound(app.pills(key="study.methods").set_value(["popularity", "statistics"]).run())
    sound(app.pills(key="study.epsilon").set_value(2.0).run())
    assert not app.warning
    assert "by itself" in words_of(app)
    sound(app.button(key="start").click().run())

    settings = StudySettings.model_validate(ws.runs()[0].settings)
    assert settings.epsilons == (2.0,)
    assert settings.only_winner is not None
    assert settings.only_winner.mean_trials == 10.0


def test_every_page_can_show_a_study_of_which_only_the_winner_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One point of its own, and content without a figure."""
    draw_frame(monkeypatch)
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    ws = Workspace()
    dataset_id = import_now(ws, tmp_path)
    run_id = ws.submit_study(dataset_id, asked(epsilons=(4.0,), only_winner={"mean_trials": 1.5}))
    work_now(run_id)
    assert ws.run(run_id).status == "done"

    for place in (places.TRAINING, places.TRADEOFF, places.RECOMMENDATIONS):
        app = open_page(place, **{"choice.dataset": dataset_id, "choice.study": run_id})
        assert not app.error
