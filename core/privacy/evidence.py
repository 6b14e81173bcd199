"""Evidence for a shopper who withdrew: what was decided and which runs left them out, signed by the installation.

It names the shopper by the keyed hash alone, so that the file can be handed on. What it rests on: the ledger's chain
(when the withdrawal was written, and that no row was changed since) and each run's record of whom it left out, of which
the SHA-256 is stated. Whoever can write the database, the runs' folders and the signing key can forge all three.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.errors import DataError
from core.privacy.chain import Decision
from core.privacy.consent import LeftOut, standing
from core.privacy.records import canonical_json
from core.privacy.verify import MAX_STATEMENT_BYTES, check_signature

FORMAT = "tact-consent-evidence-1"
HASH_MEANS = "HMAC-SHA256 of the UserID under a key of this installation; without the key no id can be tried"
SAYS = (
    "A run began either with a list of those who had withdrawn (a record of it is kept inside) or before there were "
    "such records.",
    "“left out”: the shopper had rows in the run's data, and they were taken out before anything else. “no rows”: the "
    "shopper was on the list, and the data had no row of them.",
    "“not on the list”: consent was not withdrawn when the run began. “no record”: the run began before there were "
    "records, or the record was deleted with the run's private files.",
)
ALGORITHM = "Ed25519 over the canonical JSON of all other fields (sorted keys, no spaces, UTF-8)"
REASONS = {
    "intact": "Signed by this installation and unchanged.",
    "altered": "The file was changed after it was signed.",
    "foreign": "Signed by another installation, and unchanged since.",
    "none": "Not signed: it proves nothing.",
    "forgotten": "Signed by this installation and unchanged, but its ledger does not know the row that it ends with: "
    "the database was put back to an older state.",
    "somebody else": "Signed and unchanged, but it is about another shopper.",
}
Fate = Literal["left out", "no rows", "not on the list", "no record"]


def fate(subject: str, record: LeftOut | None) -> Fate:
    """What a run's record says of a shopper."""
    if record is None:
        return "no record"
    if subject in record.hashes:
        return "left out"
    return "no rows" if subject in record.marked else "not on the list"


def make_evidence(
    subject: str,
    decisions: Iterable[Decision],
    runs: Sequence[dict[str, Any]],
    *,
    head: str,
    chain_ok: bool,
    now: datetime,
    key: Ed25519PrivateKey,
) -> dict[str, Any]:
    """Put together and sign what can be shown to one shopper.

    Args:
        subject: Keyed hash.
        decisions: Of all shoppers, oldest first; those about this one are told.
        runs: JSON objects of every run that finished, each with ``started`` (ISO, UTC).
        head: The ledger's last row.
        chain_ok: Every row of the ledger is as it was written.
        now: Naive UTC.
        key: Of this installation.
    """
    own = [decision for decision in decisions if decision.subject == subject]
    marked = standing(own).get(subject)
    since = _time(marked.created) if marked else None
    content: dict[str, Any] = {
        "format": FORMAT,
        "shopper": subject,
        "hash": HASH_MEANS,
        "withdrawn": marked is not None,
        "withdrawn_since": since,
        "decisions": [_decision(each) for each in own],
        "ledger_head": head,
        "chain_ok": chain_ok,
        "created": _time(now),
        "runs_since": [run for run in runs if since is not None and run["started"] >= since],
        "runs_before": [run for run in runs if since is None or run["started"] < since],
        "says": list(SAYS),
    }
    content["signature"] = {
        "algorithm": ALGORITHM,
        "public_key": key.public_key().public_bytes_raw().hex(),
        "value": key.sign(canonical_json(content).encode()).hex(),
    }
    return content


def check_evidence(
    content: bytes, public_keys: Collection[str], knows: Callable[[str], bool], subject: str | None = None
) -> dict[str, Any]:
    """Tell whether an evidence file is ours and unchanged, and about this shopper where one is given.

    Returns:
        ``ok``, ``signature`` (as of statements), ``reason`` and ``is_about`` (None where nobody is given).

    Raises:
        DataError: it is no such file.
    """
    found = _read(content)
    signature = check_signature(found, public_keys)
    is_about = None if subject is None else found.get("shopper") == subject
    reason = REASONS[signature]
    is_ours = signature == "intact" and knows(str(found.get("ledger_head")))
    if signature == "intact" and not is_ours:
        reason = REASONS["forgotten"]
    elif is_ours and is_about is False:
        reason = REASONS["somebody else"]
    return {"ok": is_ours and is_about is not False, "signature": signature, "reason": reason, "is_about": is_about}


def _read(content: bytes) -> dict[str, Any]:
    sentence = "This is no evidence of a withdrawn consent. Give the JSON file as it was downloaded."
    if len(content) > MAX_STATEMENT_BYTES * 8:
        raise DataError(sentence)
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise DataError(sentence) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise DataError(sentence)
    return found


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "row": decision.id,
        "kind": decision.kind,
        "created": _time(decision.created),
        "by": decision.by,
        "reason": decision.reason,
        "previous": decision.previous,
        "hash": decision.hash,
    }


def _time(when: datetime) -> str:
    """To the microsecond: which of two came first is what the evidence is about."""
    return f"{when.isoformat(timespec='microseconds')}Z"
