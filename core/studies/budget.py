"""What a study will spend, fixed before it starts: one joint plan an ε, one plan for the network, one for the figures.

At one ε, ``popularity``, ``statistics`` and ``hybrid`` share one release, so the three cost as much as one.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from core.privacy.calibrate import dp_sgd_noise, gaussian_mu
from core.privacy.ledger import Group
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, Selection
from core.privacy.plan import Plan, delta_spent, epsilon_of, one_gaussian
from core.recommend.release import SHARES
from core.settings import EVALUATION_SHARE, MIN_SHOPPERS, Method, NetworkSettings, StudySettings, default_delta

HEAD_SHARE = 0.05  # of μ², for learning which signal to believe
HEAD_STEPS = 60
HEAD_CLIP = 2.0
SELECTION_SHARE = 0.2  # of the smallest ε's μ², for choosing product names where there is no catalogue
SELECTION_DELTA = 0.1  # of δ, for the same
MAX_SELECTED_PER_SHOPPER = 300
MORE_NOISE = 1.02  # a step towards a network that leaves room for the choice of product names

SHARED = ("popularity", "statistics", "hybrid")
JOINT = "popularity, statistics and hybrid"


@dataclass(frozen=True)
class Numbers:
    """The declared numbers that everything is divided by.

    Attributes:
        total: Shoppers of the shop.
        training: Those whose data train models: a public share of the total.
        evaluation: The others, 0 where nothing is evaluated.
        delta: At which every ε is meant.
        is_declared: False where the total was counted in the data and is treated as public.
        share: Of the shoppers that the coin sets apart for evaluation.
    """

    total: int
    training: int
    evaluation: int
    delta: float
    is_declared: bool
    share: float = 0.0

    @property
    def is_enough(self) -> bool:
        """Whether there are enough shoppers to learn anything from privately."""
        return self.total >= MIN_SHOPPERS

    @property
    def shortage(self) -> str:
        """What to tell a person where there are not enough."""
        return (
            f"Fewer than {MIN_SHOPPERS} shoppers (here {self.total}) are too few to learn anything from privately: "
            "only the popularity list is made, and nothing is evaluated."
        )

    @property
    def training_group(self) -> Group:
        """Whom the ledger charges for training: a smaller share than usual trains on shoppers who judge elsewhere."""
        return "training" if self.share >= EVALUATION_SHARE else "everyone"

    @property
    def evaluation_group(self) -> Group:
        """Whom it charges for figures: a larger share than usual asks shoppers who train elsewhere."""
        return "evaluation" if self.share <= EVALUATION_SHARE else "everyone"


def numbers_of(settings: StudySettings, n_counted: int) -> Numbers:
    """Fix the public numbers of a study; too small a shop is not evaluated."""
    total = settings.n_shoppers or n_counted
    share = settings.evaluation_share if settings.evaluate and total >= MIN_SHOPPERS else 0.0
    evaluation = round(total * share)
    delta = settings.delta or default_delta(total)
    share = share if evaluation else 0.0
    return Numbers(total, total - evaluation, evaluation, delta, settings.n_shoppers is not None, share)


def feasible(methods: tuple[Method, ...], numbers: Numbers) -> tuple[Method, ...]:
    """What so many shoppers allow: of the private methods only popularity, where they are too few."""
    if numbers.is_enough:
        return methods
    made: list[Method] = ["popularity"] if set(methods) - {"content"} else []
    return (*made, *(method for method in methods if method == "content"))


@dataclass(frozen=True)
class JointBudget:
    """How one ε is shared out between popularity, co-occurrence and the head.

    Attributes:
        epsilon: For all of it.
        mu: Gaussian cost of everything that this draw spends.
        has_gram: Whether a method needs the co-occurrence.
        has_head: Whether the hybrid's head is trained.
        selection: Spent before, once for the whole study; part of what each of its models promises.
    """

    epsilon: float
    mu: float
    has_gram: bool
    has_head: bool
    numbers: Numbers
    selection: Selection | None = None

    @property
    def release_mu(self) -> float:
        """Cost of the release: all but the head's."""
        return self.mu * math.sqrt(1 - HEAD_SHARE) if self.has_head else self.mu

    def popularity_mu(self, share: float) -> float:
        """Cost of popularity when it gets ``share`` of the release's μ²; all of it where it is alone."""
        return self.release_mu * math.sqrt(share if self.has_gram else 1.0)

    def gram_mu(self, share: float) -> float:
        """Cost of the co-occurrence when popularity gets ``share``."""
        return self.release_mu * math.sqrt(1 - share)

    def head(self) -> DpSgd:
        """The training of the head: the full batch at every step."""
        noise_multiplier = math.sqrt(HEAD_STEPS) / (self.mu * math.sqrt(HEAD_SHARE))
        return DpSgd(
            name="head",
            what="Weights of the hybrid's signals, by clipped gradients over all shoppers",
            n_shoppers=self.numbers.training,
            sampling_prob=1.0,
            train_steps=HEAD_STEPS,
            clip_norm=HEAD_CLIP,
            noise_multiplier=noise_multiplier,
        )

    def mechanisms(self, share: float) -> tuple[Mechanism, ...]:
        """What is drawn when popularity ends up with ``share``, in order."""
        drawn: list[Mechanism] = [self.selection] if self.selection else []
        first = min(share, SHARES[0])
        drawn.append(_gaussian("popularity", "Sums of shoppers' unit vectors by product", self.popularity_mu(first)))
        if self.has_gram:
            if share > first:
                more = self.popularity_mu(share - first)
                drawn.append(_gaussian("popularity again", "The same sums, with fresh noise", more))
            what = "Co-occurrence of the most popular products, popularity taken out, one unit matrix a shopper"
            drawn.append(_gaussian("co-occurrence", what, self.gram_mu(share)))
        if self.has_head:
            drawn.append(self.head())
        return tuple(drawn)

    def plan(self, share: float) -> Plan:
        """The promise for what was drawn."""
        return Plan(
            epsilon=self.epsilon,
            delta=self.numbers.delta,
            n_shoppers=self.numbers.total,
            mechanisms=self.mechanisms(share),
        )

    def charge(self) -> Plan:
        """What the ledger is charged before the draw: the whole μ as one release, whichever way it is shared out."""
        mechanisms = (one_gaussian(self.mu, "joint release", f"One budget for {JOINT}, shared out as it is drawn"),)
        claimed = epsilon_of(mechanisms, self.numbers.delta)
        return Plan(
            epsilon=max(claimed, self.epsilon),
            delta=self.numbers.delta,
            n_shoppers=self.numbers.total,
            mechanisms=mechanisms,
        )


def _gaussian(name: str, what: str, mu: float) -> GaussianRelease:
    return GaussianRelease(name=name, what=what, sensitivity=1.0, noise_std=1 / mu)


def joint_budget(
    methods: tuple[Method, ...], epsilon: float, numbers: Numbers, selection: Selection | None = None
) -> JointBudget | None:
    """Share out one ε; None where no method of the release is asked for.

    The adaptive share of popularity takes one of three values; the cost is calibrated so that each of them, and the
    one Gaussian that the ledger is charged, stays within ε by the accountant.
    """
    wanted = set(methods) & set(SHARED)
    if not wanted:
        return None
    has_gram = numbers.is_enough and bool(wanted & {"statistics", "hybrid"})
    has_head = numbers.is_enough and "hybrid" in wanted
    spent = selection.mu**2 if selection else 0.0

    def budget(mu: float) -> JointBudget:
        own = math.sqrt(max(mu**2 - spent, 1e-12))
        return JointBudget(epsilon, own, has_gram, has_head, numbers, selection)

    def shape_with(share: float) -> Callable[[float], tuple[Mechanism, ...]]:
        return lambda mu: budget(mu).mechanisms(share)

    shapes = [shape_with(share) for share in (SHARES if has_gram else SHARES[:1])]
    return budget(gaussian_mu(epsilon, numbers.delta, shapes))


def network_plan(
    settings: StudySettings, epsilon: float, numbers: Numbers, selection: Selection | None = None
) -> DpSgd:
    """The network's DP-SGD at one ε, calibrated; with the choice of product names, where there was one, within ε."""
    network = settings.network
    before = (selection,) if selection else ()
    left = numbers.delta - delta_spent(before)
    noise = dp_sgd_noise(epsilon, left, network.sampling_prob, network.train_steps)
    while before and epsilon_of((*before, network_steps(network, numbers, noise)), numbers.delta) > epsilon:
        noise *= MORE_NOISE
    return network_steps(network, numbers, noise)


def network_steps(network: NetworkSettings, numbers: Numbers, noise_multiplier: float) -> DpSgd:
    """The network's DP-SGD with this much noise."""
    return DpSgd(
        name="network",
        n_shoppers=numbers.training,
        sampling_prob=network.sampling_prob,
        train_steps=network.train_steps,
        clip_norm=network.clip_norm,
        noise_multiplier=noise_multiplier,
    )


def selection_of(settings: StudySettings, numbers: Numbers) -> Selection:
    """Partition selection for a shop without a catalogue: a fifth of the smallest ε's budget, once a study."""
    mu = math.sqrt(SELECTION_SHARE) * gaussian_mu(
        min(settings.epsilons), numbers.delta * (1 - SELECTION_DELTA), [lambda mu: (one_gaussian(mu),)]
    )
    return Selection(
        name="product names",
        noise_std=1 / mu,
        delta=SELECTION_DELTA * numbers.delta,
        max_items=MAX_SELECTED_PER_SHOPPER,
    )


def training_mechanisms(settings: StudySettings, numbers: Numbers, has_catalogue: bool) -> list[Mechanism]:
    """Everything that a study will draw on its training shoppers."""
    selection = None if has_catalogue else selection_of(settings, numbers)
    drawn: list[Mechanism] = [selection] if selection else []
    methods = feasible(settings.methods, numbers)
    for epsilon in settings.epsilons:
        joint = joint_budget(methods, epsilon, numbers, selection)
        once: list[Mechanism] = list(joint.charge().mechanisms) if joint else []
        if "mlp" in methods:
            once.append(network_plan(settings, epsilon, numbers, selection))
        drawn += once * settings.repeats
    return drawn
