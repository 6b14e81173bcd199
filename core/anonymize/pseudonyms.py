"""Keyed codes that stand for shoppers, and the keys that make them: kept apart, numbered, replaced by choice.

The keys lie in the home's folder of keys, never beside data. Version 1 (``pseudonyms``) names shoppers in studies and
stays, so that a rotation moves nobody between them; exports use the newest version. Coins (which rows a cap keeps,
what randomised response answers) have a key of their own that is never rotated: with another key the same rows would
be answered anew, and two answers together tell more than one.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from core.anonymize.formats import format_codes
from core.store.home import Home
from core.store.keys import KEY_BYTES

PSEUDONYM_DIGITS = 20  # hexadecimal: among a million shoppers two collide with probability below 1e-12
NAMES_KEY = "pseudonyms"
COINS_KEY = "anonymization-coins"
Format = Literal["hex", "same"]


class Keys(NamedTuple):
    """What the row options are keyed by: ``names`` for pseudonyms, ``coins`` for whatever is drawn."""

    names: bytes
    coins: bytes


def pseudonym(user: str, key: bytes) -> str:
    """The keyed code that stands for a shopper: HMAC-SHA256, cut to 20 hexadecimal digits."""
    return hmac.digest(key, b"shopper\x1f" + user.encode(), hashlib.sha256).hex()[:PSEUDONYM_DIGITS]


def pseudonyms(users: Sequence[str], key: bytes, look: Format = "hex") -> npt.NDArray[np.object_]:
    """The codes of many shoppers, shape (n,); each hangs on that shopper's id and the key alone.

    Args:
        users: Ids as uploaded.
        key: Of either kind that ``keys_of`` takes; its part for names is used.
        look: "hex" is ``pseudonym``, which cannot be undone. "same" keeps the id's format (``core.anonymize.formats``):
            the key's holder can undo it, and an id without such a code gets the hexadecimal one.
    """
    names = keys_of(key).names
    if look == "hex":
        return np.array([pseudonym(user, names) for user in users], dtype=object)
    codes, is_made = format_codes(users, hmac.digest(names, b"format", hashlib.sha256))
    for place in np.flatnonzero(~is_made).tolist():
        codes[place] = pseudonym(users[place], names)
    return codes


def keys_of(key: bytes) -> Keys:
    """Take apart what ``export_key`` and ``study_key`` put together.

    A key of 32 bytes is one for names; its coins' key then follows from it.
    """
    if len(key) == 2 * KEY_BYTES:
        return Keys(key[:KEY_BYTES], key[KEY_BYTES:])
    return Keys(key, hmac.digest(key, b"coins", hashlib.sha256))


def export_key(home: Home) -> bytes:
    """Both keys of an export in one: the newest for names, and the one for coins."""
    return current_key(home)[1] + home.key(COINS_KEY)


def study_key(home: Home) -> bytes:
    """Both keys of a study in one: version 1 for names, whatever was rotated since, and the one for coins."""
    return home.key(NAMES_KEY) + home.key(COINS_KEY)


def current_key(home: Home) -> tuple[int, bytes]:
    """The newest version of the pseudonyms' key, made the first time."""
    version = max(versions(home), default=1)
    return version, home.key(_name(version))


def versions(home: Home) -> tuple[int, ...]:
    """The versions whose keys are kept, rising."""
    found = [re.fullmatch(rf"{NAMES_KEY}(?:-(\d+))?", name) for name in home.key_names()]
    return tuple(sorted(int(match[1] or 1) for match in found if match))


def rotate(home: Home, *, keep_old: bool = True) -> int:
    """Make the next version, which exports use from now on; returns its number.

    Codes under another version cannot be matched without both keys. Without ``keep_old`` all earlier versions are
    deleted but version 1: studies name shoppers by it, so exports made under version 1 can still be repeated here.
    """
    old = versions(home) or (current_key(home)[0],)
    version = max(old) + 1
    home.key(_name(version))
    if not keep_old:
        for other in old:
            if other > 1:
                home.delete_key(_name(other))
    return version


def fingerprint(key: bytes) -> str:
    """Names a key without telling it: 16 hexadecimal digits of the SHA-256 of its part for names."""
    return hashlib.sha256(b"tact pseudonyms\x1f" + keys_of(key).names).hexdigest()[:16]


def _name(version: int) -> str:
    return NAMES_KEY if version == 1 else f"{NAMES_KEY}-{version}"
