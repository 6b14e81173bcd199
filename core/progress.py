"""How long work says how far it is, and where it may be stopped."""

from collections.abc import Callable

Report = Callable[[float, str], None]
"""``report(progress, message)``: progress in 0..1; it may raise ``RunCancelled``, and the work then stops cleanly."""


def silent(progress: float, message: str) -> None:
    """Report to nobody."""


def part(report: Report, start: float, end: float) -> Report:
    """Give a step of the work the stretch from ``start`` to ``end`` of the whole progress bar."""
    return lambda progress, message: report(start + (end - start) * min(max(progress, 0.0), 1.0), message)
