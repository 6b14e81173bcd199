"""What a limit on a shopper's rows would drop is what it does drop."""

import numpy as np
import pandas as pd
import pytest

from core.anonymize.caps import cap_events
from core.columns import Columns
from core.tables.activity import dropped_by
from core.workspace import Workspace


def test_rows_and_shoppers_add_up_to_the_dataset(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACT_HOME", str(tmp_path))
    ws = Workspace()
    info = ws.sample()

    counts = ws.row_counts(info.id)

    assert counts["users"].sum() == info.n_users
    assert (counts["rows"] * counts["users"]).sum() == info.n_events


@pytest.mark.parametrize("most", [1, 3, 10, 1000])
def test_a_limit_drops_what_the_keyed_coin_drops(most: int) -> None:
    rng = np.random.default_rng(5)
    users = [f"u{user}" for user, n in enumerate(rng.integers(1, 25, 40)) for _ in range(n)]
    rows = pd.DataFrame(
        {
            Columns.USER: users,
            Columns.ITEM: [f"i{n}" for n in rng.integers(0, 9, len(users))],
            Columns.EVENT: "view",
            Columns.TIMESTAMP: pd.NaT,
        }
    )
    counts = rows.groupby(Columns.USER).size().value_counts().rename_axis("rows").reset_index(name="users")

    kept, _ = cap_events(rows, rows, most, b"key")

    found = dropped_by(counts, most)
    assert found.rows == pytest.approx(1 - len(kept) / len(rows))
    assert found.shoppers == pytest.approx((rows.groupby(Columns.USER).size() > most).mean())
