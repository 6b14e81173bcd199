"""A file of a shop's own recommendations: which products each shopper is shown, best first."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.columns import Columns, Uploads
from core.errors import DataError
from core.tables.mapping import match_name
from core.tables.names import BLANKS, simplified
from core.tables.reading import Block, Source, open_source, read_blocks
from core.tables.tidy import SEPARATOR

RANK_NAMES = frozenset({"rank", "ranking", "position", "place", "排名", "名次", "位置", "序号", "排序"})

Column = npt.NDArray[np.object_]
Wanted = Callable[[Column], npt.NDArray[np.bool_]]


def read_lists(path: Path, is_wanted: Wanted) -> pd.DataFrame:
    """The listed products of the shoppers that are wanted, by shopper and rank (1 is the best).

    Columns are found by name, as in imports: UserID, ProductID and, where there is one, Rank. Without ranks, and where
    two are equal, a shopper's rows count in the file's order. Any encoding and delimiter that imports read.

    Args:
        path: Of the file.
        is_wanted: Given ids of shoppers, which of them to keep: the file may name everybody.

    Returns:
        ``user_id`` and ``item_id``, text; a row a product, in order.

    Raises:
        DataError: no such file, no such column, or a row that is broken, with its line. No id is quoted.
    """
    source = open_source(path)
    user, item = (_place(source, field) for field in (Uploads.USER, Uploads.ITEM))
    rank = next((place for place, name in enumerate(source.header) if simplified(name) in RANK_NAMES), None)
    blocks = [_rows(block, source.n_columns, (user, item, rank), is_wanted) for block in read_blocks(source)]
    rows = pd.concat(blocks, ignore_index=True)
    return rows.sort_values(["user_id", "rank"], kind="stable", ignore_index=True)[[Columns.USER, Columns.ITEM]]


def _place(source: Source, field: str) -> int:
    """Where a column is."""
    found = match_name(source.header, field, set(), is_required=True)
    if found is None:
        raise DataError(f"In {source.name} no column is certain to be {field}. Give it that name in the first line.")
    return found


def _rows(block: Block, n_columns: int, places: tuple[int, int, int | None], is_wanted: Wanted) -> pd.DataFrame:
    """The wanted rows of one block."""
    lines = block.text.removesuffix("\n").split("\n")
    broken = np.array([line.count(SEPARATOR) + 1 != n_columns for line in lines], bool)
    if broken.any():
        n_cells = lines[int(broken.argmax())].count(SEPARATOR) + 1
        raise DataError(
            f"{block.part.name}, line {_line(block, broken)}: {n_cells} cells in place of {n_columns}. "
            "Mend that line, please."
        )
    cells = np.array(SEPARATOR.join(lines).split(SEPARATOR), dtype=object).reshape(-1, n_columns)
    user, item, rank = places
    users, products = (_cells(block, cells[:, at], name) for at, name in ((user, Uploads.USER), (item, Uploads.ITEM)))
    ranks = np.zeros(len(cells)) if rank is None else _ranks(block, cells[:, rank])
    keep = is_wanted(users)
    return pd.DataFrame({Columns.USER: users[keep], Columns.ITEM: products[keep], "rank": ranks[keep]})


def _cells(block: Block, column: Column, field: str) -> Column:
    """Ids without the blanks around them; refused where one is missing."""
    found = pd.Series(column, dtype=object).str.strip()
    is_blank = found.isin(BLANKS).to_numpy()
    if is_blank.any():
        raise DataError(
            f"{block.part.name}, line {_line(block, is_blank)}: its {field} is blank. Mend that line, please."
        )
    return np.asarray(found.to_numpy(object))


def _ranks(block: Block, column: Column) -> npt.NDArray[np.float64]:
    """Ranks as numbers."""
    found = pd.to_numeric(pd.Series(column, dtype=object).str.strip(), errors="coerce").to_numpy(float)
    is_wrong = ~np.isfinite(found)
    if is_wrong.any():
        raise DataError(
            f"{block.part.name}, line {_line(block, is_wrong)}: its rank is no number. Mend that line, please."
        )
    return np.asarray(found, np.float64)


def _line(block: Block, flags: npt.NDArray[np.bool_]) -> int:
    """The line of the first row that is flagged."""
    return int(block.lines_of(np.array([block.first + int(flags.argmax())]))[0])
