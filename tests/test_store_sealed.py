"""Sealed files: what goes in comes out from any place, and whatever was changed does not open."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DataError, SettingsError
from core.store.data_key import VARIABLE
from core.store.sealed import (
    CHUNK_BYTES,
    HEADER_BYTES,
    TAG_BYTES,
    is_sealed,
    open_file,
    plain_size,
    seal_in_place,
    write_file,
)

KEY, OTHER = "ab" * 32, "cd" * 32
SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES
SIZES = (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)


class Trickle(io.BytesIO):
    """A source that gives less than it is asked for, as sockets do."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 1000))


def sealed(path: Path, content: bytes) -> Path:
    write_file(io.BytesIO(content), path)
    return path


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_as_it_was(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = tmp_path / "sealed"
    write_file(Trickle(content), path)

    n_chunks = max(1, -(-size // CHUNK_BYTES))
    assert path.stat().st_size == HEADER_BYTES + size + n_chunks * TAG_BYTES
    assert (is_sealed(path), plain_size(path)) == (True, size)
    with open_file(path) as file:
        assert file.read() == content
    assert content[:64] not in path.read_bytes() or not size > 8


@pytest.mark.usefixtures("key")
def test_two_seals_of_one_content_have_no_byte_in_common_but_chance(tmp_path: Path) -> None:
    first, second = (sealed(tmp_path / name, b"x" * 100).read_bytes() for name in "ab")

    assert first[17:] != second[17:]  # behind the name of the format and of the key
    assert first[HEADER_BYTES:] != second[HEADER_BYTES:]


@given(steps=st.lists(st.tuples(st.integers(0, 2 * CHUNK_BYTES + 99), st.integers(0, CHUNK_BYTES + 9)), max_size=6))
def test_a_sealed_file_is_read_from_any_place(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int]]
) -> None:
    content = bytes(range(251)) * ((2 * CHUNK_BYTES + 77) // 251)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, KEY)
        with open_file(sealed(tmp_path_factory.mktemp("sealed") / "file", content)) as file:
            for place, size in steps:
                file.seek(place)
                assert file.read(size) == content[place : place + size]
            assert file.seek(-5, io.SEEK_END) == len(content) - 5
            assert file.read() == content[-5:]


def cut_in_a_chunk(raw: bytes) -> bytes:
    return raw[:-1]


def cut_between_chunks(raw: bytes) -> bytes:
    return raw[: HEADER_BYTES + 2 * SEALED_CHUNK]


def cut_to_the_header(raw: bytes) -> bytes:
    return raw[:HEADER_BYTES]


def swapped(raw: bytes) -> bytes:
    first, second = HEADER_BYTES, HEADER_BYTES + SEALED_CHUNK
    return raw[:first] + raw[second : second + SEALED_CHUNK] + raw[first:second] + raw[second + SEALED_CHUNK :]


def repeated(raw: bytes) -> bytes:
    return raw + raw[HEADER_BYTES : HEADER_BYTES + SEALED_CHUNK]


def flipped(raw: bytes) -> bytes:
    return raw[: HEADER_BYTES + 9] + bytes([raw[HEADER_BYTES + 9] ^ 1]) + raw[HEADER_BYTES + 10 :]


def other_salt(raw: bytes) -> bytes:
    return raw[: HEADER_BYTES - 1] + bytes([raw[HEADER_BYTES - 1] ^ 1]) + raw[HEADER_BYTES:]


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    "change", [cut_in_a_chunk, cut_between_chunks, cut_to_the_header, swapped, repeated, flipped, other_salt]
)
def test_a_sealed_file_that_was_changed_does_not_open(tmp_path: Path, change: object) -> None:
    path = sealed(tmp_path / "May.csv", os.urandom(3 * CHUNK_BYTES))
    assert callable(change)
    path.write_bytes(change(path.read_bytes()))

    with pytest.raises(DataError, match=r"May\.csv was changed or cut off"), open_file(path) as file:
        file.read()


def test_without_the_key_or_with_another_one_a_sentence_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    path = sealed(tmp_path / "May.csv", b"rows")

    monkeypatch.setenv(VARIABLE, OTHER)
    with pytest.raises(SettingsError, match=r"May\.csv is encrypted with another key than the one in TACT_DATA_KEY"):
        open_file(path)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(SettingsError, match=r"May\.csv is encrypted\. Set TACT_DATA_KEY"):
        open_file(path)


def test_a_file_of_another_process_is_sealed_in_its_place_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lists.csv"
    path.write_bytes(b"rows")
    seal_in_place(path)
    assert path.read_bytes() == b"rows"  # no key, no seal

    monkeypatch.setenv(VARIABLE, KEY)
    for _ in range(2):
        seal_in_place(path)
        with open_file(path) as file:
            assert file.read() == b"rows"
    assert [entry.name for entry in tmp_path.iterdir()] == ["lists.csv"]


def test_a_plain_file_stays_readable_when_a_key_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sealed(tmp_path / "May.csv", b"rows")
    monkeypatch.setenv(VARIABLE, KEY)

    assert path.read_bytes() == b"rows"
    assert (is_sealed(path), plain_size(path)) == (False, 4)
    with open_file(path) as file:
        assert file.read() == b"rows"
