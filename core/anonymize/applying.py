"""Everything that was chosen, in its fixed order: a shopper's own rows first, thresholds over shoppers last."""

from dataclasses import dataclass

import pandas as pd

from core.anonymize.changes import Change
from core.anonymize.distortion import Distortion, Tables, by_entropy, of_everything
from core.anonymize.rows import row_steps, settled
from core.anonymize.thresholds import Rounds
from core.progress import Report, part, silent
from core.settings import AnonymizationSettings


@dataclass(frozen=True)
class Applied:
    """Anonymised tables, and what each option did and cost.

    ``distortion`` has a row for each chosen option and a last one for all of them. ``before_thresholds`` are the rows
    after the options for a shopper's own rows: everybody whom the file may be about. ``n_rounds``: how often the
    thresholds went round, 0 where none was chosen.
    """

    interactions: pd.DataFrame
    catalogue: pd.DataFrame | None
    changes: list[Change]
    distortion: list[Distortion]
    before_thresholds: pd.DataFrame
    n_rounds: int


def apply_all(
    interactions: pd.DataFrame,
    catalogue: pd.DataFrame | None,
    settings: AnonymizationSettings,
    key: bytes,
    *,
    report: Report = silent,
) -> Applied:
    """Apply every chosen option as an export does; the frames given stay as they were.

    At the end every chosen threshold holds: each product is touched by at least ``suppress_items_below`` shoppers, the
    shopper table recomputed from the rows is k-anonymous, and the baskets are k^m-anonymous. Where nothing can be
    kept, no row is left.

    Raises:
        SettingsError: an option names a column that is not there.
    """
    start: Tables = (interactions, catalogue)
    tables, changes, costs = start, [], []
    for step in row_steps(interactions, catalogue, settings, key):
        report(0.0, "Changing rows")
        before, tables = tables, (step.interactions, step.catalogue)
        changes.append(step.change)
        flipped = step.change.n_changed if step.option == "local_epsilon" else None
        costs.append(by_entropy(step.option, before, tables, step.change.sentence, n_flipped=flipped))
    tables = (settled(tables[0], settings), tables[1])
    rounds = Rounds(tables, settings)
    after_rows, tables = tables[0], rounds.run(part(report, 0.4, 1.0))
    changes += rounds.changes()
    costs += rounds.costs()
    return Applied(*tables, changes, [*costs, of_everything(start, tables, costs)], after_rows, rounds.n)
