"""A privacy bug as data: what to write in place of what, and the one test that must notice."""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One injected bug.

    Attributes:
        name: Short and unique.
        rule: The rule of docs/RULES.md that it breaks.
        file: Where, from the repository's root.
        old: Text that stands there exactly once.
        new: What takes its place.
        test: Id of the test that must fail, ``file::name`` or ``file::name[parameters]``.
        why: What a shopper would lose, in a sentence.
    """

    name: str
    rule: str
    file: str
    old: str
    new: str
    test: str
    why: str

    def applied(self, source: str) -> str:
        """The file's text with the bug in it.

        Raises:
            ValueError: the old text does not stand there exactly once, or the new one changes nothing.
        """
        if source.count(self.old) != 1 or self.old == self.new:
            raise ValueError(f"{self.name}: its text stands {source.count(self.old)} times in {self.file}, not once")
        return source.replace(self.old, self.new)


@lru_cache(maxsize=256)
def tests_in(path: Path) -> frozenset[str]:
    """Names of the test functions of a file, without importing it; empty where there is no such file."""
    if not path.is_file():
        return frozenset()
    found = ast.parse(path.read_text("utf-8")).body
    return frozenset(each.name for each in found if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"))


def is_test(test: str, root: Path = ROOT) -> bool:
    """Whether ``file::name`` or ``file::name[parameters]`` is a test of this repository."""
    file, _, name = test.partition("::")
    return name.split("[")[0] in tests_in(root / file)
