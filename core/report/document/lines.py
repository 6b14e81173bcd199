"""Text broken into lines that fit a width: English at spaces, Chinese between letters, nothing ever clipped."""

import re
from collections.abc import Callable, Iterator

_NOT_FIRST = set("，。、；：？！）》”’」』】％,.;:?!)%…·")  # a Chinese line doesn't begin with these
_NOT_LAST = set("（《“‘「『【(")  # and doesn't end with these
_CHINESE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
_PIECES = re.compile(rf"[{_CHINESE}]|[^\s{_CHINESE}]+|\s+")


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return the lines of ``text``, each at most ``width`` wide; a word that is wider is cut.

    Example:
        >>> wrapped("one two three", 7, len)
        ['one two', 'three']
        >>> wrapped("隐私预算，账本", 4, len)
        ['隐私预', '算，账本']
    """
    return [line for part in text.split("\n") for line in _wrapped(part, width, measure)]


def _wrapped(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(text, width, measure):
        if measure((line + piece).rstrip()) <= width or not line:
            line += piece
            continue
        lines.append(line.rstrip())
        line = piece.lstrip()
    return [*lines, line.rstrip()]


def _pieces(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Split where a line may end: what must not begin a line stays with what is before, a bracket with what follows."""
    held = ""
    for piece in _PIECES.findall(text):
        if held and (piece[0] in _NOT_FIRST or held[-1] in _NOT_LAST):
            held += piece
            continue
        yield from _cut(held, width, measure)
        held = piece
    yield from _cut(held, width, measure)


def _cut(piece: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    """Cut a word that is wider than a line, such as a hash or an address."""
    while measure(piece) > width and len(piece) > 1:
        n = len(piece) - 1
        while n > 1 and measure(piece[:n]) > width:
            n -= 1
        yield piece[:n]
        piece = piece[n:]
    if piece:
        yield piece
