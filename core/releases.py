"""What leaves the house: asked for, approved or refused, and the report that goes with it."""

from core.store.home import Home

__all__ = ["Releases"]


class Releases:
    """One home, seen by those who may let something out."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def pending(self) -> list[str]:
        """The runs whose release is asked for and not yet decided, oldest first."""
        return []
