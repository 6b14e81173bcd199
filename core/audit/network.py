"""The attack on the textbook network: it is told the weights before and after."""

from copy import deepcopy

import numpy as np
import numpy.typing as npt

from core.audit.canaries import SEED, Canaries
from core.privacy.noise import run_generator
from core.progress import Report
from core.recommend.histories import Histories, hide_last
from core.recommend.mlp_model import MlpModel, item_features
from core.recommend.shop import Shop
from core.settings import NetworkSettings

Array = npt.NDArray[np.float64]


def attack_network(
    training: Histories,
    shop: Shop,
    network: NetworkSettings,
    steps: object,
    canaries: Canaries,
    report: Report,
) -> tuple[Array, MlpModel]:
    """Train the network as a study does, and return what the weights say of each canary, shape (m,), and the model.

    The score is by how much a canary's loss fell from the first weights to the last. To first order that is the inner
    product of its gradient with the way that the weights went; clipping and every step's noise are in that way. The
    attacker knows the first weights and which products a canary's lesson hides, but not whom its negatives were.

    Args:
        training: Real shoppers and the canaries that are in.
        shop: The published catalogue.
        network: Shape and training.
        steps: The plan's DP-SGD; None trains without noise.
        canaries: Whom to look for.
        report: Told the step now and then.
    """
    from core.recommend.networks import mlp  # TensorFlow: only a worker gets here

    plain = network.model_copy(update={"early_stopping": False, "folds": 1})
    rng = run_generator()
    twin = deepcopy(rng)
    features = item_features(shop)
    # The mechanism of a network's plan is its DP-SGD; the plan knows it as any mechanism.
    trained = mlp.train_mlp(training, shop, plain, steps, rng=rng, report=report)  # type: ignore[arg-type]
    mlp.make_lessons(training, features, twin)  # what the training draws before the first weights
    first = mlp.build_network(features, plain, twin)
    start = mlp._served(first, shop.item_ids, features, plain)
    lessons = mlp.make_lessons(canaries.histories, features, np.random.default_rng(SEED))
    shown, _ = hide_last(canaries.histories, mlp.MIN_PRODUCTS)

    def loss(model: MlpModel) -> Array:
        scores = np.take_along_axis(model.scores(shown), lessons.candidates, axis=1).astype(np.float64)
        surprise = -np.log(np.clip(np.where(lessons.labels > 0, scores, 1 - scores), 1e-9, 1))
        return np.asarray((lessons.weights * surprise).sum(axis=1))

    return loss(start) - loss(trained), trained


def train_network(training: Histories, shop: Shop, network: NetworkSettings) -> MlpModel:
    """Train the network without noise on the real shoppers: what the attacker compares with."""
    from core.recommend.networks.mlp import train_mlp

    plain = network.model_copy(update={"early_stopping": False, "folds": 1})
    return train_mlp(training, shop, plain, None, rng=run_generator())
