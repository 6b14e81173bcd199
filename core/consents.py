"""Consent withdrawn: which models used a shopper, exclusion from the next, evidence of it."""

from core.store.home import Home

__all__ = ["Consents"]


class Consents:
    """One home, seen by whoever answers a shopper's request."""

    def __init__(self, home: Home) -> None:
        self.home = home
