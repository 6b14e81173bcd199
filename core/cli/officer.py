"""Commands of a privacy officer: verify, ledger, cap, renew, deployment, registry, report."""

import argparse
import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.cli.shared import Parser, add_command, read_json, say
from core.errors import SettingsError
from core.officer import RENEWAL_MEANS, Decision, Deployment, Entry
from core.settings import build
from core.texts import LANGUAGES
from core.workspace import Workspace


def add_commands(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Declare the commands of this file."""
    one = add_command(commands, "verify", _verify, "recompute the ε of a statement")
    one.add_argument("statement", type=Path)
    one = add_command(commands, "ledger", _ledger, "everything charged and decided, and what it adds up to")
    one.add_argument("--delta", type=float, default=1e-5, help="at which every ε is composed")
    one = add_command(commands, "cap", _cap, "set the most that each half of the shoppers may spend in a period")
    one.add_argument("epsilon", help="a number, or: none")
    one.add_argument("--delta", type=float, default=1e-5)
    _decision(one)
    one = add_command(commands, "renew", _renew, RENEWAL_MEANS)
    _decision(one)
    one = add_command(commands, "deployment", _deployment, "what statements say about this shop's releases")
    one.add_argument("about", type=Path, nargs="?", metavar="ABOUT.json", help="free texts to keep from now on")
    one = add_command(commands, "registry", _registry, "an entry for the OpenDP Deployments Registry, as YAML")
    one.add_argument("statement", type=Path)
    one.add_argument("--about", type=Path, metavar="ABOUT.json", help="free texts, in place of the workspace's own")
    one = add_command(commands, "report", _report, "a study as a document that stands alone: PDF, HTML or JSON")
    one.add_argument("study", type=Path, metavar="DIR")
    one.add_argument("--out", type=Path, required=True, metavar="FILE.pdf|.html|.json")
    one.add_argument("--room", choices=("sample", "curator", "releasable"), default="releasable")
    one.add_argument("--language", choices=tuple(LANGUAGES), default="en")
    one.add_argument("--about", type=Path, metavar="ABOUT.json", help="free texts, in place of the workspace's own")


def _decision(command: argparse.ArgumentParser) -> None:
    command.add_argument("--by", required=True, help="who decides; kept for good")
    command.add_argument("--reason", required=True, help="why; kept for good")


def _verify(args: argparse.Namespace, workspace: Workspace) -> int:
    found = workspace.verify(args.statement)
    say(found)
    return 0 if found["ok"] else 1


def _ledger(args: argparse.Namespace, workspace: Workspace) -> int:
    if not 0 < args.delta < 1:
        raise SettingsError(f"--delta must be between 0 and 1, got {args.delta:g}.")
    spent = workspace.officer.spent(args.delta)
    told = asdict(spent) | {"renewed": None if spent.renewed is None else _time(spent.renewed)}
    say({"history": [_row(row) for row in workspace.officer.history()], "spent": told})
    return 0 if spent.chain_ok else 1


def _cap(args: argparse.Namespace, workspace: Workspace) -> int:
    try:
        epsilon = None if args.epsilon == "none" else float(args.epsilon)
    except ValueError:
        raise SettingsError(f"A cap is a number, or “none” to lift it, got “{args.epsilon}”.") from None
    say(_row(workspace.officer.set_cap(epsilon, args.delta, by=args.by, reason=args.reason)))
    return 0


def _renew(args: argparse.Namespace, workspace: Workspace) -> int:
    decision = workspace.officer.renew(by=args.by, reason=args.reason)
    say({**_row(decision), "means": RENEWAL_MEANS})
    return 0


def _deployment(args: argparse.Namespace, workspace: Workspace) -> int:
    if args.about is not None:
        workspace.officer.set_deployment(build(Deployment, read_json(args.about)))
    say(workspace.officer.deployment().model_dump(mode="json"))
    return 0


def _registry(args: argparse.Namespace, workspace: Workspace) -> int:
    about = None if args.about is None else build(Deployment, read_json(args.about))
    print(workspace.officer.registry_entry(args.statement, about), end="")
    return 0


def _report(args: argparse.Namespace, workspace: Workspace) -> int:
    from core.report import document  # draws figures: the other commands do without

    writers = {".pdf": document.to_pdf, ".html": document.to_html, ".json": document.to_json}
    if args.out.suffix not in writers:
        raise SettingsError(f"A report ends in {', '.join(writers)}, got “{args.out.name}”.")
    about = None if args.about is None else build(Deployment, read_json(args.about))
    found = workspace.releases.document_of(args.study, room=args.room, language=args.language, about=about)
    content = writers[args.out.suffix](found)
    args.out.write_bytes(content)
    workspace.releases.log("report.downloaded", f"{args.study.name} {args.room}")
    digest = hashlib.sha256(content).hexdigest()
    say({"report": str(args.out), "room": found.room, "draft": found.is_draft, "mark": found.mark, "sha256": digest})
    return 0


def _row(row: Entry | Decision) -> dict[str, Any]:
    chained = {"id": row.id, "created": _time(row.created), "previous": row.previous, "hash": row.hash}
    if isinstance(row, Decision):
        cap = None if row.cap is None else asdict(row.cap)
        return {**chained, "kind": row.kind, "by": row.by, "reason": row.reason, "subject": row.subject, "cap": cap}
    return {
        **chained,
        "kind": "charge",
        "group": row.group,
        "study": row.study,
        "purpose": row.purpose,
        "public": row.public,
        "epsilon": row.plan.epsilon,
        "delta": row.plan.delta,
        "mechanisms": [mechanism.as_json() for mechanism in row.plan.mechanisms],
    }


def _time(when: Any) -> str:
    return f"{when.isoformat(timespec='seconds')}Z"
