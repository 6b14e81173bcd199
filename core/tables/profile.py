"""A dataset in small frames for pictures: aggregated where the data is, never loaded whole."""

from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd

from core.columns import Columns, Events
from core.store.parquet import connect, create_view
from core.tables.dataset import Dataset

MAX_DAYS = 120  # a longer time is counted by week
N_RANKS = 400  # points of the popularity curve
N_BINS = 30
N_CATEGORIES = 30
EVENT_EDGES = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)  # events per shopper, lower edges of the classes
MEMORY_LIMIT = "256MB"


@dataclass(frozen=True)
class Profile:
    """Exact, aggregated counts of a dataset: for the curator's room only.

    ==================  ==================================================================
    totals              users, items, events, purchases, views, density (share of shopper x product pairs),
                        median_events, most_events (of one shopper)
    events_over_time    time, event_type, events; by day, or by week ("period"); empty without times
    popularity          rank (1: most popular), events; at most 400 points, evenly spread over log rank
    events_per_user     from_events, label, users
    behaviors           event_type, events, users
    prices              price_from, price_to, items; up to the 99th percentile, all above in the last class
    categories          category, items, events; the 30 with most events, a product's category as it is written
    ==================  ==================================================================
    """

    totals: dict[str, float]
    period: str
    events_over_time: pd.DataFrame
    popularity: pd.DataFrame
    events_per_user: pd.DataFrame
    behaviors: pd.DataFrame
    prices: pd.DataFrame
    categories: pd.DataFrame


def profile(dataset: Dataset) -> Profile:
    """Aggregate a dataset for pictures. Half a second for a million events."""
    with connect(MEMORY_LIMIT) as connection:
        create_view(connection, "events", dataset.interactions_path)
        path = dataset.catalogue_path
        if path is not None:
            create_view(connection, "catalogue", path)
        period = _period(connection)
        return Profile(
            totals=_totals(connection),
            period=period,
            events_over_time=_over_time(connection, period),
            popularity=_popularity(connection),
            events_per_user=_per_user(connection),
            behaviors=_frame(
                connection,
                f"""select {Columns.EVENT}, count(*) as events, count(distinct {Columns.USER}) as users
                from events group by 1 order by 1""",
            ),
            prices=_prices(connection, has_catalogue=path is not None),
            categories=_categories(connection, has_catalogue=path is not None),
        )


def _frame(connection: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    frame: pd.DataFrame = connection.sql(sql).to_df()
    return frame


def _row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    rows: list[tuple[Any, ...]] = connection.execute(sql).fetchall()  # all: an open result blocks the connection
    return rows[0]


def _totals(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    users, items, events, purchases = _row(
        connection,
        f"""select count(distinct {Columns.USER}), count(distinct {Columns.ITEM}), count(*),
        count_if({Columns.EVENT} = '{Events.PURCHASE}') from events""",
    )
    (pairs,) = _row(connection, f"select count(*) from (select distinct {Columns.USER}, {Columns.ITEM} from events)")
    median, most = _row(
        connection,
        f"""select median(events), max(events) from (select count(*) as events from events group by {Columns.USER})""",
    )
    return {
        "users": users,
        "items": items,
        "events": events,
        "purchases": purchases,
        "views": events - purchases,
        "density": pairs / (users * items),
        "median_events": median,
        "most_events": most,
    }


def _period(connection: duckdb.DuckDBPyConnection) -> str:
    (days,) = _row(
        connection, f"select date_diff('day', min({Columns.TIMESTAMP}), max({Columns.TIMESTAMP})) from events"
    )
    return "week" if days is not None and days > MAX_DAYS else "day"


def _over_time(connection: duckdb.DuckDBPyConnection, period: str) -> pd.DataFrame:
    return _frame(
        connection,
        f"""select date_trunc('{period}', {Columns.TIMESTAMP})::timestamp as time, {Columns.EVENT}, count(*) as events
        from events where {Columns.TIMESTAMP} is not null group by 1, 2 order by 1, 2""",
    )


def _popularity(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Rank and count; of many ranks, those where log(rank) passes the next of ``N_RANKS`` even steps."""
    return _frame(
        connection,
        f"""select min(rank) as rank, max(events) as events from (
            select events, row_number() over (order by events desc) as rank, count(*) over () as n
            from (select count(*) as events from events group by {Columns.ITEM}))
        group by case when n <= {N_RANKS} then rank else floor({N_RANKS} * ln(rank) / ln(n)) end order by 1""",
    )


def _per_user(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    whens = " ".join(f"when events >= {edge} then {edge}" for edge in reversed(EVENT_EDGES))
    found = _frame(
        connection,
        f"""select case {whens} end as from_events, count(*) as users
        from (select count(*) as events from events group by {Columns.USER}) group by 1""",
    )
    counts = dict(zip(found["from_events"], found["users"], strict=True))
    nexts = (*EVENT_EDGES[1:], None)
    labels = [
        f"{edge}+" if following is None else str(edge) if following == edge + 1 else f"{edge}–{following - 1}"
        for edge, following in zip(EVENT_EDGES, nexts, strict=True)
    ]
    users = [int(counts.get(edge, 0)) for edge in EVENT_EDGES]
    return pd.DataFrame({"from_events": EVENT_EDGES, "label": labels, "users": users})


def _prices(connection: duckdb.DuckDBPyConnection, *, has_catalogue: bool) -> pd.DataFrame:
    empty = pd.DataFrame({"price_from": [], "price_to": [], "items": []}, dtype=float)
    if not has_catalogue:
        return empty
    top, highest = _row(connection, f"select quantile_cont({Columns.PRICE}, 0.99), max({Columns.PRICE}) from catalogue")
    if not highest:
        return empty
    width = (top or highest) / N_BINS
    found = _frame(
        connection,
        f"""select least(floor({Columns.PRICE} / {width!r}), {N_BINS - 1})::integer as bin, count(*) as items
        from catalogue where {Columns.PRICE} is not null group by 1""",
    )
    counts = dict(zip(found["bin"], found["items"], strict=True))
    edges = [width * step for step in range(N_BINS + 1)]
    items = [int(counts.get(step, 0)) for step in range(N_BINS)]
    return pd.DataFrame({"price_from": edges[:-1], "price_to": [*edges[1:-1], max(edges[-1], highest)], "items": items})


def _categories(connection: duckdb.DuckDBPyConnection, *, has_catalogue: bool) -> pd.DataFrame:
    if not has_catalogue:
        return pd.DataFrame({"category": pd.Series(dtype=str), "items": [], "events": []})
    return _frame(
        connection,
        f"""with per_item as (select {Columns.ITEM}, count(*) as events from events group by 1)
        select {Columns.CATEGORY}, count(*) as items, coalesce(sum(events), 0)::bigint as events
        from catalogue left join per_item using ({Columns.ITEM})
        where {Columns.CATEGORY} is not null group by 1 order by events desc, 1 limit {N_CATEGORIES}""",
    )
