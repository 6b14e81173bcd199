"""What is done to rows before they are learned from or handed on. None of it lowers ε."""

from typing import Literal, Self

from pydantic import Field, FiniteFloat, model_validator

from core.settings.base import Epsilon, Settings


class GroupSettings(Settings):
    """k-anonymity: shoppers who look alike in the chosen columns (quasi-identifiers) form groups of at least k.

    ``columns`` are columns of the shopper table (``core.anonymize.shopper_table``). Shoppers of a smaller group are
    left out ("suppress"), or their rarest values are first made general ("generalize") and only the rest is left out.
    """

    k: int = Field(ge=2, le=1_000)
    columns: tuple[str, ...] = Field(min_length=1)
    how: Literal["suppress", "generalize"] = "generalize"


class BasketSettings(Settings):
    """k^m-anonymity over baskets: whoever knows any ``m`` products of a shopper still finds at least ``k`` shoppers.

    Source: Terrovitis, Mamoulis and Kalnis 2008, "Privacy-preserving anonymization of set-valued data", section 3.
    """

    k: int = Field(ge=2, le=1_000)
    m: int = Field(default=2, ge=1, le=3)


class AnonymizationSettings(Settings):
    """Options that combine; they are applied in the order in which they stand here.

    Those up to ``local_epsilon`` change a shopper's own rows by public rules and a secret key only and may precede a
    private study. Those after it have a threshold over shoppers, so that another shopper's rows depend on you: they are
    for exported files.
    """

    drop_columns: tuple[str, ...] = ()
    mask_identifiers: bool = False  # of the behaviour file's further columns: by their name, else cell by cell
    pseudonymize: bool = True
    pseudonym_format: Literal["hex", "same"] = "hex"  # same: digits stay digits, letters letters, the length stays
    coarsen_time: Literal["exact", "hour", "day", "week", "month"] = "exact"
    price_bands: tuple[FiniteFloat, ...] = ()  # declared upper edges, rising
    round_prices: float | None = Field(default=None, gt=0, allow_inf_nan=False)  # to the nearest multiple
    category_levels: int | None = Field(default=None, ge=1, le=10)  # the first levels of A|B|C, A.B.C or A > B > C stay
    max_products_per_shopper: int | None = Field(default=None, ge=1)
    max_events_per_shopper: int | None = Field(default=None, ge=1)
    local_epsilon: Epsilon | None = None  # randomised response on the product of each event; ε of one event

    suppress_items_below: int | None = Field(default=None, ge=2)
    k_anonymity: GroupSettings | None = None
    km_anonymity: BasketSettings | None = None

    @model_validator(mode="after")
    def _bands_rise(self) -> Self:
        if list(self.price_bands) != sorted(set(self.price_bands)):
            raise ValueError(f"price_bands must rise, got {list(self.price_bands)}")
        return self

    @model_validator(mode="after")
    def _rows_tell_no_products(self) -> Self:
        if self.local_epsilon is not None and self.max_products_per_shopper is not None:
            raise ValueError(
                "local_epsilon hides which products an event was about, and max_products_per_shopper keeps rows by "
                "product, so that their number would tell. Cap events instead (max_events_per_shopper)"
            )
        return self

    @property
    def thresholds(self) -> tuple[str, ...]:
        """Names of the chosen options that have a threshold over shoppers."""
        chosen = {
            "suppress_items_below": self.suppress_items_below,
            "k_anonymity": self.k_anonymity,
            "km_anonymity": self.km_anonymity,
        }
        return tuple(name for name, value in chosen.items() if value is not None)

    @property
    def may_precede_a_study(self) -> bool:
        """True where no row depends on another shopper's rows."""
        return not self.thresholds

    def without_thresholds(self) -> Self:
        """Return the options that change a shopper's own rows only: those that may precede a private study."""
        return self.model_copy(update=dict.fromkeys(self.thresholds))
