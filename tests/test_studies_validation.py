"""Cross-validation: every shopper judged once, by models that never saw them; nothing charged, nothing outside."""

import stat
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.columns import Columns
from core.errors import NotFound, RunCancelled, SettingsError
from core.privacy.consent import LeftOut, decide, hash_of
from core.privacy.ledger import Ledger
from core.progress import silent
from core.settings import ValidationSettings, build
from core.store.home import Home
from core.studies.preparing import COIN
from core.studies.shoppers import Judges, fold_of, is_judge, split
from core.studies.validation import read_validation, run_validation
from core.tables.dataset import Dataset
from tests.made_shop import N_USERS, import_made, items, make_catalogue, make_interactions, users

KEY = b"k" * 32


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_made(tmp_path_factory.mktemp("made"), make_interactions(), catalogue=make_catalogue())


def asked(**values: Any) -> ValidationSettings:
    return build(ValidationSettings, {"methods": ("popularity", "content", "statistics"), "epsilons": (4.0,), **values})


def run(home: Home, data: Dataset, out: Path, **values: Any) -> pd.DataFrame:
    return run_validation(home, data, asked(**values), out, report=silent)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[set[str], set[str]]]:
    """Who trained and who judged, split by split."""
    found: list[tuple[set[str], set[str]]] = []

    def remembered(*given: Any) -> Any:
        training, judges = split(*given)
        assert judges is not None
        found.append((set(training.user_ids), set(judges.histories.user_ids)))
        return training, judges

    monkeypatch.setattr("core.studies.validation.split", remembered)
    return found


def test_a_fold_hangs_on_the_shopper_and_the_key_alone_and_the_first_are_a_studys_judges() -> None:
    whole = fold_of(users(), KEY, 5)

    assert fold_of(reversed(users()), KEY, 5).tolist() == whole[::-1].tolist()
    assert fold_of(users()[50:], KEY, 5).tolist() == whole[50:].tolist()
    assert ((whole == 0) == is_judge(users(), KEY, 1 / 5)).all()
    assert (whole != fold_of(users(), b"l" * 32, 5)).any()
    many = fold_of([str(number) for number in range(10_000)], KEY, 10)
    assert sorted(set(many)) == list(range(10))
    assert np.bincount(many).min() > 10_000 / 10 - 5 * np.sqrt(10_000 * 0.1 * 0.9)


@pytest.mark.parametrize("folds", [2, 5])
def test_every_shopper_is_judged_exactly_once_by_models_of_everybody_else(
    home: Home, data: Dataset, tmp_path: Path, seen: list[tuple[set[str], set[str]]], folds: int
) -> None:
    table = run(home, data, tmp_path / "out", folds=folds)

    judged = [user for _, judges in seen for user in judges]
    assert sorted(judged) == sorted(users())
    assert all(training == set(users()) - judges for training, judges in seen)
    assert len(seen) == folds
    assert set(table["n"]) == {N_USERS}
    assert set(table["folds"]) == {folds}


def test_figures_are_sums_over_shoppers_by_the_declared_number(
    home: Home, data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """120 shoppers, 200 declared; those of fold 0 count 1 and all others 0: the mean is (size of fold 0) / 200."""
    first = set(np.array(users())[fold_of(users(), home.key(COIN), 4) == 0])

    def judge(self: Judges, _: Any) -> Any:
        values = np.array([float(user in first) for user in self.histories.user_ids])
        return type("Known", (), {"values": {"ndcg_at_10": values}})

    monkeypatch.setattr(Judges, "judge", judge)
    row = run(home, data, tmp_path / "out", folds=4, n_shoppers=200, methods=("popularity",)).iloc[0]

    n = len(first)
    assert (row["method"], row["epsilon"], row["n"]) == ("popularity", 4.0, 120)
    assert row["mean"] == pytest.approx(n / 200)
    assert row["se"] == pytest.approx(np.sqrt(n / 120 * (1 - n / 120) / 200))
    assert row["low"] == 0
    assert row["high"] == pytest.approx(n / (200 / 4))


def test_a_method_that_learns_from_nobody_comes_once_and_the_others_at_every_epsilon(
    home: Home, data: Dataset, tmp_path: Path
) -> None:
    table = run(home, data, tmp_path / "out", folds=2, epsilons=(4.0, 8.0))

    assert list(zip(table["method"], table["epsilon"], strict=True)) == [
        ("content", 0.0),
        ("popularity", 4.0),
        ("statistics", 4.0),
        ("popularity", 8.0),
        ("statistics", 8.0),
    ]
    assert (table["low"] <= table["high"]).all()
    assert (table["mean"] > 0).all()
    pd.testing.assert_frame_equal(read_validation(tmp_path / "out"), table)


def test_nothing_is_outside_private_and_nothing_is_charged(home: Home, data: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(home, data, out)

    assert [path.relative_to(out).as_posix() for path in sorted(out.rglob("*"))] == [
        "private",
        "private/excluded.json",
        "private/validation.csv",
    ]
    assert stat.S_IMODE((out / "private").stat().st_mode) == 0o700
    assert Ledger(home).entries() == []
    assert not any(home.release_folder.iterdir())
    text = (out / "private" / "validation.csv").read_text("utf-8")
    assert not any(name in text for name in (*users(), *items()))


def test_who_withdrew_neither_trains_nor_judges(
    home: Home, data: Dataset, tmp_path: Path, seen: list[tuple[set[str], set[str]]]
) -> None:
    gone = users()[3]
    decide(home, gone, "withdrawal", by="A. Officer", reason="asked by letter")
    table = run(home, data, tmp_path / "out", folds=2)

    assert not any(gone in training | judges for training, judges in seen)
    assert set(table["n"]) == {N_USERS - 1}
    assert LeftOut.read(tmp_path / "out").hashes == (hash_of(gone, home),)  # type: ignore[union-attr]


def test_whoever_stops_it_at_the_last_report_leaves_nothing(home: Home, data: Dataset, tmp_path: Path) -> None:
    def stop(done: float, _: str) -> None:
        if done >= 0.99:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        run_validation(home, data, asked(), tmp_path / "out", report=stop)

    assert not (tmp_path / "out").exists()
    with pytest.raises(NotFound, match="Start it again"):
        read_validation(tmp_path / "out")


def test_progress_rises_and_seconds_left_fall_to_nothing(home: Home, data: Dataset, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    facts: list[dict[str, Any]] = []
    run_validation(
        home, data, asked(folds=3), tmp_path / "out", report=lambda *each: told.append(each), facts=facts.append
    )

    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[1][1] == "Fold 1 of 3: shoppers and products"
    assert [each["seconds_left"] > 0 for each in facts] == [True, True, False]


def test_what_cannot_be_compared_is_refused(home: Home, tmp_path: Path) -> None:
    nameless = import_made(tmp_path / "a", make_interactions())
    rows = make_interactions()
    few = rows[rows[Columns.USER].isin(users()[:30])]
    small = import_made(tmp_path / "b", few, catalogue=make_catalogue())

    with pytest.raises(SettingsError, match="product file"):
        run(home, nameless, tmp_path / "out")
    with pytest.raises(SettingsError, match="Fewer than"):
        run(home, small, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"folds": 1}, "folds"),
        ({"folds": 11}, "folds"),
        ({"epsilons": (1.0, 1.0)}, "once each"),
        ({"methods": ()}, "methods"),
        ({"anonymization": {"suppress_items_below": 5}}, "threshold over shoppers"),
    ],
)
def test_settings_that_no_study_may_have_are_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        asked(**values)


@pytest.mark.slow
def test_the_network_and_the_hybrid_are_drawn_and_kept_nowhere(home: Home, data: Dataset, tmp_path: Path) -> None:
    table = run(home, data, tmp_path / "out", folds=2, methods=("hybrid", "mlp"))

    assert table["method"].tolist() == ["hybrid", "mlp"]
    assert [path.name for path in sorted((tmp_path / "out").rglob("*"))] == [
        "private",
        "excluded.json",
        "validation.csv",
    ]
