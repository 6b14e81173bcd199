"""The access log: who looked at or took along shoppers' data, and when; rows are added and never changed."""

from sqlalchemy import insert

from core.store.home import Home
from core.store.schema import access_log, utc_now


def log_access(home: Home, who: str, action: str, subject: str = "") -> None:
    """Write one row.

    Args:
        home: Workspace.
        who: E-mail of who is logged in; empty where there is no login.
        action: Name of a sentence ``access.ACTION``, such as ``shopper.seen``.
        subject: A dataset, a run or a file, by id or name; never a shopper's id.
    """
    with home.write() as connection:
        connection.execute(insert(access_log).values(created=utc_now(), who=who, action=action, subject=subject))
