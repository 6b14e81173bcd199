"""Find shoppers of a study, and read one shopper's rows: queries on disk, so that nobody's rows stay in memory."""

from pathlib import Path

import duckdb
import pandas as pd

from core.columns import Columns, Events
from core.store.parquet import connect, create_view

MEMORY_LIMIT = "256MB"
MANY, FEW = 0.9, 0.1  # quantiles over shoppers


def own_rows(interactions: Path, user_id: str) -> pd.DataFrame:
    """One shopper's interactions, in the order of the file; empty where the shopper is not known."""
    with _open(interactions) as connection:
        found = connection.execute(f"select * from events where {Columns.USER} = ?", [user_id])
        frame: pd.DataFrame = found.df()
    return frame


def find_shoppers(
    interactions: Path, catalogue: Path, kind: str, *, category: str | None, search: str | None, limit: int
) -> list[str]:
    """Shoppers of a kind, in an order that a public hash shuffles.

    Args:
        interactions: Parquet of the study.
        catalogue: Parquet of its published products.
        kind: ``many`` or ``few`` purchases (products touched, in a shop without purchases), or ``random``.
        category: Only shoppers who touched this category more than any other.
        search: Only ids that start with this.
        limit: At most so many.
    """
    bought = f"{Columns.EVENT} = '{Events.PURCHASE}'"
    where, values = ["true"], []
    if search:
        where.append(f"starts_with({Columns.USER}, ?)")
        values.append(search)
    if kind == "many":
        where.append(f"n >= (select quantile_cont(n, {MANY}) from sizes)")
    if kind == "few":
        where.append(f"n <= greatest(1, (select quantile_cont(n, {FEW}) from sizes))")
    if category:
        where.append("favourite = ?")
        values.append(category)
    with _open(interactions) as connection:
        create_view(connection, "items", catalogue)
        rows = connection.execute(
            f"""with sizes as (
                    select {Columns.USER}, mode(items.{Columns.CATEGORY}) favourite,
                        if((select bool_or({bought}) from events),
                            count(*) filter ({bought}), count(distinct {Columns.ITEM})) n
                    from events join items using ({Columns.ITEM}) group by {Columns.USER})
                select {Columns.USER} from sizes where {" and ".join(where)}
                order by {"1" if search else f"hash({Columns.USER})"} limit {limit}""",
            values,
        ).fetchall()
    return [str(row[0]) for row in rows]


def history_table(own: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """A shopper's rows by product and behaviour, latest first, with what is published of each product.

    Columns: item_id, title, category, price, event_type, timestamp (the latest), times.
    """
    names = [Columns.ITEM, Columns.TITLE, Columns.CATEGORY, Columns.PRICE, Columns.EVENT, Columns.TIMESTAMP, "times"]
    if own.empty:
        return pd.DataFrame(columns=names)
    grouped = own.assign(place=range(len(own))).groupby([Columns.ITEM, Columns.EVENT], as_index=False)
    table = grouped.agg(
        **{
            Columns.TIMESTAMP: (Columns.TIMESTAMP, "max"),
            "times": (Columns.EVENT, "size"),
            "place": ("place", "max"),
        }
    )
    table = table.merge(catalogue, on=Columns.ITEM, how="left")
    table["is_view"] = table[Columns.EVENT] == Events.VIEW
    table = table.sort_values([Columns.TIMESTAMP, "is_view", "place"], ascending=[False, True, False], kind="stable")
    return table[names].reset_index(drop=True)


def _open(interactions: Path) -> "duckdb.DuckDBPyConnection":
    connection = connect(MEMORY_LIMIT)
    create_view(connection, "events", interactions)
    return connection
