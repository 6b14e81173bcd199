"""The home: folders, database and keys."""

import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from core.errors import NoSpace
from core.store import schema
from core.store.home import Home
from core.store.schema import utc_now


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_home_and_all_its_folders_are_its_owners_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")

    for folder in (home.folder, home.datasets_folder, home.runs_folder, home.uploads_folder, home.release_folder):
        assert mode(folder) == 0o700


def test_the_environment_names_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "elsewhere"))

    assert Home().folder == tmp_path / "elsewhere"


def test_a_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first, again = Home(tmp_path).key("pseudonyms"), Home(tmp_path).key("pseudonyms")

    assert first == again
    assert len(first) == 32
    assert mode(tmp_path / "keys" / "pseudonyms.key") == 0o600
    assert not list((tmp_path / "keys").glob(".*"))  # no draft stays behind


def test_two_homes_have_different_keys(tmp_path: Path) -> None:
    assert Home(tmp_path / "a").key("pseudonyms") != Home(tmp_path / "b").key("pseudonyms")


@pytest.mark.parametrize("name", ["", "../signing", "Signing", "a/b"])
def test_a_keys_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Home(tmp_path).key(name)


def test_threads_that_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    home, keys = Home(tmp_path), []
    threads = [threading.Thread(target=lambda: keys.append(home.key("coin"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_signature_of_the_home_is_valid_under_its_public_key(tmp_path: Path) -> None:
    home = Home(tmp_path)
    key = home.signing_key()

    key.public_key().verify(key.sign(b"claim"), b"claim")
    assert home.public_keys() == (key.public_key().public_bytes_raw().hex(),)


def test_the_database_has_every_table_and_lets_readers_read_while_one_writes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.write() as writing, home.engine.connect() as reading:
        writing.execute(insert(schema.populations).values(name="main", created=utc_now()))

        assert reading.execute(select(func.count()).select_from(schema.populations)).scalar() == 0
    with home.engine.connect() as reading:
        assert reading.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert reading.execute(select(func.count()).select_from(schema.populations)).scalar() == 1
    home.close()


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_a_durable_write_waits_for_the_disk(tmp_path: Path, durable: bool, level: int) -> None:
    home = Home(tmp_path)
    with home.write(durable=durable) as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar() == level
    home.close()


def write_without_room(home: Home) -> None:
    """Write more than fits: SQLite's own limit of pages stands for a disk without a free one."""
    with home.write() as connection:
        n_pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count={n_pages}"))
        values = {"dataset": "d", "topic": "t", "content": "x" * 100_000, "changed": utc_now()}
        connection.execute(insert(schema.notes).values(values))


def test_a_full_disk_is_a_sentence_and_what_was_there_stays(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.write() as connection:
        connection.execute(insert(schema.populations).values(name="main", created=utc_now()))

    with pytest.raises(NoSpace, match=r"disk is full: nothing can be written in .*\. Make room there"):
        write_without_room(home)

    with home.engine.connect() as reading:
        assert reading.execute(select(func.count()).select_from(schema.populations)).scalar() == 1
        assert reading.execute(select(func.count()).select_from(schema.notes)).scalar() == 0
    home.close()


def test_threads_that_read_then_write_never_lose_an_update(tmp_path: Path) -> None:
    home = Home(tmp_path)

    def add_one() -> None:
        for _ in range(10):
            with home.write() as connection:
                count = connection.execute(select(func.count()).select_from(schema.populations)).scalar()
                connection.execute(insert(schema.populations).values(name=f"p{count}", created=utc_now()))

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with home.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(schema.populations)).scalar() == 4 * 10
    home.close()


OPEN_TEN = """
import sys, time
from pathlib import Path
from sqlalchemy import text
from core.store.home import Home

while time.time() < float(sys.argv[2]):
    pass
for number in range(10):
    with Home(Path(sys.argv[1]) / str(number)).engine.connect() as connection:
        connection.execute(text("select count(*) from ledger")).scalar()
"""


def test_processes_that_open_a_new_home_at_once_all_find_its_tables(tmp_path: Path) -> None:
    """Three of six failed with "database is locked" while each switched the new file to WAL by itself."""
    start = str(time.time() + 3)
    command = [sys.executable, "-c", OPEN_TEN, str(tmp_path), start]
    processes = [subprocess.Popen(command) for _ in range(4)]

    assert [process.wait(timeout=120) for process in processes] == [0] * 4


def test_a_closed_home_opens_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.write() as connection:
        connection.execute(insert(schema.populations).values(name="main", created=utc_now()))
    home.close()

    with home.engine.connect() as connection:
        assert connection.execute(select(schema.populations.c.name)).scalar() == "main"
    home.close()
