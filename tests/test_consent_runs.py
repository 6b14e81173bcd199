"""A shopper who withdrew is not in what starts from then on, and nobody else notices."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.anonymize.exporting import anonymize_files
from core.audit.running import run_audit
from core.audit.settings import AuditSettings
from core.columns import Columns
from core.privacy.consent import Keeper, LeftOut, decide, hash_of, keep_consenting, withdrawn
from core.privacy.ledger import Ledger
from core.privacy.wording import LEFT_OUT
from core.progress import silent
from core.settings import AnonymizationSettings, GridSettings, StudySettings, build
from core.store.home import Home
from core.studies.folder import StudyFolder
from core.studies.grid import run_grid
from core.studies.preparing import Study, prepare
from core.tables.dataset import Dataset
from core.workspace import Workspace
from tests.made_shop import import_made, without
from tests.neighbouring import CANARY, N_SHOPPERS, NEIGHBOURS, OWNER, catalogue, who, whole
from tests.opened_pages import work_now
from tests.studied_shop import outside, run

WHY = {"by": "Olga Officer", "reason": "request 17 by letter"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_made(tmp_path_factory.mktemp("whole"), whole(), catalogue=catalogue())


def prepared(home: Home, data: Dataset, out: Path) -> tuple[pd.DataFrame, Any, Any]:
    chosen = build(StudySettings, {"n_shoppers": N_SHOPPERS})
    folder = StudyFolder(out)
    trainer, judges = prepare(Study(home, data, chosen, folder, "s", public=False), Ledger(home), [])
    assert judges is not None
    return folder.interactions(), trainer, judges


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_a_study_after_the_withdrawal_starts_from_what_a_file_without_that_shopper_gives(
    data: Dataset, home: Home, tmp_path: Path, neighbour: str
) -> None:
    gone = who(neighbour, home)
    less = import_made(tmp_path / "less", without(whole(), gone), catalogue=catalogue())
    rows_less, trainer_less, judges_less = prepared(home, less, tmp_path / "file without")

    decide(home, gone, "withdrawal", **WHY)
    rows, trainer, judges = prepared(home, data, tmp_path / "file with")

    pd.testing.assert_frame_equal(rows, rows_less, check_exact=True)
    assert trainer.numbers == trainer_less.numbers, "N is declared, and stays"
    for one, other in ((trainer.training, trainer_less.training), (judges.histories, judges_less.histories)):
        assert one.user_ids.tolist() == other.user_ids.tolist()
        for part in ("matrix", "ages", "counts"):
            assert getattr(one, part).data.tobytes() == getattr(other, part).data.tobytes()
            assert getattr(one, part).indices.tobytes() == getattr(other, part).indices.tobytes()
    assert (judges.hidden != judges_less.hidden).nnz == 0


def test_rows_of_others_stay_as_they_are_in_their_order(data: Dataset, home: Home) -> None:
    rows = data.interactions()
    decide(home, OWNER, "withdrawal", **WHY)

    kept, left_out = keep_consenting(rows, home)

    pd.testing.assert_frame_equal(kept, rows[rows[Columns.USER] != OWNER].reset_index(drop=True), check_exact=True)
    assert left_out.hashes == (hash_of(OWNER, home),)


def test_without_a_withdrawal_the_rows_are_the_very_same_and_no_key_is_made(data: Dataset, home: Home) -> None:
    rows = data.interactions()

    kept, left_out = keep_consenting(rows, home)

    assert kept is rows
    assert left_out.hashes == ()
    assert "consent" not in home.key_names()


def test_who_gives_consent_back_is_in_the_next_study_again(data: Dataset, home: Home, tmp_path: Path) -> None:
    decide(home, OWNER, "withdrawal", **WHY)
    assert OWNER not in set(prepared(home, data, tmp_path / "a")[0][Columns.USER])

    decide(home, OWNER, "return", **WHY)

    assert OWNER in set(prepared(home, data, tmp_path / "b")[0][Columns.USER])
    assert withdrawn(home) == frozenset()


def test_nothing_outside_tells_that_somebody_withdrew_or_who(home: Home, data: Dataset, tmp_path: Path) -> None:
    before = run(home, data, tmp_path / "before", n_shoppers=N_SHOPPERS)
    decide(home, CANARY, "withdrawal", **WHY)
    after = run(home, data, tmp_path / "after", n_shoppers=N_SHOPPERS)

    assert LeftOut.read(before.folder.path) == LeftOut((), (), LeftOut.read(before.folder.path).head)  # type: ignore[union-attr]
    record = LeftOut.read(after.folder.path)
    assert record is not None
    assert record.hashes == (hash_of(CANARY, home),)
    content = b"".join(path.read_bytes() for path in outside(after.folder.path))
    assert hash_of(CANARY, home).encode() not in content
    assert b"excluded.json" not in content
    told = [
        json.loads(next(folder.folder.statements.glob("*.json")).read_text())["dropped"] for folder in (before, after)
    ]
    assert told[0] == told[1], "the sentence is the same whether somebody withdrew or not"
    assert "withdrawn their consent" in told[0]


def test_the_record_is_for_its_owner_only(home: Home, data: Dataset, tmp_path: Path) -> None:
    decide(home, OWNER, "withdrawal", **WHY)
    prepared(home, data, tmp_path / "s")

    file = tmp_path / "s" / "private" / "excluded.json"
    assert file.stat().st_mode & 0o077 == 0
    assert OWNER not in file.read_text()


def test_a_grid_leaves_them_out_and_says_so_inside(home: Home, data: Dataset, tmp_path: Path) -> None:
    settings = build(
        GridSettings,
        {"anonymizations": {"day": {"coarsen_time": "day"}}, "epsilons": [4.0], "method": "statistics", "repeats": 1},
    )

    gone = int((data.interactions()[Columns.USER] == OWNER).sum())
    with_owner = run_grid(home, data, settings, tmp_path / "earlier", report=silent)["rows_before"].iloc[0]
    decide(home, OWNER, "withdrawal", **WHY)

    table = run_grid(home, data, settings, tmp_path / "grid", report=silent)

    assert with_owner - gone <= table["rows_before"].iloc[0] < with_owner, "some of theirs may have been hidden rows"
    assert LeftOut.read(tmp_path / "grid").hashes == (hash_of(OWNER, home),)  # type: ignore[union-attr]


def test_an_audit_leaves_them_out_and_keeps_the_record(home: Home, data: Dataset, tmp_path: Path) -> None:
    decide(home, OWNER, "withdrawal", **WHY)
    settings = build(AuditSettings, {"methods": ["statistics"], "epsilons": [4.0], "canaries": 100, "without_noise": 0})

    found = run_audit(home, data, settings, tmp_path / "audit", study="a", public=True)

    assert LEFT_OUT in found.notes
    assert LeftOut.read(tmp_path / "audit").hashes == (hash_of(OWNER, home),)  # type: ignore[union-attr]


def test_an_anonymised_export_has_no_row_of_them(home: Home, data: Dataset, tmp_path: Path) -> None:
    decide(home, OWNER, "withdrawal", **WHY)
    keep = Keeper(home)

    anonymize_files(data, AnonymizationSettings(pseudonymize=False), bytes(32), tmp_path / "out", keep=keep)

    content = (tmp_path / "out" / "UserBehavior.csv").read_text()
    assert OWNER not in content
    assert CANARY in content
    assert keep.left_out.hashes == (hash_of(OWNER, home),)


def test_no_run_reads_the_rows_of_a_dataset_past_the_door() -> None:
    """What only looks at a dataset for whoever may see all of it does not compute with it: a preview, a profile."""
    core = Path(__file__).parents[1] / "core"
    looking = {"anonymize/preview.py", "anonymize/__main__.py", "anonymize/configuring.py"}
    past = [
        f"{path.relative_to(core)}: {line.strip()}"
        for path in sorted(core.rglob("*.py"))
        if path.relative_to(core).as_posix() not in looking
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"(dataset|data|info)\.interactions\(\)", line) and "keep" not in line
    ]
    assert past == []


def test_a_run_that_waits_counts_as_not_started() -> None:
    ws = Workspace()
    user = str(Dataset.open(ws.sample().folder).interactions()[Columns.USER].iloc[0])
    run_id = ws.submit_study("sample-shop", StudySettings(methods=("popularity",), epsilons=(4.0,)))
    ws.consents.withdraw(user, **WHY)

    work_now(run_id)

    assert LeftOut.read(ws.run(run_id).out).hashes == (hash_of(user, ws.home),)  # type: ignore[union-attr]
    assert user not in set(ws.study(run_id).interactions()[Columns.USER])
