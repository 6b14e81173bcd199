"""Studies that train with TensorFlow: stated, kept apart, and without a shopper or a seed in their files."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.columns import Columns
from core.privacy.verify import verify_statement
from core.store.home import Home
from core.studies.folder import Point
from core.studies.shoppers import is_judge
from core.tables.dataset import Dataset
from tests.made_shop import import_made, make_catalogue, make_interactions, users
from tests.studied_shop import (
    CANARY,
    FAST,
    Done,
    everything_in,
    import_shop,
    is_named,
    outside,
    run,
    statements,
    with_canary,
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def trained(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    """All five methods at one ε, with their ceilings."""
    folder = tmp_path_factory.mktemp("trained")
    home = Home(folder / "home")
    methods = (*FAST, "hybrid", "mlp")
    network = {"train_steps": 5, "early_stopping": True}
    yield run(home, dataset, folder / "out", methods=methods, epsilons=(4.0,), ceiling=True, network=network)
    home.close()


@pytest.mark.slow
@pytest.mark.parametrize("method", ["content", "statistics", "hybrid", "mlp"])
@pytest.mark.parametrize("side", ["training", "evaluation"])
def test_a_study_of_one_side_alone_runs_as_one_with_a_shopper_on_the_other(
    home: Home, tmp_path: Path, side: str, method: str
) -> None:
    """Whether it ran would tell of the one shopper whom the coin put there; the declared number is public."""
    judges = is_judge(users(), home.key("evaluation-coin"), 0.2)
    alone = next(user for user, judge in zip(users(), judges, strict=True) if judge == (side == "evaluation"))
    rows = make_interactions()
    dataset = import_made(tmp_path / "data", rows[rows[Columns.USER] == alone], catalogue=make_catalogue())
    methods = ("popularity", method)

    network = {"train_steps": 3}
    done = run(home, dataset, tmp_path / "out", methods=methods, epsilons=(4.0,), n_shoppers=1_000, network=network)

    assert {point.method for point in done.folder.points()} == set(methods)
    assert done.folder.curve()["ndcg_at_10"].notna().all()


@pytest.mark.slow
def test_models_without_noise_stay_in_private(trained: Done) -> None:
    ceilings = [p for p in trained.folder.points() if math.isinf(p.epsilon)]

    assert {p.method for p in ceilings} == {"popularity", "statistics", "hybrid", "mlp"}
    for point in ceilings:
        assert trained.folder.model_folder(point).parent.name == "private"
        assert not trained.folder.statement_file(point).exists()
    assert not [p for p in outside(trained.folder.path) if "none" in str(p.relative_to(trained.folder.path))]
    assert not np.isinf(trained.folder.curve()["epsilon"]).any()
    assert np.isinf(trained.folder.exact()["epsilon"]).sum() == 4


@pytest.mark.slow
def test_trained_models_are_stated_and_their_spend_is_within_the_promise(trained: Done) -> None:
    stated = statements(trained.folder)

    assert set(stated) == {"popularity-4", "statistics-4", "hybrid-4", "mlp-4"}
    for point in trained.folder.points():
        if point.epsilon == 4.0:
            checked = verify_statement(trained.folder.statement_file(point), trained.home.public_keys())
            assert checked["ok"]
            assert checked["epsilon_recomputed"] <= 4.0
    assert [m["kind"] for m in stated["hybrid-4"]["mechanisms"]][-1] == "dp_sgd"
    assert [e.group for e in trained.ledger.entries()] == ["training", "training", "evaluation"]


@pytest.mark.slow
def test_keras_models_are_there_and_hold_no_shopper_and_no_seed(trained: Done) -> None:
    kept = [p for p in outside(trained.folder.path) if p.suffix == ".keras"]

    assert {p.parent.name for p in kept} == {"hybrid-4", "mlp-4"}
    for path in kept:
        content = everything_in(path)
        assert not [user for user in users() if is_named(user, content)]
        assert b"seed_generator" not in content
        assert b"optimizer" not in content.replace(b'"optimizer": null', b"")


@pytest.mark.slow
def test_no_file_outside_private_names_a_shopper_after_training_either(trained: Done) -> None:
    for path in outside(trained.folder.path):
        content = everything_in(path)
        assert not [user for user in users() if is_named(user, content)], path.name


@pytest.mark.slow
def test_a_network_without_a_catalogue_states_how_its_names_were_chosen(home: Home, tmp_path: Path) -> None:
    rows = with_canary(make_interactions())
    network = {"train_steps": 3}
    chosen = run(
        home,
        import_made(tmp_path / "bare", rows),
        tmp_path / "out",
        methods=("mlp",),
        epsilons=(8.0,),
        network=network,
        evaluate=False,
    )
    stated = statements(chosen.folder)["mlp-8"]

    assert [m["kind"] for m in stated["mechanisms"]] == ["selection", "dp_sgd"]
    assert [e.purpose for e in chosen.ledger.entries()] == ["Choosing product names", "Network at ε 8"]
    assert verify_statement(chosen.folder.statement_file(Point("mlp", 8.0)), home.public_keys())["ok"]
    assert not any(is_named(CANARY, everything_in(p)) for p in outside(chosen.folder.path))


@pytest.mark.slow
def test_folds_and_early_stopping_go_to_the_network_without_noise_alone(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    """They look at shoppers' data at every turn: the private network is trained without them, and says nothing."""
    network = {"train_steps": 4, "folds": 3, "early_stopping": True}
    done = run(home, dataset, tmp_path / "out", methods=("mlp",), epsilons=(4.0,), ceiling=True, network=network)
    private = json.loads((done.folder.model_folder(done.folder.find("mlp", 4.0)) / "model.json").read_text())

    assert len(done.folder.validation()) == 3
    assert private["validation"] == []
