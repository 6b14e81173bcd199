"""What every kind of settings has in common: they are frozen, and name in their own errors what is wrong."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import SettingsError

MIN_EPSILON = 0.01
MAX_EPSILON = 20.0
SLIDER_EPSILON = (0.05, 10.0)  # above 10 the factor exp(epsilon) protects nobody in practice
EVALUATION_SHARE = 0.2  # the coin's usual share; the ledger knows its two groups of shoppers by it
MIN_SHOPPERS = 50  # below this no private statistic says anything; the declared number decides
MEAN_TRIALS = 10.0  # of a study of which only the winner leaves
DEFAULT_EPSILONS = (0.5, 1.0, 2.0, 4.0, 8.0)

Method = Literal["popularity", "content", "statistics", "hybrid", "mlp"]
METHODS: tuple[Method, ...] = ("popularity", "content", "statistics", "hybrid", "mlp")
DEFAULT_METHODS: tuple[Method, ...] = ("popularity", "content", "statistics", "hybrid")
PRIVATE_METHODS = frozenset({"popularity", "statistics", "hybrid", "mlp"})

Epsilon = Annotated[float, Field(ge=MIN_EPSILON, le=MAX_EPSILON)]
Model = TypeVar("Model", bound="Settings")

_PHRASES = {
    "Value error, ": "",
    "Input should be": "must be",
    "must be a valid dictionary": "must be an object in braces",
    " or instance of GroupSettings": "",
    " or instance of BasketSettings": "",
    "must be a valid tuple": "must be a list in brackets",
    "Tuple should have at least 1 item after validation, not 0": "must name at least one",
    "Extra inputs are not permitted": "is no setting that there is",
    "Field required": "is missing",
}  # of pydantic's messages


class Settings(BaseModel):
    """Base of all settings: keyword only, frozen, comparable by value, JSON in and out."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def build(kind: type[Model], values: dict[str, Any]) -> Model:
    """Build settings from widget or JSON values; what is wrong comes back as one sentence.

    Raises:
        SettingsError: names each wrong setting, what it must be, and the value given.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        parts = [_say(dict(found)) for found in error.errors()]
        raise SettingsError("Please change the settings: " + "; ".join(parts) + ".") from error


def _say(found: dict[str, Any]) -> str:
    """One wrong setting as people read it: its name, what it must be, the value given."""
    message = str(found["msg"])
    for theirs, ours in _PHRASES.items():
        message = message.replace(theirs, ours)
    name = ".".join(str(place) for place in found["loc"] if isinstance(place, str))
    given = found["input"]
    is_simple = found["loc"] and not isinstance(given, BaseModel | dict)
    return f"{name} {message}".strip() + (f" (got {given!r})" if is_simple else "")


def default_delta(n_shoppers: int) -> float:
    """δ where none is chosen: min(1e-5, 1/(10 N)) for the declared number N of shoppers."""
    return min(1e-5, 1 / (10 * n_shoppers))
