"""Which files of a folder hold a word: raw bytes, tables that open without a key, and archives; for tests."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

ENCODINGS = ("utf-8", "utf-16-le", "utf-32-le")  # NumPy keeps text in the last


def files_holding(folder: Path, words: Iterable[str]) -> set[str]:
    """Paths, from ``folder``, of the files in which one of the words can be read by whoever has no key."""
    needles = [word.encode(encoding) for word in words for encoding in ENCODINGS]
    found = set()
    for path in folder.rglob("*"):
        if path.is_file() and any(needle in content for content in _contents(path) for needle in needles):
            found.add(path.relative_to(folder).as_posix())
    return found


def _contents(path: Path) -> Iterable[bytes]:
    raw = path.read_bytes()
    yield raw
    yield path.name.encode()
    if raw.startswith(b"PAR1"):
        yield pd.read_parquet(io.BytesIO(raw)).to_csv().encode()
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            yield from (archive.read(name) for name in archive.namelist())
