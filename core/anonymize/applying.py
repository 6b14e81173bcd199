"""Everything that was chosen, in its fixed order: a shopper's own rows first, thresholds over shoppers last."""

from dataclasses import dataclass

import pandas as pd

from core.anonymize.changes import Change
from core.anonymize.distortion import Distortion, Tables, by_entropy, of_everything
from core.anonymize.rows import apply_row_rules
from core.anonymize.thresholds import THRESHOLDS, Rounds
from core.progress import Report, part, silent
from core.settings import AnonymizationSettings

_NOTHING = AnonymizationSettings(pseudonymize=False)
_FORMS = {"pseudonymize": ("pseudonym_format",)}  # settings that only say how another option is done


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
    steps = row_steps(settings)
    for number, (option, step) in enumerate(steps):
        report(0.4 * number / len(steps), "Changing rows")
        before = tables
        rows, products, found = apply_row_rules(*before, step, key)
        tables = (rows, products)
        changes += found
        costs.append(by_entropy(option, before, tables, " ".join(change.sentence for change in found)))
    rounds = Rounds(tables, settings)
    after_rows, tables = tables[0], rounds.run(part(report, 0.4, 1.0))
    changes += rounds.changes()
    costs += rounds.costs()
    return Applied(*tables, changes, [*costs, of_everything(start, tables, costs)], after_rows, rounds.n)


def row_steps(settings: AnonymizationSettings) -> list[tuple[str, AnonymizationSettings]]:
    """The chosen options for a shopper's own rows, each alone in settings of its own, in their order."""
    forms = {name for names in _FORMS.values() for name in names}
    steps = []
    for option in AnonymizationSettings.model_fields:
        value = getattr(settings, option)
        if option in (*THRESHOLDS, *forms) or value == getattr(_NOTHING, option):
            continue
        alone = {option: value} | {name: getattr(settings, name) for name in _FORMS.get(option, ())}
        steps.append((option, _NOTHING.model_copy(update=alone)))
    return steps
