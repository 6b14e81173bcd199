"""What anonymisation would leave of one shopper's own rows, for a look at the list that follows from it."""

import pandas as pd

from core.anonymize.rows import row_steps, settled
from core.columns import Columns, Uploads
from core.settings import AnonymizationSettings

_SEEN = [Columns.ITEM, Columns.EVENT, Columns.TIMESTAMP]
_TIMES = frozenset({Uploads.TIME, Columns.TIMESTAMP})


def after_rules(
    own: pd.DataFrame, catalogue: pd.DataFrame, settings: AnonymizationSettings, key: bytes
) -> tuple[pd.DataFrame, int]:
    """Apply the options for a shopper's own rows to one shopper's; those with a threshold are left out.

    The shopper keeps their name, for there is one only; columns that a study has not kept are dropped already.

    Returns:
        The rows that are left, and how many of them differ in product, behaviour or time.
    """
    there = {*own.columns, *(Uploads.TIME,)} & {*settings.drop_columns}
    chosen = settings.without_thresholds().model_copy(
        update={
            "pseudonymize": False,
            "drop_columns": tuple(name for name in settings.drop_columns if name in there),
            "price_bands": (),  # prices and categories are the catalogue's: the model holds them as it was trained
            "round_prices": None,
            "category_levels": None,
        }
    )
    if own.empty:
        return own, 0
    after = own
    for step in row_steps(own, catalogue, chosen, key):
        after = step.interactions
    before = own.iloc[after.index]  # a row's index is its place among those that came in
    same = before[_SEEN].astype(str).to_numpy() == after[_SEEN].astype(str).to_numpy()
    return settled(after, chosen), int((~same.all(axis=1)).sum())
