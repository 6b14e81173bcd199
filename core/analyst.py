"""What a person can ask of a study beyond its curve: who pays, validation, the shop's own recommender."""

from core.store.home import Home

__all__ = ["Analyst"]


class Analyst:
    """One home, seen by whoever weighs quality against protection."""

    def __init__(self, home: Home) -> None:
        self.home = home
