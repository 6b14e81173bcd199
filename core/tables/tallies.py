"""What each rule that is off would reject: counted while the rows go by."""

import random
from collections import Counter
from collections.abc import Mapping as Names
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from core.tables import rules as of_rules
from core.tables.arrow import Array, Parsed, Table, judge
from core.tables.cleaning import FLAG, ITEM_SEEN, REASON, ROW_HASH, UNREAD, Judging
from core.tables.repeats import RepeatCounter
from core.tables.rules import REASON_OF, Rules

N_EXACT = 1_000_000  # rows that are all counted
ONE_IN = 8
MAX_UNUSUAL = 3  # blocks with a time that is not written in the usual way: then all are taken for such
MAX_CODES = 100  # product ids that a report lists
FEW = 0.05  # ids without a digit are suspicious where at most this share of all ids has none
_WORDS = (
    r"(?i)post(age)?|dot(com postage)?|bank charges?|amazon ?fee|cruk|pads?|manual|m|d|s|b|c2|carriage|adjust(ment)?2?"
    r"|.*\b(shipping|postage|freight|delivery|fees?|charges?|gift ?cards?|vouchers?|coupons?|discounts?|surcharge"
    r"|donation)\b.*|gift_.*|test ?\d*|.*(运费|邮费|快递费|差价|补差|优惠券|礼品卡|红包).*"
)

NonProducts = dict[str, tuple[int, int]]


class RuleTally:
    """Counts by rule; ``ids_seen`` of the connection holds the product ids and their rows.

    Beyond ``N_EXACT`` rows, a block is counted with chance 1 / ``ONE_IN`` and stands for as many: a coin that looks at
    no row, so the counts are estimates without bias. Repeated rows are counted in another way (see repeats.py).
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, rules: Rules, judging: Judging) -> None:
        self._connection = connection
        self._rules = rules
        self._judging = judging
        self._n_rows = 0
        self._weight = 1  # of the rows of the block on its way; 0: it is not counted
        self._is_estimate = False
        self._n_unusual = 0
        self._coins = random.Random(0)  # no secret: which blocks are counted
        self._rows: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        self._repeats = None if rules.duplicates else RepeatCounter()
        connection.execute("create or replace table ids_seen (item varchar, rows bigint, kept bigint)")

    def judge(self, parsed: Parsed) -> Table:
        """Judge the next block, and count it; see ``judge_behavior`` for the columns.

        A block is taken for one whose times are all written in the usual way until that proved wrong too often.
        """
        is_counted = self._is_counted()
        if self._judging.usual and self._n_unusual < MAX_UNUSUAL:
            judged = judge(self._connection, self._judging.usual[not is_counted], parsed)
            if not pc.any(judged[UNREAD]).as_py():
                return self.add(judged.drop_columns([UNREAD]))
            self._n_unusual += 1
        sql = self._judging.sql if is_counted else self._judging.sql_alone
        return self.add(judge(self._connection, sql, parsed))

    def _is_counted(self) -> bool:
        """Decide whether the rules of the next block are counted."""
        if self._n_rows >= N_EXACT:
            self._is_estimate = True
            self._weight = ONE_IN * (self._coins.randrange(ONE_IN) == 0)
        return bool(self._weight)

    def add(self, judged: Table) -> Table:
        """Count a judged block; give it without the columns that were only for counting."""
        self._n_rows += len(judged)
        is_kept = judged[REASON].is_null()
        if self._repeats:
            self._repeats.add(judged[ROW_HASH].to_numpy(), is_kept.to_numpy())
        if self._weight:
            self._count(judged, is_kept)
        return judged.drop_columns([name for name in judged.column_names if name in self._own()])

    def _own(self) -> set[str]:
        return {ITEM_SEEN, ROW_HASH, *(f"{FLAG}{name}" for name in self._judging.counted)}

    def _count(self, judged: Table, is_kept: Array) -> None:
        for name in self._judging.counted:
            flags = judged[f"{FLAG}{name}"]
            self._rows[name] += self._weight * (pc.sum(flags).as_py() or 0)
            self._kept[name] += self._weight * (pc.sum(pc.and_(flags, is_kept)).as_py() or 0)
        self._connection.register("judged", pa.table({"item": judged[ITEM_SEEN], "is_kept": is_kept}))
        self._connection.execute(
            f"""insert into ids_seen select item, {self._weight} * count(*), {self._weight} * count_if(is_kept)
            from judged where item is not null group by item"""
        )
        self._connection.unregister("judged")

    def report(self, rejected: Names[str, int]) -> dict[str, dict[str, Any]]:
        """By the name of each rule that this file has the columns for.

        =============  ==================================================================================
        on             turned on: then ``rows`` is what it rejected under its reason, and there is no more
        rows           rows that fit the rule, whatever else is wrong with them
        of_kept        those of them that were kept
        estimate       True where only a part of the rows was counted
        cancellations  of returns: those that their order number marks
        codes          product ids that it is about, with their rows; the commonest 100
        n_codes        how many product ids it is about
        =============  ==================================================================================
        """
        found: dict[str, dict[str, Any]] = {}
        for name in of_rules.NAMES:
            if self._rules.is_on(name):
                n = rejected.get(REASON_OF[name], 0) if name in REASON_OF else 0
                found[name] = {"on": True, "rows": n}
            elif name in self._judging.counted:
                found[name] = self._counted(self._rows[name], self._kept[name])
        if of_rules.CANCELLATIONS in self._judging.counted:
            found[of_rules.RETURNS][of_rules.CANCELLATIONS] = self._rows[of_rules.CANCELLATIONS]
        if self._repeats:
            found[of_rules.DUPLICATES] = _facts(*self._repeats.count(), estimate=self._repeats.is_estimate)
        if not self._rules.is_on(of_rules.NON_PRODUCTS):
            found[of_rules.NON_PRODUCTS] = self._non_products()
        if not self._rules.fold_case:
            found[of_rules.FOLD_CASE] = self._spellings()
        return {name: found[name] for name in of_rules.NAMES if name in found}

    def _non_products(self) -> dict[str, Any]:
        n_ids, n_wordy = self._one(
            "select count(distinct item), count(distinct item) filter (not regexp_matches(item, '[0-9]')) from ids_seen"
        )
        wordy = "not regexp_matches(item, '[0-9]') or" if n_wordy <= FEW * n_ids else ""
        codes = self._connection.execute(
            f"""select item, sum(rows)::bigint, sum(kept)::bigint from ids_seen
            where {wordy} regexp_full_match(item, ?) group by 1 order by 2 desc, 1""",
            [_WORDS],
        ).fetchall()
        facts = self._counted(sum(n for _, n, _ in codes), sum(n for _, _, n in codes))
        return facts | {"codes": {item: n for item, n, _ in codes[:MAX_CODES]}, "n_codes": len(codes)}

    def _spellings(self) -> dict[str, Any]:
        spellings = """select item, sum(rows)::bigint as rows, sum(kept)::bigint as kept from ids_seen group by item"""
        several = f"""select upper(item) as code, sum(rows) - max(rows) as rows, sum(kept) - max(kept) as kept
            from ({spellings}) group by 1 having count(*) > 1"""
        n_codes, rows, kept = self._one(
            f"select count(*), coalesce(sum(rows), 0)::bigint, coalesce(sum(kept), 0)::bigint from ({several})"
        )
        codes = self._connection.execute(
            f"select code, rows::bigint from ({several}) order by 2 desc, 1 limit {MAX_CODES}"
        ).fetchall()
        return self._counted(rows, kept) | {"codes": dict(codes), "n_codes": n_codes}

    def _counted(self, rows: int, kept: int) -> dict[str, Any]:
        return _facts(rows, kept, estimate=self._is_estimate)

    def _one(self, sql: str) -> tuple[Any, ...]:
        rows: list[tuple[Any, ...]] = self._connection.execute(sql).fetchall()
        return rows[0]


def _facts(rows: int, kept: int, *, estimate: bool) -> dict[str, Any]:
    return {"on": False, "rows": rows, "of_kept": kept, "estimate": estimate}
