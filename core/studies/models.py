"""From one budget to the models that it pays for: charge, draw, fit, state."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.privacy.ledger import Entry, Ledger
from core.privacy.mechanisms import Mechanism, Selection
from core.privacy.noise import SecureNormal, run_generator
from core.privacy.plan import Plan
from core.privacy.statement import Facts, write_statement
from core.progress import Report, part
from core.recommend.histories import Histories
from core.recommend.hybrid import Lessons
from core.recommend.item_weights import ItemWeights, fit_item_weights
from core.recommend.models import HybridModel, Model, PopularityModel, StatisticsModel
from core.recommend.release import Popularity, head_size, release_gram, release_popularity
from core.recommend.shop import Shop
from core.settings import StudySettings
from core.studies.budget import JointBudget, Numbers
from core.studies.folder import Point, StudyFolder
from core.studies.releasing import draw_release


@dataclass(frozen=True)
class Drawer:
    """Draws models and keeps none: it has no ledger and no folder, so whoever draws with it must let nothing out.

    What may leave is made by ``Trainer``, which pays first.
    """

    settings: StudySettings
    numbers: Numbers
    shop: Shop
    training: Histories
    lessons: Lessons

    def draw_joint(self, budget: JointBudget, repeat: int, report: Report) -> tuple[list[Model], float, dict[str, Any]]:
        """Draw every method that the release feeds, popularity's share, and what it showed."""
        report(0.05, f"ε {budget.epsilon:g}: drawing the private statistics")
        popularity, weights, share, shown = _release(budget, self.training, self.numbers.training)
        models: list[Model] = [PopularityModel(popularity)]
        if weights is not None:
            models.append(StatisticsModel(popularity, weights))
            if budget.has_head:
                point = Point("hybrid", budget.epsilon, repeat)
                head = self._head(popularity, weights, budget, point, part(report, 0.3, 0.9))
                models.append(HybridModel(self.shop, popularity, weights, head))
        return models, share, shown

    def draw_network(self, steps: Mechanism, point: Point, report: Report) -> Model:
        """Train the network by DP-SGD."""
        from core.recommend.networks.mlp import train_mlp  # TensorFlow: only a worker gets here

        return train_mlp(
            self.training,
            self.shop,
            self.settings.network.model_copy(update={"early_stopping": False, "folds": 1}),  # of the ceiling only
            steps,  # type: ignore[arg-type]  # the last mechanism of a network's plan is its DP-SGD
            rng=run_generator(),
            report=_saying(report, f"ε {point.epsilon:g}: training the network by DP-SGD"),
            model_path=self.keras_file(point),
        )

    def draw_ceilings(self, report: Report) -> Iterator[Model]:
        """The same methods without noise: what could be reached without privacy. None of them may leave."""
        wanted = set(self.settings.methods)
        popularity, weights = self._without_noise(self.training)
        models: list[Model] = [PopularityModel(popularity), StatisticsModel(popularity, weights)]
        if "hybrid" in wanted:
            # The head learns on statistics of what is not hidden: exact ones would already know what it has to guess.
            told = self._without_noise(self.lessons.visible)
            head = self._head(*told, None, None, part(report, 0.2, 0.6))
            models.append(HybridModel(self.shop, popularity, weights, head))
        if "mlp" in wanted:
            from core.recommend.networks.mlp import train_mlp

            network = train_mlp(
                self.training,
                self.shop,
                self.settings.network,
                None,
                rng=run_generator(),
                report=_saying(part(report, 0.6, 1.0), "Without noise: training the network"),
            )
            models.append(network)
        yield from (model for model in models if model.method in wanted)

    def keras_file(self, point: Point) -> Path | None:  # noqa: ARG002 - a trainer names the file by it
        """Where the Keras model of a point is kept; None keeps it nowhere."""
        return None

    def _without_noise(self, histories: Histories) -> tuple[Popularity, ItemWeights]:
        popularity = release_popularity(histories, math.inf, SecureNormal())
        size = head_size(self.numbers.training, math.inf, self.shop.n_items)
        gram = release_gram(histories, popularity, size, math.inf, SecureNormal())
        return popularity, fit_item_weights(gram, popularity, self.numbers.training)

    def _head(
        self,
        popularity: Popularity,
        weights: ItemWeights,
        budget: JointBudget | None,
        point: Point | None,
        report: Report,
    ) -> npt.NDArray[np.float32]:
        """Weights of the signals, learned under ``budget``, or without noise where there is none."""
        from core.recommend.features import prior_weights
        from core.recommend.networks.head import train_head  # TensorFlow: only a worker gets here

        where = f"ε {budget.epsilon:g}" if budget else "Without noise"
        report(0.0, f"{where}: candidates and signals of every shopper")
        lesson = self.lessons.from_release(
            popularity, weights, lambda done: report(0.6 * done, f"{where}: candidates and signals of every shopper")
        )
        head = train_head(
            lesson.features,
            lesson.mask,
            lesson.targets,
            prior_weights(self.shop),
            budget.head() if budget else None,
            rng=run_generator(),
            report=lambda done, _: report(0.6 + 0.4 * done, f"{where}: learning by DP which signal to believe"),
            model_path=None if point is None else self.keras_file(point),
        )
        return np.asarray(head, np.float32)


@dataclass(frozen=True, kw_only=True)
class Trainer(Drawer):
    """What every model of a study is made of, who pays for it, and where it is kept."""

    folder: StudyFolder
    ledger: Ledger
    facts: Facts
    study: str
    selected: Entry | None = None  # the charge for choosing product names, where there is no catalogue

    @property
    def names(self) -> Selection | None:
        """How product names were chosen, where there is no catalogue."""
        chosen = self.selected.plan.mechanisms[0] if self.selected else None
        assert chosen is None or isinstance(chosen, Selection)
        return chosen

    def joint(self, budget: JointBudget, repeat: int, report: Report) -> Iterator[tuple[Point, Model, dict[str, Any]]]:
        """Draw one joint release and yield the methods that live on it, with what it showed.

        The ledger is charged before the first noise is drawn; each yielded model is saved and has its statement.
        """
        purpose = f"Joint release at ε {budget.epsilon:g}" + (f", repeat {repeat + 1}" if repeat else "")
        charge = self._charge(budget.charge(), purpose)
        models, share, shown = self.draw_joint(budget, repeat, report)
        plan = budget.plan(share)
        for model in models:
            if model.method in self.settings.methods:
                point = Point(model.method, budget.epsilon, repeat)
                self._keep(point, model, plan, charge)
                yield point, model, shown

    def network(self, plan: Plan, repeat: int, report: Report) -> tuple[Point, Model]:
        """Train the textbook network by DP-SGD at one ε."""
        purpose = f"Network at ε {plan.epsilon:g}" + (f", repeat {repeat + 1}" if repeat else "")
        own = replace(plan, mechanisms=plan.mechanisms[-1:])  # product names, where they were chosen, are paid for
        charge = self._charge(own, purpose)
        point = Point("mlp", plan.epsilon, repeat)
        model = self.draw_network(plan.mechanisms[-1], point, report)
        self._keep(point, model, plan, charge)
        return point, model

    def ceilings(self, report: Report) -> Iterator[tuple[Point, Model]]:
        """The models without noise, kept in ``private/``, which they never leave."""
        for model in self.draw_ceilings(report):
            point = Point(model.method, math.inf)
            model.save(self.folder.model_folder(point))
            yield point, model

    def keras_file(self, point: Point) -> Path:
        """Where the Keras model of a point is kept; makes its folder."""
        folder = self.folder.model_folder(point)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / "model.keras"

    def _charge(self, plan: Plan, purpose: str) -> Entry:
        group, public = self.numbers.training_group, self.facts.public
        return self.ledger.charge(plan, study=self.study, purpose=purpose, public=public, group=group)

    def _keep(self, point: Point, model: Model, plan: Plan, charge: Entry) -> None:
        model.save(self.folder.model_folder(point))
        self.state(point, plan, charge)

    def state(self, point: Point, plan: Plan, charge: Entry) -> None:
        """Write the signed promise of a model."""
        write_statement(
            self.folder.statement_file(point),
            plan,
            method=point.method,
            facts=self.facts,
            charge=charge,
            also=() if self.selected is None else (self.selected,),
            key=self.ledger.home.signing_key(),
            population_epsilon=self.ledger.composed(plan.delta),
        )


def _saying(report: Report, what: str) -> Report:
    """Put what is being trained before the trainer's own message."""
    return lambda done, message: report(done, f"{what}, {message}")


def _release(
    budget: JointBudget, training: Histories, n_shoppers: int
) -> tuple[Popularity, ItemWeights | None, float, dict[str, Any]]:
    """Draw the joint release and make item-item weights of it."""
    drawn = draw_release(budget, training, n_shoppers, SecureNormal())
    if drawn.gram is None:
        return drawn.popularity, None, drawn.share, {}
    weights = fit_item_weights(drawn.gram, drawn.popularity, n_shoppers)
    size = len(drawn.gram.head)
    shown = {"head": size, "clear": drawn.n_clear, "rank": weights.rank, "popularity_share": drawn.share}
    return drawn.popularity, weights, drawn.share, shown
