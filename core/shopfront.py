"""What one shopper is shown and why, one method a question."""

from core.store.home import Home

__all__ = ["Shopfront"]


class Shopfront:
    """One home, seen by whoever stands before one shopper."""

    def __init__(self, home: Home) -> None:
        self.home = home
