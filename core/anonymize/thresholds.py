"""
Thresholds over shoppers, round after round until all of them hold at once. For exported files only.

A later threshold can break an earlier one: a shopper who is left out makes a product rarer. So they go round until a
whole round changes nothing. Each of them leaves alone what complies, and otherwise only takes rows out or makes values
more general, so the rounds come to an end.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.anonymize.changes import Change
from core.anonymize.distortion import Distortion, Tables, by_penalty, kept_shares
from core.anonymize.hierarchies import Hierarchy
from core.anonymize.k_anonymity import k_anonymize
from core.anonymize.km_anonymity import km_anonymize
from core.anonymize.shopper_table import EVENTS_BAND, facts_of, quasi_identifiers
from core.anonymize.suppress import suppress_rare_items
from core.columns import Columns
from core.progress import Report, part, silent
from core.settings import AnonymizationSettings
from core.settings.anonymization import GroupSettings

ITEMS, GROUPS, BASKETS = "suppress_items_below", "k_anonymity", "km_anonymity"
THRESHOLDS = (ITEMS, GROUPS, BASKETS)  # in their order


@dataclass
class _Tally:
    """What one threshold did in all rounds together."""

    sentence: str = ""  # of suppress_items_below, first round
    n_rows_out: int = 0
    n_users_out: int = 0
    n_general: int = 0  # shoppers (k), rows (k^m)
    n_cells: int = 0
    loss: float = 0.0
    n_given: tuple[int, int] = (0, 0)  # rows and shoppers, first round
    shares: dict[str, float] = field(default_factory=dict)


class Rounds:
    """The chosen thresholds on one pair of tables."""

    def __init__(self, tables: Tables, settings: AnonymizationSettings) -> None:
        self.tables, self.settings, self.n = tables, settings, 0
        self.tallies = {name: _Tally() for name in settings.thresholds}
        self._hierarchies: Mapping[str, Hierarchy] | None = None

    def run(self, report: Report = silent) -> Tables:
        """Go round until nothing changes or nothing is left; returns the tables."""
        is_settled = not self.tallies
        while not is_settled and len(self.tables[0]):
            self.n += 1
            stretch = part(report, 1 - 0.5 ** (self.n - 1), 1 - 0.5**self.n)
            stretch(0.0, f"Thresholds over shoppers, round {self.n}")
            is_settled = not any([self._apply(name, stretch) for name in self.tallies])  # every one, each round
        return self.tables

    def changes(self) -> list[Change]:
        """What each threshold did, in a sentence."""
        return [self._change(name, tally) for name, tally in self.tallies.items()]

    def costs(self) -> list[Distortion]:
        """What each threshold cost."""
        found = []
        for change in self.changes():
            tally = self.tallies[change.option]
            n_all = tally.n_given[1] * len(self._columns) if change.option == GROUPS else tally.n_given[0]
            shares = tally.shares or dict.fromkeys(("rows_kept", "shoppers_kept", "products_kept"), 1.0)
            loss = min(tally.loss / max(n_all, 1), 1.0)
            found.append(by_penalty(change.option, shares, loss, n_cells=tally.n_cells, sentence=change.sentence))
        return found

    @property
    def _columns(self) -> tuple[str, ...]:
        """Columns that shoppers are told apart by."""
        return () if self.settings.k_anonymity is None else self.settings.k_anonymity.columns

    def _apply(self, name: str, report: Report) -> bool:
        """Apply one threshold once; returns whether it changed anything."""
        before = self.tables
        if not len(before[0]):
            return False
        tally = self.tallies[name]
        if self.n == 1:
            tally.n_given = (len(before[0]), before[0][Columns.USER].nunique())
        {ITEMS: self._items, GROUPS: self._groups, BASKETS: self._baskets}[name](tally, report)
        for share, value in kept_shares(before[0], self.tables[0]).items():
            tally.shares[share] = tally.shares.get(share, 1.0) * value
        n_rows = len(before[0]) - len(self.tables[0])
        tally.n_rows_out += n_rows
        tally.n_users_out += before[0][Columns.USER].nunique() - self.tables[0][Columns.USER].nunique()
        return n_rows > 0 or self.tables[0] is not before[0]

    def _items(self, tally: _Tally, _: Report) -> None:
        assert self.settings.suppress_items_below is not None
        rows, change = suppress_rare_items(self.tables[0], self.settings.suppress_items_below)
        tally.sentence = tally.sentence or change.sentence
        tally.loss += change.n_changed
        if change.n_changed:
            self.tables = (rows, self.tables[1])

    def _groups(self, tally: _Tally, _: Report) -> None:
        assert self.settings.k_anonymity is not None
        settings = self.settings.k_anonymity
        found = k_anonymize(*self.tables, settings if self.n == 1 else self._still_there(settings), self._hierarchies)
        self._hierarchies = found.hierarchies
        tally.n_general += found.n_users_generalized
        tally.n_cells += found.n_cells_changed
        tally.loss += found.loss
        if found.n_rows_left_out or found.n_cells_changed:
            self.tables = (found.interactions, self.tables[1])

    def _baskets(self, tally: _Tally, report: Report) -> None:
        assert self.settings.km_anonymity is not None
        found = km_anonymize(*self.tables, self.settings.km_anonymity, keep_columns=self._columns, report=report)
        tally.n_general += found.n_rows_generalized
        tally.n_cells += found.n_rows_generalized
        tally.loss += found.loss
        if found.n_rows_left_out or found.n_rows_generalized:
            self.tables = (found.interactions, found.catalogue)

    def _still_there(self, settings: GroupSettings) -> GroupSettings:
        """Without columns that earlier rounds emptied: where nobody has a value, it tells nobody apart."""
        rows, catalogue = self.tables
        there = {column.name for column in quasi_identifiers(list(rows.columns), **facts_of(rows, catalogue))}
        left = tuple(name for name in settings.columns if name in there)
        return settings.model_copy(update={"columns": left or (EVENTS_BAND,)})

    def _change(self, name: str, tally: _Tally) -> Change:
        rows, users = tally.n_given
        again = f" The thresholds went round {self.n:,} times until all of them held at once." if self.n > 2 else ""
        if name == ITEMS:
            return Change(name, "rows", tally.n_rows_out, (tally.sentence or "No row was left to judge.") + again)
        if name == GROUPS:
            assert self.settings.k_anonymity is not None
            sentence = (
                f"Groups of at least {self.settings.k_anonymity.k:,} shoppers who are alike in "
                f"{', '.join(self._columns)}: {tally.n_general:,} of {users:,} shoppers got more general values, "
                f"{tally.n_users_out:,} are left out with their {tally.n_rows_out:,} rows."
            )
            return Change(name, "shoppers", tally.n_general + tally.n_users_out, sentence + again)
        assert self.settings.km_anonymity is not None
        sentence = (
            f"Any {self.settings.km_anonymity.m:,} products known of a shopper lead to at least "
            f"{self.settings.km_anonymity.k:,} shoppers or to none: {tally.n_general:,} of {rows:,} rows name a "
            f"category in place of the product, {tally.n_rows_out:,} are left out"
            + (f", and {tally.n_users_out:,} shoppers with them." if tally.n_users_out else ".")
        )
        return Change(name, "rows", tally.n_general + tally.n_rows_out, sentence + again)
