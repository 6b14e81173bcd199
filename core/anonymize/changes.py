"""What one option of anonymisation did to this data, in numbers and in a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """The effect of one option; exact numbers, for the curator's room only.

    ``option`` is the setting's name, ``n_changed`` counts ``what`` (rows, shoppers, products, cells).
    """

    option: str
    what: str
    n_changed: int
    sentence: str
