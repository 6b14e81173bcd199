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


def read_notes(home: Home, dataset_id: str) -> dict[str, Any]:
    """Every topic of a dataset, with its value."""
    with home.engine.connect() as connection:
        rows = connection.execute(select(notes.c.topic, notes.c.content).where(notes.c.dataset == dataset_id))
        return {row.topic: row.content for row in rows}


def delete_note(home: Home, dataset_id: str, topic: str) -> None:
    """Take a topic away; nothing happens where there is none."""
    with home.write() as connection:
        connection.execute(delete(notes).where(notes.c.dataset == dataset_id, notes.c.topic == topic))


def write_note(home: Home, dataset_id: str, topic: str, content: Any) -> None:
    """Put a value in the place of the old one."""
    with home.write() as connection:
        connection.execute(delete(notes).where(notes.c.dataset == dataset_id, notes.c.topic == topic))
        connection.execute(insert(notes).values(dataset=dataset_id, topic=topic, content=content, changed=utc_now()))
