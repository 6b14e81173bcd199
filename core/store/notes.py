"""What people noted about a dataset: one JSON value a topic."""

from typing import Any

from sqlalchemy import delete, insert, select

from core.store.home import Home
from core.store.schema import notes, utc_now


def read_note(home: Home, dataset_id: str, topic: str) -> Any | None:
    """The value of a topic, or None where nothing was noted."""
    with home.engine.connect() as connection:
        wanted = select(notes.c.content).where(notes.c.dataset == dataset_id, notes.c.topic == topic)
        return connection.execute(wanted).scalar()


def write_note(home: Home, dataset_id: str, topic: str, content: Any) -> None:
    """Put a value in the place of the old one."""
    with home.write() as connection:
        connection.execute(delete(notes).where(notes.c.dataset == dataset_id, notes.c.topic == topic))
        connection.execute(insert(notes).values(dataset=dataset_id, topic=topic, content=content, changed=utc_now()))
