"""The tables of a workspace's database. Times are naive UTC; JSON columns hold what has no queries of its own."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

MAIN_POPULATION = "main"
"""The shoppers of one shop: every upload belongs to them unless an officer opens another population."""

populations = Table(
    "populations",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("created", DateTime, nullable=False),
)

datasets = Table(
    "datasets",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("created", DateTime, nullable=False),
    Column("folder", Text, nullable=False),
    Column("kind", String(20), nullable=False),  # 'sample' or 'private'
    Column("population", String(100), nullable=False, default=MAIN_POPULATION),
    Column("report", JSON, nullable=False),  # counts only
    Column("settings", JSON, nullable=False),  # how it was read (its recipe), and where its uploads are
    Column("lineage", String(40)),  # id of its first version; of a home of before versions: none
    Column("version", Integer, nullable=False, server_default="1"),
    Column("parent", String(40)),
    Column("imported_by", String(200), nullable=False, server_default=""),
    Column("expires", DateTime),  # from then on it is not listed, and its files are deleted
    Column("sources", JSON),  # names of the uploaded files
)

runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("title", String(200), nullable=False),
    Column("dataset", String(40), index=True),
    Column("settings", JSON, nullable=False),
    Column("status", String(20), nullable=False, index=True),
    Column("attempt", Integer, nullable=False, default=0),
    Column("progress", Float, nullable=False, default=0.0),
    Column("message", Text, nullable=False, default=""),
    Column("facts", JSON, nullable=False, default=dict),  # device, epsilon_spent, seconds_left, ...
    Column("error", Text),
    Column("out", Text, nullable=False),
    Column("created", DateTime, nullable=False),
    Column("started", DateTime),
    Column("ended", DateTime),
    Column("heartbeat", DateTime),
    Column("seen", Boolean, nullable=False, default=False),
)

run_events = Table(
    "run_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("run", String(40), nullable=False, index=True),
    Column("created", DateTime, nullable=False),
    Column("event", String(40), nullable=False),
    Column("detail", Text, nullable=False, default=""),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("population", String(100), nullable=False),
    Column("created", DateTime, nullable=False),
    Column("group", String(20), nullable=False),  # of shoppers; 'decision': an officer's
    Column("study", String(100), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("event", Text, nullable=False),  # canonical JSON, kept as text because its bytes are hashed
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    # Two rows can't follow the same one: the chain never forks, whatever the database's isolation.
    UniqueConstraint("population", "previous"),
)

notes = Table(
    "notes",
    metadata,
    Column("dataset", String(40), primary_key=True),
    Column("topic", String(40), primary_key=True),  # for instance 'privacy'
    Column("content", JSON, nullable=False),
    Column("changed", DateTime, nullable=False),
)

access_log = Table(
    "access_log",  # rows are added and never changed
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("created", DateTime, nullable=False, index=True),
    Column("who", String(200), nullable=False),
    Column("action", String(40), nullable=False),  # for instance 'shopper.seen'
    Column("subject", String(200), nullable=False, server_default=""),  # a dataset, a run, a file; no shopper's id
)


def utc_now() -> datetime:
    """Return the present as a naive UTC time, the way every table keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)
