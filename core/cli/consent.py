"""Commands about a shopper's consent: withdraw, return, uses, evidence, check."""

import argparse
from pathlib import Path
from typing import Any

from core.cli.shared import Parser, add_parser, say
from core.consents import RunUse
from core.errors import DataError
from core.privacy.chain import Decision
from core.workspace import Workspace


def add_commands(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Declare the commands of this file."""
    consent = add_parser(commands, "consent", "a shopper withdraws consent, gives it back, or asks what was done")
    kinds = consent.add_subparsers(required=True, metavar="WHAT", parser_class=Parser)
    for name, run, about in (
        ("withdraw", _withdraw, "leave a shopper's rows out of whatever starts from now on"),
        ("return", _return, "a shopper consents again"),
    ):
        one = _one(kinds, name, run, about)
        one.add_argument("--by", required=True, help="who decides; kept for good")
        one.add_argument("--reason", required=True, help="why, without the id; kept for good")
    _one(kinds, "uses", _uses, "which data, studies, audits, grids and exports used a shopper")
    _one(kinds, "evidence", _evidence, "a signed account for the shopper, as JSON")
    check = kinds.add_parser("check", help="whether an evidence file is ours and unchanged")
    check.add_argument("file", type=Path, metavar="EVIDENCE.json")
    check.add_argument("--user", metavar="ID", help="and whether it is about this shopper")
    check.set_defaults(run=_check)


def _one(kinds: "argparse._SubParsersAction[Parser]", name: str, run: Any, about: str) -> argparse.ArgumentParser:
    one = kinds.add_parser(name, help=about, description=about)
    one.add_argument("user", metavar="ID", help="UserID as it stands in the uploaded file")
    one.set_defaults(run=run)
    return one


def _withdraw(args: argparse.Namespace, workspace: Workspace) -> int:
    say(_told(workspace.consents.withdraw(args.user, by=args.by, reason=args.reason)))
    return 0


def _return(args: argparse.Namespace, workspace: Workspace) -> int:
    say(_told(workspace.consents.give_back(args.user, by=args.by, reason=args.reason)))
    return 0


def _uses(args: argparse.Namespace, workspace: Workspace) -> int:
    found = workspace.consents.uses(args.user)
    say(
        {
            "withdrawn": found.withdrawal is not None,
            "datasets": [{"id": u.info.id, "name": u.info.name, "rows": u.rows} for u in found.datasets],
            "runs": [_run(use) for use in found.runs],
            "given_out": [
                {"when": f"{each.when.isoformat(timespec='seconds')}Z", "what": each.action, "run": each.subject}
                for each in found.reports
            ],
            "runs_of_deleted_data": found.n_unknown,
        }
    )
    return 0


def _run(use: RunUse) -> dict[str, Any]:
    return {
        "id": use.run.id,
        "kind": use.run.kind,
        "title": use.run.title,
        "shopper": use.role,
        "epsilons": list(use.epsilons),
        "models_without_noise": use.has_ceiling,
        "private_files": use.has_private,
    }


def _evidence(args: argparse.Namespace, workspace: Workspace) -> int:
    say(workspace.consents.evidence(args.user))
    return 0


def _check(args: argparse.Namespace, workspace: Workspace) -> int:
    try:
        content = args.file.read_bytes()
    except FileNotFoundError:
        raise DataError(f"The file {args.file} is not there. Give the path of an evidence file.") from None
    found = workspace.consents.check_evidence(content, args.user)
    say(found)
    return 0 if found["ok"] else 1


def _told(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.id,
        "created": f"{decision.created.isoformat(timespec='seconds')}Z",
        "kind": decision.kind,
        "shopper": decision.subject,
        "by": decision.by,
        "reason": decision.reason,
        "hash": decision.hash,
    }
