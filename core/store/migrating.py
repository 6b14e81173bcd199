"""Bring a database to today's tables: missing tables are made, missing columns added, nothing is taken away."""

from sqlalchemy import Column, Connection, Table, inspect
from sqlalchemy.schema import CreateColumn

from core.store.schema import access_log, metadata


def bring_up_to_date(connection: Connection) -> None:
    """Make what is missing. A column is only added where older rows can do without: nullable, or with a default."""
    metadata.create_all(connection)
    there = inspect(connection)
    for table in metadata.sorted_tables:
        names = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in names:
                _add(connection, table, column)
    if connection.dialect.name == "sqlite":
        _close_access_log(connection)


def _close_access_log(connection: Connection) -> None:
    """Let the access log only grow: the database itself refuses to change or delete one of its rows.

    SQLite only. On PostgreSQL the account that Tact logs in with should be granted INSERT and SELECT on this table
    alone, which is for whoever runs that server. The ledger has no such guard: its chain of hashes shows what was done.
    """
    for what in ("UPDATE", "DELETE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER IF NOT EXISTS access_log_no_{what.lower()} BEFORE {what} ON {access_log.name} "
            "BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END"
        )
    connection.exec_driver_sql(  # INSERT OR REPLACE deletes without asking the trigger above
        f"CREATE TRIGGER IF NOT EXISTS access_log_no_replace BEFORE INSERT ON {access_log.name} "
        f"WHEN EXISTS (SELECT 1 FROM {access_log.name} WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the access log only grows'); END"
    )


def _add(connection: Connection, table: Table, column: "Column[object]") -> None:
    if not column.nullable and column.server_default is None:
        raise RuntimeError(f"{table.name}.{column.name} needs a default before older homes can have it")
    name = connection.dialect.identifier_preparer.format_table(table)
    described = CreateColumn(column).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {described}")
