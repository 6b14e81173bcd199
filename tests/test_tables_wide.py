"""Files of very many columns: memory goes by columns, and its end is a sentence."""

from pathlib import Path

import pytest

from core.errors import NoSpace
from core.tables import importing
from core.tables.importing import import_files


def wide(path: Path, n_columns: int, n_rows: int) -> Path:
    """A file of three known columns and many others."""
    names = ",".join(["UserID", "ProductID", "Behavior", *(f"c{place}" for place in range(n_columns - 3))])
    rest = ",x" * (n_columns - 3)
    path.write_text(names + "\n" + "".join(f"u{row},p1,1{rest}\n" for row in range(n_rows)))
    return path


def test_a_file_of_two_thousand_columns_is_imported(tmp_path: Path) -> None:
    dataset = import_files(wide(tmp_path / "b.csv", 2_000, 2_500), None, tmp_path / "out")

    assert dataset.report["behavior"]["rows_kept"] == 2_500


def test_too_little_memory_is_a_sentence_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MB_PER_COLUMN", 0)
    monkeypatch.setattr(importing, "MEMORY_LIMIT", 64)

    with pytest.raises(NoSpace, match="more than the 64 MB of memory that an import may use"):
        import_files(wide(tmp_path / "b.csv", 2_000, 2_500), None, tmp_path / "out")

    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]
