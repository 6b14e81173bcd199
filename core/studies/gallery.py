"""A handful of shoppers who stand for a kind each, chosen by a stated rule that singles nobody out.

For each kind the shoppers with at least ``MIN_PRODUCTS`` products are put in order, and the one at a fixed quantile is
taken, never the most extreme one: whoever buys most, or nothing but one thing, is easily recognised.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from core.anonymize.pseudonyms import pseudonym
from core.columns import Columns
from core.store.parquet import connect, create_view

MIN_PRODUCTS = 5
MIN_SHOPPERS = 20
"""Among fewer the 95th percentile is next to the last of all."""
MEMORY_LIMIT = "256MB"
RULES: Mapping[str, tuple[str, float]] = {
    "heavy": ("products", 0.95),
    "usual": ("products", 0.5),
    "light": ("products", 0.1),
    "one_category": ("top_share", 0.95),
    "broad": ("top_share", 0.05),
    "bargain": ("price", 0.05),
}
"""For each kind: what shoppers are ordered by, and the quantile at which one is taken."""

_TABLE = f"""
    with touched as (
        select distinct {Columns.USER} u, {Columns.ITEM} i, items.{Columns.CATEGORY} c,
            try_cast(items.{Columns.PRICE} as double) p
        from events join items using ({Columns.ITEM})),
    counted as (select u, c, count(*) n from touched group by u, c),
    tops as (select u, max(n) filter (c is not null) top, count(c) categories from counted group by u),
    sizes as (select u, count(*) products, median(p) price from touched group by u having count(*) >= {MIN_PRODUCTS})
    select u, products, price, top / products top_share, categories
    from sizes join tops using (u)
"""


@dataclass(frozen=True)
class Typical:
    """One shopper who stands for a kind; the name on a card is the pseudonym.

    ``top_share`` is the share of the largest category among the shopper's products; ``price`` the median list price.
    Both are None where the catalogue has no such column.
    """

    kind: str
    user_id: str
    pseudonym: str
    products: int
    categories: int
    top_share: float | None
    price: float | None


def typical_shoppers(interactions: Path, catalogue: Path, key: bytes) -> list[Typical]:
    """One shopper a kind, each another one; kinds that this shop's columns cannot tell apart are left out."""
    with connect(MEMORY_LIMIT) as connection:
        create_view(connection, "events", interactions)
        create_view(connection, "items", catalogue)
        connection.execute(f"create temp table found as {_TABLE}")
        chosen: list[Typical] = []
        for kind, (column, quantile) in RULES.items():
            row = _at_quantile(connection, column, quantile, [one.user_id for one in chosen])
            if row is not None:
                user, products, price, top_share, categories = row
                chosen.append(Typical(kind, user, pseudonym(user, key), products, categories, top_share, price))
    return chosen


def _at_quantile(
    connection: duckdb.DuckDBPyConnection, column: str, quantile: float, taken: list[str]
) -> tuple[str, int, float | None, float | None, int] | None:
    """The shopper nearest to the quantile of a column; among equals a public hash decides."""
    found = connection.execute(
        f"""select u, products, price, if(categories > 0, top_share, null), categories from found
            where {column} is not null and (select count(distinct {column}) from found) > 1
                and (select count({column}) from found) >= {MIN_SHOPPERS}
                and {column} not in (select o.{column} from found o group by all having count(*) = 1 and o.{column} in
                    ((select min({column}) from found), (select max({column}) from found)))
                and categories >= if(? = 'top_share', 1, 0) and not list_contains(?::varchar[], u)
            order by abs({column} - (select quantile_cont({column}, {quantile}) from found)), hash(u) limit 1""",
        [column, taken],
    ).fetchone()
    return None if found is None else tuple(found)
