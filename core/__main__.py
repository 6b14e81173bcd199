"""The command line: progress goes to stderr, JSON to stdout, a person's mistake is one sentence and exit code 2."""

import argparse
import json
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.columns import Recommendations
from core.errors import DataError, UserError
from core.progress import Report
from core.settings import DEFAULT_EPSILONS, DEFAULT_METHODS, METHODS, AnonymizationSettings, StudySettings, build
from core.tables.mapping import Mapping
from core.workspace import Workspace

log = logging.getLogger("core")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 1 (a statement that is not ok), 2 (wrong input), 3 (refused)."""
    args = _parser().parse_args(arguments)
    try:
        code: int = args.run(args, Workspace())
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description="Private recommendations, measured.")
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
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: object, about: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run)
    return command


def _two_files(command: argparse.ArgumentParser) -> None:
    command.add_argument("behavior", type=Path, metavar="BEHAVIOR.csv")
    command.add_argument("products", type=Path, metavar="PRODUCTS.csv", nargs="?")
    command.add_argument("--out", type=Path, required=True, metavar="DIR")


def _import(args: argparse.Namespace, workspace: Workspace) -> int:
    dataset = workspace.import_to(args.behavior, args.products, args.out, _mapping(args.map), _report())
    print(json.dumps(dataset.report, ensure_ascii=False))
    return 0


def _anonymize(args: argparse.Namespace, workspace: Workspace) -> int:
    settings = build(AnonymizationSettings, _json(args.config))
    found = workspace.anonymize_to(args.behavior, args.products, args.out, settings, _report())
    print(json.dumps(found, ensure_ascii=False))
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
    told = {name: about[name] for name in ("study", "numbers", "epsilon_training", "notes", "seconds")}
    print(json.dumps(told | {"models": len(about["models"]), "out": str(args.out)}, ensure_ascii=False))
    return 0


def _recommend(args: argparse.Namespace, workspace: Workspace) -> int:
    users = None if args.users == "all" else _users(Path(args.users))
    if args.k < 1:
        raise DataError(f"--k must be at least 1, got {args.k}.")
    method = workspace.recommend_to(args.study, args.method, args.epsilon, users, args.k, args.out)
    print(json.dumps({"method": method, "epsilon": args.epsilon, "out": str(args.out)}))
    return 0


def _verify(args: argparse.Namespace, workspace: Workspace) -> int:
    found = workspace.verify(args.statement)
    print(json.dumps(found, ensure_ascii=False))
    return 0 if found["ok"] else 1


def _users(path: Path) -> list[str]:
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise DataError(f"There is no file {path}. Give a CSV file with a column {Recommendations.USER}.") from None
    except (ValueError, UnicodeDecodeError):
        raise DataError(f"{path.name} is no CSV file in UTF-8. Save it as such, with a column UserID.") from None
    if Recommendations.USER not in table:
        raise DataError(
            f"{path.name} has no column {Recommendations.USER}; it has {', '.join(table.columns)}. Rename one of them."
        )
    return list(dict.fromkeys(table[Recommendations.USER]))


def _mapping(path: Path | None) -> Mapping:
    return Mapping() if path is None else build(Mapping, _json(path))


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"There is no file {path}. Give the path of a JSON file.") from None
    except ValueError as error:
        raise DataError(f"{path.name} is no valid JSON ({error}). Mend it and try again.") from None
    if not isinstance(found, dict):
        raise DataError(f"{path.name} must hold one JSON object, in braces.")
    return found


def _report() -> Report:
    """Say on stderr how far the work is, at most twice a second and whenever the message changes."""
    started = time.monotonic()
    last: tuple[str, float] = ("", 0.0)

    def report(progress: float, message: str) -> None:
        nonlocal last
        now = time.monotonic()
        if message != last[0] or now - last[1] > 0.5:
            last = (message, now)
            print(f"{progress:4.0%}  {now - started:5.1f} s  {message}", file=sys.stderr)

    return report


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception:  # the last door: a person sees a sentence, whoever mends it sees the log
        log.exception("Unexpected failure")
        sys.exit("Something went wrong inside Tact; the lines above are for whoever mends it.")
