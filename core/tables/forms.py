"""What was uploaded, told apart by content: text, packed text, a workbook or a Parquet file; many files as one."""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal, cast

from core.errors import DataError
from core.store.sealed import open_file, plain_size

Form = Literal["text", "gzip", "zip", "workbook", "parquet"]

MAX_UNPACKED = 16 << 30  # bytes of text that one packed file may hold
MAX_RATIO = 250  # and how many times its own size, from a GB on: text packs to a tenth, bombs to a thousandth
SURELY_FINE = 1 << 30
MAX_FILES = 5_000
NAME_LENGTH = 120
JUNK = frozenset({"thumbs.db", "desktop.ini", "_success"})

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
_PARQUET = (b"PAR1", b"PARE")
_DAMAGE = (  # what the archive readers of Python raise over bytes that do not add up
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Piece:
    """One table as it lies on disk: a file, or a member of a ZIP archive.

    ``name`` is what messages and rejected rows call it; ``size`` its bytes on disk, for the progress bar.
    """

    path: Path
    name: str
    form: Form
    size: int
    member: int | None = None  # place among the archive's members; their paths are never used

    @contextmanager
    def open(self) -> Iterator["Unpacked"]:
        """Give its unpacked bytes.

        Raises:
            DataError: the archive is damaged, locked or a bomb; also while reading.
        """
        with open_file(self.path) as raw:
            if self.form == "zip":
                with _archive(self.path.name, raw) as archive:
                    info = archive.infolist()[cast(int, self.member)]
                    try:
                        member = _ungzipped(cast(BinaryIO, archive.open(info)))
                    except _DAMAGE as error:
                        raise damaged(self.name) from error
                    with member:
                        yield Unpacked(self.name, member, raw, max(info.compress_size, 1))
            elif self.form == "gzip":
                with gzip.GzipFile(fileobj=raw) as text:
                    yield Unpacked(self.name, cast(BinaryIO, text), raw, self.size)
            else:
                yield Unpacked(self.name, raw, raw, 0)


class Unpacked(io.RawIOBase):
    """The bytes of a piece as they come; says how much of its packed bytes was read, and stops at a bomb."""

    def __init__(self, name: str, source: BinaryIO, raw: BinaryIO, packed_size: int) -> None:
        self._name = name
        self._source = source
        self._raw = raw
        self._start = raw.tell()
        self._n_read = 0
        self._limit = _unpacked_limit(packed_size) if packed_size else None

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read on, as ``io.RawIOBase`` has it."""
        view = memoryview(cast(bytearray, buffer))
        try:
            data = self._source.read(len(view))
        except _DAMAGE as error:
            if self._limit is None:  # a plain file has nothing to be damaged: the disk is at fault, or we are
                raise
            raise damaged(self._name) from error
        self._n_read += len(data)
        if self._limit is not None and self._n_read > self._limit:
            raise _too_large(self._name)
        view[: len(data)] = data
        return len(data)

    @property
    def n_packed_read(self) -> int:
        """Bytes on disk read so far."""
        return max(self._raw.tell() - self._start, 0)


def unfold(paths: Path | Sequence[Path]) -> tuple[Piece, ...]:
    """Every table in ``paths``, in order: a folder's files and an archive's members by name, junk left out.

    Raises:
        DataError: not there, nothing in it, damaged, or a kind of file that holds no table.
    """
    pieces: list[Piece] = []
    for path in [paths] if isinstance(paths, Path) else paths:
        for file in _files(path):
            pieces.extend(_pieces_of(file))
    if not pieces:
        raise DataError("No file was given. Give at least one.")
    if len(pieces) > MAX_FILES:
        raise DataError(
            f"{pieces[0].path.name} is one of {len(pieces):,} files; at most {MAX_FILES:,} can be read at once."
        )
    return tuple(pieces)


def damaged(name: str) -> DataError:
    """The error for an archive, a workbook or a Parquet file that breaks off or does not add up."""
    return DataError(f"{name} is damaged or locked with a password. Upload it again, or export it anew.")


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise DataError(f"The file {path} is not there. Check the path and try again.")
    inside = sorted(entry for entry in path.iterdir() if not _is_junk(entry.name))
    folder = next((entry for entry in inside if entry.is_dir()), None)
    if folder:
        raise DataError(f"The folder {path.name} has a folder in it, {folder.name}. Put all files into one folder.")
    if not inside:
        raise DataError(f"The folder {path.name} is empty. Put the exported files into it.")
    return inside


def _is_junk(name: str) -> bool:
    return name.startswith(".") or name.lower() in JUNK


def _pieces_of(path: Path) -> list[Piece]:
    size = plain_size(path)
    with open_file(path) as file:
        head = file.read(4)
        if head.startswith(_ZIP):
            with _archive(path.name, file) as archive:
                if "xl/workbook.xml" in {info.filename for info in archive.infolist()}:
                    return [Piece(path, path.name, "workbook", size)]
                return _members(path, archive)
    if head.startswith(_GZIP):
        return [Piece(path, path.name, "gzip", size)]
    return [Piece(path, path.name, "parquet" if head in _PARQUET else "text", size)]


def _members(path: Path, archive: zipfile.ZipFile) -> list[Piece]:
    """The tables of an archive, sorted by name."""
    found = []
    for place, info in enumerate(archive.infolist()):
        steps = [step for step in PurePosixPath(info.filename.replace("\\", "/")).parts if step not in ("..", "/")]
        if info.is_dir() or not steps or any(_is_junk(step) or step == "__MACOSX" for step in steps):
            continue
        if info.file_size > _unpacked_limit(plain_size(path)):
            raise _too_large(path.name)
        label = "".join(letter for letter in "/".join(steps) if letter.isprintable())[-NAME_LENGTH:]
        found.append(Piece(path, f"{path.name}/{label}", "zip", info.compress_size, place))
    if not found:
        raise DataError(f"{path.name} is an archive with no file in it. Pack the exported files again.")
    return sorted(found, key=lambda piece: piece.name)


@contextmanager
def _archive(name: str, file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGE as error:
        raise damaged(name) from error
    with archive:
        yield archive


def _ungzipped(member: BinaryIO) -> BinaryIO:
    """A member that is packed once more, as ``may.csv.gz`` is."""
    start = member.read(2)
    member.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=member)) if start == _GZIP else member


def _unpacked_limit(packed_size: int) -> int:
    return min(MAX_UNPACKED, max(SURELY_FINE, MAX_RATIO * packed_size))


def _too_large(name: str) -> DataError:
    return DataError(
        f"{name} unpacks to more than it may ({MAX_UNPACKED >> 30} GB, {MAX_RATIO} times its size). "
        "Unpack it and upload the files themselves."
    )
