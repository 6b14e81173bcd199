"""Short work in a process of its own while a person waits: the server never holds the rows that it reads."""

import json
import shutil
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


def anonymize_aside(dataset: Path, settings: dict[str, Any], key: bytes, out: Path | None) -> dict[str, Any]:
    """``core.anonymize`` on a dataset: with ``out`` the files are written, else the changes are only counted."""
    command = ["-m", "core.anonymize", str(dataset), *(["--out", str(out)] if out else [])]
    found: dict[str, Any] = json.loads(run_aside(command, json.dumps({"settings": settings, "key": key.hex()})))
    return found


def export_aside(dataset: Path, settings: dict[str, Any], key: bytes) -> Path:
    """Anonymised files of a dataset and their risk as one zip, in the dataset's own ``exports`` folder."""
    out = dataset / "exports" / uuid4().hex
    out.mkdir(parents=True, mode=0o700)
    found = anonymize_aside(dataset, settings, key, out)
    (out / "risk.json").write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    target = Path(shutil.make_archive(str(out), "zip", out))
    shutil.rmtree(out)
    return target
