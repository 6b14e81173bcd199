"""The bench: the real pipeline with canaries in it, at one ε after another, and every attack on what comes out."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.audit.attacks import ask, white_box
from core.audit.canaries import Canaries, Coins, make_canaries
from core.audit.settings import AuditedMethod
from core.privacy.noise import SecureNormal
from core.privacy.plan import Plan
from core.progress import Report, part, silent
from core.recommend.histories import Histories
from core.recommend.hybrid import Lessons
from core.recommend.item_weights import fit_item_weights
from core.recommend.models import HybridModel, Model, StatisticsModel
from core.recommend.release import SHARES, head_size, release_gram, release_popularity
from core.settings import Method
from core.studies.budget import JointBudget, joint_budget, network_plan
from core.studies.models import Trainer
from core.studies.releasing import JointRelease, draw_release
from core.studies.shoppers import Judges

RELEASED: tuple[AuditedMethod, ...] = ("statistics", "hybrid")


@dataclass(frozen=True)
class Scores:
    """One attack on one model: a score a canary, and what the coins said."""

    method: str
    epsilon: float
    attack: str
    values: npt.NDArray[np.float64]
    is_in: Coins


class Bench:
    """Everything that stays the same over an audit.

    Args:
        trainer: What a study would train with.
        judges: Who says what canaries cost; None where the data are not public.
        methods: To be attacked.
        n_canaries: How many.
    """

    def __init__(
        self, trainer: Trainer, judges: Judges | None, methods: tuple[AuditedMethod, ...], n_canaries: int
    ) -> None:
        self._trainer, self._judges, self._methods = trainer, judges, methods
        self._n_canaries = n_canaries
        self._quality: dict[str, tuple[float, float]] = {}

    @property
    def delta(self) -> float:
        """At which ε is claimed."""
        return self._trainer.numbers.delta

    @property
    def n_shoppers(self) -> int:
        """Real shoppers who train."""
        return self._trainer.training.n_users

    def attack(self, epsilon: float, report: Report) -> Iterator[Scores]:
        """Draw every method at one ε (inf: without noise), and attack it."""
        has_network = "mlp" in self._methods
        if set(self._methods) & set(RELEASED):
            yield from self._attack_release(epsilon, part(report, 0, 0.5 if has_network else 0.9))
        if has_network:
            yield from self._attack_network(epsilon, part(report, 0.5, 0.9))

    def remarks(self) -> Iterator[str]:
        """What the canaries cost, where that may be known."""
        for method, (before, after) in self._quality.items():
            yield (
                f"Without noise, “{method}” reaches NDCG@20 {before:.4f} on evaluation shoppers without canaries and "
                f"{after:.4f} with them: an audited model is another model, and never one to use."
            )

    def _attack_release(self, epsilon: float, report: Report) -> Iterator[Scores]:
        """The joint release, and the models that live on it."""
        named = where(epsilon)
        budget = self._budget(epsilon)
        n_popular = head_size(self._trainer.numbers.training, budget.release_mu, self._trainer.shop.n_items)
        canaries = make_canaries(self._trainer.training, self._n_canaries, n_popular)
        training = canaries.join(self._trainer.training)
        report(0.05, f"{named}: drawing the private statistics with {self._n_canaries:,} canaries")
        release = self._draw(budget, training)
        report(0.4, f"{named}: attacking the released statistics")
        white = white_box(release, self._trainer.training, canaries)
        for model in self._models(release, budget, training, part(report, 0.5, 0.9)):
            yield Scores(model.method, epsilon, "white-box", white, canaries.is_in)
            yield from self._ask(model, epsilon, canaries, report)

    def _budget(self, epsilon: float) -> JointBudget:
        methods: tuple[Method, ...] = tuple(method for method in RELEASED if method in self._methods)
        if math.isinf(epsilon):
            return JointBudget(math.inf, math.inf, True, "hybrid" in methods, self._trainer.numbers)
        budget = joint_budget(methods, epsilon, self._trainer.numbers, self._trainer.names)
        assert budget is not None
        return budget

    def _draw(self, budget: JointBudget, training: Histories) -> JointRelease:
        """Charge and draw, as a study does; without noise there is nothing to charge, for nothing leaves."""
        if math.isinf(budget.mu):
            return self._exact(training)
        self._charge(
            budget.charge(), f"Audit with {self._n_canaries:,} canaries: joint release at ε {budget.epsilon:g}"
        )
        return draw_release(budget, training, self._trainer.numbers.training, SecureNormal())

    def _exact(self, histories: Histories) -> JointRelease:
        size = head_size(self._trainer.numbers.training, math.inf, self._trainer.shop.n_items)
        popularity = release_popularity(histories, math.inf, SecureNormal())
        return JointRelease(popularity, SHARES[0], release_gram(histories, popularity, size, math.inf, SecureNormal()))

    def _models(
        self, release: JointRelease, budget: JointBudget | None, training: Histories, report: Report
    ) -> Iterator[Model]:
        """Make of a release what a study makes of it; nothing is saved. Without a budget nothing is private."""
        assert release.gram is not None
        n_shoppers = self._trainer.numbers.training
        weights = fit_item_weights(release.gram, release.popularity, n_shoppers)
        if "statistics" in self._methods:
            yield StatisticsModel(release.popularity, weights)
        if "hybrid" in self._methods:
            lessons = Lessons(self._trainer.shop, training)
            trainer = replace(self._trainer, training=training, lessons=lessons)
            if budget is None or math.isinf(budget.mu):
                told = self._exact(lessons.visible)
                assert told.gram is not None
                exact = fit_item_weights(told.gram, told.popularity, n_shoppers)
                head = trainer._head(told.popularity, exact, None, None, report)
            else:
                head = trainer._head(release.popularity, weights, budget, None, report)
            yield HybridModel(self._trainer.shop, release.popularity, weights, head)

    def _attack_network(self, epsilon: float, report: Report) -> Iterator[Scores]:
        """The network, by DP-SGD or without noise."""
        from core.audit.network import attack_network

        trainer = self._trainer
        settings, numbers = trainer.settings, trainer.numbers
        steps = None if math.isinf(epsilon) else network_plan(settings, epsilon, numbers, trainer.names)
        canaries = make_canaries(trainer.training, self._n_canaries, trainer.shop.n_items)
        if steps is not None:
            plan = Plan(epsilon=epsilon, delta=numbers.delta, n_shoppers=numbers.total, mechanisms=(steps,))
            self._charge(plan, f"Audit with {self._n_canaries:,} canaries: network at ε {epsilon:g}")
        report(0.05, f"{where(epsilon)}: training the network with {self._n_canaries:,} canaries")
        training = canaries.join(trainer.training)
        told = part(report, 0.05, 0.8)
        white, model = attack_network(training, trainer.shop, settings.network, steps, canaries, told)
        yield Scores("mlp", epsilon, "white-box", white, canaries.is_in)
        yield from self._ask(model, epsilon, canaries, report)

    def _ask(self, model: Model, epsilon: float, canaries: Canaries, report: Report) -> Iterator[Scores]:
        """The two attacks that see answers only, compared with those of the real shoppers' model."""
        report(0.9, f"{where(epsilon)}: asking “{model.method}” about the canaries")
        reference = self._references[model.method]
        beyond = ask(model, canaries).beyond(ask(reference, canaries))
        yield Scores(model.method, epsilon, "black-box", beyond.places, canaries.is_in)
        yield Scores(model.method, epsilon, "recommendations", beyond.gains, canaries.is_in)
        if math.isinf(epsilon) and self._judges:
            self._quality[model.method] = (_ndcg(self._judges, reference), _ndcg(self._judges, model))

    @cached_property
    def _references(self) -> dict[str, Model]:
        """The methods without noise on the real shoppers alone: the attacker knows them all, and can make these."""
        trainer = self._trainer
        made: list[Model] = []
        if set(self._methods) & set(RELEASED):
            made += self._models(self._exact(trainer.training), None, trainer.training, silent)
        if "mlp" in self._methods:
            from core.audit.network import train_network

            made.append(train_network(trainer.training, trainer.shop, trainer.settings.network))
        return {model.method: model for model in made}

    def _charge(self, plan: Plan, purpose: str) -> None:
        trainer = self._trainer
        group, public = trainer.numbers.training_group, trainer.facts.public
        trainer.ledger.charge(plan, study=trainer.study, purpose=purpose, public=public, group=group)


def _ndcg(judges: Judges, model: Model) -> float:
    return float(judges.judge(model).values["ndcg_at_20"].mean())


def where(epsilon: float) -> str:
    """How progress names a point."""
    return "Without noise" if math.isinf(epsilon) else f"ε {epsilon:g}"
