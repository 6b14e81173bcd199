"""The key of rows at rest: how it is given, and what is said where it is none."""

import base64
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.store.data_key import FILE_VARIABLE, VARIABLE, data_key, fingerprint
from core.store.home import Home

KEY = bytes(range(200, 232))  # its base64 holds "+" and "/", and "-" and "_" in the other alphabet


@pytest.mark.parametrize(
    "text",
    [KEY.hex(), KEY.hex().upper(), f" {KEY.hex()}\n", base64.b64encode(KEY), base64.urlsafe_b64encode(KEY)],
)
def test_a_key_may_be_written_in_hex_or_base64(text: str | bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text if isinstance(text, str) else text.decode())

    assert data_key() == KEY


@pytest.mark.parametrize("content", [KEY, KEY.hex().encode() + b"\n", base64.b64encode(KEY)])
def test_a_key_may_be_in_a_file(content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "key"))

    assert data_key() == KEY


def test_without_a_key_there_is_none() -> None:
    assert data_key() is None


@pytest.mark.parametrize("text", ["secret", KEY[:16].hex(), KEY.hex() + "00", base64.b64encode(KEY[:31]).decode(), "é"])
def test_a_key_of_a_wrong_length_stops_the_start_and_is_not_quoted(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, text)

    with pytest.raises(SettingsError, match=r"TACT_DATA_KEY has to be 32 bytes .* openssl rand -hex 32") as refusal:
        Home(tmp_path / "home")
    assert text not in str(refusal.value)
    assert not (tmp_path / "home").exists()


def test_two_ways_at_once_and_a_file_that_is_not_there_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, str(tmp_path / "gone"))
    with pytest.raises(SettingsError, match=r"TACT_DATA_KEY_FILE names .*gone, which cannot be read"):
        data_key()

    monkeypatch.setenv(VARIABLE, KEY.hex())
    with pytest.raises(SettingsError, match="both set"):
        data_key()


def test_a_fingerprint_tells_keys_apart_and_holds_no_byte_of_them() -> None:
    assert fingerprint(KEY) != fingerprint(KEY[::-1])
    assert len(fingerprint(KEY)) == 2 * 8
    assert fingerprint(KEY) not in KEY.hex()
