"""Why a product is on a list: which of the shopper's own products speak for it."""

import numpy as np
import numpy.typing as npt

from core.recommend.content import FloatArray
from core.recommend.histories import Histories
from core.recommend.item_weights import ItemWeights
from core.recommend.models import ContentModel, HybridModel, Model, PopularityModel, StatisticsModel
from core.recommend.shop import Shop

MOST = 50  # own products asked, the latest


def speaking_products(
    model: Model, shop: Shop, history: Histories, items: npt.NDArray[np.int64], n: int
) -> list[npt.NDArray[np.int64]]:
    """The shopper's own products that add most to each listed product's score, at most ``n``, strongest first.

    Additive models are asked for their own terms; the network, which has none, for the score without each product.

    Args:
        model: That made the list.
        shop: Of the model.
        history: One shopper.
        items: Listed products, positions in the catalogue.
        n: Most products to name for each.
    """
    return [products for products, _ in speaking_shares(model, shop, history, items, n)]


def speaking_shares(
    model: Model, shop: Shop, history: Histories, items: npt.NDArray[np.int64], n: int
) -> list[tuple[npt.NDArray[np.int64], FloatArray]]:
    """The same products, each with its share of all that speaks for the listed one (0..1, of the own products asked).

    Args:
        model: That made the list.
        shop: Of the model.
        history: One shopper.
        items: Listed products, positions in the catalogue.
        n: Most products to name for each.
    """
    latest = np.argsort(history.ages.data, kind="stable")[:MOST]
    own = np.asarray(history.matrix.indices[latest], np.int64)
    if isinstance(model, PopularityModel) or not len(own):
        return [(np.array([], np.int64), np.array([], np.float32)) for _ in items]
    terms = _terms(model, shop, history, own, items)
    found = []
    for column in terms.T:
        order = np.argsort(-column, kind="stable")[:n]
        order = order[column[order] > 0]
        share = column[order] / max(float(column[column > 0].sum()), 1e-12)
        found.append((own[order], np.asarray(share, np.float32)))
    return found


def _terms(
    model: Model, shop: Shop, history: Histories, own: npt.NDArray[np.int64], items: npt.NDArray[np.int64]
) -> FloatArray:
    """What each own product (row) adds to each listed one (column)."""
    if isinstance(model, StatisticsModel):
        return _from_weights(model.weights, own, items)
    if isinstance(model, ContentModel):
        return _from_content(shop, own, items)
    if isinstance(model, HybridModel):
        told = _scaled(_from_weights(model.weights, own, items))
        return told + _scaled(_from_content(shop, own, items)) if shop.has_content else told
    return _without_each(model, history, own, items)


def _from_weights(weights: ItemWeights, own: npt.NDArray[np.int64], items: npt.NDArray[np.int64]) -> FloatArray:
    place = {int(item): at for at, item in enumerate(weights.head)}
    rows = np.array([place.get(int(item), -1) for item in own], np.int64)
    columns = np.array([place.get(int(item), -1) for item in items], np.int64)
    block = weights.weights[np.ix_(np.maximum(rows, 0), np.maximum(columns, 0))]
    return np.where((rows[:, None] >= 0) & (columns[None, :] >= 0), block, 0)


def _from_content(shop: Shop, own: npt.NDArray[np.int64], items: npt.NDArray[np.int64]) -> FloatArray:
    assert shop.vectors is not None
    similar = np.asarray((shop.vectors[own] @ shop.vectors[items].T).toarray(), np.float32)
    return similar**3


def _scaled(terms: FloatArray) -> FloatArray:
    return np.asarray(terms / np.abs(terms).max(initial=1e-9), np.float32)


def _without_each(
    model: Model, history: Histories, own: npt.NDArray[np.int64], items: npt.NDArray[np.int64]
) -> FloatArray:
    whole = model.scores(history)[0, items]
    rest = [history.keep(history.matrix.indices != item) for item in own]
    return np.array([whole - model.scores(without)[0, items] for without in rest], np.float32)
