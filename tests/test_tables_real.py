"""Real shops, where ``TACT_BENCH_DATA`` says that they are: every row is accounted for."""

import os
from pathlib import Path

import pandas as pd
import pytest

from core.columns import Columns
from core.tables.importing import import_files
from core.tables.mapping import Mapping
from core.tables.proposal import propose
from core.tables.rules import Rules

EXPECTED = {
    # users, items and events of the published files
    "online_retail": (4_338, 3_665, 397_884),
    "retailrocket": (3_425, 8_881, 83_459),
    "taobao": (814, 52_491, 77_622),
    "ml100k": (943, 1_682, 100_000),
    "ml1m": (6_040, 3_706, 1_000_209),
}


@pytest.mark.slow
@pytest.mark.bench_data
@pytest.mark.parametrize("name", EXPECTED)
def test_real_shops_import_whole(tmp_path: Path, name: str) -> None:
    folder = os.environ.get("TACT_BENCH_DATA")
    if not folder:
        pytest.skip("TACT_BENCH_DATA is not set")
    shop = Path(folder) / name

    facts = import_files(shop / "UserBehavior.csv", shop / "ProductInfo.csv", tmp_path / "out").report["behavior"]

    assert (facts["users"], facts["items"], facts["rows_kept"]) == EXPECTED[name]
    assert facts["rejected"] == {}


@pytest.mark.slow
@pytest.mark.bench_data
def test_the_dirty_file_of_a_real_shop_adds_up(tmp_path: Path) -> None:
    folder = os.environ.get("TACT_BENCH_DATA")
    if not folder:
        pytest.skip("TACT_BENCH_DATA is not set")
    shop = Path(folder) / "online_retail"

    dataset = import_files(shop / "UserBehavior_dirty.csv", shop / "ProductInfo.csv", tmp_path / "out")

    facts = dataset.report["behavior"]
    assert facts["rows_in"] == 541_909 == facts["rows_kept"] + sum(facts["rejected"].values())
    assert facts["rejected"]["missing_user"] == 135_080
    assert len(dataset.rejected()) == sum(facts["rejected"].values())
    raw = pd.read_csv(shop / "UserBehavior_dirty.csv", dtype=str)
    good = raw[raw["UserID"].notna() & (raw["Behavior"] == "1")].reset_index(drop=True)
    ours = dataset.interactions()
    for own, theirs in ((Columns.USER, "UserID"), (Columns.ITEM, "ProductID"), ("InvoiceNo", "InvoiceNo")):
        assert ours[own].tolist() == good[theirs].tolist()
    assert ours[Columns.TIMESTAMP].tolist() == pd.to_datetime(good["Time"]).tolist()
