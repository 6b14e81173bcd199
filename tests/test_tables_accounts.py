"""The account of every row of real files: exact, and counted a second time by Python's own csv module."""

import csv
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from core.tables.dataset import INTERACTIONS_FILE
from core.tables.importing import import_files
from core.tables.mapping import Mapping

# file under $TACT_BENCH_DATA, whether it has a header line, its catalogue, what is mapped, and the account of its rows
NUMBERED = {"UserID": "#1", "ProductID": "#2", "Behavior": "#4", "Time": "#5"}
JEWELRY = {"UserID": "#9", "ProductID": "#3", "Behavior": "=purchase", "Time": "#1"}
ACCOUNTS: list[tuple[str, bool, str, dict[str, str], dict[str, int]]] = [
    ("online_retail/UserBehavior.csv", True, "online_retail", {}, {"kept": 397_884}),
    (
        "online_retail/UserBehavior_dirty.csv",
        True,
        "online_retail",
        {},
        {"kept": 397_924, "missing_user": 135_080, "unknown_behavior": 8_905},
    ),
    ("retailrocket/UserBehavior.csv", True, "retailrocket", {}, {"kept": 83_459}),
    ("taobao/UserBehavior.csv", True, "taobao", {}, {"kept": 77_622}),
    ("taobao/raw_no_header.csv", False, "", NUMBERED, {"kept": 84_475, "malformed": 1}),
    ("ml100k/UserBehavior.csv", True, "ml100k", {}, {"kept": 100_000}),
    ("ml1m/UserBehavior.csv", True, "ml1m", {}, {"kept": 1_000_209}),
    ("jewelry/raw_no_header.csv", False, "", JEWELRY, {"kept": 90_559, "malformed": 5_352}),
    ("rees46/raw.csv", True, "", {}, {"kept": 17_434, "malformed": 1}),
]
CATALOGUES = {"online_retail": 3_938, "retailrocket": 8_885, "taobao": 55_368, "ml100k": 1_682, "ml1m": 3_883}


def n_records(path: Path, *, has_header: bool) -> int:
    """Records as Python's own csv module counts them."""
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        return sum(bool(row) for row in csv.reader(file)) - has_header


@pytest.mark.slow
@pytest.mark.bench_data
@pytest.mark.parametrize(
    ("file", "has_header", "shop", "columns", "account"), ACCOUNTS, ids=[row[0] for row in ACCOUNTS]
)
def test_every_row_of_a_real_file_is_kept_or_rejected_for_a_reason(
    tmp_path: Path, file: str, has_header: bool, shop: str, columns: dict[str, str], account: dict[str, int]
) -> None:
    folder = os.environ.get("TACT_BENCH_DATA")
    if not folder:
        pytest.skip("TACT_BENCH_DATA is not set")
    path = Path(folder) / file
    products = Path(folder) / shop / "ProductInfo.csv" if shop else None

    dataset = import_files(path, products, tmp_path / "out", mapping=Mapping(behavior=columns))

    facts = dataset.report["behavior"]
    assert {"kept": facts["rows_kept"], **facts["rejected"]} == account
    assert facts["rows_in"] == sum(account.values()) == n_records(path, has_header=has_header)
    assert pq.read_metadata(tmp_path / "out" / INTERACTIONS_FILE).num_rows == account["kept"]
    rejected = dataset.rejected()
    assert rejected["reason"].value_counts().to_dict() == {name: n for name, n in account.items() if name != "kept"}
    lines = path.read_text("utf-8", errors="replace").split("\n")
    for line, raw in rejected[["line", "raw"]].iloc[::97].to_numpy().tolist():
        assert lines[line - 1].rstrip("\r") == raw
    if products:
        facts = dataset.report["products"]
        assert facts["rows_in"] == facts["rows_kept"] == CATALOGUES[shop] == n_records(products, has_header=True)
