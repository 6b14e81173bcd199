"""Which encoding a text file is in, or why it is no text at all."""

import codecs
import io
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

from core.errors import DataError, SettingsError
from core.tables.forms import Piece, unfold

HEAD_BYTES = 1 << 16
BLOCK_BYTES = 1 << 22
EVIDENCE_BYTES = 1 << 18  # so much non-ASCII text decides between the national encodings
ENOUGH = 0.8  # share of the evidence that must speak for GB18030
TOLERATED = 0.05  # share of broken characters that UTF-8 may have, such as a file cut within one

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive within an archive"),
    (b"PAR1", "a Parquet file within an archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x7f]")
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_GB2312_CHARACTER = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_HIGH = re.compile(rb"[\x80-\xff]")


def checked_encoding(name: str) -> str:
    """``name``, where Python can read text in it.

    Raises:
        SettingsError: it is no encoding of text.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data = "a,1\n".encode(name) + bytes(range(256))
            io.TextIOWrapper(io.BytesIO(data), encoding=name, errors="replace").read()
    except (LookupError, ValueError):
        raise SettingsError(
            f"There is no text encoding “{name[:40]}”. Try utf-8, utf-16, gb18030, cp1252 or latin-1."
        ) from None
    return name


def detect_encoding(piece: Piece) -> str:
    """Name the encoding of a text, one that ``open`` knows.

    ==========================================  =============================
    the file                                    result
    ==========================================  =============================
    byte order mark                             utf-8-sig, utf-16, utf-32
    every second byte zero                      utf-16-le, utf-16-be
    valid UTF-8, or all but a few characters    utf-8
    high bytes come in pairs of GB2312          gb18030
    other high bytes                            latin-1, cp1252
    ==========================================  =============================

    Raises:
        DataError: the file is empty or is no text (a workbook, an archive, a picture).
    """
    with piece.open() as raw:
        head = cast(BinaryIO, io.BufferedReader(raw, HEAD_BYTES)).read(HEAD_BYTES)
    if not head.strip():
        raise DataError(f"{piece.name} is empty. Export it again and check that it has a header line and rows.")
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    _refuse_binary(piece.name, head)
    wide = _utf16_without_mark(head)
    if wide:
        return wide
    return "utf-8" if _is_utf8(piece) else _national(_evidence(piece))


def refuse_what_is_no_table(paths: Path | Sequence[Path]) -> None:
    """Look at the beginning of each file: a picture, a PDF or a damaged archive holds no table. Empty ones pass.

    Raises:
        DataError: see ``unfold``, or one is no text.
    """
    for piece in unfold(paths):
        if piece.form in ("workbook", "parquet"):
            continue
        with piece.open() as raw:
            head = cast(BinaryIO, io.BufferedReader(raw, HEAD_BYTES)).read(HEAD_BYTES)
        if not any(head.startswith(bom) for bom, _ in _BOMS):
            _refuse_binary(piece.name, head)


def _refuse_binary(name: str, head: bytes) -> None:
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise DataError(f"{name} is {what}, not a CSV file. Give the table itself, saved as “CSV UTF-8”.")
    if len(_NO_TEXT.findall(head)) > 0.01 * len(head) or (
        head.count(0) > 0.05 * len(head) and not _utf16_without_mark(head)
    ):
        raise DataError(f"{name} is a binary file, not a CSV file. Save the table as “CSV UTF-8”.")


def _utf16_without_mark(head: bytes) -> str | None:
    """Latin letters in UTF-16 leave a zero at every second byte."""
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _is_utf8(piece: Piece) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with piece.open() as file:
        try:
            while block := file.read(BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _evidence(piece: Piece) -> bytes:
    """The first lines that hold non-ASCII bytes."""
    lines: list[bytes] = []
    size = 0
    with piece.open() as raw:
        file = io.BufferedReader(raw, HEAD_BYTES)
        while line := file.readline(BLOCK_BYTES):  # a line may be a whole file without newlines
            if not line.isascii():
                lines.append(line)
                size += len(line)
                if size > EVIDENCE_BYTES:
                    break
    return b"".join(lines)


def _national(evidence: bytes) -> str:
    n_high = len(_HIGH.findall(evidence))
    in_utf8 = sum(len(character) for character in _UTF8_CHARACTER.findall(evidence))
    if in_utf8 >= (1 - TOLERATED) * n_high:
        return "utf-8"
    in_pairs = 2 * len(_GB2312_CHARACTER.findall(evidence))
    if in_pairs >= ENOUGH * n_high:
        return "gb18030"
    # 0x80 to 0x9f are control characters in Latin-1 and quotation marks, dashes and the euro in Windows-1252.
    return "cp1252" if re.search(rb"[\x80-\x9f]", evidence) else "latin-1"
