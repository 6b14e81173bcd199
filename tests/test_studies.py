"""A study from end to end on a made shop: charged first, stated, signed, and nothing of a shopper outside private/."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import NotFound
from core.privacy.gdp import epsilon_for
from core.privacy.mechanisms import GaussianRelease
from core.privacy.verify import verify_statement
from core.store.home import Home
from core.studies.figures import MOST_NOISE, RELEASED
from core.studies.folder import Point, StudyFolder
from core.tables.dataset import Dataset
from tests.made_shop import N_USERS, users
from tests.studied_shop import DELTA, Done, everything_in, import_shop, is_named, outside, run, statements


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def done(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    """Popularity, content and statistics at two ε, private, evaluated."""
    folder = tmp_path_factory.mktemp("study")
    home = Home(folder / "home")
    yield run(home, dataset, folder / "out")
    home.close()


def test_every_method_at_every_epsilon_is_there(done: Done) -> None:
    expected = {Point("content", 0.0)} | {Point(m, e) for m in ("popularity", "statistics") for e in (4.0, 8.0)}

    assert set(done.folder.points()) == expected
    for point in expected:
        assert done.folder.model(point, done.folder.shop()).method == point.method
    assert set(statements(done.folder)) == {p.name for p in expected if p.method != "content"}


def test_every_statement_verifies_and_promises_the_epsilon_of_its_point(done: Done) -> None:
    for point in done.folder.points():
        if point.method == "content":
            continue
        checked = verify_statement(done.folder.statement_file(point), done.home.public_keys())
        assert (checked["ok"], checked["signature"]) == (True, "intact")
        assert checked["epsilon_claimed"] == point.epsilon
        assert checked["epsilon_recomputed"] <= point.epsilon


def test_every_statement_carries_a_head_that_the_ledger_knows(done: Done) -> None:
    heads = {each["ledger_head"] for each in statements(done.folder).values()}

    assert len(heads) == 2  # one joint release an ε
    assert all(done.ledger.knows(head) for head in heads)
    assert done.ledger.verify_chain()


def test_the_ledger_holds_one_charge_an_epsilon_and_one_for_the_figures(done: Done) -> None:
    charges = [(e.group, e.plan.epsilon, e.public, e.study) for e in done.ledger.entries()]

    assert charges == [
        ("training", 4.0, False, "s1"),
        ("training", 8.0, False, "s1"),
        ("evaluation", 20.0, False, "s1"),
    ]


def test_the_figures_outside_carry_the_noise_that_was_charged(done: Done) -> None:
    """± = noise std of one sum / declared evaluation shoppers; and the figures are not the exact ones."""
    curve, exact = done.folder.curve(), done.folder.exact()
    release = done.ledger.entries()[-1].plan.mechanisms[0]
    assert isinstance(release, GaussianRelease)

    assert release.count == len(curve) * len(RELEASED) == 15
    for name in RELEASED:
        expected = release.noise_std / round(0.2 * N_USERS)
        assert curve[f"{name}_noise"].tolist() == pytest.approx([expected] * 5)
        assert 0 < expected <= MOST_NOISE
        differences = curve[name] - exact[name]
        assert (differences != 0).all()
        assert differences.abs().max() < 6 * expected


def test_no_figure_leaves_that_was_not_paid_for(done: Done) -> None:
    names = {"method", "epsilon", "delta", "repeat", *RELEASED, *(f"{name}_noise" for name in RELEASED)}

    assert set(done.folder.curve().columns) == names


def test_content_costs_nothing_and_has_no_delta(done: Done) -> None:
    curve = done.folder.curve().set_index("method")

    assert (curve.loc["content", "epsilon"], curve.loc["content", "delta"]) == (0.0, 0.0)
    assert curve["delta"].tolist() == [0.0, *[DELTA] * 4]


def test_no_file_outside_private_names_a_shopper(done: Done) -> None:
    """All bytes of all artefacts, what is packed in them included."""
    found = outside(done.folder.path)

    assert {"curve.csv", "study.json", "shop.npz", "catalogue.parquet", "statistics-4.json"} <= {p.name for p in found}
    for path in found:
        content = everything_in(path)
        assert not [user for user in users() if is_named(user, content)], path.name


def test_what_is_private_is_open_to_its_owner_only(done: Done) -> None:
    private = done.folder.path / "private"

    assert private.stat().st_mode & 0o777 == 0o700
    assert {p.name for p in private.iterdir()} == {"interactions.parquet", "exact.csv", "excluded.json", "groups.csv"}


def test_the_settings_and_numbers_of_a_study_can_be_read_back(done: Done) -> None:
    about = done.folder.about()

    assert about["numbers"]["total"] == N_USERS
    assert about["settings"]["epsilons"] == [4.0, 8.0]
    assert about["has_content"] is True
    assert set(about["shown"]) == {f"{m}-{e}" for m in ("popularity", "statistics") for e in (4, 8)}
    spent = [e.plan.mechanisms[0].mu_bound for e in done.ledger.entries() if e.group == "training"]
    assert about["epsilon_training"] == pytest.approx(epsilon_for(math.hypot(*spent), DELTA))
    assert about["epsilon_evaluation"] == 20.0


def test_an_unknown_epsilon_is_answered_with_those_that_are_there(done: Done) -> None:
    with pytest.raises(NotFound, match="ε 4, 8, not at 3"):
        done.folder.find("statistics", 3.0)
    with pytest.raises(NotFound, match="no method “hybrid”"):
        done.folder.find("hybrid", 4.0)
    assert done.folder.find("content", 4.0) == Point("content", 0.0)


def test_a_folder_without_a_finished_study_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="holds no finished study"):
        StudyFolder(tmp_path / "nothing").about()
