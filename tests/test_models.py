"""The models as they are kept and served: saved whole, and a list hangs on the model and one's own history alone."""

import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from core.columns import Columns
from core.errors import NotFound
from core.privacy.noise import SecureNormal
from core.recommend.features import feature_names, prior_weights
from core.recommend.histories import Histories
from core.recommend.item_weights import fit_item_weights
from core.recommend.models import (
    ContentModel,
    HybridModel,
    Model,
    PopularityModel,
    StatisticsModel,
    load_model,
    top_k,
)
from core.recommend.release import release_gram, release_popularity
from core.recommend.shop import build_shop
from tests.made_shop import (
    N_ITEMS,
    SCHEMA,
    make_catalogue,
    make_histories,
    make_interactions,
    make_shop,
    users,
    without,
)

METHODS = ("popularity", "content", "statistics", "hybrid")
N_HEAD = 30


@cache
def models() -> dict[str, Model]:
    """One of each, over one release; the hybrid with its public starting weights."""
    histories, noise, shop = make_histories(make_interactions()), SecureNormal(), make_shop()
    popularity = release_popularity(histories, 5.0, noise)
    weights = fit_item_weights(release_gram(histories, popularity, N_HEAD, 5.0, noise), popularity, 120)
    made: list[Model] = [
        PopularityModel(popularity),
        ContentModel(shop),
        StatisticsModel(popularity, weights),
        HybridModel(shop, popularity, weights, prior_weights(shop)),
    ]
    return {model.method: model for model in made}


def shoppers() -> Histories:
    return make_histories(make_interactions())


@pytest.mark.parametrize("method", METHODS)
def test_a_model_comes_back_from_disk_with_the_same_scores(method: str, tmp_path: Path) -> None:
    model = models()[method]
    model.save(tmp_path / method)
    again = load_model(tmp_path / method, make_shop())

    assert again.method == method
    assert again.score_name == model.score_name
    assert np.array_equal(again.scores(shoppers()), model.scores(shoppers()))


@pytest.mark.parametrize("method", METHODS)
def test_the_list_of_a_shopper_is_bit_identical_when_another_is_gone(method: str) -> None:
    """Billboard: with the model held fixed, nobody else's history is looked at."""
    gone = users()[40]
    whole, less = shoppers(), make_histories(without(make_interactions(), gone))
    for index in (whole.user_ids != gone).nonzero()[0][:60:7]:
        user = whole.user_ids[index]
        one, other = whole.rows([index]), less.rows(less.user_ids == user)
        first = top_k(models()[method].scores(one), one.matrix, 20)
        second = top_k(models()[method].scores(other), other.matrix, 20)
        assert first[0].tobytes() == second[0].tobytes()
        assert first[1].tobytes() == second[1].tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_scores_of_all_at_once_are_bit_identical_when_one_is_gone(method: str) -> None:
    """The same where everybody's lists are written together, at whatever place a shopper stands."""
    gone = users()[40]
    whole, less = shoppers(), make_histories(without(make_interactions(), gone))
    scores = np.ascontiguousarray(models()[method].scores(whole)[whole.user_ids != gone])

    assert scores.tobytes() == np.ascontiguousarray(models()[method].scores(less)).tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_no_array_of_a_saved_model_has_an_axis_of_shoppers(method: str, tmp_path: Path) -> None:
    """120 shoppers, 60 products, a head of 30: no table of shoppers may leave with a model."""
    models()[method].save(tmp_path)
    stored = tmp_path / "model.npz"
    if stored.exists():
        with np.load(stored, allow_pickle=False) as arrays:
            sizes = {size for name in arrays.files for size in arrays[name].shape}
        sizes |= {size for path in tmp_path.glob("*.npy") for size in np.load(path, allow_pickle=False).shape}
        assert sizes <= {N_ITEMS, N_HEAD, len(feature_names(make_shop()))}
        assert zipfile.is_zipfile(stored)


def test_everybody_gets_the_same_popularity() -> None:
    scores = models()["popularity"].scores(shoppers())

    assert scores.shape == (120, N_ITEMS)
    assert (scores == scores[0]).all()


def test_a_hybrid_lists_candidates_first_and_then_what_is_popular() -> None:
    """Once the rest was lost in the rounding of 1e-4 log popularity beside -1e4."""
    made = models()["hybrid"]
    assert isinstance(made, HybridModel)
    shop = build_shop(SCHEMA, make_catalogue(), (Columns.PRICE,))  # no content: the head alone gives candidates
    model = HybridModel(shop, made.popularity, made.weights, prior_weights(shop))
    one = shoppers().rows([0])
    scores = model.scores(one)[0]
    rest = np.flatnonzero(scores < -900)
    by_popularity = rest[np.argsort(-np.log(model.popularity.positive[rest]), kind="stable")]
    gaps = np.diff(np.log(model.popularity.positive[by_popularity])) < -1e-3

    assert len(rest) >= N_ITEMS - N_HEAD
    assert (np.diff(scores[by_popularity])[gaps] < 0).all()
    assert scores[scores > -900].min() > scores[rest].max() + 800


def test_statistics_break_ties_of_the_tail_by_popularity() -> None:
    model = models()["statistics"]
    assert isinstance(model, StatisticsModel)
    scores = model.scores(shoppers().rows([0]))[0]
    tail = np.setdiff1d(np.arange(N_ITEMS), model.weights.head)
    known = tail[model.popularity.values[tail] > model.popularity.floor]

    assert (np.argsort(-scores[known]) == np.argsort(-model.popularity.values[known])).all()


def test_a_list_holds_nothing_that_the_shopper_has_touched() -> None:
    histories = shoppers()
    items, best = top_k(models()["popularity"].scores(histories), histories.matrix, 20)
    touched = np.take_along_axis(histories.matrix.toarray() > 0, items, axis=1)

    assert not touched[np.isfinite(best)].any()
    assert (np.diff(best, axis=1) <= 0).all()


def test_a_list_that_has_run_out_says_so() -> None:
    scores = np.array([[3, 2, 1]], np.float32)
    seen = sparse.csr_array(np.array([[0, 1, 0]], np.float32))
    items, best = top_k(scores, seen, 5, allowed=np.array([True, True, False]))

    assert items.shape == (1, 3)
    assert best[0].tolist() == [3, -np.inf, -np.inf]


def test_a_folder_without_a_model_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no trained model"):
        load_model(tmp_path / "nothing", make_shop())
