"""Rows as every export has some: cleaning has something to do, and the report something to show."""

import numpy as np
import pandas as pd

NOBODY, UNKNOWN_CODE, WITHDRAWN = 74, 41, 55  # rows of each kind


def with_slips(behavior: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Put rows among the others that no shop can use; the good rows stay as they are, in their order.

    Visits without a login (no UserID), a code that the shop once used for wish lists (3), and products that have been
    withdrawn and stand in no catalogue any more (``P0001`` and so on: ids of real products are higher).
    """
    behavior = behavior.astype({"Behavior": str})
    copies = behavior.iloc[np.sort(rng.choice(len(behavior), NOBODY + UNKNOWN_CODE + WITHDRAWN, replace=False))].copy()
    kinds = rng.permutation(np.repeat([0, 1, 2], [NOBODY, UNKNOWN_CODE, WITHDRAWN]))
    copies.loc[kinds == 0, "UserID"] = ""
    copies.loc[kinds == 1, "Behavior"] = "3"
    copies.loc[kinds == 2, "ProductID"] = [f"P{number:04d}" for number in rng.integers(1, 10, WITHDRAWN)]
    return pd.concat([behavior, copies]).sort_values("Time", kind="stable").reset_index(drop=True)


def without_slips(behavior: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """The rows that a shop can use: a shopper, a known code, a product of the catalogue."""
    is_good = (behavior["UserID"] != "") & behavior["Behavior"].isin(["1", "2"])
    return behavior[is_good & behavior["ProductID"].isin(products["ProductID"])].reset_index(drop=True)
