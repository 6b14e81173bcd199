"""The command of whoever brings files: import. It loads no more than an import needs: large files, small machines."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from pathlib import Path

from core.cli.shared import Parser, add_parser, progress_on_stderr, read_mapping, say, two_files
from core.tables.importing import import_files

NAME = "import"


def add_commands(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Declare the command of this file."""
    one = add_parser(commands, NAME, "read and clean two uploads: files, archives, workbooks or folders of them")
    two_files(one)
    one.add_argument("--map", type=Path, help="JSON: which column is which")


def run(args: argparse.Namespace) -> int:
    """Import what ``args`` name, print the report, return the exit code."""
    mapping = read_mapping(args.map)
    with _without_pandas():
        dataset = import_files(args.behavior, args.products, args.out, mapping=mapping, report=progress_on_stderr())
    say(dataset.report)
    return 0


@contextmanager
def _without_pandas() -> Iterator[None]:
    """Keep pyarrow from loading pandas, which it does at its first array where it can: 35 MB and 0.4 s for nothing."""
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _NoPandas(MetaPathFinder):
    """Says that there is no pandas, to whoever has not loaded it yet."""

    def find_spec(self, name: str, *_: object) -> None:
        """Refuse pandas; leave everything else to the other finders."""
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not needed here", name=name)
