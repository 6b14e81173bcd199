"""Which rules the rows of a file speak for: said, never applied."""

from collections import Counter
from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from core.columns import Uploads
from core.errors import DataError
from core.tables import rules as of_rules
from core.tables.arrow import BLOCK, RECORD, Table
from core.tables.cleaning import FLAG, Judging, judge_behavior
from core.tables.mapping import Mapping, resolve
from core.tables.names import BLANKS
from core.tables.peeking import SAMPLE_BYTES, SAMPLE_RECORDS
from core.tables.reading import Source
from core.tables.tallies import RuleTally
from core.texts import text

N_EXAMPLES = 5

_SHOWN = {of_rules.RETURNS: Uploads.QUANTITY, of_rules.IMPOSSIBLE_PRICES: Uploads.PRICE, of_rules.TIMES: Uploads.TIME}


@dataclass(frozen=True)
class ProposedRule:
    """A rule (one of ``rules.NAMES``) that ``n`` of ``of`` rows fit; examples tell of no shopper.

    Of ids (no products, other letter case) ``examples`` are all that were listed, of anything else a few.
    """

    rule: str
    n: int
    of: int
    is_estimate: bool
    examples: tuple[str, ...]
    sentence: str


def propose_rules(source: Source, mapping: Mapping) -> tuple[ProposedRule, ...]:
    """Say what each rule that is off would do to the first records of a behaviour file (at most 10,000).

    Nothing is said while a required column is open. ``is_estimate``: there are more records in the file.
    """
    try:
        places = resolve(source, "behavior", mapping.behavior)
    except DataError:
        return ()
    table = _table(source)
    judging = judge_behavior(source, places, mapping, has_catalogue=False)
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register(BLOCK, table)
        judged = connection.sql(judging.sql).to_arrow_table().sort_by(RECORD)
        tally = RuleTally(connection, mapping.rules, judging)
        tally.add(judged)
        facts = tally.report({})
    examples = _examples(source, judging, judged, places)
    return rules_of_report(facts, len(table), is_sample=_is_cut(source), examples=examples)


def rules_of_report(
    facts: Names[str, Names[str, Any]],
    of: int,
    *,
    is_sample: bool = False,
    are_kept: bool = False,
    examples: Names[str, tuple[str, ...]] = {},
) -> tuple[ProposedRule, ...]:
    """Say what each rule that is off would do, from the counts that an import reports under "rules".

    Args:
        of: Rows that were counted.
        is_sample: They are the first rows of a file.
        are_kept: They are the rows that an import kept: what went for another reason speaks for no rule.
    """
    count = "of_kept" if are_kept else "rows"
    found = []
    for name, counted in facts.items():
        if counted["on"] or not counted[count]:
            continue
        shown = examples.get(name) or tuple(counted.get("codes", {}))
        where = text(f"rules.in_{'sample' if is_sample else 'kept' if are_kept else 'file'}", of=of)
        if counted["estimate"]:
            where = text("rules.in_slice", where=where)
        listed = text("rules.examples", examples=_some(shown)) if shown else ""
        sentence = text(f"rules.{name}", where=where, n=counted[count], examples=listed)
        is_estimate = is_sample or counted["estimate"]
        found.append(ProposedRule(name, counted[count], of, is_estimate, shown, sentence))
    return tuple(found)


def _some(examples: Sequence[str]) -> str:
    """Write the first few; the rule is about all of them."""
    return ", ".join((*examples[:N_EXAMPLES], *(["…"] if len(examples) > N_EXAMPLES else [])))


def _table(source: Source) -> Table:
    """The sample as a block: its well-formed records as text columns."""
    rows = [row for row in source.sample if len(row) == source.n_columns]
    columns: dict[str, Any] = {}
    for place in range(source.n_columns):
        cells = [row[place] for row in rows]
        columns[f"c{place}"] = pa.array([cell or None for cell in cells], pa.string())
        trimmed = [cell.strip() for cell in cells]
        columns[f"t{place}"] = pa.array([None if cell in BLANKS else cell for cell in trimmed], pa.string())
    return pa.table(columns | {RECORD: pa.array(range(1, len(rows) + 1), pa.int64())})


def _examples(
    source: Source, judging: Judging, judged: Table, places: Names[str, int | str]
) -> dict[str, tuple[str, ...]]:
    rows = [row for row in source.sample if len(row) == source.n_columns]
    found: dict[str, tuple[str, ...]] = {}
    for name in judging.counted:
        place = places.get(_SHOWN.get(name, ""))
        if isinstance(place, int):
            fits = judged[f"{FLAG}{name}"].to_pylist()
            cells = Counter(row[place].strip() for row, is_hit in zip(rows, fits, strict=True) if is_hit)
            found[name] = tuple(cell for cell, _ in cells.most_common(N_EXAMPLES))
    repeated = Counter(rows)
    item = places[Uploads.ITEM]
    if isinstance(item, int):
        again = Counter({row[item].strip(): n for row, n in repeated.items() if n > 1})
        found[of_rules.DUPLICATES] = tuple(cell for cell, _ in again.most_common(N_EXAMPLES))
    return found


def _is_cut(source: Source) -> bool:
    """True where the sample is surely not, or may not be, the whole file."""
    if len(source.parts) > 1:
        return True  # the sample is of the first of several files
    n_chars = sum(len(cell) + 1 for row in source.sample for cell in row)
    return len(source.sample) >= SAMPLE_RECORDS or n_chars > 0.5 * SAMPLE_BYTES
