"""From the uploaded file to what trains: no shopper changes another's row, the schema, or what a person is told."""

import hashlib
import json
import logging
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.__main__ import main
from core.cli import shared
from core.columns import Columns
from core.privacy.ledger import Ledger
from core.privacy.noise import SecureNormal
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies.folder import StudyFolder
from core.studies.preparing import Study, prepare
from core.tables.dataset import Dataset
from tests.leaving import everything_in, is_named, leaving
from tests.made_shop import import_made, users, without
from tests.neighbouring import CANARY, N_SHOPPERS, NEIGHBOURS, OWNER, UNIQUE, catalogue, who, whole

RULES: dict[str, dict[str, Any]] = {
    "no rule": {},
    "every rule": {"coarsen_time": "week", "price_bands": (5.0, 9.0), "max_products_per_shopper": 4},
    "every other rule": {
        "mask_identifiers": True,
        "round_prices": 2.0,
        "category_levels": 1,
        "max_events_per_shopper": 5,
        "local_epsilon": 3.0,
    },
}
DROWNED = 1e-3


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_made(tmp_path_factory.mktemp("whole"), whole(), catalogue=catalogue())


def rows_of_others(rows: pd.DataFrame, gone: str) -> pd.DataFrame:
    return rows[rows[Columns.USER] != gone].reset_index(drop=True)


def digest(data: Dataset) -> str:
    """The hash of all declared facts and of the published catalogue."""
    assert data.catalogue_path is not None
    content = data.schema.to_json().encode() + pd.read_parquet(data.catalogue_path).to_csv().encode()
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_reading_and_cleaning_change_nobody_elses_row_and_no_fact_of_the_schema(
    data: Dataset, home: Home, tmp_path: Path, neighbour: str
) -> None:
    gone = who(neighbour, home)
    less = import_made(tmp_path, without(whole(), gone), catalogue=catalogue())

    assert digest(less) == digest(data)
    pd.testing.assert_frame_equal(rows_of_others(data.interactions(), gone), less.interactions(), check_exact=True)


@pytest.mark.parametrize("rules", list(RULES))
@pytest.mark.parametrize("neighbour", NEIGHBOURS)
def test_no_rule_before_a_study_changes_what_anybody_else_trains_or_judges_with(
    data: Dataset, home: Home, tmp_path: Path, neighbour: str, rules: str
) -> None:
    """Every threshold up to ten shoppers is crossed when the owner of everything is gone; none is to be had."""
    gone = who(neighbour, home)
    less = import_made(tmp_path / "less", without(whole(), gone), catalogue=catalogue())
    chosen = build(StudySettings, {"n_shoppers": N_SHOPPERS, "anonymization": {"pseudonymize": False, **RULES[rules]}})
    prepared = []
    for name, given in (("whole", data), ("less", less)):
        folder = StudyFolder(tmp_path / name)
        trainer, judges = prepare(Study(home, given, chosen, folder, "s", public=False), Ledger(home), [])
        assert judges is not None
        prepared.append((folder.interactions(), trainer, judges))
    (rows, trainer, judges), (rows_less, trainer_less, judges_less) = prepared

    pd.testing.assert_frame_equal(rows_of_others(rows, gone), rows_less.reset_index(drop=True), check_exact=True)
    assert trainer.numbers == trainer_less.numbers
    assert trainer.shop.item_ids.tolist() == trainer_less.shop.item_ids.tolist()
    for one, other in ((trainer.training, trainer_less.training), (judges.histories, judges_less.histories)):
        kept = one.rows(one.user_ids != gone)
        assert kept.user_ids.tolist() == other.user_ids.tolist()
        for part in ("matrix", "ages", "counts"):
            assert getattr(kept, part).data.tobytes() == getattr(other, part).data.tobytes()
            assert getattr(kept, part).indices.tobytes() == getattr(other, part).indices.tobytes()


def study(
    folder: Path, rows: pd.DataFrame, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, Any], list[str]]:
    """What the command line prints of a study at declared N: its JSON, and each new line of progress without times."""
    import_made(folder, rows, catalogue=catalogue())
    files = [str(folder / "UserBehavior.csv"), str(folder / "ProductInfo.csv")]
    options = ["--epsilons", "4", "8", "--methods", "popularity", "content", "statistics"]
    monkeypatch.setattr(shared, "QUIET_S", -1.0)
    capsys.readouterr()
    code = main(["study", *files, *options, "--shoppers", str(N_SHOPPERS), "--out", str(folder / "out")])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    lines = [re.sub(r"^.{4}  +[0-9.]+ s  ", "", line) for line in printed.err.splitlines()]
    return json.loads(printed.out), list(dict.fromkeys(lines))


@pytest.mark.parametrize("neighbour", ["owner of everything", "owner of a product of their own"])
def test_the_command_line_says_the_same_of_neighbours(
    tmp_path: Path,
    home: Home,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    neighbour: str,
) -> None:
    """All but the study's own name and folder; what the noise shows is held fixed."""
    monkeypatch.setattr(SecureNormal, "release", lambda _, values, *__: DROWNED * (1 + (values * 0).cumsum()))
    told, lines = study(tmp_path / "a", whole(), capsys, monkeypatch)
    told_less, lines_less = study(tmp_path / "b", without(whole(), who(neighbour, home)), capsys, monkeypatch)

    own = {"study", "out"}
    assert {name: value for name, value in told.items() if name not in own} == {
        name: value for name, value in told_less.items() if name not in own
    }
    assert lines == lines_less
    assert len(lines) > 3


def test_neither_a_product_of_one_shopper_alone_nor_an_id_is_printed_logged_or_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The product is no name of the catalogue: its row is left out, and where rows are counted nothing names it."""
    caplog.set_level(logging.DEBUG)
    told, lines = study(tmp_path, whole(), capsys, monkeypatch)
    names = (UNIQUE, CANARY, OWNER, *users())

    assert UNIQUE in (tmp_path / "UserBehavior.csv").read_text()
    said = repr((told, lines)) + caplog.text
    assert not [name for name in names if name in said]
    for name, path in leaving(tmp_path / "out").items():
        assert not [shopper for shopper in names if is_named(shopper, everything_in(path))], name
