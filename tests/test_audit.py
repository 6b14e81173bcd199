"""Audits by attack: canaries through the real pipeline. An honest pipeline stays below its claim, one without noise is
caught.
"""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.__main__ import main
from core.audit import bench as bench_module
from core.audit import canaries as canaries_module
from core.audit.attacks import Asked, ask, white_box
from core.audit.bounds import BOUNDS, measure
from core.audit.canaries import PRODUCTS, Canaries, fair_coins, make_canaries
from core.audit.report import AuditReport, Finding
from core.audit.running import run_audit
from core.audit.settings import AuditSettings
from core.columns import Columns
from core.errors import BudgetRefused, NotFound, RunCancelled, SettingsError
from core.privacy.gdp import mu_for
from core.privacy.ledger import Cap, Ledger
from core.privacy.noise import SecureNormal
from core.recommend.item_weights import fit_item_weights
from core.recommend.models import StatisticsModel
from core.recommend.release import release_gram, release_popularity
from core.runs.jobs import JOBS
from core.settings import build
from core.store.home import Home
from core.studies.budget import JointBudget, Numbers
from core.studies.releasing import JointRelease, draw_release
from core.tables.dataset import Dataset
from core.workspace import Workspace
from tests.made_shop import import_made, make_catalogue, make_histories, make_interactions

N_USERS, N_ITEMS = 400, 120
NUMBERS = Numbers(N_USERS, N_USERS, 0, 1e-5, True)
ATTACKS = ("white-box", "black-box", "recommendations")

SHOPPERS = make_histories(make_interactions(N_USERS, N_ITEMS), N_ITEMS)


class KnownNoise:
    """Gaussian noise that is the same in every run of a test."""

    def __init__(self) -> None:
        self._rng = np.random.default_rng(11)

    def release(self, values: Any, noise_std: float) -> Any:
        return values + noise_std * self._rng.standard_normal(np.shape(values))


class NoNoise:
    """The bug that an audit is for."""

    def release(self, values: Any, noise_std: float) -> Any:
        return np.asarray(values, float)


def known_coins(n: int) -> np.ndarray:
    return np.random.default_rng(12).random(n) < 0.5


def canaries(n: int = 400) -> Canaries:
    return make_canaries(SHOPPERS, n, N_ITEMS, known_coins(n))


def released(mu: float, noise: Any, made: Canaries) -> JointRelease:
    budget = JointBudget(8.0, mu, True, False, NUMBERS)
    return draw_release(budget, made.join(SHOPPERS), N_USERS, noise)


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return import_made(tmp_path / "files", make_interactions(N_USERS, N_ITEMS), catalogue=make_catalogue(N_ITEMS))


@pytest.fixture
def repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_module, "SecureNormal", KnownNoise)
    monkeypatch.setattr(canaries_module, "fair_coins", known_coins)


Audit = Callable[..., AuditReport]


@pytest.fixture
def audit(home: Home, dataset: Dataset, tmp_path: Path) -> Audit:
    def run(public: bool = True, report: Any = lambda *_: None, **values: Any) -> AuditReport:
        settings = build(AuditSettings, {"canaries": 200, "epsilons": (4.0,)} | values)
        return run_audit(home, dataset, settings, tmp_path / "out", study="audit", public=public, report=report)

    return run


# canaries


def test_coins_are_fair_independent_and_secret() -> None:
    """4,000 coins: 2,000 heads, ±5 · √(4,000)/2. Fifty times 100 coins: a variance of 25; evened out it would be 0."""
    heads = [int(fair_coins(100).sum()) for _ in range(50)]

    assert abs(int(fair_coins(4_000).sum()) - 2_000) <= 5 * math.sqrt(4_000) / 2
    assert 8 < np.var(heads) < 60
    assert not np.array_equal(fair_coins(100), fair_coins(100))


def test_canaries_are_public_and_only_their_coins_are_not() -> None:
    first, second = make_canaries(SHOPPERS, 300, 50), make_canaries(SHOPPERS, 300, 50)

    assert (first.histories.matrix != second.histories.matrix).nnz == 0
    assert not np.array_equal(first.is_in, second.is_in)


def test_canaries_bought_a_few_of_the_most_popular_products() -> None:
    popular = set(np.argsort(-np.asarray(SHOPPERS.matrix.sum(axis=0)).ravel(), kind="stable")[:50].tolist())

    made = make_canaries(SHOPPERS, 300, 50).histories

    assert set(made.sizes.tolist()) == {PRODUCTS}
    assert set(made.matrix.indices.tolist()) == popular
    assert np.array_equal(np.sort(made.ages.toarray()[made.matrix.toarray() > 0].reshape(300, -1)), [[*range(8)]] * 300)


def test_those_whose_coin_says_so_stand_below_the_real_shoppers() -> None:
    made = canaries(100)

    joined = made.join(SHOPPERS)

    assert joined.n_users == N_USERS + made.is_in.sum()
    for name in ("matrix", "ages", "counts"):
        theirs, mine = getattr(joined, name).toarray(), getattr(made.histories, name).toarray()
        assert np.array_equal(theirs[:N_USERS], getattr(SHOPPERS, name).toarray()), name
        assert np.array_equal(theirs[N_USERS:], mine[made.is_in]), name
    assert joined.ages.nnz == joined.matrix.nnz


def test_no_imported_shopper_can_have_a_canarys_id(tmp_path: Path) -> None:
    """Ids are trimmed on import, and a canary's starts with a space."""
    rows = make_interactions(60, 20)
    wanted = canaries(1).histories.user_ids[0]
    rows.loc[rows[Columns.USER] == rows[Columns.USER][0], Columns.USER] = wanted

    found = import_made(tmp_path, rows, catalogue=make_catalogue(20)).interactions()[Columns.USER]

    assert wanted.startswith(" ")
    assert wanted.strip() in set(found)
    assert not any(user.startswith(" ") for user in found)


def test_half_of_a_canary_is_shown_and_half_is_held_back() -> None:
    made = canaries(100)

    shown, held = made.halves()

    assert set(shown.sizes) == {PRODUCTS // 2}
    assert ((shown.matrix + held) != made.histories.matrix).nnz == 0


# attacks


def test_the_white_box_sees_all_that_the_release_gives_away() -> None:
    """The area under a Gaussian ROC curve is Φ(μ/√2): 0.881 at ε 8, ± 3 · 0.017 for 400 canaries."""
    made, mu = canaries(), mu_for(8.0, 1e-5)

    found = measure(white_box(released(mu, KnownNoise(), made), SHOPPERS, made), made.is_in, 1e-5)

    assert found.auc == pytest.approx(0.881, abs=0.05)
    assert 3.0 < found.epsilon_lower["Gaussian DP"] < 8.0


def test_popularity_alone_is_attacked_too() -> None:
    made = canaries()
    budget = JointBudget(8.0, 3.0, False, False, NUMBERS)
    release = draw_release(budget, made.join(SHOPPERS), N_USERS, KnownNoise())

    found = measure(white_box(release, SHOPPERS, made), made.is_in, 1e-5)

    assert release.gram is None
    assert 0.7 < found.auc < 0.99


def test_the_white_box_guesses_every_coin_where_the_noise_is_missing() -> None:
    made = canaries()

    found = measure(white_box(released(1.67, NoNoise(), made), SHOPPERS, made), made.is_in, 1e-5)

    assert found.auc > 0.98
    assert found.epsilon_lower["Gaussian DP"] > 8.0


def test_scores_of_the_white_box_do_not_know_coins_that_were_never_used() -> None:
    """Noise alone: canaries that nobody put into the data are told apart by chance only."""
    made = canaries()
    nobody = replace(made, is_in=np.zeros(400, bool))

    scores = white_box(released(1.67, KnownNoise(), nobody), SHOPPERS, made)

    assert measure(scores, made.is_in, 1e-5).epsilon_lower == dict.fromkeys(BOUNDS, 0.0)


def test_lists_give_canaries_away_where_nothing_protects_them() -> None:
    made = canaries()

    def model(histories: Any) -> StatisticsModel:
        popularity = release_popularity(histories, math.inf, SecureNormal())
        gram = release_gram(histories, popularity, N_ITEMS, math.inf, SecureNormal())
        return StatisticsModel(popularity, fit_item_weights(gram, popularity, N_USERS))

    beyond = ask(model(made.join(SHOPPERS)), made).beyond(ask(model(SHOPPERS), made))

    for scores in (beyond.places, beyond.gains):
        assert measure(scores, made.is_in, 1e-5).epsilon_lower["one-run"] > 1.0


def test_a_model_is_asked_for_places_and_for_gains() -> None:
    """The products held back come second and last of the 116 that are not shown."""
    made = canaries(1)
    _, held = made.halves()
    scores = np.zeros((1, N_ITEMS), np.float32)
    scores[0, held.indices] = [2.0, -1.0, -1.0, -1.0]
    best = int(np.setdiff1d(np.arange(N_ITEMS), made.histories.matrix.indices)[0])
    scores[0, best] = 3.0

    found = ask(replace_scores(scores), made)

    assert found.places == pytest.approx([-(math.log(2) + 3 * math.log(114)) / 4])
    assert found.gains == pytest.approx([1 / math.log2(3)])
    assert found.beyond(Asked(np.array([1.0]), np.array([2.0]))).gains == pytest.approx([1 / math.log2(3) - 2])


def replace_scores(scores: np.ndarray) -> Any:
    class Fixed:
        method, score_name = "fixed", "score"

        def scores(self, histories: Any) -> np.ndarray:
            return scores

    return Fixed()


# audits


@pytest.mark.usefixtures("repeatable")
def test_an_honest_pipeline_stays_below_its_claim_and_one_without_noise_is_caught(audit: Audit) -> None:
    found = audit(epsilons=(1.0, 8.0))

    assert len(found.findings) == 3 * len(ATTACKS) * len(BOUNDS)
    assert {(f.attack, f.bound) for f in found.findings} == {(a, b) for a in ATTACKS for b in BOUNDS}
    assert not [f for f in found.findings if f.is_refuted]
    caught = [f for f in found.findings if math.isinf(f.epsilon_claimed) and f.attack == "white-box"]
    assert max(f.epsilon_lower for f in caught) > 8
    assert all(f.auc > 0.99 for f in caught)


def test_a_pipeline_that_forgets_its_noise_is_refuted(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_module, "SecureNormal", NoNoise)

    found = audit(epsilons=(1.0, 4.0), without_noise=False)

    refuted = {(f.epsilon_claimed, f.attack) for f in found.findings if f.is_refuted}
    assert {(1.0, "white-box"), (4.0, "white-box")} <= refuted


def test_findings_come_back_as_they_were_kept_for_the_owner_only(audit: Audit, tmp_path: Path) -> None:
    found = audit()
    private = tmp_path / "out" / "private"

    assert AuditReport.load(tmp_path / "out") == found
    assert private.stat().st_mode & 0o777 == 0o700
    assert found.notes[0].startswith("An audit is a bug detector, not a certificate")
    assert found.delta == 1e-5
    assert any(math.isinf(f.epsilon_claimed) for f in found.findings)


def test_no_audited_model_is_kept(audit: Audit, tmp_path: Path) -> None:
    audit()

    files = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert sorted(files) == [Path("private/audit.json"), Path("private/excluded.json")]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_real_shoppers_pay_for_every_draw_and_public_ones_for_none(home: Home, audit: Audit) -> None:
    audit(epsilons=(2.0, 4.0), public=False)
    audit(epsilons=(2.0, 4.0), public=True)

    entries = Ledger(home).entries()
    assert [(entry.plan.epsilon, entry.public) for entry in entries] == [
        (2.0, False),
        (4.0, False),
        (2.0, True),
        (4.0, True),
    ]
    assert all("Audit with 200 canaries" in entry.purpose for entry in entries)
    assert {entry.group for entry in entries} == {"training"}
    assert 4.0 < Ledger(home).composed(1e-5) < 6.0


def test_the_ledger_is_charged_before_anything_is_drawn(
    home: Home, audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    class Watching(KnownNoise):
        def release(self, values: Any, noise_std: float) -> Any:
            seen.append(len(Ledger(home).entries()))
            return super().release(values, noise_std)

    monkeypatch.setattr(bench_module, "SecureNormal", Watching)
    audit(public=False, without_noise=False)

    assert seen
    assert min(seen) == 1


def test_an_audit_beyond_the_cap_is_refused_and_leaves_nothing(home: Home, audit: Audit, tmp_path: Path) -> None:
    Ledger(home).set_cap(Cap(epsilon=1.0, delta=1e-5), by="An officer", reason="A test")

    with pytest.raises(BudgetRefused):
        audit(public=False)

    assert Ledger(home).entries() == []
    assert not (tmp_path / "out").exists()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


def test_a_cancelled_audit_leaves_no_findings(audit: Audit, tmp_path: Path) -> None:
    def stop(progress: float, message: str) -> None:
        if "attacking" in message:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        audit(report=stop)

    with pytest.raises(NotFound, match="not finished"):
        AuditReport.load(tmp_path / "out")


def test_progress_never_goes_back(audit: Audit) -> None:
    told: list[float] = []

    audit(report=lambda progress, message: told.append(progress))

    assert told == sorted(told)
    assert told[-1] == 1.0


def test_too_few_shoppers_cannot_be_attacked(home: Home, tmp_path: Path) -> None:
    few = import_made(tmp_path / "few", make_interactions(30, 20), catalogue=make_catalogue(20))

    with pytest.raises(SettingsError, match="nothing to attack"):
        run_audit(home, few, AuditSettings(), tmp_path / "out", study="audit", public=True)


def test_the_declared_number_of_shoppers_stays(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """400 shoppers, of whom about 320 train: δ and noise do not count canaries."""
    budgets: list[int] = []

    def watched(budget: JointBudget, training: Any, n_shoppers: int, noise: Any) -> JointRelease:
        budgets.append(n_shoppers)
        return draw_release(budget, training, n_shoppers, noise)

    monkeypatch.setattr(bench_module, "draw_release", watched)

    audit(without_noise=False, n_shoppers=400)

    assert budgets == [320]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"canaries": 50}, "canaries"),
        ({"methods": ("popularity",)}, "methods"),
        ({"methods": ("mlp", "mlp")}, "once"),
        ({"epsilons": (1.0, 1.0)}, "once"),
        ({"epsilons": (), "without_noise": False}, "epsilons"),
        ({"confidence": 0.4}, "confidence"),
    ],
)
def test_settings_that_make_no_audit_are_refused_by_name(values: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        build(AuditSettings, values)


def test_real_shoppers_are_not_prepared_for_an_audit_without_a_claim(audit: Audit, home: Home) -> None:
    """To prepare them may cost ε, for choosing product names, of which the page would have said that it costs none."""
    with pytest.raises(SettingsError, match="choose an ε"):
        audit(public=False, epsilons=())

    assert not Ledger(home).entries()


def test_only_a_claim_can_be_refuted() -> None:
    finding = Finding("statistics", 2.0, "white-box", "one-run", 2.5, 0.9, 0.4)

    assert finding.is_refuted
    assert not replace(finding, epsilon_lower=1.9).is_refuted
    assert not replace(finding, epsilon_claimed=math.inf).is_refuted


# doors


def test_an_audit_is_a_run_with_the_datasets_promise(home: Home) -> None:
    workspace = Workspace(home)
    info = workspace.sample()
    workspace.set_privacy(info.id, workspace.privacy(info.id).model_copy(update={"n_shoppers": 3_000, "delta": 1e-6}))

    run = workspace.run(workspace.officer.submit_audit(info.id, AuditSettings(epsilons=(1.0,))))

    assert (run.kind, run.status, run.dataset) == ("audit", "queued", info.id)
    assert build(AuditSettings, run.settings) == AuditSettings(epsilons=(1.0,), n_shoppers=3_000, delta=1e-6)
    with pytest.raises(NotFound, match="not finished"):
        workspace.officer.audit(run.id)


@pytest.mark.slow
def test_a_worker_audits_and_tells_what_was_spent(home: Home) -> None:
    workspace = Workspace(home)
    settings = AuditSettings(epsilons=(4.0,), canaries=100, without_noise=False)
    run = workspace.run(workspace.officer.submit_audit(workspace.sample().id, settings))
    told: dict[str, Any] = {}

    JOBS[run.kind](home, run, lambda *_: None, told.update)

    found = workspace.officer.audit(run.id)
    assert (found.canaries, found.public, len(found.findings)) == (100, True, 9)
    assert told["epsilon_spent"] == 0


@pytest.mark.slow
def test_the_command_line_audits_two_files_and_prints_the_report(
    dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(tmp_path / "files" / name) for name in ("UserBehavior.csv", "ProductInfo.csv")]

    code = main(["audit", *files, "--epsilons", "2", "--canaries", "100", "--no-ceiling", "--out", str(tmp_path / "o")])

    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {finding["epsilon_claimed"] for finding in told["findings"]} == {2.0}
    assert (told["public"], told["canaries"]) == (False, 100)


def test_the_command_line_wants_files_or_the_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "--out", str(tmp_path / "out")]) == 2
    assert "--sample" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("method", ["hybrid", "mlp"])
def test_methods_that_learn_are_attacked_through_their_training(audit: Audit, method: str) -> None:
    found = audit(methods=(method,), epsilons=(2.0,))

    assert {f.method for f in found.findings} == {method}
    assert {f.epsilon_claimed for f in found.findings} == {2.0, math.inf}
    assert not [f for f in found.findings if f.is_refuted]


@pytest.mark.slow
@pytest.mark.usefixtures("repeatable")
def test_the_sample_shop_keeps_its_promise_at_every_epsilon(home: Home, tmp_path: Path) -> None:
    workspace = Workspace(home)

    found = workspace.officer.audit_here(workspace.sample().id, tmp_path / "out", AuditSettings())

    best = {
        claimed: max(f.epsilon_lower for f in found.findings if f.epsilon_claimed == claimed)
        for claimed in (1.0, 2.0, 4.0, 8.0, math.inf)
    }
    assert all(best[claimed] <= claimed for claimed in (1.0, 2.0, 4.0, 8.0))
    assert best[8.0] > 3.0
    assert best[math.inf] > 8.0
    assert Ledger(home).composed(1e-5) == 0
    assert any("NDCG@20" in note for note in found.notes)
