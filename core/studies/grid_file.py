"""Where the figures of a grid are kept: inside ``private/``, which nothing leaves."""

from pathlib import Path

import pandas as pd

from core.errors import NotFound

NEEDS_PRODUCTS = (
    "The grid recommends products of the product file, and these data have none. Import them again with one; a list of "
    "ProductID is enough."
)


def grid_file(out: Path) -> Path:
    """Where the figures of a finished grid are: inside ``private/``, which nothing leaves."""
    return out / "private" / "grid.csv"


def write_grid(out: Path, table: pd.DataFrame) -> None:
    """Write the figures where only the owner of the files may read them, all or nothing."""
    write_inside(grid_file(out), table)


def write_inside(target: Path, table: pd.DataFrame) -> None:
    """Write a table into a folder that only the owner of the files may open, all or nothing."""
    target.parent.parent.mkdir(parents=True, exist_ok=True)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    target.parent.chmod(0o700)
    draft = target.with_name(f".{target.name}")
    table.to_csv(draft, index=False)
    draft.replace(target)


def read_grid(out: Path) -> pd.DataFrame:
    """Read the figures back.

    Raises:
        NotFound: no finished grid is here.
    """
    try:
        return pd.read_csv(grid_file(out), keep_default_na=False, dtype={"anonymization": str, "why": str})
    except FileNotFoundError:
        raise NotFound(
            "This grid has no figures: it did not finish, or its data were deleted. Start it again."
        ) from None
