"""The key that encrypts shoppers' rows at rest: given by the environment, never made or kept by Tact."""

import base64
import binascii
import hashlib
import os
from pathlib import Path

from core.errors import SettingsError

VARIABLE = "TACT_DATA_KEY"
FILE_VARIABLE = "TACT_DATA_KEY_FILE"
KEY_BYTES = 32


def data_key() -> bytes | None:
    """The 32 bytes of ``TACT_DATA_KEY`` (hex or base64), or of the file that ``TACT_DATA_KEY_FILE`` names.

    None where neither is set: rows are then kept as they are.

    Raises:
        SettingsError: both are set, the file cannot be read, or it is not 32 bytes. The value is not quoted.
    """
    given, file = os.environ.get(VARIABLE, "").strip(), os.environ.get(FILE_VARIABLE, "").strip()
    if given and file:
        raise SettingsError(f"{VARIABLE} and {FILE_VARIABLE} are both set. Keep one of them and start Tact again.")
    if given:
        return _decoded(given, VARIABLE)
    return _decoded(_text_of(Path(file)), FILE_VARIABLE) if file else None


def fingerprint(key: bytes) -> str:
    """Eight bytes (hex) that tell two keys apart and say nothing else about them."""
    return hashlib.sha256(b"tact data key, fingerprint\0" + key).hexdigest()[:16]


def locked(what: str, fingerprint_of_file: str | None = None) -> SettingsError:
    """The sentence for something encrypted that cannot be opened: no key, or another one."""
    if data_key() is None:
        return SettingsError(
            f"{what} is encrypted. Set {VARIABLE} (or {FILE_VARIABLE}) to the key it was stored with, "
            "and start Tact again."
        )
    which = f" (its fingerprint is {fingerprint_of_file})" if fingerprint_of_file else ""
    return SettingsError(
        f"{what} is encrypted with another key than the one in {VARIABLE}. Set the key it was stored with{which}, "
        "and start Tact again."
    )


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{FILE_VARIABLE} names {path}, which cannot be read ({error.strerror}). Check the path and its rights."
        ) from None
    if len(content) == KEY_BYTES:
        return content.hex()
    return content.decode("ascii", errors="replace").strip()


def _decoded(text: str, variable: str) -> bytes:
    for decode in (bytes.fromhex, _from_base64):
        try:
            key = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(key) == KEY_BYTES:
            return key
    raise SettingsError(
        f"{variable} has to be {KEY_BYTES} bytes as hex (64 characters) or base64 (44 characters). "
        "Make one with: openssl rand -hex 32"
    )


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
