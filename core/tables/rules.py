"""Rules that a person may turn on: each rejects rows under a reason of its own name, or makes two ids one.

A rule looks at a row of one shopper, or at that very row written again (which is the same shopper's), by parameters
that a person set. It never looks at another shopper's rows: only so may it precede a private study. All are off until
a person turns them on; while a rule is off, the import counts what it would reject (see tallies.py).

How a file writes dates and decimals is told from its first records, as its columns are, and taken for public.
"""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from core.columns import Uploads
from core.settings import Settings
from core.tables.money import Mark, number_sql

DUPLICATE = "duplicate"
RETURN = "return"
NO_PRODUCT = "no_product"
IMPOSSIBLE_PRICE = "impossible_price"
OUT_OF_RANGE = "time_out_of_range"

DUPLICATES, RETURNS, NON_PRODUCTS = "duplicates", "returns", "non_products"
IMPOSSIBLE_PRICES, TIMES, FOLD_CASE = "impossible_prices", "times", "fold_case"
CANCELLATIONS = "cancellations"  # counted apart while returns are off: those that their order number marks
NAMES = (DUPLICATES, RETURNS, NON_PRODUCTS, IMPOSSIBLE_PRICES, TIMES, FOLD_CASE)

REASON_OF = {
    DUPLICATES: DUPLICATE,
    RETURNS: RETURN,
    NON_PRODUCTS: NO_PRODUCT,
    IMPOSSIBLE_PRICES: IMPOSSIBLE_PRICE,
    TIMES: OUT_OF_RANGE,
}

REPEATED = "repeated_"  # the column of a block that says which records repeat an earlier one
SHOPS_BEGIN = date(1990, 1, 1)  # while no dates are set, an earlier time is taken for a mistake
CANCELLED = "[Cc][NnRr]?[Nn]?[-_ ]?[0-9]+|(?i:ret|rma|refund|cancel|storno)[-_ ]?[0-9]+"
"""Order numbers that mark a cancellation or credit note: C536379, CN-17, RET-5."""

_PLAIN_PRICE = "between 1e-9 and 1e15"  # a cast that lands here needs no closer look


class Rules(Settings):
    """Rules of the behaviour file; all off by default.

    =================  ===========================================================================================
    duplicates         rows that are the same as an earlier one in every column, character by character
    returns            rows with a negative quantity, or an order number such as C536379
    non_products       rows with one of these product ids (postage, fees, ...); compared as they are written
    impossible_prices  rows whose price is there and is not a number above 0; a blank price is none
    max_price          rows whose price is above this
    earliest, latest   rows before the first, or after the last of these days; rows without time stay
    fold_case          no rejection: product ids are read in capitals, in both files
    =================  ===========================================================================================
    """

    duplicates: bool = False
    returns: bool = False
    non_products: tuple[str, ...] = ()
    impossible_prices: bool = False
    max_price: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    earliest: date | None = None
    latest: date | None = None
    fold_case: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError(f"earliest is {self.earliest}, after latest, which is {self.latest}; swap them")
        return self

    def is_on(self, name: str) -> bool:
        """True where the rule of this name (one of ``NAMES``) is turned on."""
        if name == CANCELLATIONS:
            return self.returns
        if name == TIMES:
            return self.earliest is not None or self.latest is not None
        if name == IMPOSSIBLE_PRICES:
            return self.impossible_prices or self.max_price is not None
        return bool(getattr(self, name))


def rule_flags(rules: Rules, cells: dict[str, str], mark: Mark) -> dict[str, str]:
    """SQL conditions, by rule, that say whether a record fits it; as it would be turned on where it is off.

    Args:
        cells: SQL of the trimmed cell (null: blank) of each of ``Uploads.RULE_FIELDS`` that the file has; the
            conditions may besides use item_ (as written), time_ and the column ``REPEATED``.
        mark: What separates decimals in the price column.
    """
    flags: dict[str, str] = {}
    if rules.duplicates:
        flags[DUPLICATES] = REPEATED
    signs = []
    if Uploads.QUANTITY in cells:
        signs.append(_below_zero(cells[Uploads.QUANTITY]))
    if Uploads.ORDER in cells:
        signs.append(f"regexp_full_match({cells[Uploads.ORDER]}, '{CANCELLED}')")
    if signs:
        flags[RETURNS] = f"coalesce({' or '.join(f'coalesce({sign}, false)' for sign in signs)}, false)"
    if Uploads.ORDER in cells and not rules.returns:
        flags[CANCELLATIONS] = f"coalesce({signs[-1]}, false)"
    if rules.non_products:
        listed = ", ".join("'" + item.strip().replace("'", "''") + "'" for item in rules.non_products)
        flags[NON_PRODUCTS] = f"coalesce(written_item_ in ({listed}), false)"
    if Uploads.PRICE in cells:
        flags[IMPOSSIBLE_PRICES] = _no_price(rules, cells[Uploads.PRICE], mark)
    flags[TIMES] = _out_of_range(rules)
    return flags


def _below_zero(cell: str) -> str:
    return f"{cell}[1] in ('-', '−') and regexp_full_match({cell}, '[-−] ?[0-9]+([.,][0-9]+)?')"


def _no_price(rules: Rules, cell: str, mark: Mark) -> str:
    usual = f"coalesce(try_cast({cell} as double) {_PLAIN_PRICE}, false)"
    value = number_sql(cell, mark)
    impossible = f"case when {cell} is null or {usual} then false else not coalesce({value} > 0, false) end"
    parts = []
    if rules.impossible_prices or rules.max_price is None:
        parts.append(impossible)
    if rules.max_price is not None:
        parts.append(f"coalesce({value} > {rules.max_price!r}, false)")
    return f"({' or '.join(parts)})"


def _out_of_range(rules: Rules) -> str:
    if not rules.is_on(TIMES):
        tomorrow = "current_date + interval 1 day"
        return f"coalesce(time_ < '{SHOPS_BEGIN}' or time_ >= {tomorrow}, false)"
    parts = []
    if rules.earliest:
        parts.append(f"time_ < '{rules.earliest}'")
    if rules.latest:
        parts.append(f"time_ >= date '{rules.latest}' + interval 1 day")  # 9999-12-31 has a next day in SQL only
    return f"coalesce({' or '.join(parts)}, false)"
