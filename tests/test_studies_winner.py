"""A study of which only the winner leaves: one charge, a hidden number of trials, and nothing of the others."""

import json
import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.columns import Columns
from core.errors import RunCancelled
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import RandomStopping
from core.privacy.metrics import NoisyMean
from core.privacy.stopping import StoppingLaw
from core.privacy.verify import verify_statement
from core.progress import silent
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies import winner as selecting
from core.studies.advice import advise
from core.studies.folder import Point, StudyFolder
from core.studies.lists import StudyLists
from core.studies.models import Trainer
from core.studies.preparing import Study, fit_settings, prepare
from core.studies.running import run_study
from core.studies.trials import (
    selection_of_a_winner,
    trial_score,
)
from core.tables.dataset import Dataset
from tests.made_shop import import_made, make_catalogue, make_interactions

FAST = ("popularity", "content", "statistics")
ALL = ("popularity", "statistics", "hybrid", "mlp")
EPSILON = 8.0
DELTA = 1e-5
N_TRIALS = 4


@dataclass(frozen=True)
class Done:
    """A study that has run, and who paid."""

    home: Home
    folder: StudyFolder
    ledger: Ledger


def asked(**values: Any) -> StudySettings:
    return build(StudySettings, {"methods": FAST, "epsilons": (EPSILON,), "only_winner": {"mean_trials": 3}, **values})


def run(home: Home, dataset: Dataset, out: Path, *, public: bool = False, report: Any = silent, **values: Any) -> Done:
    folder = run_study(home, dataset, asked(**values), out, study="s1", public=public, report=report)
    return Done(home, folder, Ledger(home))


def draw_always(patch: pytest.MonkeyPatch, n_trials: int) -> None:
    """Fix the number of trials: not private, and so for tests only."""
    patch.setattr(StoppingLaw, "draw", lambda _: n_trials)


def score_in_turn(patch: pytest.MonkeyPatch, scores: list[float]) -> list[int]:
    """Let trials score these figures in turn; the list that is returned grows with every trial."""
    run_trial, done = selecting._run_trial, list[int]()

    def scored(*asked: Any) -> Any:
        found = run_trial(*asked)
        done.append(len(done))
        return selecting.Trial(found.point, found.folder, NoisyMean(value=scores[len(done) - 1], noise=0.1), {})

    patch.setattr(selecting, "_run_trial", scored)
    return done


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_made(tmp_path_factory.mktemp("shop"), make_interactions(), catalogue=make_catalogue())


@pytest.fixture(scope="module")
def done(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    """The best of four trials of popularity and statistics."""
    folder = tmp_path_factory.mktemp("selected")
    home = Home(folder / "home")
    with pytest.MonkeyPatch.context() as patch:
        draw_always(patch, N_TRIALS)
        yield run(home, dataset, folder / "out")
    home.close()


def outside(folder: StudyFolder) -> list[Path]:
    return [p for p in folder.path.rglob("*") if "private" not in p.relative_to(folder.path).parts]


def test_one_private_model_leaves_and_no_other_trial_is_anywhere(done: Done) -> None:
    (won,) = [point for point in done.folder.points() if point.epsilon]

    assert won.method in ("popularity", "statistics")
    assert {p.name for p in (done.folder.path / "models").iterdir()} == {"content-0", won.name}
    assert [p.stem for p in done.folder.statements.iterdir()] == [won.name]
    assert {p.name for p in (done.folder.path / "private").iterdir()} == {
        "exact.csv",
        "groups.csv",
        "interactions.parquet",
        "excluded.json",
    }
    assert len(done.folder.exact()) == 2


def test_the_ledger_is_charged_once_for_all_trials_and_everybody(done: Done) -> None:
    (entry,) = done.ledger.entries()
    (stopping,) = entry.plan.mechanisms

    assert isinstance(stopping, RandomStopping)
    assert (stopping.mean, stopping.shape, entry.group) == (3.0, 0.0, "everyone")
    assert EPSILON * 0.999 <= entry.plan.epsilon <= EPSILON
    assert done.ledger.of_study("s1", DELTA) == pytest.approx(entry.plan.epsilon)


def test_the_statement_names_law_accountant_and_candidates_and_verifies(done: Done) -> None:
    (path,) = done.folder.statements.iterdir()
    statement = json.loads(path.read_text())

    found = verify_statement(path, done.home.public_keys())
    assert (found["ok"], found["signature"]) == (True, "intact")
    assert found["epsilon_recomputed"] <= found["epsilon_claimed"] == EPSILON
    assert statement["accountant"]["name"] == "RDP"
    assert statement["mechanisms"][0]["law"] == "logarithmic"
    told = " ".join(statement["remarks"])
    assert "logarithmic law, mean 3" in told
    assert "popularity, statistics" in told
    assert "Neither the number of trials nor any other trial leaves" in told


def test_the_only_figure_outside_is_the_noisy_score_that_decided(done: Done) -> None:
    curve = done.folder.curve().set_index("method")
    (stopping,) = done.ledger.entries()[0].plan.mechanisms
    assert isinstance(stopping, RandomStopping)
    (won,) = set(curve.index) - {"content"}

    noise = trial_score(stopping).noise_std / done.folder.about()["numbers"]["evaluation"]
    assert curve.loc[won, "ndcg_at_10_noise"] == pytest.approx(noise)
    assert math.isfinite(curve.loc[won, "ndcg_at_10"])
    assert curve.loc["content"].drop(["epsilon", "delta", "repeat"]).isna().all()
    assert curve.loc[won, ["recall_at_10", "hit_rate_at_10"]].isna().all()


def test_nothing_outside_tells_how_many_trials_there_were(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """Same files, same sentences, same fields, and every date is that of the charge, whether one trial ran or nine."""
    seen = []
    for n_trials in (1, 9):
        with pytest.MonkeyPatch.context() as patch:
            draw_always(patch, n_trials)
            found = run(home, dataset, tmp_path / str(n_trials), methods=("popularity",))
        charged = found.ledger.entries()[-1].created.replace(tzinfo=UTC).timestamp()
        for path in [*outside(found.folder), found.folder.path]:
            assert path.stat().st_mtime == pytest.approx(charged, abs=1e-3), path
        statement = json.loads(next(found.folder.statements.iterdir()).read_text())
        names = sorted(str(path.relative_to(found.folder.path)) for path in outside(found.folder))
        about = found.folder.about()
        seen.append((names, about["notes"], sorted(about), sorted(statement), statement["remarks"]))

    assert seen[0] == seen[1]


def test_all_trials_run_whatever_the_first_one_scores(
    home: Home, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The law's number is drawn once, before the first trial, and no score ends the work."""
    drawn: list[int] = []

    def draw(_: StoppingLaw) -> int:
        drawn.append(6)
        return 6

    monkeypatch.setattr(StoppingLaw, "draw", draw)
    trials = score_in_turn(monkeypatch, [1e9, 0.1, 0.3, 0.2, 0.0, 0.5])

    found = run(home, dataset, tmp_path / "out")

    assert drawn == [6]
    assert len(trials) == 6
    assert found.folder.curve()["ndcg_at_10"].max() == 1e9


@pytest.mark.parametrize("scores", [[0.9, 0.1, 0.2], [0.1, 0.9, 0.2], [0.1, 0.2, 0.9]])
def test_the_trial_with_the_best_score_leaves(
    home: Home, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scores: list[float]
) -> None:
    saved: list[float] = []
    draw_joint = Trainer.draw_joint

    def remembered(self: Trainer, *asked: Any) -> Any:
        found = draw_joint(self, *asked)
        saved.append(found[0][0].popularity.values.tolist())  # type: ignore[attr-defined]
        return found

    monkeypatch.setattr(Trainer, "draw_joint", remembered)
    draw_always(monkeypatch, 3)
    score_in_turn(monkeypatch, scores)

    found = run(home, dataset, tmp_path / "out", methods=("popularity",))

    model = found.folder.model(Point("popularity", EPSILON), found.folder.shop())
    assert model.popularity.values.tolist() == saved[scores.index(0.9)]  # type: ignore[attr-defined]


def test_the_charge_is_written_before_the_number_is_drawn(
    home: Home, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(_: StoppingLaw) -> int:
        assert len(Ledger(home).entries()) == 1
        raise RuntimeError("stopped at the draw")

    monkeypatch.setattr(StoppingLaw, "draw", draw)
    with pytest.raises(RuntimeError, match="stopped at the draw"):
        run(home, dataset, tmp_path / "out")

    assert len(Ledger(home).entries()) == 1


def test_who_cancels_gets_nothing_and_stays_charged(
    home: Home, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the third trial, when two are already there to look at."""
    draw_always(monkeypatch, 5)
    trials = score_in_turn(monkeypatch, [0.5, 0.6, 0.7, 0.8, 0.9])

    def report(_: float, __: str) -> None:
        if len(trials) == 2:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        run(home, dataset, tmp_path / "out", report=report)

    out = tmp_path / "out"
    assert len(Ledger(home).entries()) == 1
    assert [*(out / "statements").iterdir()] == [*(out / "models").glob("*-8")] == []
    assert not (out / "private" / "trials").exists()
    assert not (out / "study.json").exists()
    assert not (out / "curve.csv").exists()


def test_progress_never_tells_how_many_trials_there_are(
    home: Home, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches sees the same steps of the bar and the same messages, whether two or seven trials were drawn."""
    bars = []
    for n_trials in (2, 7):
        told: list[tuple[float, str]] = []
        draw_always(monkeypatch, n_trials)
        run(
            home,
            dataset,
            tmp_path / str(n_trials),
            methods=("popularity",),
            report=lambda progress, message, told=told: told.append((progress, message)),
        )
        bars.append(list(dict.fromkeys(told)))

    assert bars[0] == bars[1]


def test_a_trial_never_trains_on_who_judges_it(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    study = Study(home, dataset, asked(), StudyFolder(tmp_path / "out"), "s1", public=False)
    trainer, judges = prepare(fit_settings(study)[0], Ledger(home), [])

    assert judges is not None
    assert set(trainer.training.user_ids) & set(judges.histories.user_ids) == set()
    everybody = dataset.interactions()[Columns.USER].unique()
    assert set(trainer.training.user_ids) | set(judges.histories.user_ids) == set(everybody)


def test_methods_are_drawn_with_equal_chance(
    home: Home, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """400 trials of two methods: 200 ± 5 standard deviations of 10 each."""
    drawn: list[str] = []

    def no_trial(method: str, *_: Any) -> selecting.Trial:
        drawn.append(method)
        folder = tmp_path / str(len(drawn))
        folder.mkdir()
        return selecting.Trial(Point(method, EPSILON), folder, NoisyMean(value=0.0, noise=0.1), {})

    study = Study(home, dataset, asked(), StudyFolder(tmp_path / "out"), "s1", public=False)
    trainer, judges = prepare(fit_settings(study)[0], Ledger(home), [])
    assert judges is not None
    monkeypatch.setattr(selecting, "_run_trial", no_trial)
    selecting._best_of(400, trainer, judges, selection_of_a_winner(asked(), DELTA), tmp_path, silent)

    assert len([each for each in tmp_path.iterdir() if each.name.isdigit()]) == 1  # losers are gone at once
    assert set(drawn) == {"popularity", "statistics"}
    assert 150 < drawn.count("statistics") < 250


def test_the_winner_is_what_is_advised_and_recommended_from(done: Done) -> None:
    advice = advise(done.folder, EPSILON)
    own = done.folder.interactions()
    lists = StudyLists(done.folder).for_shopper(
        own[own[Columns.USER] == own[Columns.USER].iloc[0]], done.folder.find(advice.method, EPSILON), 5
    )

    assert advice.method == done.folder.about()["winner"]
    assert "won the selection" in advice.sentence
    assert len(lists.new) == 5


def test_on_public_data_a_selection_is_free_and_its_figures_are_exact(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    found = run(home, dataset, tmp_path / "out", public=True)

    assert [entry.public for entry in found.ledger.entries()] == [True]
    assert found.ledger.composed(DELTA) == 0
    curve, exact = found.folder.curve(), found.folder.exact()
    assert np.allclose(curve["ndcg_at_10"], exact["ndcg_at_10"])


@pytest.mark.slow
@pytest.mark.parametrize("method", ["hybrid", "mlp"])
def test_a_keras_winner_can_be_loaded_and_is_dated_to_the_charge(
    home: Home, dataset: Dataset, tmp_path: Path, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    draw_always(monkeypatch, 2)
    found = run(home, dataset, tmp_path / "out", methods=(method,), network={"train_steps": 3})

    path = found.folder.model_folder(Point(method, EPSILON)) / "model.keras"
    with zipfile.ZipFile(path) as packed:
        saved = json.loads(packed.read("metadata.json"))["date_saved"]
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert saved == f"{found.ledger.entries()[0].created:%Y-%m-%d@%H:%M:%S}"
    assert keras.saving.load_model(path, compile=False).weights
    assert StudyLists(found.folder).for_shopper(found.folder.interactions().head(3), Point(method, EPSILON), 3).known
