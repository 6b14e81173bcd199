"""What a person can do, verb by verb: the room behind pages, command line and API."""

import csv
import io
import json
import shutil
import signal
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from core.errors import NotFound, SettingsError
from core.privacy.ledger import Ledger
from core.privacy.software import settings_hash
from core.runs import worker
from core.runs.queue import Run, Runs
from core.settings import AnonymizationSettings, Method, PrivacySettings, StudySettings
from core.store.home import Home
from core.store.uploads import harmless_name
from core.tables.mapping import Mapping
from core.workspace import Workspace
from tests.made_shop import KINDS, N_ITEMS, N_USERS, import_made, make_catalogue, make_interactions, users

METHODS: tuple[Method, ...] = ("popularity", "content", "statistics")
DECLARED = 20_000  # so many that figures are worth buying: their ± is below what would hide a difference
STUDY = StudySettings(methods=METHODS, epsilons=(1.0, 4.0), n_shoppers=DECLARED)


def work_now(ws: Workspace, run_id: str) -> Run:
    """Do what launcher and worker do, in this process."""
    before = signal.getsignal(signal.SIGTERM)
    claimed = Runs(ws.home).claim(1)
    assert claimed is not None
    assert claimed.id == run_id
    worker.work(ws.home, run_id)
    signal.signal(signal.SIGTERM, before)
    return ws.run(run_id)


def upload(ws: Workspace, path: Path) -> Path:
    with path.open("rb") as file:
        return ws.importer.save_upload(file, path.name)


def import_shop(ws: Workspace, folder: Path, name: str = "Tea shop") -> str:
    """Upload and import the made shop; return the dataset's id."""
    import_made(folder, make_interactions(), catalogue=make_catalogue())
    paths = upload(ws, folder / "UserBehavior.csv"), upload(ws, folder / "ProductInfo.csv")
    run = work_now(ws, ws.importer.submit_import(name, *paths, Mapping()))
    assert run.status == "done", run.error
    return str(run.facts["dataset"])


@dataclass(frozen=True)
class Studied:
    """A workspace with a finished study of private data, and the bill that was shown before it."""

    ws: Workspace
    dataset: str
    run: str
    after: float
    delta: float


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studied]:
    folder = tmp_path_factory.mktemp("workspace")
    ws = Workspace(Home(folder / "home"))
    dataset = import_shop(ws, folder / "files")
    bill = ws.bill(dataset, STUDY)
    run = work_now(ws, ws.submit_study(dataset, STUDY))
    assert run.status == "done", run.error
    yield Studied(ws, dataset, run.id, bill.after, bill.delta)
    ws.home.close()


@pytest.fixture
def ws(home: Home) -> Workspace:
    return Workspace(home)


# datasets


def test_the_sample_shop_is_imported_once(ws: Workspace) -> None:
    first, second = ws.sample(), ws.sample()

    assert (first.kind, first.id) == ("sample", second.id)
    assert [info.id for info in ws.datasets()] == [first.id]
    assert first.n_users > 2_000
    assert first.n_events == first.report["behavior"]["rows_kept"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("UserBehavior.csv", "UserBehavior.csv"),
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\May 2024: <sales>.csv", "May 2024 sales.csv"),
        (".bashrc", "bashrc"),
        ("行为数据.csv", "行为数据.csv"),
        ("a\x00b\nc.csv", "abc.csv"),
        ("../..", "upload.csv"),
        ("", "upload.csv"),
        ("x" * 300 + ".csv", "x" * 50 + ".csv"),
    ],
)
def test_an_upload_keeps_what_is_harmless_of_its_name(ws: Workspace, name: str, kept: str) -> None:
    path = ws.importer.save_upload(io.BytesIO(b"UserID\n"), name)

    assert path.name == kept == harmless_name(name)
    assert path.parent.parent == ws.home.uploads_folder
    assert path.read_bytes() == b"UserID\n"


def test_two_uploads_of_one_name_do_not_meet(ws: Workspace) -> None:
    first, second = (ws.importer.save_upload(io.BytesIO(content), "b.csv") for content in (b"1", b"2"))

    assert (first.read_bytes(), second.read_bytes()) == (b"1", b"2")


def test_a_failed_import_says_the_name_that_the_person_knows(ws: Workspace) -> None:
    path = ws.importer.save_upload(io.BytesIO(b""), "March.csv")

    run = work_now(ws, ws.importer.submit_import("March", path, None, Mapping()))

    assert run.status == "failed"
    assert run.error is not None
    assert run.error.startswith("March.csv is empty")
    assert ws.datasets() == []


def test_a_dataset_and_its_rejected_rows_can_be_looked_at(ws: Workspace) -> None:
    rows = b"UserID,ProductID,Behavior\nu1,p1,1\nu2,p1,2\nu2,,1\nu3,p1,9\n"
    run = work_now(
        ws, ws.importer.submit_import("Small", ws.importer.save_upload(io.BytesIO(rows), "b.csv"), None, Mapping())
    )
    dataset = run.facts["dataset"]

    assert ws.dataset(dataset).n_events == 4 - 2
    assert ws.importer.rejected(dataset)["reason"].tolist() == ["missing_product", "unknown_behavior"]
    assert len(ws.importer.rejected(dataset, limit=1)) == 1
    assert len(list(csv.DictReader(io.StringIO(ws.importer.rejected_csv(dataset).decode())))) == 2


def test_a_deleted_dataset_is_gone_from_list_and_disk(ws: Workspace, tmp_path: Path) -> None:
    dataset = import_shop(ws, tmp_path)
    folder = ws.dataset(dataset).folder
    ws.set_privacy(dataset, PrivacySettings(epsilon=2.0))

    run_id = ws.submit_study(dataset, STUDY)
    with pytest.raises(SettingsError, match="still running"):
        ws.importer.delete_dataset(dataset)
    ws.cancel(run_id)
    ws.importer.delete_dataset(dataset)

    assert not folder.exists()
    assert ws.datasets() == []
    with pytest.raises(NotFound):
        ws.dataset(dataset)


def test_no_file_with_shoppers_survives_the_deletion_of_their_dataset(ws: Workspace, tmp_path: Path) -> None:
    """Rows, uploads, exports and the histories in studies all go; what was released stays, for it was paid for."""
    dataset = import_shop(ws, tmp_path)
    run = work_now(ws, ws.submit_study(dataset, STUDY))
    ws.anonymizer.export_anonymized(dataset, AnonymizationSettings())
    assert run.status == "done"
    ws.importer.delete_dataset(dataset)

    assert list(ws.home.uploads_folder.rglob("*.csv")) == []
    assert list(ws.home.folder.rglob("interactions.parquet")) == []
    assert list(ws.home.folder.rglob("*.zip")) == []
    assert (run.out / "curve.csv").exists()


# privacy


def test_privacy_settings_come_back_as_they_were_noted(ws: Workspace, tmp_path: Path) -> None:
    dataset = import_shop(ws, tmp_path)
    settings = PrivacySettings(
        epsilon=0.5,
        delta=1e-6,
        n_shoppers=1_000,
        published=("category",),
        anonymization=AnonymizationSettings(coarsen_time="week", price_bands=(5.0, 10.0)),
    )

    assert ws.privacy(dataset) == PrivacySettings()
    ws.set_privacy(dataset, settings)
    assert ws.privacy(dataset) == settings


def test_no_protection_is_for_the_sample_only(ws: Workspace, tmp_path: Path) -> None:
    dataset, sample = import_shop(ws, tmp_path), ws.sample().id

    with pytest.raises(SettingsError, match="sample shop only"):
        ws.set_privacy(dataset, PrivacySettings(epsilon=None))
    ws.set_privacy(sample, PrivacySettings(epsilon=None))

    assert ws.privacy(dataset).epsilon == 1.0
    assert ws.privacy(sample).epsilon is None


def test_each_option_of_anonymisation_tells_what_it_does(studied: Studied) -> None:
    settings = AnonymizationSettings(coarsen_time="month", max_products_per_shopper=3, suppress_items_below=10**6)

    changes = {change.option: change for change in studied.ws.anonymizer.effects(studied.dataset, settings)}

    interactions = make_interactions()
    sizes = interactions.groupby("user_id")["item_id"].nunique()
    assert changes["pseudonymize"].n_changed == N_USERS
    assert changes["coarsen_time"].n_changed > 0
    assert changes["max_products_per_shopper"].n_changed == int((sizes - 3).clip(lower=0).sum())
    assert changes["suppress_items_below"].n_changed > 0


def test_the_export_holds_no_id_as_it_was_uploaded(studied: Studied) -> None:
    path = studied.ws.anonymizer.export_anonymized(studied.dataset, AnonymizationSettings())

    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["ProductInfo.csv", "UserBehavior.csv", "risk.json"]
        rows = archive.read("UserBehavior.csv").decode()
    assert rows.count("\n") == len(make_interactions()) + 1
    assert "shopper~" not in rows


# studies and their bill


def test_the_bill_is_what_the_ledger_says_afterwards(studied: Studied) -> None:
    ledger = Ledger(studied.ws.home)

    assert ledger.composed(studied.delta) == pytest.approx(studied.after, rel=1e-9)
    assert {entry.group for entry in studied.ws.ledger()} == {"training", "evaluation"}
    assert len(studied.ws.ledger()) == len(STUDY.epsilons) + 1  # a joint release each, and the figures
    assert ledger.verify_chain()


def test_a_second_study_comes_on_top_of_the_first(studied: Studied) -> None:
    bill = studied.ws.bill(studied.dataset, STUDY)

    assert bill.spent == pytest.approx(studied.after, rel=1e-9)
    assert bill.spent < bill.after < 2 * bill.spent  # the square root of two, nearly


def test_a_bill_composes_its_points_below_their_sum(studied: Studied) -> None:
    bill = studied.ws.bill(studied.dataset, STUDY)

    assert 4.0 < bill.epsilon_training < 1.0 + 4.0
    assert bill.epsilon == max(bill.epsilon_training, bill.epsilon_evaluation)
    one = STUDY.model_copy(update={"epsilons": (1.0,)})
    assert studied.ws.bill(studied.dataset, one).epsilon_training == pytest.approx(1.0, abs=1e-6)
    content = STUDY.model_copy(update={"methods": ("content",), "evaluate": False})
    assert studied.ws.bill(studied.dataset, content).epsilon == 0.0


def test_public_data_cost_nothing(ws: Workspace) -> None:
    sample = ws.sample().id
    settings = StudySettings(methods=("popularity",), epsilons=(1.0,))

    bill = ws.bill(sample, settings)
    run = work_now(ws, ws.submit_study(sample, settings))

    assert run.status == "done", run.error
    assert (bill.epsilon, bill.after) == (0.0, 0.0)
    assert [entry.public for entry in ws.ledger()] == [True]
    assert Ledger(ws.home).composed(1e-5) == 0.0
    assert (ws.curve(run.id, "releasable")["ndcg_at_10_noise"] == 0.0).all()


def test_an_ended_run_is_told_of_until_it_was_seen(studied: Studied) -> None:
    assert studied.run in [run.id for run in studied.ws.ended_unseen()]
    studied.ws.mark_seen(studied.run)
    assert studied.run not in [run.id for run in studied.ws.ended_unseen()]


def test_each_room_has_its_own_curve(studied: Studied) -> None:
    outside = studied.ws.curve(studied.run, "releasable")
    inside = studied.ws.curve(studied.run, "curator")

    points = {("content", 0.0), *((method, e) for method in ("popularity", "statistics") for e in (1.0, 4.0))}
    assert set(zip(outside["method"], outside["epsilon"], strict=True)) == points
    assert set(zip(inside["method"], inside["epsilon"], strict=True)) == points
    assert (outside["ndcg_at_10_noise"] > 0).all()
    assert not {"ndcg_at_10_se", "coverage_at_10"} & set(outside)
    assert {"ndcg_at_10_se", "coverage_at_10"} <= set(inside)


def test_advice_is_for_the_nearest_epsilon(studied: Studied) -> None:
    assert studied.ws.advice(studied.run, 0.1).epsilon == 1.0
    assert studied.ws.advice(studied.run, 3.0).epsilon == 4.0
    assert studied.ws.advice(studied.run, 3.0).method in METHODS


def test_a_study_that_is_not_finished_has_no_curve(studied: Studied) -> None:
    run_id = studied.ws.submit_study(studied.dataset, STUDY)
    try:
        with pytest.raises(NotFound, match="no finished study"):
            studied.ws.curve(run_id, "curator")
    finally:
        studied.ws.cancel(run_id)


# recommendations


def test_one_shopper_at_three_points(studied: Studied) -> None:
    user = users()[7]
    own = make_interactions().query("user_id == @user")
    points = [("popularity", 1.0), ("statistics", 4.0), ("content", 4.0, 0)]

    lists = studied.ws.recommend_for(studied.run, user, points, k=5)

    assert [(one.method, one.epsilon) for one in lists] == [("popularity", 1.0), ("statistics", 4.0), ("content", 0.0)]
    for one in lists:
        assert one.known
        assert one.new["rank"].tolist() == [1, 2, 3, 4, 5]
        assert not set(one.new["item_id"]) & set(own["item_id"])
        assert set(one.again["item_id"]) == set(own.loc[own["event_type"] == "purchase", "item_id"])


def test_filters_and_stock_are_kept_by_every_list(studied: Studied) -> None:
    user, point = users()[7], ("statistics", 4.0)
    (free,) = studied.ws.recommend_for(studied.run, user, [point], k=3)
    gone = free.new["item_id"].tolist()

    (without,) = studied.ws.recommend_for(studied.run, user, [point], k=N_ITEMS, out_of_stock=gone)
    (one_kind,) = studied.ws.recommend_for(studied.run, user, [point], k=N_ITEMS, category=KINDS[0])
    (two_kinds,) = studied.ws.recommend_for(studied.run, user, [point], k=N_ITEMS, category=list(KINDS[:2]))

    assert not set(gone) & {*without.new["item_id"], *without.again["item_id"]}
    assert set(one_kind.new["category"]) | set(one_kind.again["category"]) == {KINDS[0]}
    assert set(two_kinds.new["category"]) == set(KINDS[:2])


def test_a_stranger_is_shown_the_popular_list_and_told_so(studied: Studied) -> None:
    points = [("statistics", 1.0), ("popularity", 1.0)]

    stranger, popular = studied.ws.recommend_for(studied.run, "nobody", points, k=5)

    assert not stranger.known
    assert stranger.new["item_id"].tolist() == popular.new["item_id"].tolist()
    assert stranger.again.empty
    assert studied.ws.history(studied.run, "nobody").empty


def test_a_history_tells_each_product_once_a_behaviour(studied: Studied) -> None:
    user = users()[7]
    own = make_interactions().query("user_id == @user")

    history = studied.ws.history(studied.run, user)

    assert len(history) == len(own.drop_duplicates(["item_id", "event_type"]))
    assert history["timestamp"].is_monotonic_decreasing
    assert history["title"].notna().all()


def test_shoppers_are_found_by_kind_and_by_id(studied: Studied) -> None:
    events = make_interactions()
    sizes = (events["event_type"] == "purchase").groupby(events["user_id"]).sum()
    find = studied.ws.shoppers

    assert set(find(studied.run)) == set(users())
    assert min(sizes[find(studied.run, "many")]) > max(sizes[find(studied.run, "few")])
    assert find(studied.run, search=users()[7][:12]) == [users()[7]]
    assert find(studied.run, search="nobody") == []
    assert 0 < len(find(studied.run, category=KINDS[0])) < N_USERS


def test_all_lists_are_one_file_that_is_made_once(studied: Studied) -> None:
    path = studied.ws.all_lists_csv(studied.run, "statistics", 4.0, 5)
    made = path.stat().st_mtime_ns

    table = pd.read_csv(path, dtype=str)
    assert list(table) == ["UserID", "ProductID", "Rank", "Score"]
    assert len(table) == N_USERS * 5
    (shown,) = studied.ws.recommend_for(studied.run, users()[7], [("statistics", 4.0)], k=5)
    assert table.loc[table["UserID"] == users()[7], "ProductID"].tolist() == shown.new["item_id"].tolist()
    assert studied.ws.all_lists_csv(studied.run, "statistics", 4.0, 5).stat().st_mtime_ns == made
    assert path.parent.name == "private"
    with pytest.raises(NotFound, match="hybrid"):
        studied.ws.all_lists_csv(studied.run, "hybrid", 4.0, 5)


def test_the_statements_of_a_study_hold(studied: Studied) -> None:
    statements = sorted(studied.ws.study(studied.run).statements.iterdir())

    assert len(statements) == 2 * len(STUDY.epsilons)
    for path in statements:
        found = studied.ws.verify(path)
        assert (found["ok"], found["signature"]) == (True, "intact")
        assert found["reason"] == "Signed by this installation and unchanged."


def test_an_officer_finds_the_statements_of_a_study_and_passes_one_on(studied: Studied) -> None:
    officer = studied.ws.officer
    statements = officer.statements(studied.run)
    told = json.loads(statements[0].read_text(encoding="utf-8"))

    assert [path.name for path in statements] == sorted(path.name for path in statements)
    assert set(statements) == set(studied.ws.study(studied.run).statements.iterdir())
    assert told["code"]["sha256_of_settings"] == settings_hash(STUDY.model_dump(mode="json"))
    assert told["ledger_head"] in {row.hash for row in officer.history()}
    assert "tier: 3" in officer.registry_entry(statements[0]).splitlines()
    assert officer.spent(1e-5).chain_ok


def test_a_workspace_that_was_put_back_says_so_of_a_later_statement(studied: Studied, tmp_path: Path) -> None:
    shutil.copytree(studied.ws.home.folder / "keys", tmp_path / "older" / "keys")
    older = Workspace(Home(tmp_path / "older"))
    statement = next(studied.ws.study(studied.run).statements.iterdir())

    assert "older state" in older.verify(statement)["reason"]
