"""What a study refuses or leaves out, and says so: too few shoppers, unpublished columns, unpaid looks at the data."""

from pathlib import Path
from typing import Any

import pytest

from core.columns import Columns
from core.errors import SettingsError
from core.privacy.ledger import Ledger
from core.store.home import Home
from core.studies.figures import RELEASED
from core.studies.folder import StudyFolder
from core.studies.preparing import Study, fit_settings
from core.tables.dataset import Dataset
from tests.made_shop import KINDS, N_USERS, import_made, make_catalogue, make_interactions
from tests.studied_shop import everything_in, import_shop, is_named, outside, run, settings, statements


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_shop(tmp_path_factory.mktemp("shop"))


def test_too_few_shoppers_get_popularity_and_content_and_are_told(home: Home, tmp_path: Path) -> None:
    rows = make_interactions(49)
    dataset = import_made(tmp_path / "few", rows, catalogue=make_catalogue())
    few = run(home, dataset, tmp_path / "out", methods=("popularity", "content", "statistics", "mlp"))

    assert {p.method for p in few.folder.points()} == {"popularity", "content"}
    assert any("(here 49) are too few" in note for note in few.folder.about()["notes"])
    assert {e.group for e in few.ledger.entries()} == {"everyone"}
    assert few.folder.curve()[list(RELEASED)].isna().all(axis=None)


def test_too_few_shoppers_get_popularity_even_where_they_asked_for_more(home: Home, tmp_path: Path) -> None:
    """Once the budget was spent and no model was kept."""
    dataset = import_made(tmp_path / "few", make_interactions(20), catalogue=make_catalogue())
    few = run(home, dataset, tmp_path / "out", methods=("statistics",), epsilons=(2.0,))

    assert [p.name for p in few.folder.points()] == ["popularity-2"]
    assert len(few.folder.curve()) == 1


def test_the_declared_number_decides_whether_there_are_enough(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """The counted one is private: a neighbour would flip the decision."""
    few = run(home, dataset, tmp_path / "out", methods=("popularity", "statistics"), n_shoppers=40, epsilons=(4.0,))

    assert {p.method for p in few.folder.points()} == {"popularity"}
    assert few.folder.about()["numbers"]["is_declared"] is True


@pytest.mark.parametrize("leave_out", [("Category", "Title"), ("Category", "Title", "Price", "Rating")])
def test_content_is_left_out_with_a_note_where_nothing_can_be_compared(
    home: Home, tmp_path: Path, leave_out: tuple[str, ...]
) -> None:
    bare = run(home, import_shop(tmp_path / "bare", leave_out=leave_out), tmp_path / "out")

    assert {p.method for p in bare.folder.points()} == {"popularity", "statistics"}
    assert any("“content” is left out" in note for note in bare.folder.about()["notes"])
    assert not (bare.folder.path / "models" / "content-0").exists()


def test_content_alone_is_refused_where_nothing_can_be_compared(home: Home, tmp_path: Path) -> None:
    bare = import_shop(tmp_path / "bare", leave_out=("Category", "Title"))
    with pytest.raises(SettingsError, match="nothing to compare"):
        run(home, bare, tmp_path / "out", methods=("content",))
    assert not (tmp_path / "out").exists()


def test_a_column_that_is_not_published_is_in_no_file_outside(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    shown = run(home, dataset, tmp_path / "out", methods=("popularity", "content"), published=(Columns.CATEGORY,))
    catalogue = shown.folder.catalogue()

    assert set(catalogue[Columns.CATEGORY]) == set(KINDS)
    assert catalogue[[Columns.TITLE, Columns.PRICE, Columns.RATING]].isna().all(axis=None)
    assert not any(is_named("piece, series", everything_in(path)) for path in outside(shown.folder.path))
    told = statements(shown.folder)["popularity-4"]["catalogue_columns"]
    assert told["published"] == [Columns.CATEGORY]


@pytest.mark.parametrize("delta", [1 / N_USERS, 0.5])
def test_a_delta_of_one_in_n_is_refused_before_anything_is_written(
    home: Home, dataset: Dataset, tmp_path: Path, delta: float
) -> None:
    with pytest.raises(SettingsError, match="δ must be below 1 / 120"):
        run(home, dataset, tmp_path / "out", delta=delta)
    assert not (tmp_path / "out").exists()
    assert Ledger(home).entries() == []


@pytest.mark.parametrize("network", [{"early_stopping": True}, {"folds": 5}])
def test_early_stopping_and_cross_validation_are_refused_in_a_private_study(
    home: Home, dataset: Dataset, tmp_path: Path, network: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError, match="Early stopping and cross-validation"):
        run(home, dataset, tmp_path / "out", methods=("mlp",), network=network)
    assert not (tmp_path / "out").exists()


def test_suppressing_rare_products_cannot_come_before_a_study() -> None:
    with pytest.raises(SettingsError, match="no ε can be shown"):
        settings(anonymization={"suppress_items_below": 5})


THRESHOLDS: dict[str, object] = {
    "suppress_items_below": 5,
    "k_anonymity": {"k": 5, "columns": ["events_band"]},
    "km_anonymity": {"k": 5, "m": 2},
}


@pytest.mark.parametrize("name", THRESHOLDS)
def test_no_threshold_can_come_before_a_study(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: a threshold over shoppers"):
        settings(anonymization={name: THRESHOLDS[name]})


def test_what_the_settings_cannot_be_fed_is_left_out_before_anything_is_read(home: Home, dataset: Dataset) -> None:
    study = Study(home, dataset, settings(published=(Columns.PRICE,)), StudyFolder(Path("nowhere")), "s", public=False)
    fitted, notes = fit_settings(study)

    assert fitted.settings.methods == ("popularity", "statistics")
    assert len(notes) == 1
    assert not Path("nowhere").exists()
