"""What commands share: how they are declared, how they read files, and how they speak."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from core.errors import DataError, UserError
from core.progress import Report
from core.settings import build
from core.tables.mapping import Mapping

if TYPE_CHECKING:
    from core.workspace import Workspace  # 90 MB that an import does without

QUIET_S = 1.0  # what takes no longer needs no progress line
Run = Callable[[argparse.Namespace, "Workspace"], int]


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence; the usage is one ``--help`` away."""

    def error(self, message: str) -> NoReturn:
        """Leave with the exit code of wrong input."""
        self.exit(UserError.exit_code, f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help\n")


def add_command(
    commands: "argparse._SubParsersAction[Parser]", name: str, run: Run, about: str
) -> argparse.ArgumentParser:
    """Declare a command; ``run`` returns its exit code."""
    command = add_parser(commands, name, about)
    command.set_defaults(run=run)
    return command


def add_parser(commands: "argparse._SubParsersAction[Parser]", name: str, about: str) -> argparse.ArgumentParser:
    """Declare a command that is run without a workspace."""
    return commands.add_parser(name, help=about, description=about)


def two_files(command: argparse.ArgumentParser) -> None:
    """Declare that a command takes a behaviour file, mostly a product file, and a folder to write to."""
    command.add_argument("behavior", type=Path, metavar="BEHAVIOR.csv")
    command.add_argument("products", type=Path, metavar="PRODUCTS.csv", nargs="?")
    command.add_argument("--out", type=writable_folder, required=True, metavar="DIR")


def writable_folder(text: str) -> Path:
    """A folder that can be written to or made: found out before anything is read, charged or drawn."""
    path = Path(text)
    nearest = next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise argparse.ArgumentTypeError(f"{nearest} is no folder that can be written to; choose another place")
    return path


def say(found: dict[str, object]) -> None:
    """Print one line of JSON."""
    text = json.dumps(found, ensure_ascii=False)
    print(text.replace(": Infinity", ": 1e999"))  # JSON has no infinity, but readers take this number for it


def read_json(path: Path) -> dict[str, object]:
    """Read a JSON object from a file.

    Raises:
        DataError: there is no such file, or something else is in it.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"The file {path} is not there. Give the path of a JSON file.") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path.name} is no valid JSON ({error}). Mend it and try again.") from None
    if not isinstance(found, dict):
        raise DataError(f"{path.name} must hold one JSON object, in braces.")
    return found


def read_mapping(path: Path | None) -> Mapping:
    """Read which column is which; what is found out from the files where nothing is given."""
    return Mapping() if path is None else build(Mapping, read_json(path))


def progress_on_stderr() -> Report:
    """Say on stderr how far longer work is, at most twice a second and whenever the message changes."""
    started = time.monotonic()
    last: tuple[str, float] = ("", 0.0)

    def report(progress: float, message: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - started > QUIET_S and (message != last[0] or now - last[1] > 0.5):
            last = (message, now)
            print(f"{progress:4.0%}  {now - started:5.1f} s  {message}", file=sys.stderr)

    return report
