"""How many rows the shoppers of a dataset have, and what a limit on them would drop."""

from dataclasses import dataclass

import pandas as pd

from core.columns import Columns
from core.store.parquet import connect, create_view
from core.tables.dataset import Dataset
from core.tables.profile import MEMORY_LIMIT


@dataclass(frozen=True)
class Dropped:
    """What a limit would drop: shares of all rows, and of all shoppers, 0..1."""

    rows: float
    shoppers: float


def rows_of_shoppers(dataset: Dataset) -> pd.DataFrame:
    """Return how many shoppers (``users``) have how many ``rows``, fewest rows first: exact, for the curator's room."""
    with connect(MEMORY_LIMIT) as connection:
        create_view(connection, "events", dataset.interactions_path)
        found: pd.DataFrame = connection.sql(
            f"""select rows, count(*) as users from (select count(*) as rows from events group by {Columns.USER})
            group by 1 order by 1"""
        ).to_df()
    return found


def dropped_by(counts: pd.DataFrame, most: int) -> Dropped:
    """Return what a limit of ``most`` rows a shopper would drop.

    Args:
        counts: Of ``rows_of_shoppers``.
        most: Rows of a shopper that stay; at least 1.

    Example:
        >>> dropped_by(pd.DataFrame({"rows": [1, 5], "users": [3, 1]}), 2)
        Dropped(rows=0.375, shoppers=0.25)
    """
    too_many = (counts["rows"] - most).clip(lower=0)
    rows, users = (counts["rows"] * counts["users"]).sum(), counts["users"].sum()
    return Dropped(
        float((too_many * counts["users"]).sum() / max(rows, 1)),
        float(counts.loc[too_many > 0, "users"].sum() / max(users, 1)),
    )
