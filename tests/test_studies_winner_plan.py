"""What a selection of a winner plans and refuses: the cost of a trial, of its score, and of product names beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import BudgetRefused, SettingsError
from core.privacy.ledger import Cap, Ledger
from core.privacy.mechanisms import Selection
from core.privacy.plan import mu_of
from core.privacy.verify import verify_statement
from core.progress import silent
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies.budget import Numbers, numbers_of
from core.studies.folder import StudyFolder
from core.studies.running import run_study
from core.studies.trials import (
    candidates,
    selection_of_a_winner,
    trial_budget,
    trial_network,
    trial_score,
    winner_plan,
)
from core.tables.dataset import Dataset
from tests.made_shop import import_made, make_catalogue, make_interactions

ALL = ("popularity", "statistics", "hybrid", "mlp")
DELTA = 1e-5


def asked(**values: Any) -> StudySettings:
    fast = ("popularity", "content", "statistics")
    return build(StudySettings, {"methods": fast, "epsilons": (8.0,), "only_winner": {"mean_trials": 3}, **values})


def run(home: Home, dataset: Dataset, out: Path, **values: Any) -> StudyFolder:
    return run_study(home, dataset, asked(**values), out, study="s1", public=False, report=silent)


def numbers_for(settings: StudySettings) -> Numbers:
    return numbers_of(settings, 5_000)


@pytest.mark.parametrize("epsilon", [0.5, 2.0, 8.0])
def test_whatever_a_trial_draws_costs_at_most_what_was_charged_for_one(epsilon: float) -> None:
    settings = asked(methods=ALL, epsilons=(epsilon,))
    numbers = numbers_for(settings)
    stopping = selection_of_a_winner(settings, numbers.delta)
    most = mu_of(stopping.base)
    assert most is not None

    for method in ("popularity", "statistics", "hybrid"):
        for share in (0.1, 0.2, 0.4):
            spent = mu_of(trial_budget(method, stopping, settings, numbers).mechanisms(share))
            assert spent is not None
            assert most * 0.999 <= spent <= most
    network = trial_network(stopping, settings, numbers)
    assert network.sampling_prob == 1.0
    assert network.mu is not None
    assert most * 0.999 <= network.mu <= most
    assert most * 0.999 <= trial_score(stopping).mu <= most


def test_the_candidates_are_the_private_methods_each_once() -> None:
    assert candidates(asked(methods=("mlp", "content", "popularity"))) == ("popularity", "mlp")


def test_names_and_selection_stay_within_epsilon_together() -> None:
    settings = asked(epsilons=(2.0,))
    numbers = numbers_for(settings)
    names = Selection(name="names", noise_std=6.0, delta=numbers.delta / 10, max_items=9)
    plan = winner_plan(settings, numbers, names)

    assert 2.0 * 0.999 <= plan.epsilon_spent() <= 2.0
    assert plan.accounting.name == "RDP"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"epsilons": (1.0, 2.0)}, "exactly one epsilon"),
        ({"repeats": 2}, "no repeats"),
        ({"methods": ("content",)}, "learns from shoppers"),
        ({"evaluate": False}, "set apart"),
        ({"evaluation_epsilon": 1.0}, "privacy of a trial"),
        ({"only_winner": {"mean_trials": 1.0}}, "mean_trials"),
        ({"only_winner": {"shape": -1.0}}, "shape"),
    ],
)
def test_what_a_selection_cannot_be_is_said(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        asked(**changes)


def test_without_a_catalogue_choosing_names_is_paid_apart_and_promised_together(home: Home, tmp_path: Path) -> None:
    shop = import_made(tmp_path / "shop", make_interactions(), catalogue=None)
    found = run(home, shop, tmp_path / "out", methods=("popularity",), epsilons=(20.0,))
    names, selection = Ledger(home).entries()

    assert (names.group, selection.group) == ("training", "everyone")
    assert isinstance(names.plan.mechanisms[0], Selection)
    (path,) = found.statements.iterdir()
    statement = json.loads(path.read_text())
    assert [each["kind"] for each in statement["mechanisms"]] == ["selection", "random_stopping"]
    assert verify_statement(path, home.public_keys())["ok"]


def test_too_few_shoppers_leave_nobody_to_judge(home: Home, tmp_path: Path) -> None:
    few = import_made(tmp_path / "shop", make_interactions(30), catalogue=make_catalogue())

    with pytest.raises(SettingsError, match="which trial is best"):
        run(home, few, tmp_path / "out")

    assert Ledger(home).entries() == []
    assert not (tmp_path / "out").exists()


def test_a_cap_refuses_before_anything_is_drawn_or_written(home: Home, tmp_path: Path) -> None:
    """The cap adds up squares of μ, and a selection has none."""
    shop = import_made(tmp_path / "shop", make_interactions(), catalogue=make_catalogue())
    Ledger(home).set_cap(Cap(epsilon=100.0, delta=DELTA), by="Officer", reason="A year")

    with pytest.raises(BudgetRefused, match="best of a random number"):
        run(home, shop, tmp_path / "out")

    assert Ledger(home).entries() == []
    assert not (tmp_path / "out").exists()
