"""What an audit is asked to attack."""

from typing import Literal, Self, get_args

from pydantic import Field, model_validator

from core.settings import Epsilon, Settings

AuditedMethod = Literal["statistics", "hybrid", "mlp"]

AUDITED_METHODS: tuple[AuditedMethod, ...] = get_args(AuditedMethod)
AUDITED_EPSILONS = (1.0, 2.0, 4.0, 8.0)
MIN_CANARIES = 100  # with fewer, a bound says nothing even of a mechanism without noise
MAX_CANARIES = 5_000


class AuditSettings(Settings):
    """Canaries through methods × ε, and once without noise to show that the attack works."""

    methods: tuple[AuditedMethod, ...] = ("statistics",)
    epsilons: tuple[Epsilon, ...] = AUDITED_EPSILONS
    without_noise: bool = True
    canaries: int = Field(default=400, ge=MIN_CANARIES, le=MAX_CANARIES)
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    n_shoppers: int | None = Field(default=None, ge=1)
    delta: float | None = Field(default=None, gt=0, lt=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if not self.methods or len(set(self.methods)) < len(self.methods):
            raise ValueError(f"methods must be named once each, got {list(self.methods)}")
        if len(set(self.epsilons)) < len(self.epsilons):
            raise ValueError(f"epsilons must be given once each, got {list(self.epsilons)}")
        if not self.epsilons and not self.without_noise:
            raise ValueError("epsilons must name one at least, or the audit must run without noise")
        return self
