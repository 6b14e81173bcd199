"""What an option of anonymisation costs: rows, products and shoppers kept, cells changed, information lost."""

from collections.abc import Mapping
from typing import Literal, TypedDict

import numpy as np
import pandas as pd

from core.columns import Columns

Tables = tuple[pd.DataFrame, pd.DataFrame | None]  # interactions and catalogue


class Distortion(TypedDict):
    """The cost of one option, against the tables that it was given; all shares are 0..1.

    ================  =============================================================================================
    option            name of the setting; "all" for everything together, against the original
    rows_kept, ...    share of rows, of shoppers, and of the products that somebody touched
    cells_changed     cells of rows that stay (and of the catalogue) that hold something else than before
    information_loss  0 nothing lost, 1 everything; None where there is no one figure ("all")
    measure           "entropy": share of the column's Shannon entropy that is gone, times the rows that are gone
                      (Gionis and Tassa 2009, "k-Anonymization with minimal loss of information", section 3);
                      "ncp": normalised certainty penalty (Xu et al. 2006; Terrovitis et al. 2008), a row or shopper
                      that is left out counting 1
    columns           what the figure is made of, column by column
    sentence          the same for people
    ================  =============================================================================================
    """

    option: str
    rows_kept: float
    shoppers_kept: float
    products_kept: float
    cells_changed: int
    information_loss: float | None
    measure: Literal["entropy", "ncp"]
    columns: dict[str, float]
    sentence: str


def by_entropy(
    option: str, before: Tables, after: Tables, sentence: str = "", *, n_flipped: int | None = None
) -> Distortion:
    """Measure an option that changes cells or leaves out rows, by the entropy of the columns that it changed.

    Where products were put to others at random, ``n_flipped`` is how many are to be expected: the true number is not
    counted, since it would tell which answers are true.
    """
    found = kept_shares(before[0], after[0])
    losses, n_cells = {}, 0
    for old, new in zip(before, after, strict=True):
        if old is None or new is None or len(old) != len(new):
            continue
        for name in old.columns:
            if name not in new.columns:
                losses[str(name)], n_changed = 1.0, int(old[name].notna().sum())
            elif n_flipped is not None and name == Columns.ITEM and old is before[0]:
                n_changed = n_flipped
                losses[str(name)] = round(_entropy_loss(old[name], new[name], n_flipped / max(len(old), 1)), 4)
            elif n_changed := _n_changed(old[name], new[name]):
                losses[str(name)] = round(_entropy_loss(old[name], new[name], None), 4)
            n_cells += n_changed
    of_cells = float(np.mean(list(losses.values()))) if losses else 0.0
    loss = 1 - found["rows_kept"] * (1 - of_cells)
    return _row(option, found, n_cells, round(loss, 4), "entropy", losses, sentence)


def by_penalty(
    option: str, shares: Mapping[str, float], loss: float, *, n_cells: int = 0, sentence: str = ""
) -> Distortion:
    """Measure an option that keeps account of its own normalised certainty penalty, 0..1, and of what it kept."""
    return _row(option, shares, n_cells, round(loss, 4), "ncp", {}, sentence)


def of_everything(before: Tables, after: Tables, options: list[Distortion]) -> Distortion:
    """The row for all options together: what is kept of the original.

    It has no loss of its own: the options' losses are about different columns and do not add up.
    """
    n_cells = sum(row["cells_changed"] for row in options)
    return _row("all", kept_shares(before[0], after[0]), n_cells, None, "entropy", {}, "")


def kept_shares(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, float]:
    """Shares of rows, shoppers and touched products that are left; 1 where there were none."""
    found = {"rows_kept": len(after) / len(before) if len(before) else 1.0}
    for name, column in (("shoppers_kept", Columns.USER), ("products_kept", Columns.ITEM)):
        n_before = before[column].nunique()
        found[name] = min(after[column].nunique() / n_before, 1.0) if n_before else 1.0
    return found


def _row(
    option: str,
    shares: Mapping[str, float],
    n_cells: int,
    loss: float | None,
    measure: Literal["entropy", "ncp"],
    columns: dict[str, float],
    sentence: str,
) -> Distortion:
    return {
        "option": option,
        "rows_kept": round(shares["rows_kept"], 4),
        "shoppers_kept": round(shares["shoppers_kept"], 4),
        "products_kept": round(shares["products_kept"], 4),
        "cells_changed": n_cells,
        "information_loss": loss,
        "measure": measure,
        "columns": columns,
        "sentence": sentence,
    }


def _n_changed(old: pd.Series, new: pd.Series) -> int:
    both_missing = old.isna().to_numpy() & new.isna().to_numpy()
    differs = np.asarray((old.reset_index(drop=True) != new.reset_index(drop=True)).fillna(True), dtype=bool)
    return int((differs & ~both_missing).sum())


def _entropy_loss(old: pd.Series, new: pd.Series, flips: float | None) -> float:
    """Share of what the old column said that the new one does not say.

    Where the new value follows from the old one, this is 1 - H(new) / H(old). Where ``flips`` of the cells were put
    to another value at random, it is 1 - I / H(old) with I of a symmetric channel over the values that there are.
    """
    before, after = _entropy(old), _entropy(new)
    if before == 0:
        return 0.0
    if flips is not None:
        said = min(max(flips, 1e-12), 1 - 1e-12)
        others = np.log2(max(new.nunique() - 1, 1))
        after -= -(said * np.log2(said) + (1 - said) * np.log2(1 - said)) + said * others
    return float(np.clip(1 - after / before, 0.0, 1.0))


def _entropy(values: pd.Series) -> float:
    """Shannon entropy in bits; blank is a value like any other."""
    codes, _ = pd.factorize(values, use_na_sentinel=False)
    shares = np.bincount(codes) / max(len(codes), 1)
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())
