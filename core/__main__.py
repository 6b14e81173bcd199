"""The command line: progress goes to stderr, JSON to stdout, a person's mistake is one sentence and exit code 2."""

import argparse
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from core.errors import DataError, SettingsError, UserError
from core.progress import Report
from core.settings import DEFAULT_EPSILONS, DEFAULT_METHODS, METHODS, AnonymizationSettings, StudySettings, build
from core.tables.mapping import Mapping
from core.tables.shopper_list import read_shopper_list
from core.workspace import Workspace

log = logging.getLogger("core")

QUIET_S = 1.0  # what takes no longer needs no progress line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 (a statement that is not ok), 2 (wrong input), 3 (refused)."""
    args = _parser().parse_args(arguments)
    try:
        code: int = args.run(args, Workspace())
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        if error.filename is None:
            raise
        log.debug("Unreadable or unwritable", exc_info=True)
        print(
            f"{error.filename2 or error.filename} cannot be used ({error.strerror}). Check the path, its permissions "
            "and the room on the disk.",
            file=sys.stderr,
        )
        return UserError.exit_code
    return code


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence; the usage is one ``--help`` away."""

    def error(self, message: str) -> NoReturn:
        self.exit(UserError.exit_code, f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m core", description="Private recommendations, measured.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    one = _command(commands, "import", _import, "read and clean two files")
    _two_files(one)
    one.add_argument("--map", type=Path, help="JSON: which column is which")
    one = _command(commands, "anonymize", _anonymize, "write anonymised copies, with the risk before and after")
    _two_files(one)
    one.add_argument("--config", type=Path, required=True, help="JSON: the options")
    one = _command(commands, "study", _study, "train every method at every ε")
    _two_files(one)
    one.add_argument("--map", type=Path, help="JSON: which column is which")
    one.add_argument("--epsilons", type=float, nargs="+", default=list(DEFAULT_EPSILONS))
    one.add_argument("--methods", nargs="+", default=list(DEFAULT_METHODS), help=", ".join(METHODS))
    one.add_argument("--delta", type=float)
    one.add_argument("--shoppers", type=int, help="declared number of shoppers")
    one.add_argument("--repeats", type=int, default=1)
    one.add_argument("--no-evaluation", action="store_true", help="train on all shoppers, measure nothing")
    one = _command(commands, "recommend", _recommend, "lists out of a finished study")
    one.add_argument("study", type=Path)
    one.add_argument("--epsilon", type=float, required=True)
    one.add_argument("--method", default="best", choices=[*METHODS, "best"])
    one.add_argument("--users", required=True, help="CSV file with a column UserID, or: all")
    one.add_argument("--k", type=int, default=20)
    one.add_argument("--out", type=Path, required=True)
    one = _command(commands, "verify", _verify, "recompute the ε of a statement")
    one.add_argument("statement", type=Path)
    return parser


def _command(
    commands: "argparse._SubParsersAction[_Parser]", name: str, run: object, about: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run)
    return command


def _two_files(command: argparse.ArgumentParser) -> None:
    command.add_argument("behavior", type=Path, metavar="BEHAVIOR.csv")
    command.add_argument("products", type=Path, metavar="PRODUCTS.csv", nargs="?")
    command.add_argument("--out", type=_folder, required=True, metavar="DIR")


def _folder(text: str) -> Path:
    """A folder that can be written to or made: found out before anything is read, charged or drawn."""
    path = Path(text)
    nearest = next(place for place in (path.absolute(), *path.absolute().parents) if place.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        raise argparse.ArgumentTypeError(f"{nearest} is no folder that can be written to; choose another place")
    return path


def _import(args: argparse.Namespace, workspace: Workspace) -> int:
    dataset = workspace.import_to(args.behavior, args.products, args.out, _mapping(args.map), _report())
    _say(dataset.report)
    return 0


def _anonymize(args: argparse.Namespace, workspace: Workspace) -> int:
    settings = build(AnonymizationSettings, _json(args.config))
    _say(workspace.anonymize_to(args.behavior, args.products, args.out, settings, _report()))
    return 0


def _study(args: argparse.Namespace, workspace: Workspace) -> int:
    values = {
        "methods": args.methods,
        "epsilons": args.epsilons,
        "delta": args.delta,
        "n_shoppers": args.shoppers,
        "repeats": args.repeats,
        "evaluate": not args.no_evaluation,
    }
    settings, mapping = build(StudySettings, values), _mapping(args.map)
    folder = workspace.study_to(args.behavior, args.products, args.out, settings, mapping, _report())
    about = folder.about()
    told = {name: about[name] for name in ("study", "numbers", "epsilon_training", "epsilon_evaluation", "notes")}
    _say(told | {"models": len(about["models"]), "out": str(args.out)})
    return 0


def _recommend(args: argparse.Namespace, workspace: Workspace) -> int:
    if args.k < 1:
        raise SettingsError(f"--k must be at least 1, got {args.k}.")
    users = None if args.users == "all" else read_shopper_list(Path(args.users))
    method = workspace.recommend_to(args.study, args.method, args.epsilon, users, args.k, args.out)
    _say({"method": method, "epsilon": args.epsilon, "out": str(args.out)})
    return 0


def _verify(args: argparse.Namespace, workspace: Workspace) -> int:
    found = workspace.verify(args.statement)
    _say(found)
    return 0 if found["ok"] else 1


def _say(found: dict[str, object]) -> None:
    text = json.dumps(found, ensure_ascii=False)
    print(text.replace(": Infinity", ": 1e999"))  # JSON has no infinity, but readers take this number for it


def _mapping(path: Path | None) -> Mapping:
    return Mapping() if path is None else build(Mapping, _json(path))


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"The file {path} is not there. Give the path of a JSON file.") from None
    except ValueError as error:
        raise DataError(f"{path.name} is no valid JSON ({error}). Mend it and try again.") from None
    if not isinstance(found, dict):
        raise DataError(f"{path.name} must hold one JSON object, in braces.")
    return found


def _report() -> Report:
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


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that no shopper's rows stay behind in scratch folders
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # the last door: a person sees a sentence, whoever mends it sees the log
        log.exception("Unexpected failure")
        sys.exit("Something went wrong inside Tact; the lines above are for whoever mends it.")
