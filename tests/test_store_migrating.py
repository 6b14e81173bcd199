"""Homes of before: their database gets what it lacks and loses nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

from core.store import migrating, schema
from core.store.home import Home
from core.tables.shelf import list_datasets
from tests.made_shop import import_made, make_interactions

OLD_DATASETS = """
CREATE TABLE datasets (
    id VARCHAR(40) NOT NULL, name VARCHAR(200) NOT NULL, created DATETIME NOT NULL, folder TEXT NOT NULL,
    kind VARCHAR(20) NOT NULL, population VARCHAR(100) NOT NULL, report JSON NOT NULL, settings JSON NOT NULL,
    CONSTRAINT pk_datasets PRIMARY KEY (id)
)
"""


def old_home(folder: Path) -> Path:
    """A home whose database was made before datasets had versions, with one dataset."""
    dataset = import_made(folder / "files", make_interactions())
    report = (dataset.folder / "report.json").read_text("utf-8")
    home = folder / "home"
    home.mkdir()
    with closing(sqlite3.connect(home / "tact.db")) as connection, connection:
        connection.execute(OLD_DATASETS)
        values = ("d1", "Tea shop", "2025-01-02 03:04:05", str(dataset.folder), "private", "main", report, "{}")
        connection.execute("INSERT INTO datasets VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    return home


def test_a_dataset_of_before_versions_is_listed_as_its_first(tmp_path: Path) -> None:
    home = Home(old_home(tmp_path))

    (info,) = list_datasets(home)

    assert (info.id, info.name, info.version, info.lineage) == ("d1", "Tea shop", 1, "d1")
    assert (info.parent, info.imported_by, info.expires, info.sources, info.recipe) == (None, "", None, (), {})
    assert info.n_events == len(make_interactions())
    home.close()


def test_a_home_is_brought_up_to_date_once_and_for_all(tmp_path: Path) -> None:
    folder = old_home(tmp_path)
    for _ in range(2):
        home = Home(folder)
        with home.engine.connect() as connection:
            assert len(connection.execute(select(schema.datasets)).all()) == 1
        home.close()

    with closing(sqlite3.connect(folder / "tact.db")) as connection:
        names = {row[1] for row in connection.execute("PRAGMA table_info(datasets)")}
    assert names == {column.name for column in schema.datasets.columns}


def test_a_column_that_older_rows_could_not_fill_is_a_mistake_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    older, newer = MetaData(), MetaData()
    Table("things", older, Column("id", Integer, primary_key=True))
    Table("things", newer, Column("id", Integer, primary_key=True), Column("size", Integer, nullable=False))
    monkeypatch.setattr(migrating, "metadata", newer)
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        older.create_all(connection)
        connection.execute(insert(older.tables["things"]).values(id=1))

        with pytest.raises(RuntimeError, match=r"things\.size needs a default"):
            migrating.bring_up_to_date(connection)
    engine.dispose()
