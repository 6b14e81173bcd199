"""Uploaded files: streamed to disk, each into a folder of its own, under a name that can do no harm."""

import re
import shutil
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from core.store.home import Home

BLOCK_BYTES = 1 << 20
NAME_LENGTH = 50
NAMELESS = "upload.csv"


def save_upload(home: Home, file: BinaryIO, name: str) -> Path:
    """Write ``file`` below the home's uploads and return where.

    The folder's name is ours. The file keeps what is harmless of its own name, because messages about it quote that.
    """
    folder = home.uploads_folder / uuid4().hex
    folder.mkdir(mode=0o700)
    path = folder / harmless_name(name)
    try:
        with path.open("wb") as target:
            shutil.copyfileobj(file, target, BLOCK_BYTES)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return path


def harmless_name(name: str) -> str:
    """A file name without folders, hidden beginnings and anything but letters, digits, spaces, dots and hyphens.

    Example:
        >>> harmless_name("../../etc/May 2024: <sales>.csv")
        'May 2024 sales.csv'
        >>> harmless_name("..")
        'upload.csv'
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = re.sub(r"[^\w .-]", "", last).lstrip(". -")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:NAME_LENGTH]}{dot}{ending[:8]}" if stem else kept[:NAME_LENGTH] or NAMELESS
