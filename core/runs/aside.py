"""Short work in a process of its own while a person waits: the server never holds the rows that it reads."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from core.errors import UserError

ROOT = Path(__file__).parents[2]


def run_aside(arguments: list[str], given: str = "") -> str:
    """Run one of our own commands and return what it printed.

    Args:
        arguments: Of the Python interpreter, for instance ``["-m", "core.anonymize", …]``.
        given: For its standard input; secrets go here, never into arguments.

    Raises:
        UserError: the command's own sentence.
    """
    done = subprocess.run(
        [sys.executable, *arguments], input=given, capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode == UserError.exit_code:
        raise UserError(done.stderr.strip().splitlines()[-1])
    done.check_returncode()
    return done.stdout


def recommend_aside(study: Path, method: str, epsilon: float, k: int, out: Path) -> None:
    """``recommend`` for all shoppers of a study, into a CSV file."""
    point = ["--method", method, "--epsilon", str(epsilon), "--k", str(k)]
    run_aside(["-m", "core", "recommend", str(study), *point, "--users", "all", "--out", str(out)])


def preview_aside(dataset: Path, settings: dict[str, Any], key: bytes) -> dict[str, Any]:
    """What options would do to a dataset, counted by ``core.anonymize.preview``; nothing is written."""
    given = json.dumps({"settings": settings, "key": key.hex()})
    found: dict[str, Any] = json.loads(run_aside(["-m", "core.anonymize.preview", str(dataset)], given))
    return found


def columns_aside(dataset: Path) -> dict[str, Any]:
    """Which columns a dataset has beyond Tact's own, and what they look like."""
    found: dict[str, Any] = json.loads(run_aside(["-m", "core.anonymize.preview", str(dataset), "--about"]))
    return found


def zip_aside(files: list[Path], target: Path) -> None:
    """Pack files of one folder into a zip, whole or not at all."""
    draft = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        run_aside(["-m", "zipfile", "--create", str(draft), *map(str, files)])
        draft.chmod(0o600)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
