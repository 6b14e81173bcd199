"""Commands of whoever has the files: anonymize, study, recommend."""

import argparse
from pathlib import Path

from core.cli.shared import Parser, add_command, progress_on_stderr, read_json, read_mapping, say, two_files
from core.errors import SettingsError
from core.settings import (
    DEFAULT_EPSILONS,
    DEFAULT_METHODS,
    MEAN_TRIALS,
    METHODS,
    StudySettings,
    build,
)
from core.tables.shopper_list import read_shopper_list
from core.tables.templates import BEHAVIOR_NAME, PRODUCTS_NAME
from core.workspace import Workspace


def add_commands(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Declare the commands of this file."""
    one = add_command(commands, "anonymize", _anonymize, "write anonymised copies, with the risk before and after")
    two_files(one)
    one.add_argument("--config", type=Path, required=True, help='JSON: the options, or {"preset": "partner", …}')
    one.add_argument("--map", type=Path, help="JSON: which column is which")
    one = add_command(commands, "study", _study, "train every method at every ε")
    two_files(one)
    one.add_argument("--map", type=Path, help="JSON: which column is which")
    one.add_argument("--epsilons", type=float, nargs="+", default=list(DEFAULT_EPSILONS))
    one.add_argument("--methods", nargs="+", default=list(DEFAULT_METHODS), help=", ".join(METHODS))
    one.add_argument("--delta", type=float)
    one.add_argument("--shoppers", type=int, help="declared number of shoppers")
    one.add_argument("--repeats", type=int, default=1)
    one.add_argument("--no-evaluation", action="store_true", help="train on all shoppers, measure nothing")
    one.add_argument(
        "--only-winner",
        type=float,
        nargs="?",
        const=MEAN_TRIALS,
        metavar="MEAN",
        help=f"train a random number of models at one ε, MEAN ({MEAN_TRIALS:g}) on average, of which the best leaves",
    )
    one = add_command(commands, "recommend", _recommend, "lists out of a finished study")
    one.add_argument("study", type=Path)
    one.add_argument("--epsilon", type=float, required=True)
    one.add_argument("--method", default="best", choices=[*METHODS, "best"])
    one.add_argument("--users", required=True, help="CSV file with a column UserID, or: all")
    one.add_argument("--k", type=int, default=20)
    one.add_argument("--out", type=Path, required=True)


def _anonymize(args: argparse.Namespace, workspace: Workspace) -> int:
    given = [path.resolve() for path in (args.behavior, args.products) if path]
    for name in (BEHAVIOR_NAME, PRODUCTS_NAME):
        if (args.out / name).resolve() in given:
            raise SettingsError(f"--out {args.out} holds the original {name}, which would be lost. Choose another.")
    config, mapping = read_json(args.config), read_mapping(args.map)
    report = progress_on_stderr()
    say(workspace.anonymizer.anonymize_to(args.behavior, args.products, args.out, config, mapping, report))
    return 0


def _study(args: argparse.Namespace, workspace: Workspace) -> int:
    values = {
        "methods": args.methods,
        "epsilons": args.epsilons,
        "delta": args.delta,
        "n_shoppers": args.shoppers,
        "repeats": args.repeats,
        "evaluate": not args.no_evaluation,
        "only_winner": None if args.only_winner is None else {"mean_trials": args.only_winner},
    }
    settings, mapping = build(StudySettings, values), read_mapping(args.map)
    folder = workspace.study_to(args.behavior, args.products, args.out, settings, mapping, progress_on_stderr())
    about = folder.about()
    told = {name: about[name] for name in ("study", "numbers", "epsilon_training", "epsilon_evaluation", "notes")}
    say(told | {"models": len(about["models"]), "out": str(args.out)})
    return 0


def _recommend(args: argparse.Namespace, workspace: Workspace) -> int:
    if args.k < 1:
        raise SettingsError(f"--k must be at least 1, got {args.k}.")
    users = None if args.users == "all" else read_shopper_list(Path(args.users))
    method = workspace.recommend_to(args.study, args.method, args.epsilon, users, args.k, args.out)
    say({"method": method, "epsilon": args.epsilon, "out": str(args.out)})
    return 0
