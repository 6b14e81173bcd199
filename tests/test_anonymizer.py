"""What a person can do to protect rows: try options, measure the risk, take the files along."""

import signal
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from core.anonymize.preview import MAX_EVENTS, about, preview, sampled
from core.anonymize.pseudonyms import study_key
from core.anonymizer import UNTOUCHED, Anonymizer
from core.columns import Columns
from core.errors import NotFound, UserError
from core.runs import worker
from core.runs.queue import Run, Runs
from core.settings import AnonymizationSettings, BasketSettings, GroupSettings, StudySettings
from core.store.home import Home
from core.tables.dataset import Dataset
from core.tables.shelf import register
from tests.made_shop import N_USERS, import_made, make_catalogue, make_interactions

KEY = b"k" * 32
CHOSEN = AnonymizationSettings(coarsen_time="month", max_products_per_shopper=3, suppress_items_below=2)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("made")
    return import_made(folder, make_interactions(), catalogue=make_catalogue())


@pytest.fixture
def anonymizer(home: Home, dataset: Dataset) -> Anonymizer:
    register(home, "tea", "Tea shop", "private", dataset)
    return Anonymizer(home)


def measured(anonymizer: Anonymizer, settings: AnonymizationSettings) -> Run:
    """Measure as launcher and worker do, in this process."""
    run_id, queue = anonymizer.submit("tea", settings), Runs(anonymizer.home)
    before = signal.getsignal(signal.SIGTERM)
    assert queue.claim(1) is not None
    worker.work(anonymizer.home, run_id)
    signal.signal(signal.SIGTERM, before)
    assert queue.get(run_id).status == "done", queue.get(run_id).error
    return queue.get(run_id)


def test_each_chosen_option_tells_what_it_does(anonymizer: Anonymizer) -> None:
    settings = CHOSEN.model_copy(update={"suppress_items_below": 10**6})

    found = anonymizer.effects("tea", settings)

    changes = {change.option: change for change in found.changes}
    sizes = make_interactions().groupby("user_id")["item_id"].nunique()
    assert (found.shoppers, found.of_shoppers, found.is_sample) == (N_USERS, N_USERS, False)
    assert changes["pseudonymize"].n_changed == N_USERS
    assert changes["coarsen_time"].n_changed > 0
    assert changes["max_products_per_shopper"].n_changed == int((sizes - 3).clip(lower=0).sum())
    assert changes["suppress_items_below"].n_changed > 0


def test_an_option_that_does_not_fit_is_one_sentence(anonymizer: Anonymizer) -> None:
    with pytest.raises(UserError, match="there is no column shoe_size"):
        anonymizer.effects("tea", AnonymizationSettings(drop_columns=("shoe_size",)))


def test_a_sample_holds_whole_shoppers_and_is_the_same_each_time(dataset: Dataset) -> None:
    everything = dataset.interactions()

    some = sampled(dataset, max_events=len(everything) // 2)

    users = set(some[Columns.USER])
    own = everything[everything[Columns.USER].isin(users)].reset_index(drop=True)
    assert 0 < len(users) < N_USERS
    assert some.to_csv() == own.to_csv()
    assert some.to_csv() == sampled(dataset, max_events=len(everything) // 2).to_csv()


def test_small_data_are_looked_at_whole(dataset: Dataset) -> None:
    assert len(dataset.interactions()) <= MAX_EVENTS
    assert len(sampled(dataset)) == len(dataset.interactions())


def test_a_preview_says_how_many_shoppers_it_looked_at(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    half = len(dataset.interactions()) // 2
    monkeypatch.setattr("core.anonymize.preview.sampled", lambda given: sampled(given, max_events=half))

    found = preview(dataset, AnonymizationSettings(), KEY)

    assert found["shoppers"] == found["changes"][0]["n_changed"] < N_USERS
    assert found["rows"] < len(dataset.interactions())


def test_columns_beyond_tacts_own_are_named(dataset: Dataset) -> None:
    found = about(dataset)

    assert (found["columns"], found["identifiers"]) == ([], {})
    assert {"events_band", "first_month", "favourite_category"} <= set(found["quasi_identifiers"])
    assert set(found["presets"]) == {"internal", "partner", "publication"}


def test_a_measurement_leaves_files_risk_and_a_zip(anonymizer: Anonymizer) -> None:
    run = measured(anonymizer, CHOSEN)
    found = anonymizer.result(run.id)

    assert run.out.joinpath("private").stat().st_mode & 0o777 == 0o700
    assert found.settings == CHOSEN
    assert set(found.report["before"]["unicity"]) == {"1", "2", "3", "4", "5"}
    with zipfile.ZipFile(anonymizer.export_zip(run.id)) as archive:
        names = archive.namelist()
        rows = archive.read("UserBehavior.csv").decode()
    assert {"UserBehavior.csv", "ProductInfo.csv", "risk.json"} <= set(names)
    assert "shopper~" not in rows  # the made shop's ids
    assert [path.suffix for path in found.folder.iterdir() if path.name.startswith(".")] == []


def test_the_data_as_they_are_can_be_measured(anonymizer: Anonymizer) -> None:
    found = anonymizer.result(measured(anonymizer, UNTOUCHED).id)

    assert found.report["changes"] == []
    assert found.report["before"]["unicity"] == found.report["after"]["unicity"]


def test_a_measurement_that_is_not_there_is_one_sentence(anonymizer: Anonymizer) -> None:
    run_id = anonymizer.submit("tea", UNTOUCHED)

    with pytest.raises(NotFound, match="Measure the risk again"):
        anonymizer.result(run_id)
    with pytest.raises(NotFound, match="Measure the risk again"):
        anonymizer.export_zip(run_id)


def test_a_measurement_can_be_cancelled_before_it_starts(anonymizer: Anonymizer) -> None:
    run_id = anonymizer.submit("tea", UNTOUCHED)
    queue = Runs(anonymizer.home)
    queue.cancel(run_id)

    assert queue.get(run_id).status == "cancelled"
    assert not queue.get(run_id).out.exists()


def test_the_zip_is_readable_by_its_owner_only(anonymizer: Anonymizer) -> None:
    path: Path = anonymizer.export_zip(measured(anonymizer, UNTOUCHED).id)

    assert path.stat().st_mode & 0o077 == 0


def test_a_new_key_gives_other_codes_in_files_and_none_in_studies(anonymizer: Anonymizer) -> None:
    def ids() -> set[str]:
        found = anonymizer.result(measured(anonymizer, AnonymizationSettings()).id)
        return set(pd.read_csv(found.folder / "UserBehavior.csv", dtype=str)["UserID"])

    (version, name), first, for_studies = anonymizer.key_version(), ids(), study_key(anonymizer.home)
    assert ids() == first  # the same key, the same codes
    assert anonymizer.rotate_key() == version + 1

    assert not first & ids()
    assert anonymizer.key_version()[0] == version + 1
    assert anonymizer.key_version()[1] != name
    assert study_key(anonymizer.home) == for_studies


def test_no_threshold_ever_reaches_a_study() -> None:
    """What the Training page makes of any choice is a study that may be started."""
    chosen = AnonymizationSettings(
        coarsen_time="day",
        suppress_items_below=5,
        k_anonymity=GroupSettings(k=5, columns=("events_band",)),
        km_anonymity=BasketSettings(k=3, m=2),
    )

    left = chosen.without_thresholds()

    assert chosen.thresholds == ("suppress_items_below", "k_anonymity", "km_anonymity")
    assert (left.thresholds, left.coarsen_time) == ((), "day")
    assert StudySettings(anonymization=left).anonymization == left
