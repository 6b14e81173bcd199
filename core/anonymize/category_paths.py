"""Categories as paths from the general to the special: Kitchen|Tea, Kitchen > Tea, kitchen.tea."""

import re

_DOTTED = re.compile(r"[^\s.\d][^\s.]*(\.[^\s.]+)+")  # a.b.c: no blanks ("Dr. Who" is one word), no number


def category_parts(category: str) -> tuple[list[str], str]:
    """Cut a category into its levels; the separator puts them together again.

    Example:
        >>> category_parts("Kitchen|Tea")
        (['Kitchen', 'Tea'], '|')
        >>> category_parts("Home > Kitchen > Tea")
        (['Home', 'Kitchen', 'Tea'], ' > ')
        >>> category_parts("Tea")
        (['Tea'], '')
    """
    for separator in ("|", " > ", ">"):
        if separator in category:
            return category.split(separator), separator
    if _DOTTED.fullmatch(category):
        return category.split("."), "."
    return [category], ""


def category_prefixes(category: str) -> list[str]:
    """Return the category and everything that it is in, the most special first.

    Example:
        >>> category_prefixes("Home > Kitchen > Tea")
        ['Home > Kitchen > Tea', 'Home > Kitchen', 'Home']
    """
    parts, separator = category_parts(category)
    return [separator.join(parts[:depth]) for depth in range(len(parts), 0, -1)]
