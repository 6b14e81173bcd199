"""
Consent withdrawn: shoppers whose rows stay out of whatever starts from now on.

A withdrawal, and its return, are rows of the ledger's chain. They name the shopper by a keyed hash: HMAC-SHA256 (RFC
2104) under a key of the home, so that neither the ledger nor a run's record holds an id, and without that key nobody
can try ids one by one.

Why leaving them out breaks no promise. The list is set outside the data, by a decision about one shopper each, and
takes out that shopper's own rows only; of two neighbouring files it leaves two neighbouring files. How many were left
out is written under ``private/`` only.
"""

import hmac
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import pandas as pd

from core.columns import Columns
from core.errors import SettingsError
from core.privacy.chain import GENESIS, Decision, decision_event
from core.privacy.ledger import Ledger
from core.privacy.records import canonical_json
from core.store.home import Home

CONSENT_KEY = "consent"
ConsentKind = Literal["withdrawal", "return"]
KINDS: tuple[ConsentKind, ...] = ("withdrawal", "return")
RECORD = "excluded.json"
MOST = 5_000  # shoppers of one list: each is a row of the ledger, on the disk before the next
SHORT = 4  # ids of fewer characters stand in reasons by chance, so only a whole word counts


def hash_of(user_id: str, home: Home) -> str:
    """The 64 hexadecimal digits that stand for a shopper; the blanks around an id do not count, as in an import."""
    return _hash(user_id, _key(home))


def decisions(home: Home) -> list[Decision]:
    """Every withdrawal and return, oldest first."""
    return Ledger(home).decisions(*KINDS)


def standing(found: Iterable[Decision]) -> dict[str, Decision]:
    """The last withdrawal of each shopper who has not taken it back, by hash, in the order of their rows."""
    marked: dict[str, Decision] = {}
    for decision in found:
        marked.pop(decision.subject, None)
        if decision.kind == "withdrawal":
            marked[decision.subject] = decision
    return marked


def withdrawn(home: Home) -> frozenset[str]:
    """Hashes of the shoppers whose consent is withdrawn now."""
    return frozenset(standing(decisions(home)))


def decide(home: Home, user_id: str, kind: ConsentKind, *, by: str, reason: str) -> Decision:
    """Write a withdrawal or its return into the ledger's chain, under the shopper's hash.

    Raises:
        SettingsError: no id, nobody or no reason is named; the id stands in the name or the reason, which are kept
            for good; or it says what holds already. Nothing is written.
    """
    user = _named(user_id, by, reason)
    marked, subject = withdrawn(home), hash_of(user, home)
    if kind == "withdrawal" and subject in marked:
        raise SettingsError("This shopper's consent is withdrawn already. Nothing has to be done.")
    if kind == "return" and subject not in marked:
        raise SettingsError("This shopper's consent is not withdrawn, so it cannot be given back.")
    return Ledger(home).decide(kind, by=by, reason=reason, subject=subject)


def check_words(user_id: str, by: str, reason: str) -> None:
    """Refuse a name or a reason that is empty or holds the shopper's id, as ``decide`` does.

    Raises:
        SettingsError: it is so.
    """
    _named(user_id, by, reason)
    decision_event("withdrawal", by, reason)


def mark_all(home: Home, user_ids: Sequence[str], *, by: str, reason: str) -> int:
    """Write a withdrawal for each shopper who is not marked yet; returns how many were.

    Raises:
        SettingsError: as ``decide``, for any of them, or they are more than ``MOST``. Nothing is written.
    """
    if len(user_ids) > MOST:
        raise SettingsError(f"A list may name {MOST:,} shoppers at a time, not {len(user_ids):,}. Split it, please.")
    key, marked = _key(home), withdrawn(home)
    hashes = dict.fromkeys(_hash(_named(user, by, reason), key) for user in user_ids)
    new = [each for each in hashes if each not in marked]
    for each in new:
        Ledger(home).decide("withdrawal", by=by, reason=reason, subject=each)
    return len(new)


@dataclass(frozen=True)
class LeftOut:
    """Who was left out of a run, and which list that was.

    Attributes:
        hashes: Of the shoppers who had rows and were left out, in the alphabet's order.
        marked: Hashes on the list, whether they had rows or not, in the alphabet's order.
        head: The ledger's last row when the list was read.
    """

    hashes: tuple[str, ...]
    marked: tuple[str, ...]
    head: str = GENESIS

    @property
    def digest(self) -> str:
        """SHA-256 of the record, in hexadecimal: two records with one digest are the same."""
        return sha256(canonical_json(self.as_json()).encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """The record as it is kept."""
        return {"left_out": list(self.hashes), "marked": list(self.marked), "ledger_head": self.head}

    def keep(self, out: Path) -> None:
        """Write ``private/excluded.json`` into a run's folder: for its owner only, whole or not at all."""
        inside = out / "private"
        inside.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = inside / f".{RECORD}"
        draft.write_text(json.dumps(self.as_json(), indent=1), encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(inside / RECORD)

    @classmethod
    def read(cls, out: Path) -> Self | None:
        """The record of a run; None where there is none: it began before there were records, or was deleted."""
        try:
            found = json.loads((out / "private" / RECORD).read_text(encoding="utf-8"))
            return cls(tuple(found["left_out"]), tuple(found["marked"]), str(found["ledger_head"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def keep_consenting(interactions: pd.DataFrame, home: Home) -> tuple[pd.DataFrame, LeftOut]:
    """The rows without those of shoppers whose consent is withdrawn now, in their order; others' rows stay as they are.

    Args:
        interactions: With ``user_id``, as uploaded.
        home: Whose ledger says who withdrew.

    Raises:
        SettingsError: somebody withdrew, and the key of their hashes is missing.
    """
    head = Ledger(home).head()  # read first: whoever is marked at this row is on the list
    marked = withdrawn(home)
    nobody = LeftOut((), tuple(sorted(marked)), head)
    if not marked:
        return interactions, nobody
    codes, users = pd.factorize(interactions[Columns.USER], use_na_sentinel=False)
    key = _key(home)
    hashes = [_hash(str(user), key) for user in users]
    is_out = np.array([each in marked for each in hashes], bool)
    if not is_out.any():
        return interactions, nobody
    left_out = tuple(sorted(each for each in hashes if each in marked))
    return interactions[~is_out[codes]].reset_index(drop=True), LeftOut(left_out, nobody.marked, head)


class Keeper:
    """Lets rows of consenting shoppers through, and remembers who was left out: for work that reads rows itself."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.left_out = LeftOut((), ())

    def __call__(self, interactions: pd.DataFrame) -> pd.DataFrame:
        """The rows that may be used."""
        kept, self.left_out = keep_consenting(interactions, self.home)
        return kept


def _key(home: Home) -> bytes:
    """The key of the hashes; a new one would fit no withdrawal, so every shopper would be back without a word."""
    if CONSENT_KEY not in home.key_names() and decisions(home):
        raise SettingsError(
            "The key that withdrawals were written with is missing, so nobody could be left out. Put the file "
            "consent.key back into the workspace's folder of keys, from a copy."
        )
    return home.key(CONSENT_KEY)


def _hash(user_id: str, key: bytes) -> str:
    return hmac.digest(key, b"consent\x1f" + user_id.strip().encode(), sha256).hex()


def _named(user_id: str, by: str, reason: str) -> str:
    """The id without blanks around it; refused where there is none, or where it stands in what is kept for good."""
    user = user_id.strip()
    if not user:
        raise SettingsError("No shopper is named. Give the UserID as it stands in the uploaded file.")
    if any(_names(words, user) for words in (by, reason)):
        raise SettingsError(
            "The shopper's id stands in the name or in the reason, and the ledger keeps both for good. Give the number "
            "of the request, or another reason that does not name the shopper."
        )
    return user


def _names(words: str, user: str) -> bool:
    """Whether words hold an id; a short one only where it stands by itself."""
    if len(user) >= SHORT:
        return user.casefold() in words.casefold()
    return re.search(rf"(?<!\w){re.escape(user)}(?!\w)", words, re.IGNORECASE) is not None
