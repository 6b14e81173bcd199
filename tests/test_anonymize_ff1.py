"""FF1 as NIST published it, and codes that look like the ids they stand for."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.anonymize.ff1 import ff1_encrypt
from core.anonymize.formats import format_codes

KEY = b"k" * 32
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
AES_128 = "2B7E151628AED2A6ABF7158809CF4F3C"
AES_192 = AES_128 + "EF4359D8D580AA4F"
AES_256 = AES_192 + "7F036D6F04FC6A94"
NONE, NUMBER, WORD = "", "39383736353433323130", "3737373770717273373737"
NIST_SAMPLES = [
    # csrc.nist.gov, Cryptographic Standards and Guidelines, examples: FF1samples.pdf, samples 1 to 9
    (AES_128, 10, NONE, "0123456789", "2433477484"),
    (AES_128, 10, NUMBER, "0123456789", "6124200773"),
    (AES_128, 36, WORD, "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
    (AES_192, 10, NONE, "0123456789", "2830668132"),
    (AES_192, 10, NUMBER, "0123456789", "2496655549"),
    (AES_192, 36, WORD, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"),
    (AES_256, 10, NONE, "0123456789", "6657667009"),
    (AES_256, 10, NUMBER, "0123456789", "1001623463"),
    (AES_256, 36, WORD, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
]


def written(number: int, radix: int, length: int) -> str:
    """A number as so many numerals."""
    return "".join(DIGITS[number // radix**place % radix] for place in reversed(range(length)))


@pytest.mark.parametrize(("key", "radix", "tweak", "plain", "expected"), NIST_SAMPLES)
def test_nists_samples(key: str, radix: int, tweak: str, plain: str, expected: str) -> None:
    half = len(plain) // 2
    halves = (np.array([int(part, radix)], np.uint64) for part in (plain[:half], plain[half:]))

    left, right = ff1_encrypt(
        *halves, radix=radix, length=len(plain), tweak=bytes.fromhex(tweak), key=bytes.fromhex(key)
    )

    found = written(int(left[0]), radix, half) + written(int(right[0]), radix, len(plain) - half)
    assert found == expected


@pytest.mark.parametrize(("radix", "length"), [(10, 5), (2, 19), (2, 129), (36, 23)])
def test_domains_that_are_too_small_or_too_large_are_refused(radix: int, length: int) -> None:
    with pytest.raises(ValueError, match="a million"):
        ff1_encrypt(np.zeros(1, np.uint64), np.zeros(1, np.uint64), radix=radix, length=length, tweak=b"", key=KEY)


def test_numbers_below_a_million_are_permuted() -> None:
    """All of them: no two get one code, and none begins with 0, so that no reader of numbers merges two."""
    codes, is_made = format_codes([str(number) for number in range(1_000_000)], KEY)

    assert is_made.all()
    assert sorted(map(int, codes)) == list(range(1_000_000))
    assert sorted(codes, key=int) == [str(number) for number in range(1_000_000)]


def test_codes_of_one_look_are_distinct_where_nearly_all_ids_of_it_are_there() -> None:
    """A look of 26 * 260,000 ids: every digit of five, and one letter of two, with a capital between."""
    ids = [f"q{number:05d}x" for number in range(100_000)]

    codes, is_made = format_codes(ids, KEY)

    assert is_made.all()
    assert len(set(codes)) == len(ids)
    assert all(re.fullmatch(r"[a-z]\d{5}[a-z]", code) for code in codes)


LOOKS = [
    ("541312140", r"[1-9]\d{8}"),
    ("1924899396621697920", r"[1-9]\d{18}"),
    ("0012345678", r"0\d{9}"),
    ("000123", r"0\d{1,6}"),
    ("12346", r"[1-9]\d{0,5}|0"),
    ("AB-00123", r"[A-Z]{2}-\d{5}"),
    ("User_8841223", r"[A-Z][a-z]{3}_\d{7}"),
    ("72d76fde-8bb3-4e00-8c23-a032dfed738c", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    ("A3SGXH7AUHU8GW", r"[0-9A-Z]{14}"),
    ("john.smith@shop.example", r"[a-z]{4}\.[a-z]{5}@[a-z]{4}\.[a-z]{7}"),
]


@pytest.mark.parametrize(("given_id", "look"), LOOKS)
def test_a_code_looks_like_its_id(given_id: str, look: str) -> None:
    (code,), (is_made,) = format_codes([given_id], KEY)

    assert is_made
    assert re.fullmatch(look, code)
    assert code != given_id
    assert code != format_codes([given_id], b"x" * 32)[0][0]


@pytest.mark.parametrize("given_id", ["", "u12", "A1", "张三1234567", "x" * 60, "---", "a\x001234567"])
def test_ids_without_a_code_of_their_look_are_said(given_id: str) -> None:
    codes, is_made = format_codes([given_id], KEY)

    assert not is_made[0]
    assert codes[0] == given_id


def look_of(text: str) -> str:
    return re.sub(r"[0-9a-zA-Z]", "x", text)


@given(st.lists(st.text("0123456789abfgxzABFZ-_.", max_size=14), unique=True, max_size=40))
def test_no_two_ids_get_one_code_whatever_their_looks(ids: list[str]) -> None:
    codes, is_made = format_codes(ids, KEY)

    made = codes[is_made].tolist()
    assert len(set(made)) == len(made)
    for text, code, is_one in zip(ids, codes, is_made, strict=True):
        if is_one and not text.isdigit():
            assert look_of(code) == look_of(text)  # the length, and every character that is no letter or digit


@given(st.lists(st.text("0123456789abA-", min_size=1, max_size=9), unique=True, min_size=2, max_size=12))
def test_a_code_hangs_on_no_other_id(ids: list[str]) -> None:
    together = dict(zip(ids, format_codes(ids, KEY)[0], strict=True))

    assert all(format_codes([text], KEY)[0][0] == together[text] for text in ids)
