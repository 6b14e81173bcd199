"""
k-anonymity over chosen columns of the shopper table: whoever knows them of a shopper finds at least k shoppers.

Cells of the file's own columns can be made general (Sweeney 2002, "Achieving k-anonymity privacy protection using
generalization and suppression"); what is computed from rows (how many, when, of what) cannot without changing the rows
themselves, so there a rare combination leaves the file with its shoppers. In a chosen column of the file every row of
a shopper holds the shopper's one value: other values, in rows of their own, would tell more than the group does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from core.anonymize.hierarchies import Hierarchy, build_hierarchy
from core.anonymize.shopper_table import BLANK, extra_columns, shopper_table
from core.columns import Columns
from core.settings.anonymization import GroupSettings


@dataclass(frozen=True)
class KAnonymized:
    """Rows whose shoppers form groups of at least k, and what that cost.

    ``n_cells_changed`` counts cells of the rows that stay. ``loss`` adds up over shoppers and chosen columns: the
    normalised certainty penalty of a cell, 1 for each column of a shopper who is left out. ``hierarchies`` serve a
    second round on the result: they know what its values came from.
    """

    interactions: pd.DataFrame
    n_rows_left_out: int
    n_users_left_out: int
    n_users_generalized: int
    n_cells_changed: int
    loss: float
    hierarchies: Mapping[str, Hierarchy] = field(repr=False)


def k_anonymize(
    interactions: pd.DataFrame,
    catalogue: pd.DataFrame | None,
    settings: GroupSettings,
    hierarchies: Mapping[str, Hierarchy] | None = None,
) -> KAnonymized:
    """Make cells general or leave shoppers out until every group has at least k shoppers; deterministic.

    What is k-anonymous already, with one value a shopper, comes back as it was. The frames given stay as they were.

    Args:
        interactions: user_id, item_id, event_type, timestamp and extra columns.
        catalogue: For the columns that are computed from it; or None.
        settings: k, columns, and how.
        hierarchies: Of an earlier round; None: built from the values at hand.

    Raises:
        SettingsError: a chosen column is not there.
    """
    columns = list(dict.fromkeys(settings.columns))
    table = shopper_table(interactions, catalogue, columns)
    own = [name for name in columns if name in extra_columns(list(interactions.columns))]
    known = {name: build_hierarchy(table[name]) for name in own} if hierarchies is None else hierarchies
    start = {name: table[name].to_numpy(dtype=object) for name in columns}
    start_loss = sum(_penalties(start[name], known[name]).sum() for name in own)
    ways = known if settings.how == "generalize" else {}
    values = _least_loss(start, {name: ways[name] for name in own if name in ways}, settings.k)
    stays = _group_sizes(values) >= settings.k
    n_general = int(np.logical_or.reduce([values[name] != start[name] for name in columns])[stays].sum())
    users, _ = pd.factorize(interactions[Columns.USER])  # numbered as the rows of the table
    rows = interactions[stays[users]]
    out, n_cells = _one_value_each(rows, users[stays[users]], {name: values[name] for name in own})
    loss = sum(_penalties(values[name], known[name])[stays].sum() for name in own) + (~stays).sum() * len(columns)
    return KAnonymized(
        interactions=out.reset_index(drop=True),
        n_rows_left_out=len(interactions) - len(rows),
        n_users_left_out=int((~stays).sum()),
        n_users_generalized=n_general,
        n_cells_changed=n_cells,
        loss=float(loss - start_loss),
        hierarchies=known,
    )


def smallest_group(interactions: pd.DataFrame, catalogue: pd.DataFrame | None, columns: tuple[str, ...]) -> int:
    """Recompute the shopper table and return k: the size of its smallest group over ``columns``; 0 without shoppers."""
    table = shopper_table(interactions, catalogue, columns)
    return int(table.groupby(list(columns)).size().min()) if len(table) else 0


def _least_loss(values: dict[str, np.ndarray], hierarchies: Mapping[str, Hierarchy], k: int) -> dict[str, np.ndarray]:
    """Generalise shoppers of groups that are too small, one column and one step at a time, and keep the best moment.

    At each turn the column is chosen that then loses least; a shopper whose group is large enough stays as it is and
    only gains company, so few turns are needed. The measure: normalised certainty penalty of all cells, 1 for each
    column of a shopper in a small group, who would be left out; of equal losses, the one with fewer shoppers left out.
    """
    best, best_loss = values, _loss(values, hierarchies, k)
    while True:
        is_small = _group_sizes(values) < k
        nexts = [
            values | {name: _step_up(values[name], is_small, hierarchy)} for name, hierarchy in hierarchies.items()
        ]
        moved = [step for name, step in zip(hierarchies, nexts, strict=True) if (step[name] != values[name]).any()]
        if not moved:
            return best
        losses = [_loss(step, hierarchies, k) for step in moved]
        least = min(losses)
        values = moved[losses.index(least)]  # the first column of those that tie
        if least < best_loss:
            best, best_loss = values, least


def _step_up(values: np.ndarray, chosen: np.ndarray, hierarchy: Hierarchy) -> np.ndarray:
    """The next more general value where ``chosen``; "*" stays."""
    out = values.copy()
    out[chosen] = [hierarchy.above.get(value, value) for value in values[chosen]]
    return out


def _loss(values: dict[str, np.ndarray], hierarchies: Mapping[str, Hierarchy], k: int) -> tuple[float, int]:
    """The measure, and where it ties the number of shoppers who would be left out."""
    stays = _group_sizes(values) >= k
    kept = sum(_penalties(values[name][stays], hierarchy).sum() for name, hierarchy in hierarchies.items())
    n_left_out = int((~stays).sum())
    return round(float(kept) + n_left_out * len(values), 9), n_left_out


def _penalties(values: np.ndarray, hierarchy: Hierarchy) -> np.ndarray:
    """NCP of each cell; a value that no hierarchy knows is taken as it is, 0."""
    codes, names = pd.factorize(values)
    return np.array([hierarchy.penalty.get(name, 0.0) for name in names] or [0.0])[codes]


def _group_sizes(values: dict[str, np.ndarray]) -> np.ndarray:
    """For each shopper, how many are alike in all columns, (n_users,)."""
    groups = np.zeros(len(next(iter(values.values()))), dtype=np.int64)
    for column in values.values():
        codes, names = pd.factorize(column)
        groups, _ = pd.factorize(groups * max(len(names), 1) + codes)
    sizes: np.ndarray = np.bincount(groups)[groups] if len(groups) else groups
    return sizes


def _one_value_each(
    rows: pd.DataFrame, users: np.ndarray, values: Mapping[str, np.ndarray]
) -> tuple[pd.DataFrame, int]:
    """Rows in which each shopper has one value in these columns, and how many cells that changed."""
    changed, new = 0, {}
    for name, column in values.items():
        cells = column[users]
        old = rows[name]
        differs = np.asarray(old.astype("str").fillna(BLANK) != cells)
        changed += int(differs.sum())
        if differs.any():
            new[name] = pd.Series(cells, index=rows.index, dtype="str").mask(cells == BLANK)
    return rows.assign(**new), changed
