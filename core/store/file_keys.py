"""A fresh key for each Parquet file, kept in its footer wrapped by the data key (AES-256-GCM).

Apart from ``parquet``: pyarrow keeps what wraps keys until the process ends, and with it whatever that module
knows; DuckDB's bindings complain at the end of the process where it is theirs.
"""

import base64
import secrets
from functools import lru_cache
from typing import Any

import pyarrow.parquet.encryption as pe
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.store.data_key import fingerprint

NONCE_BYTES = 12
KEY_BITS = 256

# pyarrow ships no types.
Properties = Any


class OtherKey(ValueError):
    """A file was written with another data key, whose fingerprint this is."""


class Wrapping(pe.KmsClient):  # type: ignore[misc]
    """Wraps a file's key; the data key's fingerprint goes with it."""

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._key = key

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> str:
        """Seal a file's key."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._key).encrypt(nonce, key_bytes, master_key_identifier.encode())
        return base64.b64encode(nonce + sealed).decode()

    def unwrap_key(self, wrapped_key: str, master_key_identifier: str) -> bytes:
        """Open a file's key."""
        if master_key_identifier != fingerprint(self._key):
            raise OtherKey(master_key_identifier)
        content = base64.b64decode(wrapped_key)
        nonce, sealed = content[:NONCE_BYTES], content[NONCE_BYTES:]
        return AESGCM(self._key).decrypt(nonce, sealed, master_key_identifier.encode())


def writing(key: bytes) -> Properties:
    """What a writer encrypts a file with: footer and every page, by a key of the file's own."""
    how = pe.EncryptionConfiguration(
        fingerprint(key), uniform_encryption=True, double_wrapping=False, data_key_length_bits=KEY_BITS
    )
    return _factory(key).file_encryption_properties(pe.KmsConnectionConfig(), how)


def reading(key: bytes) -> Properties:
    """What a reader decrypts files with; opening one raises ``OtherKey`` where it does not fit."""
    return _factory(key).file_decryption_properties(pe.KmsConnectionConfig())


@lru_cache(maxsize=4)
def _factory(key: bytes) -> Any:
    """Kept: properties that it gave need it alive."""
    return pe.CryptoFactory(lambda _config: Wrapping(key))
