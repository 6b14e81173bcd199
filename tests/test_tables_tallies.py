"""What rules that are off would reject, counted in a part of a large file: estimates, with what they are worth."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.tables import repeats, tallies
from core.tables.importing import import_files
from core.tables.mapping import Mapping
from core.tables.repeats import RepeatCounter
from core.tables.rules import Rules
from tests.two_files import files

N_ROWS = 6_000


def rules_of(folder: Path, rules: Rules = Rules()) -> dict[str, Any]:  # noqa: B008 - frozen
    """The counts of a file of which every fifth row is a return, of postage, without price, and a duplicate."""
    odd = "u1,post,1,-1,0,C7\n"
    rows = "".join(odd if n % 5 == 0 else f"u1,p{n % 30},1,1,2.50,{n}\n" for n in range(N_ROWS))
    behavior, _ = files(folder, "UserID,ProductID,Behavior,Quantity,Price,InvoiceNo\n" + rows)
    report = import_files(behavior, None, folder / "out", mapping=Mapping(rules=rules)).report["behavior"]
    assert report["rows_in"] == N_ROWS
    found: dict[str, Any] = report["rules"]
    return found


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some 40 blocks, of which those beyond the first 500 rows are counted by a coin."""
    monkeypatch.setattr("core.tables.reading.BLOCK_CHARS", 3_000)
    monkeypatch.setattr(tallies, "N_EXACT", 500)
    monkeypatch.setattr(tallies, "ONE_IN", 2)


def test_a_small_file_is_counted_exactly(tmp_path: Path) -> None:
    found = rules_of(tmp_path)

    n_odd = N_ROWS // 5
    counts = {"duplicates": n_odd - 1, "returns": n_odd, "non_products": n_odd, "impossible_prices": n_odd}
    assert {name: found[name]["rows"] for name in counts} == counts
    assert not any(found[name]["estimate"] for name in found)


@pytest.mark.usefixtures("small_blocks")
def test_a_large_file_is_estimated_and_says_so(tmp_path: Path) -> None:
    """Half of some 36 blocks by a coin, which is the same at every run: a relative deviation of 1 / 6."""
    found = rules_of(tmp_path)

    n_odd = N_ROWS // 5
    for name in ("returns", "impossible_prices", "non_products"):
        assert found[name]["estimate"]
        assert abs(found[name]["rows"] - n_odd) < 3 / 6 * n_odd
        assert found[name]["rows"] == found[name]["of_kept"]
    assert (found["duplicates"]["rows"], found["duplicates"]["estimate"]) == (n_odd - 1, False)


@pytest.mark.usefixtures("small_blocks")
def test_rules_that_are_on_are_exact_in_a_large_file(tmp_path: Path) -> None:
    found = rules_of(tmp_path, Rules(duplicates=True, non_products=("post",)))

    n_odd = N_ROWS // 5
    assert found["duplicates"] == {"on": True, "rows": n_odd - 1}
    assert found["non_products"] == {"on": True, "rows": 1}  # the first of the duplicates


def counted(hashes: "np.ndarray[Any, np.dtype[np.uint64]]", *, n_blocks: int = 10) -> RepeatCounter:
    """Hashes counted in blocks; rows with an even hash are kept."""
    counter = RepeatCounter()
    for block in np.array_split(hashes, n_blocks):
        counter.add(block, block % np.uint64(4) == 0)
    return counter


def test_repeats_are_counted_wherever_they_stand() -> None:
    hashes = np.array([8, 16, 8, 2, 8, 2, 1 << 63], np.uint64)

    counter = counted(hashes, n_blocks=7)

    assert (counter.count(), counter.is_estimate) == ((2 + 1, 2), False)  # 8 twice more, and kept; 2 once more


def test_nothing_repeats_in_no_rows() -> None:
    assert RepeatCounter().count() == (0, 0)


def test_many_repeats_are_estimated_from_a_slice_in_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """60,000 rows of 20,000 hashes: 40,000 repeats. A slice of at most 4,096 rows holds at least 680 of the hashes, so
    the count has a relative deviation below 1 / sqrt(680) = 0.04; 6 deviations are passed once in 500 million."""
    monkeypatch.setattr(repeats, "MAX_HASHES", 4_096)
    generator = np.random.default_rng(11)
    hashes = generator.integers(0, 1 << 64, 20_000, dtype=np.uint64)

    counter = counted(generator.permutation(np.tile(hashes, 3)))

    assert counter.is_estimate
    assert sum(len(words) for words in counter._kept) <= 4_096
    assert abs(counter.count()[0] - 40_000) < 6 * 0.04 * 40_000
