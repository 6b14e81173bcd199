"""A budget that is used up: every way to train or publish is refused, nothing is drawn, and nothing brings it back."""

import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.__main__ import main
from core.errors import BudgetRefused
from core.privacy.gdp import epsilon_for
from core.privacy.ledger import Cap, Ledger
from core.privacy.noise import SecureNormal
from core.progress import silent
from core.runs.jobs import JOBS
from core.runs.queue import Run, Runs
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies import curve, models, preparing
from core.studies.budget import numbers_of
from core.studies.folder import StudyFolder
from core.studies.preparing import Study, prepare
from core.studies.running import run_study
from core.tables.dataset import Dataset
from core.tables.shelf import register
from core.workspace import Workspace
from tests.made_shop import N_USERS, import_made, make_catalogue, make_interactions

DELTA = 1e-5
USED_UP = Cap(epsilon=0.02, delta=DELTA)
ENTRIES: dict[str, dict[str, Any]] = {
    "popularity": {"methods": ("popularity",)},
    "co-occurrence": {"methods": ("statistics",)},
    "head": {"methods": ("hybrid",)},
    "network": {"methods": ("mlp",)},
    "figures": {"methods": ("content",)},
    "on everybody": {"methods": ("popularity",), "evaluate": False},
    "many times": {"methods": ("popularity",), "repeats": 3},
    "with the ceiling": {"methods": ("popularity",), "ceiling": True},
    "only the winner": {"methods": ("popularity",), "only_winner": {}},
}


@dataclass
class Spy:
    """Counts every draw of noise and every start of a private training."""

    drawn: list[str] = field(default_factory=list)

    def noting(self, what: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **named: Any) -> Any:
            self.drawn.append(what)
            return real(*arguments, **named)

        return noted


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    watching = Spy()
    for owner, name in (
        (SecureNormal, "release"),
        (models, "run_generator"),
        (preparing, "select_items"),
        (curve, "release_means"),
    ):
        monkeypatch.setattr(owner, name, watching.noting(name, getattr(owner, name)))
    return watching


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A workspace whose officer left next to nothing."""
    home = Home(tmp_path / "tact-home")  # where the command line looks as well
    Ledger(home).set_cap(USED_UP, by="officer", reason="used up")
    yield home
    home.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    import_made(folder, make_interactions(), catalogue=make_catalogue())
    import_made(folder / "bare", make_interactions())
    return folder


def settings(**values: Any) -> StudySettings:
    return build(StudySettings, {"methods": ("popularity",), "epsilons": (4.0,), "evaluation_epsilon": None, **values})


def study(home: Home, dataset: Dataset, out: Path, **values: Any) -> StudyFolder:
    name = values.pop("name", "s")
    return run_study(home, dataset, settings(**values), out, study=name, public=False, report=silent)


def nothing_happened(home: Home, spy: Spy, out: Path) -> bool:
    return not spy.drawn and not Ledger(home).entries() and not (out / "models").exists()


@pytest.mark.parametrize("entry", list(ENTRIES))
def test_every_study_is_refused_before_anything_is_drawn(
    home: Home, shop: Path, tmp_path: Path, spy: Spy, entry: str
) -> None:
    with pytest.raises(BudgetRefused):
        study(home, Dataset.open(shop / "dataset"), tmp_path / "out", **ENTRIES[entry])

    assert nothing_happened(home, spy, tmp_path / "out")


def test_choosing_product_names_is_refused_before_anything_is_drawn(
    home: Home, shop: Path, tmp_path: Path, spy: Spy
) -> None:
    with pytest.raises(BudgetRefused):
        study(home, Dataset.open(shop / "bare" / "dataset"), tmp_path / "out")

    assert nothing_happened(home, spy, tmp_path / "out")


@pytest.mark.parametrize("entry", ["popularity", "co-occurrence", "figures", "only the winner"])
def test_each_draw_is_refused_by_itself_where_nobody_asked_for_the_study_as_a_whole(
    home: Home, shop: Path, tmp_path: Path, spy: Spy, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    """Another run may have spent the budget between the question and the draw: the filter is at the draw."""
    monkeypatch.setattr(Ledger, "check", lambda *_: None)
    with pytest.raises(BudgetRefused):
        study(home, Dataset.open(shop / "dataset"), tmp_path / "out", **ENTRIES[entry])

    assert not spy.drawn
    assert Ledger(home).entries() == []


@pytest.mark.slow
@pytest.mark.parametrize("entry", ["head", "network"])
def test_each_training_is_refused_by_itself_where_nobody_asked_for_the_study_as_a_whole(
    home: Home, shop: Path, tmp_path: Path, spy: Spy, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    monkeypatch.setattr(Ledger, "check", lambda *_: None)
    with pytest.raises(BudgetRefused):
        study(home, Dataset.open(shop / "dataset"), tmp_path / "out", **ENTRIES[entry])

    assert not spy.drawn
    assert Ledger(home).entries() == []


def test_the_command_line_ends_with_3(
    home: Home, shop: Path, tmp_path: Path, spy: Spy, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(shop / "UserBehavior.csv"), str(shop / "ProductInfo.csv")]
    code = main(["study", *files, "--epsilons", "4", "--methods", "popularity", "--out", str(tmp_path / "out")])
    printed = capsys.readouterr()

    assert code == 3
    assert printed.out == ""
    assert "The ledger refuses" in printed.err
    assert nothing_happened(home, spy, tmp_path / "out")


def test_a_workers_job_and_its_retry_are_refused(home: Home, shop: Path, spy: Spy) -> None:
    register(home, "shop", "Shop", "private", Dataset.open(shop / "dataset"))
    queue = Runs(home)
    first = queue.submit("study", "Study", "shop", settings().model_dump(mode="json"))

    def work(run: Run) -> None:
        with pytest.raises(BudgetRefused):
            JOBS["study"](home, run, silent, lambda _: None)

    work(queue.get(first))
    queue.cancel(first)
    work(queue.get(queue.retry(first)))

    assert nothing_happened(home, spy, queue.get(first).out)


def test_half_a_budget_pays_for_one_draw_and_refuses_the_second(
    home: Home, shop: Path, tmp_path: Path, spy: Spy
) -> None:
    """Room for ε 4 once: a training that was paid for does not come back by being done again."""
    data = Dataset.open(shop / "dataset")
    Ledger(home).set_cap(Cap(epsilon=4.0, delta=DELTA), by="officer", reason="one model")
    study(home, data, tmp_path / "one", evaluate=False)
    spent, drawn = Ledger(home).composed(DELTA), len(spy.drawn)
    with pytest.raises(BudgetRefused):
        study(home, data, tmp_path / "two", evaluate=False)

    assert drawn > 0
    assert (Ledger(home).composed(DELTA), len(spy.drawn)) == (spent, drawn)
    assert spent <= 4.0


# The same people, whatever file they come in.


def lifted(home: Home) -> Ledger:
    Ledger(home).set_cap(None, by="officer", reason="spring")
    return Ledger(home)


def test_another_version_of_the_data_is_the_same_people_and_composes(home: Home, tmp_path: Path) -> None:
    """Two uploads of one shop, the second a month longer, the first deleted in between: μ² + μ² = 2 μ²."""
    ledger, place = lifted(home), Workspace(home)
    longer = pd.concat([make_interactions(), make_interactions(seed=6)], ignore_index=True)
    for name, rows in (("may", make_interactions()), ("june", longer)):
        data = import_made(home.datasets_folder / name, rows, catalogue=make_catalogue())
        register(home, name, name, "private", data)
        study(home, data, tmp_path / name, evaluate=False, name=name)
        if name == "may":
            place.importer.delete_dataset(name)
            shutil.rmtree(tmp_path / name)
    mu = ledger.entries()[0].plan.mechanisms[0].mu_bound

    assert [info.id for info in place.datasets()] == ["june"]
    assert ledger.composed(DELTA) == pytest.approx(epsilon_for(math.sqrt(2) * mu, DELTA))
    assert place.bill("june", settings(evaluate=False)).spent == pytest.approx(ledger.composed(DELTA))


def test_pseudonyms_make_no_new_people(home: Home, shop: Path, tmp_path: Path) -> None:
    ledger = lifted(home)
    for number, hide in enumerate((False, True)):
        anonymization = {"pseudonymize": hide}
        study(home, Dataset.open(shop / "dataset"), tmp_path / str(number), evaluate=False, anonymization=anonymization)
    mu = ledger.entries()[0].plan.mechanisms[0].mu_bound

    assert ledger.composed(DELTA) == pytest.approx(epsilon_for(math.sqrt(2) * mu, DELTA))


def test_looking_at_a_result_again_costs_nothing_and_draws_nothing(
    home: Home, shop: Path, tmp_path: Path, spy: Spy
) -> None:
    """Curve, advice, lists, statement and bill, each twice: the ledger's head stays."""
    ledger, data = lifted(home), Dataset.open(shop / "dataset")
    register(home, "shop", "Shop", "private", data)
    queue, place = Runs(home), Workspace(home)
    run_id = queue.submit("study", "Study", "shop", settings().model_dump(mode="json"))
    JOBS["study"](home, queue.get(run_id), silent, lambda _: None)
    head, drawn = ledger.head(), len(spy.drawn)
    for _ in range(2):
        curve_outside = place.curve(run_id, "releasable")
        place.advice(run_id, 4.0)
        place.shopfront.recommend_for(run_id, place.shopfront.shoppers(run_id)[0], [("popularity", 4.0)], 5)
        assert place.verify(place.study(run_id).statements / "popularity-4.json")["ok"]
        place.bill("shop", settings())

    assert len(curve_outside) == 1
    assert (ledger.head(), len(spy.drawn)) == (head, drawn)


def test_no_setting_is_a_seed() -> None:
    """Whoever chose the seed of the noise, or found it in study.json, could take the noise away again."""
    names = [name for model in (StudySettings, *_nested(StudySettings)) for name in model.model_fields]

    assert "epsilons" in names
    assert "train_steps" in names
    assert not [name for name in names if "seed" in name or "random_state" in name]


def _nested(model: Any) -> list[Any]:
    found = [field.annotation for field in model.model_fields.values() if hasattr(field.annotation, "model_fields")]
    return [each for one in found for each in (one, *_nested(one))]


def test_a_studys_divisors_hang_on_the_declared_number_alone(home: Home, shop: Path, tmp_path: Path) -> None:
    """Whoever is there: N, both shares, δ and the group that pays follow from what was declared."""
    lifted(home)
    given = settings(n_shoppers=1_000)
    asked = Study(home, Dataset.open(shop / "dataset"), given, StudyFolder(tmp_path / "out"), "s", public=False)
    trainer, _ = prepare(asked, Ledger(home), [])

    assert trainer.training.n_users < N_USERS
    assert trainer.numbers == numbers_of(given, 7)
    assert (trainer.numbers.total, trainer.numbers.training, trainer.numbers.evaluation) == (1_000, 800, 200)
