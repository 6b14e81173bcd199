"""The figures of a curve that may leave, and what they cost the evaluation shoppers."""

from dataclasses import dataclass

from core.privacy.mechanisms import GaussianRelease
from core.privacy.metrics import metrics_plan
from core.privacy.plan import Plan
from core.settings import StudySettings
from core.studies.budget import Numbers

RELEASED = ("ndcg_at_10", "recall_at_10", "hit_rate_at_10")  # the figures that a curve may show outside
MOST_NOISE = 0.05  # a figure with a larger ± would hide any difference that matters, so it is not bought


@dataclass(frozen=True)
class Figures:
    """The figures that a curve may show outside, and the noise on each.

    Attributes:
        names: Metrics, for every model of the curve.
        plan: What they cost the evaluation shoppers.
        noise: Standard deviation of each figure.
    """

    names: tuple[str, ...]
    plan: Plan
    noise: float

    @property
    def are_worth_it(self) -> bool:
        """Whether the noise still lets a difference show."""
        return self.noise <= MOST_NOISE


def evaluation_figures(settings: StudySettings, numbers: Numbers, n_models: int) -> Figures | None:
    """What the curve shows outside; None where nothing is evaluated.

    All of ``RELEASED``, or only the first where three would drown each other. The evaluation shoppers are other people
    than the training shoppers, so by default they may pay as much as the most expensive single model does.
    """
    if not numbers.evaluation or not n_models:
        return None
    figures = _figures(RELEASED, settings, numbers, n_models)
    return figures if figures.are_worth_it else _figures(RELEASED[:1], settings, numbers, n_models)


def _figures(names: tuple[str, ...], settings: StudySettings, numbers: Numbers, n_models: int) -> Figures:
    plan = metrics_plan(
        n_models * len(names),
        epsilon=settings.evaluation_epsilon or max(settings.epsilons),
        delta=numbers.delta,
        n_shoppers=numbers.total,
        what="Sums of evaluation shoppers' quality figures, each in [0, 1]",
    )
    release = plan.mechanisms[0]
    assert isinstance(release, GaussianRelease)
    return Figures(names, plan, release.noise_std / numbers.evaluation)


def n_models(settings: StudySettings, has_content: bool) -> int:
    """How many points the curve has: ``content`` has one, every other method one an ε and repeat."""
    private = len(set(settings.methods) - {"content"}) * len(settings.epsilons) * settings.repeats
    return private + int(has_content and "content" in settings.methods)
