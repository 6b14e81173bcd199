"""Why a product is on a list: only the shopper's own products are ever named."""

from pathlib import Path

import numpy as np
import pytest

from core.privacy.noise import SecureNormal
from core.recommend.features import feature_names, prior_weights
from core.recommend.histories import Histories
from core.recommend.item_weights import ItemWeights, fit_item_weights
from core.recommend.models import ContentModel, HybridModel, Model, PopularityModel, StatisticsModel, top_k
from core.recommend.reasons import speaking_products, speaking_shares
from core.recommend.release import Popularity, release_gram, release_popularity
from core.recommend.terms import BACKING, NOISY, OWN, hybrid_terms, is_noisy
from tests.made_shop import N_ITEMS, make_histories, make_interactions, make_shop

POPULARITY = Popularity(np.ones(N_ITEMS), 5.0)


class Countdown:
    """A model without terms: a product scores the number of own products that stand one place before it."""

    method = "mlp"
    score_name = "score"

    def scores(self, histories: Histories) -> np.ndarray:
        return np.roll(histories.matrix.toarray(), 1, axis=1)

    def save(self, folder: Path) -> None:
        raise NotImplementedError


def made(method: str) -> Model:
    histories, noise, shop = make_histories(make_interactions()), SecureNormal(), make_shop()
    popularity = release_popularity(histories, 30.0, noise)
    weights = fit_item_weights(release_gram(histories, popularity, 40, 30.0, noise), popularity, 120)
    models: dict[str, Model] = {
        "content": ContentModel(shop),
        "statistics": StatisticsModel(popularity, weights),
        "hybrid": HybridModel(shop, popularity, weights, prior_weights(shop)),
    }
    return models[method]


def one_shopper(index: int = 4) -> Histories:
    return make_histories(make_interactions()).rows([index])


@pytest.mark.parametrize("method", ["content", "statistics", "hybrid"])
def test_only_own_products_speak_and_at_most_as_many_as_asked_for(method: str) -> None:
    model, history = made(method), one_shopper()
    items = top_k(model.scores(history), history.matrix, 10)[0][0]
    found = speaking_products(model, make_shop(), history, items, 2)

    assert len(found) == len(items)
    assert max(len(reasons) for reasons in found) == 2
    for reasons in found:
        assert set(reasons.tolist()) <= set(history.matrix.indices.tolist())


def test_the_strongest_own_product_speaks_first() -> None:
    """Weights to product 9 from the shopper's own: 0.5, 0.2 and -0.4, which speaks against it."""
    history = one_shopper()
    own = np.sort(history.matrix.indices)[:3]
    listed = int(np.setdiff1d(np.arange(N_ITEMS), history.matrix.indices)[0])
    matrix = np.zeros((N_ITEMS, N_ITEMS), np.float32)
    matrix[own, listed] = [0.2, -0.4, 0.5]
    model = StatisticsModel(POPULARITY, ItemWeights(np.arange(N_ITEMS), matrix, matrix, 1))

    assert speaking_products(model, make_shop(), history, np.array([listed]), 3)[0].tolist() == [own[2], own[0]]


def test_popularity_gives_no_reason_of_ones_own() -> None:
    reasons = speaking_products(PopularityModel(POPULARITY), make_shop(), one_shopper(), np.array([1, 2]), 2)

    assert [len(found) for found in reasons] == [0, 0]


def test_a_shopper_without_products_has_no_reasons() -> None:
    history = one_shopper().keep(np.zeros(one_shopper().matrix.nnz, bool))

    assert [len(r) for r in speaking_products(made("content"), make_shop(), history, np.array([1]), 2)] == [0]


@pytest.mark.parametrize("method", ["content", "statistics", "hybrid"])
def test_an_empty_list_needs_no_reasons(method: str) -> None:
    assert speaking_products(made(method), make_shop(), one_shopper(), np.array([], np.int64), 2) == []


def test_a_model_without_terms_is_asked_without_each_own_product() -> None:
    history = one_shopper()
    own = int(history.matrix.indices[0])
    found = speaking_products(Countdown(), make_shop(), history, np.array([(own + 1) % N_ITEMS]), 2)

    assert found[0].tolist() == [own]


def test_the_terms_of_a_hybrid_sum_to_its_scores() -> None:
    model, history = made("hybrid"), one_shopper()
    assert isinstance(model, HybridModel)
    scores = model.scores(history)[0]
    everything = np.arange(N_ITEMS)

    terms = hybrid_terms(model, history, everything)

    np.testing.assert_allclose(np.sum(list(terms.values()), axis=0), scores, atol=1e-4)
    assert set(terms) == {*NOISY, *OWN, BACKING}
    untold = sorted({*NOISY["together"], *NOISY["popularity"]} - set(feature_names(model.shop)))
    assert untold == []
    told = [name for names in {**NOISY, **OWN}.values() for name in names]
    assert sorted(told) == sorted(feature_names(model.shop)), "every feature is in one signal"


def test_signals_that_no_other_shopper_had_a_part_in_stay_when_the_release_changes() -> None:
    """The weights of the head and the release differ; own signals are the same multiples of the head's weights."""
    model, history = made("hybrid"), one_shopper()
    assert isinstance(model, HybridModel)
    other = HybridModel(model.shop, Popularity(np.arange(1.0, N_ITEMS + 1), 5.0), model.weights, model.head)
    items = np.arange(N_ITEMS)
    here, there = hybrid_terms(model, history, items), hybrid_terms(other, history, items)

    for signal in OWN:
        np.testing.assert_allclose(here[signal], there[signal], atol=1e-6)
    assert not np.allclose(here["popularity"], there["popularity"])
    assert [is_noisy(signal) for signal in (*NOISY, BACKING, *OWN)] == [True] * (len(NOISY) + 1) + [False] * len(OWN)


def test_shares_of_what_speaks_are_parts_of_all_that_speaks_for_a_product() -> None:
    """Weights to the listed product: 0.5, 0.2 and -0.4; of 0.7 that speak for it, 5/7 and 2/7."""
    history = one_shopper()
    own = np.sort(history.matrix.indices)[:3]
    listed = int(np.setdiff1d(np.arange(N_ITEMS), history.matrix.indices)[0])
    matrix = np.zeros((N_ITEMS, N_ITEMS), np.float32)
    matrix[own, listed] = [0.2, -0.4, 0.5]
    model = StatisticsModel(POPULARITY, ItemWeights(np.arange(N_ITEMS), matrix, matrix, 1))

    [(products, shares)] = speaking_shares(model, make_shop(), history, np.array([listed]), 3)

    assert products.tolist() == [own[2], own[0]]
    assert shares.tolist() == pytest.approx([0.5 / 0.7, 0.2 / 0.7])
