"""Codes in the format of the ids they stand for: digits stay digits, letters letters, whatever else stays.

An id belongs to a *class* that its code shares: all ids of one look. Within a class the code is a permutation by FF1
(``core.anonymize.ff1``, binary numerals) of the ids' numbers, walked on until it is a number of the class again (cycle
walking: Black and Rogaway 2002, "Ciphers with arbitrary finite domains", section 3). So no two ids get one code.

==========================  ===================================================================================
id                          class, and what its code looks like
==========================  ===================================================================================
digits, first not 0         numbers of as many digits; numbers of up to six digits are one class together, so
                            that a short number may change its length. A code never begins with 0: who reads it
                            as a number merges nobody.
digits, first 0             as many digits with 0 first; up to seven digits are one class together
few changes ("AB-00123")    each digit becomes a digit, each letter a letter of its case, all else stays
many changes ("7f3c9a1b")   more than three changes between digits, small and capital letters, as random codes
                            have: any of the id's kinds of characters may stand at each place, for the pattern of
                            kinds alone would tell such ids apart. Letters up to f stay letters up to f.
anything else               fewer than a million ids look like it, or more than 2 ** 128, or it has letters that
                            are not ASCII and would stay readable: no code in this format
==========================  ===================================================================================
"""

import hashlib
import string
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from core.anonymize.ff1 import MIN_DOMAIN, ff1_encrypt

Limbs = npt.NDArray[np.uint64]  # (n_limbs, n): numbers of up to 128 bits, 32 bits a row, lowest first
_MANY_CHANGES = 3
_MAX_BITS = 128
_HIDDEN = "\x00"  # stands for a letter or digit of a code with many changes
_SHORT = 6  # numbers of so many digits are a class together: a million of them
_KINDS = str.maketrans(
    {**dict.fromkeys(string.digits, "0"), **dict.fromkeys(string.ascii_lowercase, "a")}
    | dict.fromkeys(string.ascii_uppercase, "A")
)
_HIDE = str.maketrans(dict.fromkeys(string.digits + string.ascii_letters, _HIDDEN))
_CHANGES = ("0a", "a0", "0A", "A0", "aA", "Aa")
_ALPHABETS = {"0": string.digits, "a": string.ascii_lowercase, "A": string.ascii_uppercase, "1": "123456789"}


def format_codes(ids: Sequence[str], key: bytes) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """Codes that look like the ids they stand for; whoever holds the key can undo them.

    Args:
        ids: Distinct or not; equal ids get equal codes.
        key: 16, 24 or 32 bytes.

    Returns:
        Shape (n,) codes, and which of them could be made; where not, the id itself stands there.
    """
    codes = np.array(ids, dtype=object)
    is_made = np.zeros(len(codes), dtype=bool)
    places: dict[str, list[int]] = {}
    for place, text in enumerate(ids):
        places.setdefault(_class_of(text), []).append(place)
    for name, members in places.items():
        found = _codes_of_class(name, [ids[place] for place in members], key)
        if found is not None:
            codes[members], is_made[members] = found, True
    return codes, is_made


def _class_of(text: str) -> str:
    """The name of an id's class; empty where it has none."""
    if not text.isascii() or not text.isprintable():  # control characters mark places here
        return ""
    if text.isdigit():
        n_free = len(text) - (text[0] == "0" and len(text) > 1)
        return f"{'zero' if n_free < len(text) else 'number'}:{n_free if n_free > _SHORT else 'short'}"
    pattern = text.translate(_KINDS)
    bare = pattern if pattern.isalnum() else "".join(filter(str.isalnum, pattern))
    if sum(map(bare.count, _CHANGES)) <= _MANY_CHANGES:
        return f"pattern:{pattern}"
    kinds = "".join(sorted(set(bare)))
    letters = set(text) & set(string.ascii_letters)
    is_hex = all(letter in "abcdefABCDEF" for letter in letters)
    return f"code:{kinds}{'f' if is_hex else 'z'}:{text.translate(_HIDE)}"


def _codes_of_class(name: str, ids: list[str], key: bytes) -> list[str] | None:
    kind, _, rest = name.partition(":")
    if not kind:
        return None
    tweak = hashlib.sha256(name.encode()).digest()[:7]  # seven bytes: with a half of eight, one block of AES a round
    if rest == "short":
        return _short_codes(ids, kind == "zero", tweak, key)
    places, pattern = _alphabets(kind, rest)
    size = int(np.prod([len(alphabet) for alphabet in places], dtype=object)) if places else 1
    if not MIN_DOMAIN <= size <= 2**_MAX_BITS:
        return None
    kept = np.array([character == "\x01" for character in pattern])
    table = np.frombuffer("".join(ids).encode(), np.uint8).reshape(len(ids), -1).copy()
    numbers = _ranks(table[:, kept], places, size)

    def texts(values: Limbs) -> list[str]:
        some = np.broadcast_to(table[0], (values.shape[1], table.shape[1])).copy()
        some[:, kept] = _characters(values, places)
        joined, width = some.tobytes().decode(), table.shape[1]
        return [joined[start : start + width] for start in range(0, len(joined), width)]

    def belong(values: Limbs) -> npt.NDArray[np.bool_]:
        return np.array([_class_of(text) == name for text in texts(values)], dtype=bool)

    return texts(_permuted(numbers, size, tweak, key, belong if kind == "code" else None))


def _alphabets(kind: str, rest: str) -> tuple[list[str], str]:
    """The alphabet of each free place, and the id with \\x01 at those places."""
    if kind in ("number", "zero"):
        digits = [_ALPHABETS["0"]] * int(rest)
        if kind == "zero":
            return digits, "0" + "\x01" * len(digits)
        return [_ALPHABETS["1"], *digits[1:]], "\x01" * len(digits)
    if kind == "pattern":
        return [_ALPHABETS[letter] for letter in rest if letter in _ALPHABETS and letter != "1"], "".join(
            "\x01" if letter in "0aA" else letter for letter in rest
        )
    kinds, _, look = rest.partition(":")
    every = "".join(_ALPHABETS[letter][: 6 if kinds[-1] == "f" and letter != "0" else None] for letter in kinds[:-1])
    return [every] * look.count(_HIDDEN), look.replace(_HIDDEN, "\x01")


def _short_codes(ids: list[str], has_zero: bool, tweak: bytes, key: bytes) -> list[str]:
    """Numbers below a million; or 0 and up to six digits, numbered by length and then by value."""
    if not has_zero:
        numbers = np.array([[int(text) for text in ids]], np.uint64)
        return [str(number) for number in _permuted(numbers, 10**_SHORT, tweak, key, None)[0].tolist()]
    starts = [(10**length - 10) // 9 for length in range(1, _SHORT + 2)]
    numbers = np.array([[starts[len(text) - 2] + int(text) for text in ids]], np.uint64)
    found = _permuted(numbers, starts[-1], tweak, key, None)[0]
    lengths = np.searchsorted(np.array(starts), found, side="right")
    values = zip(lengths.tolist(), found.tolist(), strict=True)
    return [f"0{number - starts[length - 1]:0{length}d}" for length, number in values]


def _permuted(
    numbers: Limbs, size: int, tweak: bytes, key: bytes, belong: Callable[[Limbs], npt.NDArray[np.bool_]] | None
) -> Limbs:
    """FF1 over the bits of a number, again and again until it is below ``size`` and belongs to the class."""
    bits = (size - 1).bit_length()
    found = numbers.copy()
    todo = np.arange(numbers.shape[1])
    while len(todo):
        left, right = _halves(found[:, todo], bits)
        now = _joined(*ff1_encrypt(left, right, radix=2, length=bits, tweak=tweak, key=key), bits, len(found))
        found[:, todo] = now
        is_inside = _is_below(now, size)
        if belong is not None:
            inside = np.flatnonzero(is_inside)
            is_inside[inside] = belong(now[:, inside])
        todo = todo[~is_inside]
    return found


def _ranks(table: npt.NDArray[np.uint8], places: list[str], size: int) -> Limbs:
    """The number of each id (n_ids, n_places): its characters as digits of a mixed radix, the first the largest."""
    limbs = np.zeros((-(-(size - 1).bit_length() // 32), len(table)), np.uint64)
    for place, alphabet in enumerate(places):
        values = np.zeros(256, np.uint64)
        values[np.frombuffer(alphabet.encode(), np.uint8)] = np.arange(len(alphabet))
        carry = values[table[:, place]]
        for limb in limbs:
            total = limb * np.uint64(len(alphabet)) + carry
            limb[:], carry = total & np.uint64(2**32 - 1), total >> np.uint64(32)
    return limbs


def _characters(limbs: Limbs, places: list[str]) -> npt.NDArray[np.uint8]:
    """The characters (n_ids, n_places) of each number: what ``_ranks`` undoes."""
    rest = limbs.copy()
    found = np.empty((limbs.shape[1], len(places)), np.uint8)
    for place in reversed(range(len(places))):
        letters = np.frombuffer(places[place].encode(), np.uint8)
        left = np.zeros(limbs.shape[1], np.uint64)
        for limb in rest[::-1]:
            total = (left << np.uint64(32)) | limb
            limb[:], left = total // np.uint64(len(letters)), total % np.uint64(len(letters))
        found[:, place] = letters[left]
    return found


def _halves(limbs: Limbs, bits: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """The upper and the lower bits of each number, as FF1 splits them."""
    low, high = _words(limbs)
    n_low = bits - bits // 2
    if n_low == 64:
        return high, low
    return (low >> np.uint64(n_low)) | (high << np.uint64(64 - n_low)), low & np.uint64(2**n_low - 1)


def _joined(left: npt.NDArray[np.uint64], right: npt.NDArray[np.uint64], bits: int, n_limbs: int) -> Limbs:
    n_low = bits - bits // 2
    low, high = right, left
    if n_low < 64:
        low, high = right | (left << np.uint64(n_low)), left >> np.uint64(64 - n_low)
    mask, half = np.uint64(2**32 - 1), np.uint64(32)
    return np.stack([low & mask, low >> half, high & mask, high >> half])[:n_limbs]


def _words(limbs: Limbs) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    whole = np.zeros((4, limbs.shape[1]), np.uint64)
    whole[: len(limbs)] = limbs
    return whole[0] | (whole[1] << np.uint64(32)), whole[2] | (whole[3] << np.uint64(32))


def _is_below(limbs: Limbs, size: int) -> npt.NDArray[np.bool_]:
    low, high = _words(limbs)
    last = size - 1  # size itself may be 2 ** 128
    top, bottom = np.uint64(last >> 64), np.uint64(last & (2**64 - 1))
    below: npt.NDArray[np.bool_] = (high < top) | ((high == top) & (low <= bottom))
    return below
