"""The advice looks at nothing exact; the bill says before what the ledger says afterwards."""

import math
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.errors import NotFound
from core.privacy.ledger import Ledger
from core.progress import silent
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies.advice import CROWD, ENOUGH, Advice, advise, nearest_epsilon
from core.studies.bill import estimate_seconds, make_bill, write_sentences
from core.studies.budget import numbers_of
from core.studies.figures import MOST_NOISE, RELEASED
from core.studies.folder import StudyFolder
from core.studies.running import run_study
from core.tables.dataset import Dataset
from core.tables.shelf import DatasetInfo
from tests.made_shop import import_made, make_catalogue, make_interactions

ALL = ("popularity", "content", "statistics", "hybrid")
DELTA = 1e-5


def finished(
    folder: Path,
    *,
    methods: tuple[str, ...] = ALL,
    epsilons: tuple[float, ...] = (1.0,),
    figures: dict[str, float] | None = None,
    noise: float = 0.001,
    **about: Any,
) -> StudyFolder:
    """The files that advice reads, without a study."""
    points = [("content", 0.0)] if "content" in methods else []
    points += [(method, epsilon) for epsilon in epsilons for method in methods if method != "content"]
    told = {
        "has_content": "content" in methods,
        "numbers": {"total": 5_000, "training": 4_000, "evaluation": 1_000},
        "shown": {},
        "models": [{"method": m, "epsilon": str(e), "repeat": 0} for m, e in points],
    }
    (folder / "private").mkdir(parents=True)
    study = StudyFolder(folder)
    study.write_about(told | about)
    rows = [
        {
            "method": method,
            "epsilon": epsilon,
            "ndcg_at_10": (figures or {}).get(method),
            "ndcg_at_10_noise": noise if figures else None,
        }
        for method, epsilon in points
    ]
    pd.DataFrame(rows).to_csv(study.curve_file, index=False)
    return study


def test_hybrid_is_advised_where_the_catalogue_has_something_to_compare(tmp_path: Path) -> None:
    assert advise(finished(tmp_path / "s"), 1.0).method == "hybrid"


def test_the_co_occurrence_is_advised_where_there_is_nothing_to_compare(tmp_path: Path) -> None:
    folder = finished(tmp_path / "s", methods=("popularity", "statistics", "hybrid"))

    assert advise(folder, 1.0).method == "statistics"


@pytest.mark.parametrize(
    ("epsilon", "clear", "method"),
    [(0.5, 100 / CROWD - 1, "popularity"), (0.5, 100 / CROWD, "statistics"), (1.0, 0, "statistics")],
)
def test_popularity_is_advised_where_the_release_itself_shows_a_head_drawn_by_chance(
    tmp_path: Path, epsilon: float, clear: float, method: str
) -> None:
    shown = {f"statistics-{epsilon:g}": {"head": 100, "clear": clear}}
    folder = finished(tmp_path / "s", methods=("popularity", "statistics"), epsilons=(epsilon,), shown=shown)

    assert advise(folder, epsilon).method == method


def test_few_shoppers_at_a_small_epsilon_hear_that_content_may_be_as_good(tmp_path: Path) -> None:
    few = {"total": ENOUGH, "training": ENOUGH - 1, "evaluation": 0}
    many = {"total": ENOUGH, "training": ENOUGH, "evaluation": 0}

    assert "costs no ε" in advise(finished(tmp_path / "few", numbers=few), 1.0).sentence
    assert "costs no ε" not in advise(finished(tmp_path / "many", numbers=many), 1.0).sentence


def test_too_few_shoppers_are_advised_the_popularity_list(tmp_path: Path) -> None:
    numbers = {"total": 49, "training": 49, "evaluation": 0}
    folder = finished(tmp_path / "s", methods=("popularity", "content"), numbers=numbers)

    assert advise(folder, 1.0).method == "popularity"


def test_a_released_figure_that_is_clearly_better_overrules_the_rule(tmp_path: Path) -> None:
    """0.30 against 0.10, each ± 0.001."""
    figures = {"popularity": 0.05, "content": 0.08, "statistics": 0.30, "hybrid": 0.10}
    told = advise(finished(tmp_path / "s", figures=figures), 1.0)

    assert told.method == "statistics"
    assert "more than their ± and chance" in told.sentence


def test_a_difference_within_the_noise_overrules_nothing(tmp_path: Path) -> None:
    """0.05 apart, each ± 0.02: two standard deviations of the difference are at least 2 √2 x 0.02 = 0.057."""
    figures = {"popularity": 0.0, "content": 0.0, "statistics": 0.15, "hybrid": 0.10}

    assert advise(finished(tmp_path / "s", figures=figures, noise=0.02), 1.0).method == "hybrid"


def test_a_difference_that_does_not_matter_overrules_nothing(tmp_path: Path) -> None:
    """Exact figures of a million public shoppers have no noise and hardly any chance, but 0.004 is not worth it."""
    figures = {"popularity": 0.0, "content": 0.0, "statistics": 0.104, "hybrid": 0.10}
    numbers = {"total": 10**7, "training": 9 * 10**6, "evaluation": 10**6}
    folder = finished(tmp_path / "s", figures=figures, noise=0.0, numbers=numbers)

    assert advise(folder, 1.0).method == "hybrid"


@pytest.mark.parametrize(("n_judges", "method"), [(400, "hybrid"), (10_000, "statistics")])
def test_a_difference_that_may_be_the_luck_of_who_was_asked_overrules_nothing(
    tmp_path: Path, n_judges: int, method: str
) -> None:
    """0.015 apart without noise: two standard errors are 2 x 0.2 / √400 = 0.02, and 0.004 for 10,000 shoppers.

    Once noise alone was asked, so exact figures of a small public shop overruled by chance.
    """
    figures = {"popularity": 0.0, "content": 0.0, "statistics": 0.115, "hybrid": 0.10}
    numbers = {"total": 5 * n_judges, "training": 4 * n_judges, "evaluation": n_judges}
    folder = finished(tmp_path / "s", figures=figures, noise=0.0, numbers=numbers)

    assert advise(folder, 1.0).method == method


def test_exact_figures_change_no_advice(tmp_path: Path) -> None:
    """They would leak through the choice; whoever asks from outside could read them off it."""
    folder = finished(tmp_path / "s")
    before = advise(folder, 1.0)
    pd.DataFrame({"method": ["statistics"], "epsilon": [1.0], "ndcg_at_10": [1.0]}).to_csv(folder.exact_file)

    assert advise(folder, 1.0) == before == Advice("hybrid", 1.0, before.sentence)


def test_an_epsilon_that_was_not_studied_is_answered_with_those_that_were(tmp_path: Path) -> None:
    folder = finished(tmp_path / "s", epsilons=(0.5, 2.0))
    with pytest.raises(NotFound, match=r"no model at ε 3\. It has ε 0\.5, 2"):
        advise(folder, 3.0)
    assert nearest_epsilon(folder, 3.0) == 2.0
    assert nearest_epsilon(folder, 0.9) == 0.5


# The bill.


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_made(tmp_path_factory.mktemp("shop"), make_interactions(), catalogue=make_catalogue())


def info(dataset: Dataset, kind: Any = "private") -> DatasetInfo:
    return DatasetInfo("d", "Made shop", kind, datetime(2025, 1, 1), dataset.folder, dataset.report, dataset.schema)


def asked(**values: Any) -> StudySettings:
    return build(StudySettings, {"methods": ("popularity", "content", "statistics"), "epsilons": (4.0, 8.0), **values})


@pytest.mark.parametrize(
    "values",
    [
        {"evaluation_epsilon": 20.0},
        {"evaluation_epsilon": 0.5},
        {"evaluate": False},
        {"evaluation_epsilon": 20.0, "evaluation_share": 0.5},
        {"methods": ("popularity",), "repeats": 2, "epsilons": (2.0,)},
    ],
    ids=["figures bought", "figures too noisy", "no evaluation", "another share", "repeats"],
)
def test_the_bill_before_is_the_ledger_afterwards(
    home: Home, dataset: Dataset, tmp_path: Path, values: dict[str, Any]
) -> None:
    ledger = Ledger(home)
    bill = make_bill(asked(**values), info(dataset), ledger)
    run_study(home, dataset, asked(**values), tmp_path / "out", study="s", public=False, report=silent)

    assert bill.spent == 0
    assert bill.after == pytest.approx(ledger.composed(DELTA))
    again = make_bill(asked(**values), info(dataset), ledger)
    assert again.spent == bill.after
    assert again.after > bill.after


def test_training_and_evaluation_shoppers_are_billed_apart(home: Home, dataset: Dataset) -> None:
    bill = make_bill(asked(evaluation_epsilon=20.0), info(dataset), Ledger(home))

    assert 8.0 < bill.epsilon_training < 12.0
    assert bill.epsilon_evaluation == 20.0
    assert bill.epsilon == max(bill.epsilon_training, 20.0)


def test_the_noise_on_the_bill_is_the_noise_on_the_curve(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    wanted = asked(evaluation_epsilon=20.0)
    bill = make_bill(wanted, info(dataset), Ledger(home))
    folder = run_study(home, dataset, wanted, tmp_path / "out", study="s", public=False, report=silent)

    assert set(bill.noise) == set(RELEASED)
    for name, noise in bill.noise.items():
        assert folder.curve()[f"{name}_noise"].tolist() == pytest.approx([noise] * 5)


def test_figures_that_say_nothing_are_not_on_the_bill(home: Home, dataset: Dataset) -> None:
    bill = make_bill(asked(evaluation_epsilon=0.5), info(dataset), Ledger(home))

    assert min(bill.noise.values()) > MOST_NOISE
    assert bill.epsilon_evaluation == 0
    assert any("hide any difference" in sentence for sentence in bill.sentences)


def test_the_sample_shop_costs_nothing(home: Home, dataset: Dataset) -> None:
    bill = make_bill(asked(), info(dataset, "sample"), Ledger(home))

    assert (bill.epsilon, bill.spent, bill.after, bill.noise) == (0.0, 0.0, 0.0, {})
    assert bill.sentences == ("The data are synthetic and public: nothing is spent.",)


def test_repeats_cost_as_much_as_the_first_each(home: Home, dataset: Dataset) -> None:
    """√3 times the μ of one."""
    once, thrice = (make_bill(asked(repeats=n, evaluate=False), info(dataset), Ledger(home)) for n in (1, 3))

    assert thrice.epsilon_training > math.sqrt(3) * once.epsilon_training
    assert any("repeat" in sentence for sentence in thrice.sentences)


def test_what_a_person_should_know_is_said() -> None:
    counted, declared = numbers_of(asked(), 1_000), numbers_of(asked(n_shoppers=1_000), 5)
    few = numbers_of(asked(), 49)

    assert any("N = 1,000 is taken from the data" in s for s in write_sentences(asked(), counted, {}, False))
    assert not any("taken from the data" in s for s in write_sentences(asked(), declared, {}, False))
    assert any("add up" in s for s in write_sentences(asked(), declared, {}, False))
    assert any("too few" in s for s in write_sentences(asked(), few, {}, True))


def test_more_work_takes_longer() -> None:
    small = estimate_seconds(asked(), 1_000, 1_000)

    assert small < estimate_seconds(asked(), 100_000, 1_000)
    assert small < estimate_seconds(asked(repeats=5), 1_000, 1_000)
    assert small < estimate_seconds(asked(methods=("hybrid",)), 1_000, 1_000)
    assert small < estimate_seconds(asked(ceiling=True), 1_000, 1_000)
