"""Words that people uploaded, made safe to be shown as markdown."""

SPECIAL = frozenset("\\`*_{}[]()#+-!|<>$:~&")


def plain(words: object) -> str:
    """Keep words that people uploaded from acting as markdown, and on one line.

    Example:
        >>> print(plain("*50%* [off]"))
        \\*50%\\* \\[off\\]
    """
    line = " ".join(str(words).split())
    return "".join(f"\\{letter}" if letter in SPECIAL else letter for letter in line)
