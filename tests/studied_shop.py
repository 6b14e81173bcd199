"""A small made shop, studies of it, and what is in their folders: for tests."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.columns import Columns, Events
from core.privacy.ledger import Ledger
from core.progress import silent
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies.folder import StudyFolder
from core.studies.running import run_study
from core.tables.dataset import Dataset
from tests.made_shop import import_made, make_catalogue, make_interactions, users

FAST = ("popularity", "content", "statistics")  # none of these needs TensorFlow
CANARY = "ZZZ-unique"
DELTA = 1e-5


@dataclass(frozen=True)
class Done:
    """A study that has run, and who paid."""

    home: Home
    dataset: Dataset
    folder: StudyFolder
    ledger: Ledger


def settings(**values: Any) -> StudySettings:
    return build(StudySettings, {"methods": FAST, "epsilons": (4.0, 8.0), "evaluation_epsilon": 20.0, **values})


def run(home: Home, dataset: Dataset, out: Path, *, public: bool = False, **values: Any) -> Done:
    folder = run_study(home, dataset, settings(**values), out, study="s1", public=public, report=silent)
    return Done(home, dataset, folder, Ledger(home))


def import_shop(folder: Path, **values: Any) -> Dataset:
    return import_made(folder, make_interactions(), **{"catalogue": make_catalogue(), **values})


def with_canary(interactions: pd.DataFrame) -> pd.DataFrame:
    """One shopper alone bought one product that nobody else knows of."""
    bought = {Columns.USER: users()[8], Columns.ITEM: CANARY, Columns.EVENT: Events.PURCHASE}
    row = pd.DataFrame([{**bought, Columns.TIMESTAMP: pd.Timestamp("2025-02-02")}])
    return pd.concat([interactions, row], ignore_index=True)


def outside(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and "private" not in p.relative_to(folder).parts]


def everything_in(path: Path) -> bytes:
    """A file's bytes, and those of what is packed in it."""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            content += b"".join(packed.read(name) for name in packed.namelist())
    if path.suffix == ".parquet":
        content += pd.read_parquet(path).to_csv().encode()
    return content + path.name.encode()


def is_named(name: str, content: bytes) -> bool:
    """NumPy keeps text in four bytes a letter."""
    return any(name.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-32-le"))


def statements(folder: StudyFolder) -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.statements.glob("*.json"))}
