"""The command of whoever brings files: import. It loads no more than an import needs: large files, small machines."""

import argparse
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
    dataset = import_files(
        args.behavior, args.products, args.out, mapping=read_mapping(args.map), report=progress_on_stderr()
    )
    say(dataset.report)
    return 0
