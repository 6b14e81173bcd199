"""The grid anonymisation x ε: rows are judged alike, judges never train, and nothing of it leaves."""

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from core.columns import Columns
from core.errors import RunCancelled, SettingsError
from core.privacy.ledger import Ledger
from core.progress import silent
from core.recommend.models import Model
from core.settings import GridSettings, build
from core.store.home import Home
from core.studies import models as models_module
from core.studies.exam import Exam, set_exam
from core.studies.grid import run_grid
from core.studies.models import Drawer
from core.studies.preparing import COIN
from core.studies.shoppers import is_judge, split
from core.tables.dataset import Dataset
from tests.made_shop import import_made, items, make_catalogue, make_interactions, make_shop, users, without

SHARE = 0.2
OWN_ROWS = {"coarsen_time": "week", "max_products_per_shopper": 4}
COUNTS_SHOPPERS = {"suppress_items_below": 9}
ROWS = {"coarse": OWN_ROWS, "rare": COUNTS_SHOPPERS}


class KnownNoise:
    """Noise that is the same whenever it is asked for, as if every model met the same draw."""

    def release(self, values: Any, noise_std: float, *_: Any, **__: Any) -> Any:
        return values + noise_std * np.random.default_rng(11).standard_normal(np.shape(values))


@pytest.fixture
def known_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_module, "SecureNormal", KnownNoise)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_made(tmp_path_factory.mktemp("made"), make_interactions(), catalogue=make_catalogue())


def asked(rows: dict[str, Any] = ROWS, **values: Any) -> GridSettings:
    return build(GridSettings, {"anonymizations": rows, "method": "statistics", "epsilons": (4.0, 8.0), **values})


def run(home: Home, data: Dataset, out: Path, rows: dict[str, Any] = ROWS, **values: Any) -> pd.DataFrame:
    return run_grid(home, data, asked(rows, **values), out, report=silent)


def exam_of(home: Home, interactions: pd.DataFrame) -> Exam:
    return set_exam(interactions, make_shop(), home.key(COIN), SHARE)


class Perfect:
    """Knows what is hidden, as far as the shop still has it."""

    method = score_name = "perfect"

    def __init__(self, hidden: Any, n_items: int) -> None:
        self._scores = hidden.toarray()[:, :n_items]

    def scores(self, histories: Any) -> Any:
        return self._scores

    def save(self, folder: Path) -> None: ...


def test_without_any_change_judges_see_and_guess_what_they_do_in_a_study(home: Home, data: Dataset) -> None:
    interactions, shop = data.interactions(), make_shop()
    exam = exam_of(home, interactions)
    training, judges = split(interactions, shop, exam.judges)
    assert judges is not None
    mine = exam.judges_of(exam.interactions, shop)
    others, _ = split(exam.training_of(exam.interactions), shop, pd.Index([]))

    assert (mine.hidden != judges.hidden).nnz == 0
    for name in ("matrix", "ages", "counts"):
        assert (getattr(mine.histories, name) != getattr(judges.histories, name)).nnz == 0
        assert (getattr(others, name) != getattr(training, name)).nnz == 0


def test_hidden_products_are_the_same_whatever_an_anonymisation_leaves(home: Home, data: Dataset) -> None:
    exam = exam_of(home, data.interactions())
    whole = exam.judges_of(exam.interactions, make_shop())
    little = exam.judges_of(exam.interactions.head(30), make_shop())

    assert whole.hidden.nnz > 20
    assert (whole.hidden != little.hidden).nnz == 0
    assert little.histories.n_users == len(exam.judges)  # whoever lost every row is asked as a newcomer


def test_a_product_that_is_gone_cannot_be_recommended_and_counts_as_missed(home: Home, data: Dataset) -> None:
    exam, half = exam_of(home, data.interactions()), make_shop(30)
    judges = exam.judges_of(exam.interactions, half)
    hidden = exam.hidden.toarray()
    n_hidden, n_left = hidden.sum(axis=1), hidden[:, :30].sum(axis=1)
    recall = judges.judge(Perfect(judges.hidden, 30)).values["recall_at_20"]

    assert 0 < n_left.sum() < n_hidden.sum()
    np.testing.assert_allclose(recall, n_left / np.maximum(n_hidden, 1))


def test_a_category_in_place_of_products_is_recommended_to_nobody(home: Home, data: Dataset) -> None:
    exam, shop = exam_of(home, data.interactions()), make_shop()
    given_new_id = replace(shop, item_ids=np.array(["category:Garden", *shop.item_ids[1:]]))
    judges = exam.judges_of(exam.interactions, given_new_id)
    wanted = np.zeros((len(exam.judges), 60))
    wanted[:, 0] = 1
    listed = replace(judges, hidden=sparse.csr_array(wanted)).judge(Perfect(sparse.csr_array(wanted), 60))

    assert listed.values["hit_rate_at_20"].sum() == 0
    free = replace(judges, hidden=sparse.csr_array(wanted), allowed=None).judge(Perfect(sparse.csr_array(wanted), 60))
    assert free.values["hit_rate_at_20"].all()


def drawn_by(monkeypatch: pytest.MonkeyPatch, home: Home, data: Dataset, out: Path) -> list[Model]:
    """The models of the private rows, in order."""
    kept: list[Model] = []
    draw_joint = Drawer.draw_joint

    def remembered(self: Drawer, *asked: Any) -> Any:
        found = draw_joint(self, *asked)
        kept.extend(found[0])
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Drawer, "draw_joint", remembered)
        run(home, data, out, {"coarse": OWN_ROWS}, epsilons=(8.0,), repeats=1, n_shoppers=120)
    return kept


def popularities(models: list[Model]) -> list[Any]:
    return [model.popularity.values for model in models]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("known_noise")
def test_a_judge_who_is_gone_leaves_every_model_bit_identical_and_a_trainer_does_not(
    home: Home, data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = np.array(users())
    judging = is_judge(names, home.key(COIN), SHARE)
    before = popularities(drawn_by(monkeypatch, home, data, tmp_path / "whole"))
    after = {}
    for who in (names[judging][0], names[~judging][0]):
        less = import_made(tmp_path / who, without(make_interactions(), who), catalogue=make_catalogue())
        after[who] = popularities(drawn_by(monkeypatch, home, less, tmp_path / f"out-{who}"))

    assert len(before) == 4  # popularity and statistics, of "none" and of "coarse"
    assert all(map(np.array_equal, before, after[names[judging][0]]))
    assert not any(map(np.array_equal, before, after[names[~judging][0]]))


@pytest.mark.usefixtures("known_noise")
def test_the_figures_of_a_row_are_the_same_whatever_other_rows_there_are(
    home: Home, data: Dataset, tmp_path: Path
) -> None:
    alone = run(home, data, tmp_path / "alone", {"coarse": OWN_ROWS})
    beside = run(home, data, tmp_path / "beside", {"rare": COUNTS_SHOPPERS, "other": {"coarsen_time": "day"}, **ROWS})

    pd.testing.assert_frame_equal(
        alone[alone["anonymization"] == "coarse"].reset_index(drop=True),
        beside[beside["anonymization"] == "coarse"].reset_index(drop=True),
    )


@pytest.mark.usefixtures("known_noise")
def test_pseudonyms_move_no_figure(home: Home, data: Dataset, tmp_path: Path) -> None:
    table = run(home, data, tmp_path / "out", {"codes": {"pseudonymize": True}})

    codes = table[table["anonymization"] == "codes"]
    assert (codes["ndcg_at_20"] > 0).all()
    assert (codes["ndcg_at_20_change"] == 0).all()
    assert (codes["rows"] == codes["rows_before"]).all()


def test_a_row_with_a_threshold_has_one_figure_no_epsilon_and_the_reason(
    home: Home, data: Dataset, tmp_path: Path
) -> None:
    table = run(home, data, tmp_path / "out")
    found = {name: rows for name, rows in table.groupby("anonymization")}

    assert {name: rows["epsilon"].tolist() for name, rows in found.items()} == {
        "none": [4.0, 8.0, np.inf],
        "coarse": [4.0, 8.0, np.inf],
        "rare": [np.inf],
    }
    assert found["rare"]["delta"].tolist() == [0.0]
    assert "leaving out rare products counts shoppers" in found["rare"]["why"].iloc[0]
    assert set(found["coarse"]["why"]) == set(found["none"]["why"]) == {""}
    assert found["rare"]["rows"].iloc[0] < found["rare"]["rows_before"].iloc[0]


def test_nothing_of_a_grid_is_outside_private_and_nothing_is_charged(home: Home, data: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(home, data, out)

    assert [path.relative_to(out).as_posix() for path in sorted(out.rglob("*"))] == [
        "private",
        "private/excluded.json",
        "private/grid.csv",
    ]
    assert stat.S_IMODE((out / "private").stat().st_mode) == 0o700
    assert Ledger(home).entries() == []
    assert not any(home.release_folder.iterdir())
    text = (out / "private" / "grid.csv").read_text("utf-8")
    assert not any(name in text for name in (*users(), *items()))


def test_a_grid_that_is_stopped_at_its_last_report_leaves_nothing(home: Home, data: Dataset, tmp_path: Path) -> None:
    def stop(done: float, _: str) -> None:
        if done >= 0.99:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        run_grid(home, data, asked(), tmp_path / "out", report=stop)

    assert not (tmp_path / "out").exists()


def test_seconds_left_fall_to_nothing(home: Home, data: Dataset, tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    run_grid(home, data, asked(), tmp_path / "out", report=silent, facts=told.append)

    assert len(told) == 3 + 3 + 1  # cells
    assert told[0]["seconds_left"] > told[-1]["seconds_left"] == 0


def test_shops_without_products_or_with_too_few_shoppers_are_refused(home: Home, tmp_path: Path) -> None:
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
        ({"rows": {"none": OWN_ROWS}}, "always there"),
        ({"method": "content"}, "must learn from shoppers"),
        ({"epsilons": (1.0, 1.0)}, "once each"),
        ({"rows": {}}, "anonymizations"),
    ],
)
def test_settings_that_cannot_be_compared_are_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        asked(**values)


@pytest.mark.slow
def test_the_network_and_the_hybrid_are_drawn_and_kept_nowhere(home: Home, data: Dataset, tmp_path: Path) -> None:
    for method in ("hybrid", "mlp"):
        out = tmp_path / method
        table = run(home, data, out, {"coarse": OWN_ROWS}, method=method, epsilons=(8.0,), repeats=1)

        assert table["method"].tolist() == [method] * 4
        assert [path.name for path in sorted(out.rglob("*"))] == ["private", "excluded.json", "grid.csv"]
