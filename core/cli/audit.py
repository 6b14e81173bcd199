"""The command of whoever attacks: audit."""

import argparse
from pathlib import Path

from core.audit.settings import AUDITED_EPSILONS, AUDITED_METHODS
from core.cli.shared import Parser, add_command, progress_on_stderr, read_mapping, say, writable_folder
from core.errors import SettingsError
from core.officer import AuditSettings
from core.settings import build
from core.workspace import Workspace


def add_commands(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Declare the commands of this file."""
    one = add_command(commands, "audit", _audit, "canary shoppers through the real pipeline: bounds beside the claims")
    one.add_argument("behavior", type=Path, metavar="BEHAVIOR.csv", nargs="?")
    one.add_argument("products", type=Path, metavar="PRODUCTS.csv", nargs="?")
    one.add_argument("--sample", action="store_true", help="the sample shop in place of files: nothing is charged")
    one.add_argument("--map", type=Path, help="JSON: which column is which")
    one.add_argument("--methods", nargs="+", default=["statistics"], help=", ".join(AUDITED_METHODS))
    one.add_argument("--epsilons", type=float, nargs="*", default=list(AUDITED_EPSILONS))
    one.add_argument("--no-ceiling", action="store_true", help="leave out the attack on what has no noise")
    one.add_argument("--canaries", type=int, default=400)
    one.add_argument("--confidence", type=float, default=0.95, help="of each bound by itself")
    one.add_argument("--delta", type=float)
    one.add_argument("--shoppers", type=int, help="declared number of shoppers")
    one.add_argument("--out", type=writable_folder, required=True, metavar="DIR")


def _audit(args: argparse.Namespace, workspace: Workspace) -> int:
    if args.sample == (args.behavior is not None):
        raise SettingsError("Give either --sample or BEHAVIOR.csv and PRODUCTS.csv to the audit.")
    values = {
        "methods": args.methods,
        "epsilons": args.epsilons,
        "without_noise": not args.no_ceiling,
        "canaries": args.canaries,
        "confidence": args.confidence,
        "delta": args.delta,
        "n_shoppers": args.shoppers,
    }
    settings, report = build(AuditSettings, values), progress_on_stderr()
    if args.sample:
        found = workspace.officer.audit_here(workspace.sample().id, args.out, settings, report)
    else:
        mapping = read_mapping(args.map)
        found = workspace.officer.audit_to(args.behavior, args.products, args.out, settings, mapping, report)
    say(found.as_json())
    return 0
