"""
What leaves a study knows shoppers through the noisy draws alone: where these are held fixed, it is bit-identical for
any two neighbours, to the last file, message and fact.

Noise here is drawn by the shape of what it hides and takes its place altogether, clocks stand still, and both
neighbours have the same keys. So whatever else of a shopper found its way into a file, a message or a decision about
how many files there are, by an exact count, a list of names, a rounding or a divisor, would show as a difference.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.columns import Columns
from core.privacy import ledger, metrics
from core.privacy.noise import SecureNormal
from core.privacy.stopping import StoppingLaw
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies import models, winner
from core.studies.folder import StudyFolder
from core.studies.preparing import COIN
from core.studies.running import run_study
from core.studies.shoppers import is_judge
from tests.leaving import arrays_in, everything_in, fingerprint, is_named, leaving
from tests.made_shop import import_made, users, without
from tests.neighbouring import CANARY, N_SHOPPERS, NEIGHBOURS, OWNER, UNIQUE, catalogue, who, whole

FAST = ("popularity", "content", "statistics")
DROWNED_FIGURE = 0.25


@dataclass(frozen=True)
class Told:
    """A finished study, and everything that it said on its way."""

    folder: StudyFolder
    said: list[tuple[float, str]] = field(default_factory=list)
    facts: list[dict[str, Any]] = field(default_factory=list)
    printed: tuple[str, str] = ("", "")


def drown(patch: pytest.MonkeyPatch) -> None:
    """Put noise in the place of every sum, by its shape; stop the clocks."""

    def release(_self: object, values: Any, noise_std: float, *_: Any, **__: Any) -> Any:
        return 3 * noise_std * np.random.default_rng(1).standard_normal(np.shape(values))

    patch.setattr(SecureNormal, "release", release)
    patch.setattr(metrics, "_draws", lambda sums, *_: [DROWNED_FIGURE] * len(sums), raising=False)
    patch.setattr(ledger, "utc_now", lambda: datetime(2026, 1, 1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("neighbours")


@pytest.fixture(scope="module")
def keys(folder: Path) -> Iterator[Home]:
    """Both neighbours live in installations with these keys: the same coin and the same signature."""
    home = Home(folder / "keys of")
    for name in (COIN, "pseudonyms", "signing"):  # the same at every run: no length is anybody's number by chance
        (home.folder / "keys" / f"{name}.key").write_bytes(sha256(name.encode()).digest())
    yield home
    home.close()


def study(rows: pd.DataFrame, folder: Path, keys: Home, **values: Any) -> Told:
    """Import and study these rows in a home of their own; N is declared."""
    data = import_made(folder / "data", rows, catalogue=catalogue())
    shutil.copytree(keys.folder / "keys", folder / "home" / "keys", dirs_exist_ok=True)
    home = Home(folder / "home")
    chosen = {"methods": FAST, "epsilons": (4.0, 8.0), "evaluation_epsilon": 20.0, "n_shoppers": N_SHOPPERS, **values}
    told = Told(StudyFolder(folder / "out"))
    run_study(
        home,
        data,
        build(StudySettings, chosen),
        told.folder.path,
        study="s",
        public=False,
        report=lambda progress, message: told.said.append((progress, message)),
        facts=told.facts.append,
    )
    home.close()
    return told


def assert_alike(one: Told, other: Told) -> None:
    """The same files of the same size, bit for bit, the same messages and the same facts."""
    files, others = leaving(one.folder.path), leaving(other.folder.path)
    assert files.keys() == others.keys()
    for name, path in files.items():
        assert fingerprint(path) == fingerprint(others[name]), name
        assert path.suffix == ".keras" or path.stat().st_size == others[name].stat().st_size, name
    assert one.said == other.said
    assert one.facts == other.facts


@pytest.fixture(scope="module")
def drowned(folder: Path, keys: Home) -> Iterator[Told]:
    with pytest.MonkeyPatch.context() as patch:
        drown(patch)
        yield study(whole(), folder / "whole", keys)


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_with_the_noise_held_fixed_everything_that_leaves_is_the_same_for_neighbours(
    drowned: Told,
    keys: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    neighbour: str,
) -> None:
    """Shop, models, statements, curve and study.json; and nothing is printed at all."""
    drown(monkeypatch)
    less = study(without(whole(), who(neighbour, keys)), tmp_path, keys)

    assert_alike(drowned, less)
    assert tuple(capfd.readouterr()) == ("", "")
    assert {"curve.csv", "study.json", "shop/shop.npz", "statements/statistics-8.json"} <= leaving(
        less.folder.path
    ).keys()


def test_no_array_that_leaves_has_an_axis_of_shoppers(drowned: Told, keys: Home) -> None:
    """122 shoppers, of whom some train and some judge: no array is as long as there are any of these."""
    known = drowned.folder.interactions()[Columns.USER].nunique()
    told = drowned.folder.about()["numbers"]
    apart = int(is_judge(sorted(whole()[Columns.USER].unique()), keys.key(COIN), 0.2).sum())
    lengths = {known, known - apart, apart, told["total"], told["training"], told["evaluation"]}
    sizes = {
        (name, size)
        for path in leaving(drowned.folder.path).values()
        for name, array in arrays_in(path)
        for size in array.shape
    }

    assert len(sizes) > 10
    assert not [(name, size) for name, size in sizes if size in lengths]


def test_no_file_that_leaves_and_no_message_knows_a_shopper_or_a_product_of_theirs_alone(drowned: Told) -> None:
    names = (*users(), OWNER, CANARY, UNIQUE)
    inside = drowned.folder.interactions()

    assert OWNER in set(inside[Columns.USER])  # the search would find what is there
    assert is_named(OWNER, everything_in(drowned.folder.interactions_file))
    for path in leaving(drowned.folder.path).values():
        assert not [name for name in names if is_named(name, everything_in(path))], path.name
    assert not [name for name in names if name in repr((drowned.said, drowned.facts))]


def test_what_noise_takes_the_place_of_is_all_that_is_known(drowned: Told) -> None:
    """The figures outside are the drowned ones, the exact ones inside are not."""
    outside, inside = drowned.folder.curve()["ndcg_at_10"], drowned.folder.exact()["ndcg_at_10"]

    assert len(set(outside)) == 1
    assert len(set(inside)) > 1


@pytest.mark.parametrize("neighbour", ["owner of everything", "a judge"])
def test_of_a_study_with_one_winner_too_everything_that_leaves_is_the_same_for_neighbours(
    keys: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, neighbour: str
) -> None:
    """Three trials whose methods are drawn beforehand: also the dates of the files are the same."""
    drown(monkeypatch)
    monkeypatch.setattr(StoppingLaw, "draw", lambda _: 3)
    monkeypatch.setattr(winner, "secrets", SimpleNamespace(choice=lambda among: among[-1], token_hex=token_hex))
    values = {"methods": ("popularity", "statistics"), "epsilons": (4.0,), "evaluation_epsilon": None}
    rows = without(whole(), who(neighbour, keys))
    one, other = (
        study(given, tmp_path / name, keys, **values, only_winner={})
        for name, given in (("one", whole()), ("other", rows))
    )

    assert_alike(one, other)
    times = [{path.stat().st_mtime for path in leaving(each.folder.path).values()} for each in (one, other)]
    assert times[0] == times[1]
    assert len(times[0]) == 1


# With TensorFlow: the neighbour does something else, so that as many random numbers are drawn for both.


@pytest.fixture
def _fixed_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every training draws the same batches and noise, and its noise drowns the clipped sums."""
    from core.dp_sgd.step import Step

    noised = Step._noised_mean
    monkeypatch.setattr(Step, "_noised_mean", lambda self, total: noised(self, total * 0.0))
    monkeypatch.setattr(models, "run_generator", lambda: np.random.Generator(np.random.Philox(7)))
    drown(monkeypatch)


def somebody_else(rows: pd.DataFrame, user: str, other: str) -> pd.DataFrame:
    """The same shoppers, but ``user`` did what ``other`` did."""
    copied = rows[rows[Columns.USER] == other].assign(**{Columns.USER: user})
    return pd.concat([without(rows, user), copied], ignore_index=True)


@pytest.mark.slow
@pytest.mark.usefixtures("_fixed_training")
def test_trained_models_too_know_shoppers_through_noised_sums_alone(keys: Home, tmp_path: Path) -> None:
    """Head and network, Keras files included: one shopper owned everything, or what somebody else did."""
    values = {"methods": ("hybrid", "mlp"), "epsilons": (4.0,), "network": {"train_steps": 4}}
    one = study(whole(), tmp_path / "one", keys, **values)
    other = study(somebody_else(whole(), OWNER, users()[5]), tmp_path / "other", keys, **values)

    assert "models/mlp-4/model.keras" in leaving(one.folder.path)
    assert_alike(one, other)
    assert fingerprint(one.folder.interactions_file) != fingerprint(other.folder.interactions_file)
