"""
Files encrypted at rest in chunks, so that gigabytes stream through and can be read from any place.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway and Vizár 2015, "Online authenticated-encryption and its
nonce-reuse misuse-resistance", CRYPTO, section 7), as Google's Tink writes it: a key for each file from HKDF-SHA256
of the data key and a random salt; AES-256-GCM for each chunk; a chunk's nonce is 7 random bytes of the file, its
number (4 bytes) and 1 for the last one, 0 else. Chunks that were changed, moved, left out, or cut off do not open.
The header is authenticated with each chunk.

    header: "TACTSEAL" | 1 | fingerprint of the data key (8) | salt (32) | nonce prefix (7)
    chunk:  65,536 bytes of the file, the last one fewer, and a tag (16)
"""

import io
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import DataError
from core.store.data_key import KEY_BYTES, data_key, fingerprint, locked

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAGIC = b"TACTSEAL\x01"
FINGERPRINT_BYTES, SALT_BYTES, PREFIX_BYTES = 8, 32, 7
HEADER_BYTES = len(MAGIC) + FINGERPRINT_BYTES + SALT_BYTES + PREFIX_BYTES
CHUNK_BYTES, TAG_BYTES = 1 << 16, 16
COPY_BYTES = 1 << 20


def write_file(source: BinaryIO, path: Path) -> None:
    """Copy ``source`` to ``path``, encrypted where a data key is configured. Holds two chunks at most."""
    with path.open("wb") as target:
        key = data_key()
        if key is None:
            shutil.copyfileobj(source, target, COPY_BYTES)
            return
        header = MAGIC + bytes.fromhex(fingerprint(key)) + secrets.token_bytes(SALT_BYTES + PREFIX_BYTES)
        cipher = _cipher(key, header)
        target.write(header)
        number, chunk = 0, _read_chunk(source)
        is_last = False
        while not is_last:
            following = _read_chunk(source)
            is_last = not following
            target.write(cipher.encrypt(_nonce(header, number, is_last=is_last), chunk, header))
            number, chunk = number + 1, following


def seal_in_place(path: Path) -> None:
    """Encrypt a file that another process has just written, where a data key is configured.

    Until then it lay on the disk in the clear.
    """
    if data_key() is None or is_sealed(path):
        return
    draft = path.with_name(f".{path.name}.sealing")
    with path.open("rb") as file:
        write_file(file, draft)
    draft.replace(path)


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading, plain or sealed; buffered and seekable.

    Raises:
        SettingsError: it is sealed, and the key is missing or another one.
        DataError: it was changed or cut off since it was stored; from here or from any later read.
        FileNotFoundError: it is not there.
    """
    file = path.open("rb")
    if not is_sealed(path):
        return file
    try:
        return cast(BinaryIO, io.BufferedReader(_Reader(file, path), CHUNK_BYTES))
    except BaseException:
        file.close()
        raise


def is_sealed(path: Path) -> bool:
    """Whether ``write_file`` encrypted this file."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def plain_size(path: Path) -> int:
    """Bytes of what ``open_file`` reads."""
    size = path.stat().st_size
    return _plain_bytes(size - HEADER_BYTES) if is_sealed(path) else size


class _Reader(io.RawIOBase):
    """Opens one chunk at a time. The last one is opened first: a file that was cut off is known at once."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        super().__init__()
        self._file, self._name = file, path.name
        self._header = file.read(HEADER_BYTES)
        key, found = data_key(), self._header[len(MAGIC) :][:FINGERPRINT_BYTES].hex()
        if key is None or fingerprint(key) != found:
            raise locked(self._name, found)
        self._cipher = _cipher(key, self._header)
        body = path.stat().st_size - HEADER_BYTES
        self._n_chunks = max(1, -(-body // (CHUNK_BYTES + TAG_BYTES)))
        self._size, self._position = _plain_bytes(body), 0
        self._number, self._chunk = -1, b""
        self._load(self._n_chunks - 1)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: "Buffer") -> int:
        view = memoryview(buffer).cast("B")
        if self._position >= self._size or not len(view):
            return 0
        number, offset = divmod(self._position, CHUNK_BYTES)
        self._load(number)
        part = self._chunk[offset : offset + len(view)]
        view[: len(part)] = part
        self._position += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _load(self, number: int) -> None:
        if number == self._number:
            return
        self._file.seek(HEADER_BYTES + number * (CHUNK_BYTES + TAG_BYTES))
        sealed = self._file.read(CHUNK_BYTES + TAG_BYTES)
        nonce = _nonce(self._header, number, is_last=number == self._n_chunks - 1)
        try:
            self._chunk = self._cipher.decrypt(nonce, sealed, self._header)
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            raise DataError(
                f"{self._name} was changed or cut off since it was stored. Delete it and upload it again."
            ) from None
        self._number = number


def _cipher(key: bytes, header: bytes) -> AESGCM:
    salt = header[-(SALT_BYTES + PREFIX_BYTES) : -PREFIX_BYTES]
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt, b"tact sealed file").derive(key))


def _nonce(header: bytes, number: int, *, is_last: bool) -> bytes:
    return header[-PREFIX_BYTES:] + number.to_bytes(4, "big") + bytes([is_last])


def _read_chunk(source: BinaryIO) -> bytes:
    """A whole chunk, or what is left: a source may give less than it is asked for."""
    parts, missing = [], CHUNK_BYTES
    while missing and (part := source.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _plain_bytes(body: int) -> int:
    n_chunks = max(1, -(-body // (CHUNK_BYTES + TAG_BYTES)))
    return max(0, body - n_chunks * TAG_BYTES)
