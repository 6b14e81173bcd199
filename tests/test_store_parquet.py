"""The one door to rows: sealed where a key is configured, and the same rows come out either way."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from core.errors import DataError, SettingsError
from core.store.data_key import VARIABLE
from core.store.parquet import connect, create_view, parquet_writer, read_frame, write_frame, write_query

KEY, OTHER = "ab" * 32, "cd" * 32
N = 1_000
FRAME = pd.DataFrame(
    {
        "user_id": [f"shopper~{i % 50}" for i in range(N)],
        "timestamp": pd.to_datetime(pd.Series([None if i % 9 == 0 else f"2024-05-{i % 28 + 1:02}" for i in range(N)])),
        "price": [i / 4 if i % 7 else None for i in range(N)],
        "number": range(N),
    }
)


@pytest.fixture(params=[None, KEY], ids=["plain", "sealed"])
def key(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | None:
    if request.param:
        monkeypatch.setenv(VARIABLE, request.param)
    given: str | None = request.param
    return given


def write_groups(path: Path, frame: pd.DataFrame = FRAME, size: int = 100) -> None:
    """Write row group by row group, as imports do."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    with parquet_writer(path, table.schema) as writer:
        for start in range(0, len(table), size):
            writer.write_table(table.slice(start, size))


def test_a_frame_comes_back_as_it_was_written(tmp_path: Path, key: str | None) -> None:
    write_frame(FRAME, tmp_path / "rows.parquet")

    pd.testing.assert_frame_equal(read_frame(tmp_path / "rows.parquet"), FRAME, check_dtype=False)
    assert list(read_frame(tmp_path / "rows.parquet", ["number"])) == ["number"]
    assert (tmp_path / "rows.parquet").read_bytes()[:4] == (b"PARE" if key else b"PAR1")


@pytest.mark.usefixtures("key")
def test_sql_sees_the_same_rows_in_the_same_order(tmp_path: Path) -> None:
    write_groups(tmp_path / "it's.parquet")

    with connect("64MB") as connection:
        create_view(connection, "rows", tmp_path / "it's.parquet")
        everything = connection.sql("select * from rows").to_df()
        own = connection.execute("select number from rows where user_id = ?", ["shopper~7"]).fetchall()
        counts = connection.execute("select count(*), count(price), count(timestamp) from rows").fetchall()

    pd.testing.assert_frame_equal(everything, FRAME, check_dtype=False)
    assert [row[0] for row in own] == list(range(7, N, 50))
    assert counts == [(N, FRAME["price"].notna().sum(), FRAME["timestamp"].notna().sum())]


@pytest.mark.usefixtures("key")
def test_what_a_query_gives_is_written_in_its_order(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        write_query(
            connection, "select range as n, 'p' || range as item from range(250000) order by n desc", tmp_path / "q"
        )

    found = read_frame(tmp_path / "q")
    assert found["n"].tolist() == list(range(249_999, -1, -1))
    assert found["item"].iloc[0] == "p249999"


def test_a_query_without_rows_is_a_table_with_its_columns(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        write_query(connection, "select 1 as n where false", tmp_path / "q")

    assert (list(read_frame(tmp_path / "q")), len(read_frame(tmp_path / "q"))) == (["n"], 0)


def test_no_word_of_a_sealed_table_is_in_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a cell nor a column's name; a plain file holds both, so that the search is worth something."""
    plain, hidden = tmp_path / "plain", tmp_path / "hidden"
    one = FRAME.head(1)
    write_frame(one, plain)
    monkeypatch.setenv(VARIABLE, KEY)
    write_frame(one, hidden)

    for word in (b"shopper~0", b"user_id", b"timestamp"):
        assert word in plain.read_bytes()
        assert word not in hidden.read_bytes()


def test_a_plain_table_stays_readable_when_a_key_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_frame(FRAME, tmp_path / "rows.parquet")
    monkeypatch.setenv(VARIABLE, KEY)

    assert len(read_frame(tmp_path / "rows.parquet")) == N
    with connect("64MB") as connection:
        create_view(connection, "rows", tmp_path / "rows.parquet")
        assert connection.execute("select count(*) from rows").fetchall() == [(N,)]


@pytest.mark.parametrize(
    ("later", "says"),
    [
        (None, r"is encrypted\. Set TACT_DATA_KEY"),
        (OTHER, r"with another key than the one in TACT_DATA_KEY.*[0-9a-f]{16}"),
    ],
)
def test_a_sealed_table_without_its_key_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str | None, says: str
) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    write_frame(FRAME, tmp_path / "rows.parquet")
    monkeypatch.delenv(VARIABLE)
    if later:
        monkeypatch.setenv(VARIABLE, later)

    with pytest.raises(SettingsError, match=says):
        read_frame(tmp_path / "rows.parquet")
    with pytest.raises(SettingsError, match=says), connect("64MB") as connection:
        create_view(connection, "rows", tmp_path / "rows.parquet")


def test_a_sealed_table_that_was_changed_is_told_from_one_of_another_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    path = tmp_path / "rows.parquet"
    write_frame(FRAME, path)
    raw = bytearray(path.read_bytes())
    raw[-40] ^= 1  # in the sealed footer
    path.write_bytes(bytes(raw))

    with pytest.raises(DataError, match="was changed or cut off"):
        read_frame(path)


def test_each_file_has_a_key_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)
    for name in "ab":
        write_frame(FRAME, tmp_path / name)

    first, second = ((tmp_path / name).read_bytes() for name in "ab")
    start = first.index(b"keyMetadata") if b"keyMetadata" in first else -400
    assert first[start:] != second[start:]
    assert first[4:2_000] != second[4:2_000]
