"""Uploaded files: streamed to disk, each into a folder of its own, under a name that can do no harm."""

import errno
import os
import re
import shutil
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from core.errors import NoSpace
from core.store.home import Home
from core.store.sealed import write_file

SPARE_BYTES = 1 << 24  # left free: the database and the logs of this workspace have to be written too
NAME_LENGTH = 50
NAMELESS = "upload.csv"


def save_upload(home: Home, file: BinaryIO, name: str) -> Path:
    """Write ``file`` below the home's uploads and return where.

    The folder's name is ours. The file keeps what is harmless of its own name, because messages about it quote that.
    Encrypted where a data key is configured.

    Raises:
        NoSpace: the disk has no room for it; nothing was written.
    """
    _check_room(home, file, name)
    folder = home.uploads_folder / uuid4().hex
    folder.mkdir(mode=0o700)
    path = folder / harmless_name(name)
    try:
        write_file(file, path)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        if error.errno == errno.ENOSPC:
            raise _no_room(home, path.name) from None
        raise
    return path


def _check_room(home: Home, file: BinaryIO, name: str) -> None:
    """Refuse a file of a known size that would fill the disk."""
    try:
        here = file.tell()
        n_bytes = file.seek(0, os.SEEK_END) - here
        file.seek(here)
    except OSError:
        return  # a stream: it shows while it is written
    if n_bytes + SPARE_BYTES > shutil.disk_usage(home.uploads_folder).free:
        raise _no_room(home, harmless_name(name), n_bytes)


def _no_room(home: Home, name: str, n_bytes: int | None = None) -> NoSpace:
    free = shutil.disk_usage(home.uploads_folder).free
    needed = "" if n_bytes is None else f" It needs {(n_bytes + SPARE_BYTES) / 1e6:,.0f} MB."
    return NoSpace(
        f"{name} does not fit on the disk of this workspace: {free / 1e6:,.0f} MB are free in {home.folder}.{needed} "
        "Make room there, or point TACT_HOME to a larger disk."
    )


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
