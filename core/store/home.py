"""The home of a workspace: one folder with its database, its keys and its files."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from core.errors import NoSpace
from core.store.data_key import data_key
from core.store.keys import read_or_make_key
from core.store.migrating import bring_up_to_date

BUSY_TIMEOUT_S = 30
SIGNING_KEY = "signing"
FULL = "database or disk is full"  # SQLite's words


class Home:
    """Database, keys and folders of one workspace; two homes never meet.

    The folder is ``TACT_HOME`` where none is given, else ``~/.tact``; it is made readable by its owner only.
    The database is SQLite in that folder unless ``TACT_DATABASE_URL`` names another.

    Raises:
        SettingsError: ``TACT_DATA_KEY`` is not a key.
    """

    def __init__(self, folder: Path | None = None) -> None:
        data_key()  # a key that is not one is said before anything else is done
        self.folder = Path(folder or os.environ.get("TACT_HOME") or Path.home() / ".tact").expanduser().absolute()
        self.datasets_folder = self.folder / "datasets"
        self.runs_folder = self.folder / "runs"
        self.uploads_folder = self.folder / "uploads"
        self.release_folder = self.folder / "release"
        self._keys_folder = self.folder / "keys"
        for path in (self.folder, *self._folders_inside):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.chmod(0o700)  # mkdir's mode is cut by the umask, and the folder may have been there before

    @property
    def _folders_inside(self) -> tuple[Path, ...]:
        return (
            self.datasets_folder,
            self.runs_folder,
            self.uploads_folder,
            self.release_folder,
            self._keys_folder,
        )

    @cached_property
    def engine(self) -> Engine:
        """The database, with its tables made where they are missing."""
        url = make_url(os.environ.get("TACT_DATABASE_URL") or f"sqlite:///{self.folder / 'tact.db'}")
        is_sqlite = url.get_backend_name() == "sqlite"
        engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S} if is_sqlite else {})
        if not is_sqlite:
            with engine.begin() as connection:
                bring_up_to_date(connection)
            return engine
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        with _alone(self.folder / "database.lock"):
            with closing(sqlite3.connect(str(url.database), timeout=BUSY_TIMEOUT_S)) as first:
                first.execute("PRAGMA journal_mode=WAL")  # readers never wait for the writer; the file remembers it
            with _write(engine, durable=False) as connection:
                bring_up_to_date(connection)
        return engine

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """One transaction that may read first and write then, alone among writers; committed at the end.

        On SQLite a plain ``engine.begin()`` that reads before it writes fails at once where another process
        wrote in between; here the write lock is taken first (``BEGIN IMMEDIATE``), waiting up to 30 s.

        Args:
            durable: Return only when the commit has reached the disk (``synchronous=FULL``), so that not
                even a power cut takes it back. The ledger needs this: it is written before the noise is drawn.

        Raises:
            NoSpace: the disk is full; nothing was written.
        """
        try:
            with _write(self.engine, durable=durable) as connection:
                yield connection
        except OperationalError as error:
            if FULL not in str(error):
                raise
            raise NoSpace(f"The disk is full: nothing can be written in {self.folder}. Make room there.") from error

    def forget_deleted(self) -> None:
        """Overwrite what deleted rows left in the write-ahead log of SQLite, as far as no reader holds it."""
        if self.engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(str(self.engine.url.database), timeout=BUSY_TIMEOUT_S)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def key(self, name: str) -> bytes:
        """Return the 32 secret bytes of this name, made once (file mode 0600)."""
        return read_or_make_key(self._keys_folder, name)

    def key_names(self) -> tuple[str, ...]:
        """Names of the keys that there are, in order."""
        return tuple(sorted(path.stem for path in self._keys_folder.glob("[!.]*.key")))

    def delete_key(self, name: str) -> None:
        """Delete a key for good; whatever was made with it can be neither repeated nor read."""
        (self._keys_folder / f"{name}.key").unlink(missing_ok=True)

    def signing_key(self) -> Ed25519PrivateKey:
        """Return the key that signs this installation's statements."""
        return Ed25519PrivateKey.from_private_bytes(self.key(SIGNING_KEY))

    def public_keys(self) -> tuple[str, ...]:
        """Return the public keys (hex) whose statements count as this installation's own."""
        return (self.signing_key().public_key().public_bytes_raw().hex(),)

    def close(self) -> None:
        """Close the database's connections; the next use opens them anew."""
        if "engine" in self.__dict__:
            self.engine.dispose()
            del self.__dict__["engine"]


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time prepare a database: SQLite refuses at once where two switch a new file to WAL."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _write(engine: Engine, *, durable: bool) -> Iterator[Connection]:
    options: dict[str, Any] = {"tact_write": True, "tact_durable": durable}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says, not where the driver guesses
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten in the file
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    # In WAL mode NORMAL may lose the last commits in a power cut (never their order); FULL may not.
    level = "FULL" if options.get("tact_durable") else "NORMAL"
    connection.exec_driver_sql(f"PRAGMA synchronous={level}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("tact_write") else "BEGIN")
