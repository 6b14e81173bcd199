"""Pseudonyms and their keys: kept apart, numbered, and replaced without moving a study."""

from pathlib import Path

import pytest

from core.anonymize.pseudonyms import (
    COINS_KEY,
    PSEUDONYM_DIGITS,
    current_key,
    export_key,
    fingerprint,
    keys_of,
    pseudonym,
    pseudonyms,
    rotate,
    study_key,
    versions,
)
from core.anonymize.rows import apply_row_rules
from core.columns import Columns
from core.settings import AnonymizationSettings
from core.store.home import Home
from tests.made_shop import make_interactions


def test_the_first_version_is_the_key_that_there_always_was(home: Home) -> None:
    before = home.key("pseudonyms")

    assert current_key(home) == (1, before)
    assert versions(home) == (1,)


def test_rotating_gives_exports_other_codes_and_studies_the_same(home: Home) -> None:
    before, studies = export_key(home), study_key(home)

    assert rotate(home) == 2
    assert current_key(home)[0] == 2
    assert pseudonym("u", keys_of(export_key(home)).names) != pseudonym("u", keys_of(before).names)
    assert study_key(home) == studies
    assert versions(home) == (1, 2)


def test_coins_are_never_rotated(home: Home) -> None:
    """With another key randomised response would answer anew, and several answers show the truth."""
    before = keys_of(export_key(home)).coins
    rotate(home, keep_old=False)

    assert keys_of(export_key(home)).coins == before == home.key(COINS_KEY) == keys_of(study_key(home)).coins
    assert before not in (home.key("pseudonyms"), keys_of(export_key(home)).names)


def test_old_versions_go_when_they_are_not_kept_but_the_studies_one_stays(home: Home) -> None:
    first = current_key(home)[1]
    rotate(home)
    second = current_key(home)[1]
    rotate(home, keep_old=False)

    assert versions(home) == (1, 3)
    assert home.key("pseudonyms") == first
    assert not list((home.folder / "keys").glob("*-2*"))
    assert rotate(home) == 4  # a number is never used twice
    assert second not in (home.key("pseudonyms-3"), home.key("pseudonyms-4"))


def test_keys_are_readable_by_their_owner_only(home: Home) -> None:
    rotate(home)

    assert {path.stat().st_mode & 0o777 for path in Path(home.folder, "keys").glob("*.key")} == {0o600}


def test_a_fingerprint_names_a_key_and_does_not_tell_it(home: Home) -> None:
    old = export_key(home)
    rotate(home)

    assert fingerprint(old) == fingerprint(keys_of(old).names) != fingerprint(export_key(home))
    assert fingerprint(old) not in old.hex()
    assert len(fingerprint(old)) == 16


def test_ids_too_short_for_their_format_get_hexadecimal_codes() -> None:
    codes = pseudonyms(["u1", "u2", "541312140"], b"k" * 32, "same").tolist()

    assert codes[:2] == [pseudonym("u1", b"k" * 32), pseudonym("u2", b"k" * 32)]
    assert (len(codes[2]), codes[2].isdigit()) == (9, True)


@pytest.mark.parametrize("look", ["hex", "same"])
def test_what_was_done_to_ids_is_counted_and_said(look: str) -> None:
    chosen = AnonymizationSettings(pseudonym_format=look)  # type: ignore[arg-type]
    rows = make_interactions()
    rows.loc[rows[Columns.USER] == rows[Columns.USER][0], Columns.USER] = "u1"

    after, _, (change,) = apply_row_rules(rows, None, chosen, b"k" * 32)

    assert change.n_changed == rows[Columns.USER].nunique() == after[Columns.USER].nunique()
    assert ("turn them back" in change.sentence) == (look == "same")
    assert (
        f"1 ids are too short, too long or too unusual for that: their codes have {PSEUDONYM_DIGITS}" in change.sentence
    ) == (look == "same")


@pytest.mark.parametrize("odd", ["AB\x0112345", "7f3c\x019a1bq", "\x00123456", "12345\t67"])
def test_an_id_with_control_characters_has_no_format_and_stops_nobodys_export(odd: str) -> None:
    others = ["AB-00123", "7f3c9a1b"]

    codes = pseudonyms([*others, odd], b"k" * 32, "same")

    assert codes[2] == pseudonym(odd, b"k" * 32)
    assert codes[:2].tolist() == pseudonyms(others, b"k" * 32, "same").tolist()
