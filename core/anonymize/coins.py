"""Keyed coins of events: each hangs on the event and its shopper alone, not on its place in a table or on anyone else.

A coin is CBC-MAC with AES over three blocks, a pseudorandom function on messages of one length (Bellare, Kilian and
Rogaway 2000, "The security of the cipher block chaining message authentication code"): first the shopper, then the
product (each the HMAC-SHA256 of its id, cut to a block), then what the event was, when, and which of its equals it is.
Millions take seconds, where a hash an event would take a minute.
"""

import hashlib
import hmac

import numpy as np
import numpy.typing as npt
import pandas as pd
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from core.columns import Columns

Words = npt.NDArray[np.uint64]
_BLOCK = 16


class Coins:
    """The coins of one purpose; other purposes have independent ones.

    Args:
        key: The coins' key, 32 bytes.
        purpose: What they decide. Part of the key: an answer to one question tells nothing about another.
    """

    def __init__(self, key: bytes, purpose: str) -> None:
        self._digest_key = hmac.digest(key, b"ids\x1f" + purpose.encode(), hashlib.sha256)
        self._aes_key = hmac.digest(key, b"coins\x1f" + purpose.encode(), hashlib.sha256)

    def of_pairs(self, rows: pd.DataFrame) -> Words:
        """Two words of 64 random bits for the shopper and product of each row, shape (n, 2)."""
        return self._mac(rows, np.zeros((len(rows), _BLOCK), np.uint8))

    def of_events(self, rows: pd.DataFrame, *, draw: int = 0) -> Words:
        """Two words of 64 random bits for each event, shape (n, 2).

        Args:
            rows: Interactions as uploaded, all those of each shopper in it: equals are told apart by number.
            draw: Another number draws anew for the same events.
        """
        return self.of_numbered(rows, numbers_of_equals(rows), draw=draw)

    def of_numbered(self, rows: pd.DataFrame, equals: npt.NDArray[np.uint32], *, draw: int = 0) -> Words:
        """``of_events`` of some rows, whose numbers among equals were found in the whole table."""
        last = np.zeros((len(rows), _BLOCK), np.uint8)
        times = rows[Columns.TIMESTAMP].to_numpy("datetime64[us]").astype(np.int64)  # a missing time is one number too
        last[:, :8] = times.astype("<i8").view(np.uint8).reshape(-1, 8)
        last[:, 8:12] = equals.astype("<u4").view(np.uint8).reshape(-1, 4)
        codes, names = pd.factorize(rows[Columns.EVENT])
        marks = np.array([hashlib.sha256(str(name).encode()).digest()[:2] for name in names], dtype="S2")
        last[:, 12:14] = np.frombuffer(marks.tobytes(), np.uint8).reshape(-1, 2)[codes]
        last[:, 14:] = np.frombuffer((draw + 1).to_bytes(2, "little"), np.uint8)
        return self._mac(rows, last)

    def _mac(self, rows: pd.DataFrame, last: npt.NDArray[np.uint8]) -> Words:
        if not len(rows):
            return np.zeros((0, 2), np.uint64)
        aes = Cipher(algorithms.AES(self._aes_key), modes.ECB()).encryptor()
        user_codes, users = pd.factorize(rows[Columns.USER])
        state = np.frombuffer(aes.update(self._digests(users).tobytes()), np.uint8).reshape(-1, _BLOCK)[user_codes]
        item_codes, items = pd.factorize(rows[Columns.ITEM])
        for block in (self._digests(items)[item_codes], last):
            state = np.frombuffer(aes.update((state ^ block).tobytes()), np.uint8).reshape(-1, _BLOCK)
        return np.ascontiguousarray(state).view("<u8").astype(np.uint64, copy=False)

    def _digests(self, ids: pd.Index) -> npt.NDArray[np.uint8]:
        digests = b"".join(hmac.digest(self._digest_key, str(text).encode(), hashlib.sha256)[:_BLOCK] for text in ids)
        return np.frombuffer(digests, np.uint8).reshape(-1, _BLOCK)


def numbers_of_equals(rows: pd.DataFrame) -> npt.NDArray[np.uint32]:
    """The number of each event among those of one shopper, product, behaviour and time: 0 where there is one only.

    Equals are numbered by their further columns, so that sorting a file anew moves no number to another row.
    """
    own = list(Columns.INTERACTIONS)
    numbers = np.zeros(len(rows), np.uint32)
    twins = np.flatnonzero(rows.duplicated(own, keep=False).to_numpy())
    if len(twins):
        some = rows.iloc[twins].reset_index(drop=True)
        further = [column for column in some.columns if column not in own]
        if further:
            some = some.assign(**{name: some[name].astype(str) for name in further}).sort_values(further, kind="stable")
        order = some.groupby(own, sort=False, dropna=False).cumcount().sort_index()
        numbers[twins] = order.to_numpy(np.uint32)
    return numbers
