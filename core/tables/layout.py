"""A person's word on how a file is to be read, where what Tact found out is wrong."""

from typing import Literal

from core.settings import Settings

Role = Literal["behavior", "products"]
Delimiter = Literal[",", ";", "\t", "|"]


class Reading(Settings):
    """How a file is read; None: found out from the file."""

    encoding: str | None = None  # a name that Python's ``open`` knows
    delimiter: Delimiter | None = None
    has_header: bool | None = None
    sheet: str | None = None  # of a workbook; None: the first with column names that Tact knows, else the first
