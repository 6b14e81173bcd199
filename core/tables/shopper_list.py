"""A file that names shoppers: whom to recommend to."""

from pathlib import Path

from core.columns import Uploads
from core.errors import DataError
from core.tables.names import BLANKS
from core.tables.reading import open_source, read_blocks
from core.tables.tidy import SEPARATOR


def read_shopper_list(path: Path) -> list[str]:
    """The ids in the column UserID, each once, in the file's order; any encoding and delimiter that imports read.

    Raises:
        DataError: no such file, no such column, a row that is broken, or no id in it. Ids are not quoted.
    """
    source = open_source(path)
    places = [place for place, name in enumerate(source.header) if name.lower() == Uploads.USER.lower()]
    if not places:
        raise DataError(
            f"{source.name} has no column {Uploads.USER}. Name the column of shopper ids {Uploads.USER} in its first "
            "line."
        )
    found: dict[str, None] = {}
    for block in read_blocks(source):
        for number, line in enumerate(block.text.removesuffix("\n").split("\n"), start=block.first):
            cells = line.split(SEPARATOR)
            if len(cells) != source.n_columns:
                raise DataError(
                    f"{source.name}, row {number} after the header: {len(cells)} cells in place of "
                    f"{source.n_columns}. Mend that row and try again."
                )
            found[cells[places[0]].strip()] = None
    ids = [user for user in found if user.lower() not in BLANKS]
    if not ids:
        raise DataError(f"{source.name} names no shopper: its column {Uploads.USER} is blank. Fill it and try again.")
    return ids
