"""What changed between two lists of recommendations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Change:
    """Where one product stands against another list."""

    kind: Literal["same", "up", "down", "new", "both"]
    places: int = 0


def changes(reference: Sequence[str], items: Sequence[str]) -> list[Change]:
    """Say for each product of ``items`` where it stood in ``reference``; both are ordered, best first.

    Example:
        >>> [change.kind for change in changes(["a", "b", "c"], ["b", "a", "x"])]
        ['up', 'down', 'new']
    """
    places = {item: place for place, item in enumerate(reference)}
    found = []
    for place, item in enumerate(items):
        if item not in places:
            found.append(Change("new"))
            continue
        moved = places[item] - place
        kind: Literal["same", "up", "down"] = "same" if moved == 0 else "up" if moved > 0 else "down"
        found.append(Change(kind, abs(moved)))
    return found


def shared(reference: Sequence[str], items: Sequence[str]) -> int:
    """Count the products that both lists show.

    Example:
        >>> shared(["a", "b"], ["b", "x"])
        1
    """
    return len(set(reference) & set(items))


def gone(reference: Sequence[str], items: Sequence[str]) -> list[str]:
    """Name the products of ``reference`` that ``items`` shows no more, best first.

    Example:
        >>> gone(["a", "b", "c"], ["c", "x"])
        ['a', 'b']
    """
    kept = set(items)
    return [item for item in reference if item not in kept]


def churn(reference: Sequence[str], items: Sequence[str]) -> float:
    """Return the share of ``items`` that ``reference`` does not show; 0 for an empty list.

    Example:
        >>> churn(["a", "b"], ["b", "x"])
        0.5
    """
    return 1 - shared(reference, items) / len(items) if items else 0.0
