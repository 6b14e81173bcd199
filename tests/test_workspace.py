"""What a person can do, verb by verb: privacy, studies and their bill, the promise."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotFound, SettingsError
from core.privacy.ledger import Ledger
from core.privacy.software import settings_hash
from core.settings import AnonymizationSettings, PrivacySettings, StudySettings
from core.store.home import Home
from core.workspace import Workspace
from tests.worked import METHODS, STUDY, Studied, import_shop, studied_workspace, work_now


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studied]:
    yield from studied_workspace(tmp_path_factory.mktemp("workspace"))


@pytest.fixture
def ws(home: Home) -> Workspace:
    return Workspace(home)


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
