"""Checking a statement again: its ε and readings from its mechanisms with dp-accounting alone, and its signature."""

import json
import math
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.errors import DataError, NotFound, SettingsError
from core.privacy.mechanisms import Mechanism
from core.privacy.plan import epsilon_of
from core.privacy.readings import left_out, wrong_readings
from core.privacy.records import canonical_json, is_consistent, listed, mechanism_from_json, number
from core.privacy.wording import KNOWN_FORMATS, RELATION, UNIT

Signature = Literal["intact", "altered", "foreign", "none"]
MAX_STATEMENT_BYTES = 1 << 20
MAX_MECHANISMS = 100
MORE_NOT_RECOMPUTED = ("population_epsilon",)  # only the ledger that it was written from knows

REASONS = {
    "altered": "The file was changed after it was signed.",
    "foreign": "Signed by another installation: intact in itself, but only its arithmetic could be checked.",
    "none": "Not signed: only its arithmetic could be checked.",
    "intact": "Signed by this installation and unchanged.",
    "not in the ledger": "Signed by this installation and unchanged, but its ledger does not know the entry that paid: "
    "the database was put back to an older state, and has forgotten what was spent since.",
}


def verify_statement(
    path: Path, public_keys: Collection[str] = (), knows: Callable[[str], bool] = lambda _: True
) -> dict[str, Any]:
    """Recompute a statement's ε from its mechanisms and check its signature.

    ===========  =========================================  ==============================
    signature    meaning                                    ok
    ===========  =========================================  ==============================
    ``intact``   signed by one of ``public_keys``           if the arithmetic holds
    ``foreign``  valid, by a key that is not known here     if the arithmetic holds
    ``none``     not signed                                 if the arithmetic holds
    ``altered``  does not fit the content                   never
    ===========  =========================================  ==============================

    The arithmetic holds where the recomputed ε is at most the claimed one, without tolerance, δ is below 1 / shoppers,
    numbers of a mechanism that follow from others agree with them, and the readings (ε at other δ, μ, an attack's
    success, households, ε without amplification) are what the mechanisms give, within half a percent. What stands in
    words cannot be recomputed: only a signature says that nobody changed it.

    Args:
        path: Of the JSON file.
        public_keys: Known installations, as hex (``Home.public_keys``).
        knows: Whether a head is in this installation's ledger (``Ledger.knows``); where not, the reason says so.

    Returns:
        ``epsilon_claimed``, ``epsilon_recomputed`` (inf where nothing protects), ``ok``, ``signature``, ``reason``, and
        ``not_recomputed``: names of numbers that were taken as they stand.

    Raises:
        NotFound: there is no such file.
        DataError: it is no statement, misses a field, or has one twice.
    """
    return _verify(read_statement(path), public_keys, knows)


def verify_content(
    content: bytes, name: str, public_keys: Collection[str] = (), knows: Callable[[str], bool] = lambda _: True
) -> dict[str, Any]:
    """Check a statement that is no file here, for instance an uploaded one; see ``verify_statement``."""
    return _verify(_read(content, name), public_keys, knows)


def read_statement(path: Path) -> dict[str, Any]:
    """Read a statement without believing it.

    Raises:
        NotFound: there is no such file.
        DataError: it is no statement, or has a field twice.
    """
    if not path.is_file():
        raise NotFound(f"There is no file “{path}”. Please give the path of a statement, as a study writes it.")
    with path.open("rb") as file:
        return _read(file.read(MAX_STATEMENT_BYTES + 1), path.name)


def _verify(statement: dict[str, Any], public_keys: Collection[str], knows: Callable[[str], bool]) -> dict[str, Any]:
    claimed, recomputed, objection, untested = _recompute(statement)
    signature = check_signature(statement, public_keys)
    is_forgotten = signature == "intact" and not knows(str(statement.get("ledger_head")))
    kind = "not in the ledger" if is_forgotten else signature
    return {
        "epsilon_claimed": claimed,
        "epsilon_recomputed": recomputed,
        "ok": objection is None and signature != "altered",
        "signature": signature,
        "reason": REASONS[kind] if objection is None or signature == "altered" else objection,
        "not_recomputed": [name for name in untested if statement.get(name) is not None],
    }


def check_signature(statement: dict[str, Any], public_keys: Collection[str]) -> Signature:
    """Tell whose signature a statement bears, and whether it fits the content."""
    if statement.get("signature") is None:
        return "none"
    content = {name: value for name, value in statement.items() if name != "signature"}
    try:
        public_key = str(statement["signature"]["public_key"])
        value = bytes.fromhex(statement["signature"]["value"])
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(value, canonical_json(content).encode())
    except (InvalidSignature, KeyError, TypeError, ValueError, RecursionError):
        return "altered"
    return "intact" if public_key in public_keys else "foreign"


def _read(content: bytes, name: str) -> dict[str, Any]:
    if len(content) > MAX_STATEMENT_BYTES:
        raise DataError(f"“{name}” is too large for a privacy statement. Please give a file from statements/.")
    try:
        statement = json.loads(content.decode("utf-8"), object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise DataError(f"“{name}” is not a JSON file. Please give a file from statements/.") from error
    if not isinstance(statement, dict) or "epsilon" not in statement:
        raise DataError(f"“{name}” is no privacy statement: it has no ε. Please give a file from statements/.")
    if statement.get("neighbouring_relation") != RELATION or statement.get("unit", UNIT) != UNIT:
        raise DataError(f"“{name}” does not promise “{RELATION}” with all events; nothing else can be recomputed here.")
    if statement.get("format", KNOWN_FORMATS[0]) not in KNOWN_FORMATS:
        raise DataError(f"“{name}” is of a format that is not known here. Please check it with the Tact that wrote it.")
    return statement


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose fields are all different: of two ε a person might read the one that nobody signed."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"The field “{twice}” stands twice in this file. Please use the file as it was written.")
    return found


def _recompute(statement: dict[str, Any]) -> tuple[float, float, str | None, Sequence[str]]:
    """Return the claimed ε, the recomputed one, what is wrong with the arithmetic, and which numbers were left out."""
    claimed, delta = number(statement, "epsilon"), number(statement, "delta")
    shoppers = _declared_shoppers(statement)
    records = listed(statement, "mechanisms")
    if len(records) > MAX_MECHANISMS:
        raise DataError(f"A statement has at most {MAX_MECHANISMS} mechanisms, and this one {len(records):,}.")
    found = tuple(mechanism for mechanism in map(_mechanism, records) if mechanism is not None)
    if len(found) < len(records) or not 0 < delta < 1:
        return claimed, math.inf, _objection(claimed, math.inf, delta, shoppers, []), ()
    recomputed = _epsilon(found, delta)  # dp-accounting's; nothing stated is believed
    pairs = enumerate(zip(records, found, strict=True), start=1)
    contradictions = [f"mechanism {place}" for place, (record, each) in pairs if not is_consistent(record, each)]
    if not recomputed <= claimed or contradictions:
        return claimed, recomputed, _objection(claimed, recomputed, delta, shoppers, contradictions), ()
    wrong = wrong_readings(statement, found, delta)
    untested = (*left_out(found), *MORE_NOT_RECOMPUTED)
    return claimed, recomputed, _objection(claimed, recomputed, delta, shoppers, wrong), untested


def _epsilon(mechanisms: tuple[Mechanism, ...], delta: float) -> float:
    """The accountant's ε; inf where numbers that no plan of ours has are beyond its arithmetic."""
    try:
        return epsilon_of(mechanisms, delta)
    except (ArithmeticError, ValueError):
        return math.inf


def _mechanism(record: Any) -> Mechanism | None:
    """Rebuild a mechanism; none where its numbers protect nobody (no noise, a negative count)."""
    try:
        return mechanism_from_json(record)
    except SettingsError:
        return None


def _declared_shoppers(statement: dict[str, Any]) -> float:
    shoppers = statement.get("shoppers")
    if not isinstance(shoppers, dict):
        raise DataError("The field “shoppers” of this file is missing. Please use the file as it was written.")
    return number(shoppers, "number")


def _objection(
    claimed: float, recomputed: float, delta: float, shoppers: float, contradictions: Sequence[str]
) -> str | None:
    if not recomputed <= claimed:
        return "Its mechanisms spend more than it claims."
    if contradictions:
        return f"Its numbers contradict each other: {', '.join(contradictions)}."
    if not 0 < delta < 1 / max(shoppers, 1):
        return "Its δ is not below 1 / shoppers: it would allow whole shoppers to be published."
    return None
