"""The guided tour: a bar on top of each page that says what stands here, and leads on; it does the real thing."""

from core.workspace import Workspace


def bar(ws: Workspace, here: str) -> None:
    """Draw the tour's bar where a tour is on."""
