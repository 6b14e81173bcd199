"""What a study will charge to the ledger, and to whom, worked out before it starts."""

from functools import lru_cache

from core.privacy.ledger import Group
from core.privacy.mechanisms import RandomStopping
from core.privacy.plan import Plan, composed_epsilon
from core.settings import StudySettings
from core.studies.budget import Numbers
from core.studies.figures import Figures, evaluation_figures, n_models
from core.studies.trials import charge_of, drawn_on_training

Charges = list[tuple[Group, Plan]]


def charges_of(settings: StudySettings, numbers: Numbers, has_catalogue: bool, has_content: bool) -> Charges:
    """Everything that a study will charge, and to whom; figures only where their noise lets them be bought."""
    training, figures = sides_of(settings, numbers, has_catalogue, has_content)
    if training and settings.only_winner:
        return _charges_of_a_winner(training, numbers)
    charges: Charges = [(numbers.training_group, training)] if training else []
    if figures and figures.are_worth_it:
        charges.append((numbers.evaluation_group, figures.plan))
    return charges


def _charges_of_a_winner(training: Plan, numbers: Numbers) -> Charges:
    """The choice of product names, where there was one, to who trains; the selection to everyone, once."""
    names = tuple(each for each in training.mechanisms if not isinstance(each, RandomStopping))
    stopping = next(each for each in training.mechanisms if isinstance(each, RandomStopping))
    charges: Charges = [("everyone", charge_of(stopping, numbers))]
    if names:
        claimed = composed_epsilon(names, numbers.delta)
        plan = Plan(epsilon=claimed, delta=numbers.delta, n_shoppers=numbers.total, mechanisms=names)
        charges.insert(0, (numbers.training_group, plan))
    return charges


@lru_cache(maxsize=64)
def sides_of(
    settings: StudySettings, numbers: Numbers, has_catalogue: bool, has_content: bool
) -> tuple[Plan | None, Figures | None]:
    """What a training shopper pays, and the figures that an evaluation shopper pays for.

    Where only the winner leaves there are no such figures: whoever judges pays for the selection, as who trains does.
    """
    drawn = tuple(drawn_on_training(settings, numbers, has_catalogue))
    figures = None
    if not settings.only_winner:
        figures = evaluation_figures(settings, numbers, n_models(settings, has_content))
    if not drawn:
        return None, figures
    spent = composed_epsilon(drawn, numbers.delta)
    return Plan(epsilon=spent, delta=numbers.delta, n_shoppers=numbers.total, mechanisms=drawn), figures
