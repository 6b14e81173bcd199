"""Who touched what, as one sparse matrix: counted where the data is, the rows never loaded whole."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.columns import Columns
from core.store.parquet import connect, create_view
from core.tables.dataset import Dataset

MEMORY_LIMIT = "512MB"


@dataclass(frozen=True)
class Touched:
    """Which shopper touched which product, whatever the event: for the curator's room only.

    Attributes:
        user_ids: Shape (n_users,), text, sorted.
        item_ids: Shape (n_items,), text, sorted.
        matrix: Shape (n_users, n_items), 1 where the shopper touched the product.
    """

    user_ids: npt.NDArray[np.str_]
    item_ids: npt.NDArray[np.str_]
    matrix: sparse.csr_array


def touched(dataset: Dataset) -> Touched:
    """Gather the distinct pairs of shopper and product of a dataset."""
    with connect(MEMORY_LIMIT) as connection:
        create_view(connection, "events", dataset.interactions_path)
        for name, column in (("users", Columns.USER), ("items", Columns.ITEM)):
            connection.execute(
                f"""create temp table {name} as select id, row_number() over (order by id) - 1 as place
                from (select distinct {column} as id from events)"""
            )
        user_ids, item_ids = (
            connection.sql(f"select id from {name} order by place").fetchnumpy()["id"] for name in ("users", "items")
        )
        pairs = connection.sql(
            f"""select distinct users.place::integer as owner, items.place::integer as item from events
            join users on users.id = events.{Columns.USER} join items on items.id = events.{Columns.ITEM}"""
        ).fetchnumpy()
    ones = np.ones(len(pairs["owner"]), np.float32)
    matrix = sparse.csr_array((ones, (pairs["owner"], pairs["item"])), shape=(len(user_ids), len(item_ids)))
    return Touched(np.asarray(user_ids).astype(str), np.asarray(item_ids).astype(str), matrix)
