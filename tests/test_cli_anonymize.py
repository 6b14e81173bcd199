"""``anonymize`` as a person and as an outside check use it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main

N_USERS = 40


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """40 shoppers with three products of twelve; a column of e-mail addresses and one of towns."""
    rows = [
        f"u{n},i{(n + 5 * item) % 12},1,2024-0{1 + n % 2}-1{item} 09:0{item}:00,u{n}@shop.example,Town {n % 2}\n"
        for n in range(N_USERS)
        for item in range(3)
    ]
    (tmp_path / "b.csv").write_text("UserID,ProductID,Behavior,Time,Mail,Town\n" + "".join(rows))
    products = "".join(f"i{n},Shelf {n % 3},{n + 1}\n" for n in range(12))
    (tmp_path / "p.csv").write_text("ProductID,Category,Price\n" + products)
    return tmp_path / "b.csv", tmp_path / "p.csv"


def anonymize(tmp_path: Path, files: tuple[Path, ...], config: object, *more: object) -> int:
    """Run the command; the files go to ``out``."""
    (tmp_path / "config.json").write_text(json.dumps(config))
    given = [*files, "--config", tmp_path / "config.json", "--out", tmp_path / "out", *more]
    return main(["anonymize", *map(str, given)])


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What was printed: one line of JSON."""
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    found: dict[str, Any] = json.loads(lines[0])
    return found


def test_it_prints_risk_before_and_after_and_what_it_cost(
    tmp_path: Path, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert anonymize(tmp_path, files, {"coarsen_time": "month", "km_anonymity": {"k": 3, "m": 2}}) == 0

    found = said(capsys)
    for moment in ("before", "after"):
        assert list(found[moment]["unicity"]) == ["1", "2", "3", "4", "5"]
        assert isinstance(found[moment]["k"], int)
    assert found["tables"]["before"]["shoppers"] == N_USERS
    assert [row["option"] for row in found["distortion"]] == ["pseudonymize", "coarsen_time", "km_anonymity", "all"]
    assert set(found["files"]) == {path.name for path in (tmp_path / "out").iterdir()}


@pytest.mark.parametrize("preset", ["internal", "partner"])
def test_a_preset_is_a_base_that_other_keys_override(
    tmp_path: Path, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], preset: str
) -> None:
    assert anonymize(tmp_path, files, {"preset": preset, "coarsen_time": "hour", "k_anonymity": None}) == 0

    found = said(capsys)
    assert found["settings"]["pseudonymize"] is True
    assert found["settings"]["coarsen_time"] == "hour"
    assert found["settings"]["k_anonymity"] is None
    with (tmp_path / "out/UserBehavior.csv").open() as file:
        text = file.read()
    assert "@shop.example" not in text


def test_columns_of_other_names_are_mapped(
    tmp_path: Path, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    behavior = files[0].read_text().replace("UserID,ProductID", "kunde,sku")
    files[0].write_text(behavior)
    (tmp_path / "map.json").write_text(json.dumps({"behavior": {"UserID": "kunde", "ProductID": "sku"}}))

    assert anonymize(tmp_path, files, {}, "--map", tmp_path / "map.json") == 0

    with (tmp_path / "out/UserBehavior.csv").open() as file:
        assert next(csv.reader(file))[:4] == ["UserID", "ProductID", "Behavior", "Time"]
    assert said(capsys)["tables"]["after"]["rows"] == N_USERS * 3


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"preset": "friends"}, "preset must be one of internal, partner, publication, got 'friends'"),
        ({"preset": ["partner"]}, "preset must be one of internal, partner, publication"),
        ({"preset": "partner", "colour": 1}, "colour is no setting"),
        ({"k_anonymity": {"k": 2, "columns": ["Age"]}}, "no column Age to tell shoppers apart by. There are "),
        ({"k_anonymity": {"k": 2, "columns": []}}, "k_anonymity.columns must name at least one (got [])"),
        ({"round_prices": float("inf")}, "round_prices must be a finite number (got inf)"),
        ({"price_bands": [1, float("inf")]}, "price_bands must be a finite number (got inf)"),
        ({"k_anonymity": 5}, "k_anonymity must be an object in braces (got 5)"),
        ({"suppress_items_below": 99}, "leaves no row"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(
    tmp_path: Path,
    files: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    config: dict[str, object],
    words: str,
) -> None:
    assert anonymize(tmp_path, files, config) == 2

    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_originals_are_never_overwritten(
    tmp_path: Path, files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    original = files[0].rename(tmp_path / "out/UserBehavior.csv")
    content = original.read_text()

    assert anonymize(tmp_path, (original, files[1]), {}) == 2

    assert "holds the original UserBehavior.csv" in capsys.readouterr().err
    assert original.read_text() == content
