"""What a study spends: charged before it is drawn, refused as a whole, and never given back."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BudgetRefused, NotFound, RunCancelled
from core.privacy.gdp import epsilon_for
from core.privacy.ledger import Cap, Entry, Ledger
from core.privacy.plan import Plan
from core.progress import silent
from core.store.home import Home
from core.studies import releasing
from core.studies.figures import RELEASED
from core.studies.folder import StudyFolder
from core.studies.running import run_study
from core.tables.dataset import Dataset
from tests.made_shop import N_USERS
from tests.studied_shop import DELTA, import_shop, outside, run, settings, statements


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_shop(tmp_path_factory.mktemp("shop"))


def test_a_study_that_would_pass_the_cap_is_refused_as_a_whole(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """The cap would pay for the first ε, not for both: nothing is drawn, charged or written."""
    Ledger(home).set_cap(Cap(epsilon=4.5, delta=DELTA), by="O. Fficer", reason="Trial")
    with pytest.raises(BudgetRefused):
        run(home, dataset, tmp_path / "out", methods=("popularity",))

    assert Ledger(home).entries() == []
    assert not (tmp_path / "out").exists()


def test_a_charge_that_is_refused_half_way_leaves_no_model_and_no_statement(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    """Somebody lowers the cap while the study runs: the first ε was paid and may stay, the second never exists."""

    def officer(progress: float, message: str) -> None:
        if "ε 4" in message:
            Ledger(home).set_cap(Cap(epsilon=4.5, delta=DELTA), by="O. Fficer", reason="Trial")

    out = tmp_path / "out"
    with pytest.raises(BudgetRefused):
        run_study(home, dataset, settings(methods=("popularity",)), out, study="s", public=False, report=officer)

    assert [e.plan.epsilon for e in Ledger(home).entries()] == [4.0]
    assert list(statements(StudyFolder(out))) == ["popularity-4"]
    assert [p.name for p in (out / "models").iterdir()] == ["popularity-4"]
    assert not (out / "curve.csv").exists()
    with pytest.raises(NotFound):
        StudyFolder(out).about()


def test_nothing_is_drawn_or_written_before_the_ledger_has_answered(
    home: Home, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger whose charge fails: no noise was drawn, and models/ and statements/ are empty."""
    drawn: list[str] = []

    def broken(self: Ledger, plan: Plan, **about: Any) -> Entry:
        assert [p for p in outside(tmp_path / "out") if p.parent.name != "shop"] == []
        raise OSError("the disk is full")

    monkeypatch.setattr(Ledger, "charge", broken)
    monkeypatch.setattr(releasing, "release_popularity", lambda *_: drawn.append("popularity"))
    with pytest.raises(OSError, match="disk is full"):
        run(home, dataset, tmp_path / "out", methods=("popularity", "statistics"))

    assert drawn == []
    assert list((tmp_path / "out" / "models").iterdir()) == []
    assert list((tmp_path / "out" / "statements").iterdir()) == []


def test_a_cancelled_study_stays_charged(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """Noise may have been seen; nothing lowers the spend."""

    def impatient(progress: float, message: str) -> None:
        if "ε 8" in message:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        run_study(home, dataset, settings(), tmp_path / "out", study="s", public=False, report=impatient)

    assert [e.plan.epsilon for e in Ledger(home).entries()] == [4.0, 8.0]


def test_who_watches_is_told_what_the_figures_cost_too(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """``content`` draws nothing; the figures that were bought about it cost ε 20 all the same."""
    told: list[float] = []
    run_study(
        home,
        dataset,
        settings(methods=("content",)),
        tmp_path / "out",
        study="s",
        public=False,
        report=silent,
        facts=lambda found: told.append(found["epsilon_spent"]),
    )

    assert [e.group for e in Ledger(home).entries()] == ["evaluation"]
    assert told == [0.0, pytest.approx(20.0, rel=1e-3)]


def test_who_cancels_is_told_what_the_draw_under_way_has_cost(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    told: list[float] = []

    def impatient(progress: float, message: str) -> None:
        if "drawing" in message:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        run_study(
            home,
            dataset,
            settings(methods=("popularity",), epsilons=(4.0,)),
            tmp_path / "out",
            study="s",
            public=False,
            report=impatient,
            facts=lambda found: told.append(found["epsilon_spent"]),
        )

    assert told == [pytest.approx(4.0, rel=1e-3)]


def test_two_repeats_are_charged_twice(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    twice = run(home, dataset, tmp_path / "out", methods=("popularity",), epsilons=(4.0,), repeats=2, evaluate=False)
    mu = twice.ledger.entries()[0].plan.mechanisms[0].mu_bound

    assert [e.plan.epsilon for e in twice.ledger.entries()] == [4.0, 4.0]
    assert twice.ledger.composed(DELTA) == pytest.approx(epsilon_for(math.sqrt(2) * mu, DELTA))
    assert {p.name for p in twice.folder.points()} == {"popularity-4", "popularity-4-r1"}
    assert any("charged anew" in note for note in twice.folder.about()["notes"])
    one, other = (twice.folder.model(p, twice.folder.shop()) for p in sorted(twice.folder.points()))
    assert not np.isin(one.popularity.values, other.popularity.values).any()  # type: ignore[attr-defined]


def test_public_data_cost_nothing_and_their_figures_are_exact(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    sample = run(home, dataset, tmp_path / "out", public=True)
    curve, exact = sample.folder.curve(), sample.folder.exact()

    assert sample.ledger.composed(DELTA) == 0
    assert sample.folder.about()["epsilon_evaluation"] == 0
    assert [e.public for e in sample.ledger.entries()] == [True, True]
    assert curve["ndcg_at_10"].tolist() == exact["ndcg_at_10"].tolist()
    assert set(curve["ndcg_at_10_noise"]) == {0.0}


def test_a_study_without_evaluation_trains_on_all_and_is_charged_to_everyone(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    """Its metric columns are there and empty."""
    whole = run(home, dataset, tmp_path / "out", methods=("popularity",), evaluate=False)

    assert {e.group for e in whole.ledger.entries()} == {"everyone"}
    assert whole.folder.curve()[list(RELEASED)].isna().all(axis=None)
    assert whole.folder.about()["numbers"]["training"] == N_USERS
    assert whole.folder.about()["is_evaluated"] is False


def test_figures_that_noise_would_hide_are_not_bought(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    poor = run(home, dataset, tmp_path / "out", methods=("popularity",), evaluation_epsilon=0.5)

    assert {e.group for e in poor.ledger.entries()} == {"training"}
    assert poor.folder.curve()[list(RELEASED)].isna().all(axis=None)
    assert any("No figure of the curve was published" in note for note in poor.folder.about()["notes"])
    assert poor.folder.about()["epsilon_evaluation"] == 0
