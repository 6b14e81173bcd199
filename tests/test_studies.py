"""A study from end to end on a made shop: charged first, stated, signed, and nothing of a shopper outside private/."""

import json
import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.anonymize.rows import pseudonym
from core.columns import Columns, Events
from core.errors import BudgetRefused, DataError, NotFound, RunCancelled, SettingsError
from core.privacy.gdp import epsilon_for
from core.privacy.ledger import Cap, Entry, Ledger
from core.privacy.mechanisms import GaussianRelease
from core.privacy.plan import Plan
from core.privacy.verify import verify_statement
from core.progress import silent
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies import models as making
from core.studies.figures import MOST_NOISE, RELEASED
from core.studies.folder import Point, StudyFolder
from core.studies.preparing import COIN, PSEUDONYMS, Study, fit_settings, prepare
from core.studies.running import run_study
from core.studies.shoppers import is_judge
from core.tables.dataset import Dataset
from tests.made_shop import KINDS, N_USERS, import_made, make_catalogue, make_interactions, users, without

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
    assert {p.name for p in private.iterdir()} == {"interactions.parquet", "exact.csv"}


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


# Charged first.


def test_a_study_that_would_pass_the_cap_is_refused_as_a_whole(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """The cap would pay for the first ε, not for both: nothing is drawn, charged or written."""
    Ledger(home).set_cap(Cap(epsilon=4.5, delta=DELTA), by="O. Fficer", reason="Trial")
    with pytest.raises(BudgetRefused):
        run(home, dataset, tmp_path / "out", methods=("popularity",))

    assert Ledger(home).entries() == []
    assert not (tmp_path / "out").exists()


def test_a_charge_that_is_refused_half_way_leaves_no_model_and_no_statement(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    """Somebody lowers the cap while the study runs: the first ε was paid and may stay, the second never exists."""

    def officer(progress: float, message: str) -> None:
        if "ε 4" in message:
            Ledger(home).set_cap(Cap(epsilon=4.5, delta=DELTA), by="O. Fficer", reason="Trial")

    out = tmp_path / "out"
    with pytest.raises(BudgetRefused):
        run_study(home, dataset, settings(methods=("popularity",)), out, study="s", public=False, report=officer)

    assert [e.plan.epsilon for e in Ledger(home).entries()] == [4.0]
    assert list(statements(StudyFolder(out))) == ["popularity-4"]
    assert [p.name for p in (out / "models").iterdir()] == ["popularity-4"]
    assert not (out / "curve.csv").exists()
    with pytest.raises(NotFound):
        StudyFolder(out).about()


def test_nothing_is_drawn_or_written_before_the_ledger_has_answered(
    home: Home, dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ledger whose charge fails: no noise was drawn, and models/ and statements/ are empty."""
    drawn: list[str] = []

    def broken(self: Ledger, plan: Plan, **about: Any) -> Entry:
        assert [p for p in outside(tmp_path / "out") if p.parent.name != "shop"] == []
        raise OSError("the disk is full")

    monkeypatch.setattr(Ledger, "charge", broken)
    monkeypatch.setattr(making, "release_popularity", lambda *_: drawn.append("popularity"))
    with pytest.raises(OSError, match="disk is full"):
        run(home, dataset, tmp_path / "out", methods=("popularity", "statistics"))

    assert drawn == []
    assert list((tmp_path / "out" / "models").iterdir()) == []
    assert list((tmp_path / "out" / "statements").iterdir()) == []


def test_a_cancelled_study_stays_charged(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """Noise may have been seen; nothing lowers the spend."""

    def impatient(progress: float, message: str) -> None:
        if "ε 8" in message:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        run_study(home, dataset, settings(), tmp_path / "out", study="s", public=False, report=impatient)

    assert [e.plan.epsilon for e in Ledger(home).entries()] == [4.0, 8.0]


def test_who_watches_is_told_what_the_figures_cost_too(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """``content`` draws nothing; the figures that were bought about it cost ε 20 all the same."""
    told: list[float] = []
    run_study(
        home,
        dataset,
        settings(methods=("content",)),
        tmp_path / "out",
        study="s",
        public=False,
        report=silent,
        facts=lambda found: told.append(found["epsilon_spent"]),
    )

    assert [e.group for e in Ledger(home).entries()] == ["evaluation"]
    assert told == [0.0, pytest.approx(20.0, rel=1e-3)]


def test_who_cancels_is_told_what_the_draw_under_way_has_cost(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    told: list[float] = []

    def impatient(progress: float, message: str) -> None:
        if "drawing" in message:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        run_study(
            home,
            dataset,
            settings(methods=("popularity",), epsilons=(4.0,)),
            tmp_path / "out",
            study="s",
            public=False,
            report=impatient,
            facts=lambda found: told.append(found["epsilon_spent"]),
        )

    assert told == [pytest.approx(4.0, rel=1e-3)]


def test_two_repeats_are_charged_twice(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    twice = run(home, dataset, tmp_path / "out", methods=("popularity",), epsilons=(4.0,), repeats=2, evaluate=False)
    mu = twice.ledger.entries()[0].plan.mechanisms[0].mu_bound

    assert [e.plan.epsilon for e in twice.ledger.entries()] == [4.0, 4.0]
    assert twice.ledger.composed(DELTA) == pytest.approx(epsilon_for(math.sqrt(2) * mu, DELTA))
    assert {p.name for p in twice.folder.points()} == {"popularity-4", "popularity-4-r1"}
    assert any("charged anew" in note for note in twice.folder.about()["notes"])
    one, other = (twice.folder.model(p, twice.folder.shop()) for p in sorted(twice.folder.points()))
    assert not np.isin(one.popularity.values, other.popularity.values).any()  # type: ignore[attr-defined]


def test_public_data_cost_nothing_and_their_figures_are_exact(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    sample = run(home, dataset, tmp_path / "out", public=True)
    curve, exact = sample.folder.curve(), sample.folder.exact()

    assert sample.ledger.composed(DELTA) == 0
    assert sample.folder.about()["epsilon_evaluation"] == 0
    assert [e.public for e in sample.ledger.entries()] == [True, True]
    assert curve["ndcg_at_10"].tolist() == exact["ndcg_at_10"].tolist()
    assert set(curve["ndcg_at_10_noise"]) == {0.0}


def test_a_study_without_evaluation_trains_on_all_and_is_charged_to_everyone(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    """Its metric columns are there and empty."""
    whole = run(home, dataset, tmp_path / "out", methods=("popularity",), evaluate=False)

    assert {e.group for e in whole.ledger.entries()} == {"everyone"}
    assert whole.folder.curve()[list(RELEASED)].isna().all(axis=None)
    assert whole.folder.about()["numbers"]["training"] == N_USERS
    assert whole.folder.about()["is_evaluated"] is False


def test_figures_that_noise_would_hide_are_not_bought(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    poor = run(home, dataset, tmp_path / "out", methods=("popularity",), evaluation_epsilon=0.5)

    assert {e.group for e in poor.ledger.entries()} == {"training"}
    assert poor.folder.curve()[list(RELEASED)].isna().all(axis=None)
    assert any("No figure of the curve was published" in note for note in poor.folder.about()["notes"])
    assert poor.folder.about()["epsilon_evaluation"] == 0


# What the data does not allow.


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


# Without a catalogue.


def test_without_a_catalogue_names_are_chosen_privately_and_a_lone_one_never_leaves(home: Home, tmp_path: Path) -> None:
    rows = with_canary(make_interactions())
    bare = import_made(tmp_path / "bare", rows)
    chosen = run(home, bare, tmp_path / "out", epsilons=(8.0, 16.0), evaluate=False)
    names = chosen.folder.shop().item_ids.tolist()
    touched = rows.groupby(Columns.ITEM)[Columns.USER].nunique()
    first = chosen.ledger.entries()[0]

    assert first.purpose == "Choosing product names"
    assert 0 < len(names) < rows[Columns.ITEM].nunique()
    assert names == sorted(names)
    assert touched[names].mean() > touched.mean()
    assert CANARY not in names
    for path in outside(chosen.folder.path):
        assert not is_named(CANARY, everything_in(path)), path.name
    for point in chosen.folder.points():
        stated = statements(chosen.folder)[point.name]
        assert stated["mechanisms"][0]["kind"] == "selection"
        checked = verify_statement(chosen.folder.statement_file(point), home.public_keys())
        assert checked["ok"]
        assert checked["epsilon_recomputed"] <= point.epsilon


def test_only_training_shoppers_choose_product_names(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.privacy.selection import select_items as choose
    from core.studies import preparing

    asked: list[str] = []

    def watched(histories: Any, user_ids: list[str], *more: Any) -> list[str]:
        asked.extend(user_ids)
        return choose(histories, user_ids, *more)

    monkeypatch.setattr(preparing, "select_items", watched)
    bare = import_made(tmp_path / "bare", make_interactions())
    run(home, bare, tmp_path / "out", methods=("popularity",), epsilons=(8.0,))
    judges = is_judge(users(), home.key(COIN), 0.2)

    assert sorted(asked) == [user for user, judge in zip(users(), judges, strict=True) if not judge]


def test_where_no_name_may_leave_the_cure_is_named(home: Home, tmp_path: Path) -> None:
    bare = import_made(tmp_path / "bare", make_interactions())
    with pytest.raises(DataError, match="Upload a product file"):
        run(home, bare, tmp_path / "out", methods=("popularity",), epsilons=(0.1,))


# Shoppers apart.


def test_the_coin_of_a_shopper_hangs_on_nobody_else() -> None:
    key = b"k" * 32
    whole = is_judge(users(), key, 0.2)
    less = is_judge([u for u in users() if u != users()[7]], key, 0.2)

    assert np.delete(whole, 7).tolist() == less.tolist()
    assert is_judge(reversed(users()), key, 0.2).tolist() == whole[::-1].tolist()


def test_the_coin_falls_by_its_share_and_by_its_key() -> None:
    many = users(5_000)
    judged = is_judge(many, b"k" * 32, 0.2)

    assert judged.mean() == pytest.approx(0.2, abs=4 * math.sqrt(0.2 * 0.8 / 5_000))
    assert (judged != is_judge(many, b"l" * 32, 0.2)).any()
    assert not is_judge(many, b"k" * 32, 0.0).any()
    assert (is_judge(many, b"k" * 32, 0.3) >= judged).all()  # a larger share adds judges and frees none


def test_a_pseudonym_makes_no_shopper_change_sides(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    """Once the coin was thrown for the pseudonym: who judged one study might have trained the next."""
    sides = []
    for hide in (False, True):
        asked = settings(anonymization={"pseudonymize": hide})
        study = Study(home, dataset, asked, StudyFolder(tmp_path / f"out{hide}"), "s", public=False)
        trainer, judges = prepare(study, Ledger(home), [])
        assert judges is not None
        sides.append((set(trainer.training.user_ids), set(judges.histories.user_ids)))
    key = home.key(PSEUDONYMS)
    (train, judge), (hidden_train, hidden_judge) = sides

    assert {pseudonym(user, key) for user in train} == hidden_train
    assert {pseudonym(user, key) for user in judge} == hidden_judge
    assert not train & judge
    assert len(train | judge) == N_USERS


def test_with_pseudonyms_not_even_private_holds_an_uploaded_id(home: Home, dataset: Dataset, tmp_path: Path) -> None:
    hidden = run(home, dataset, tmp_path / "out", methods=("popularity",), anonymization={"pseudonymize": True})
    content = b"".join(everything_in(p) for p in hidden.folder.path.rglob("*") if p.is_file())
    theirs = [pseudonym(user, home.key(PSEUDONYMS)) for user in users()]

    assert not [user for user in users() if is_named(user, content)]
    assert all(is_named(name, content) for name in theirs)
    for path in outside(hidden.folder.path):
        assert not [name for name in theirs if is_named(name, everything_in(path))]


def test_what_others_train_on_and_judge_by_is_bit_identical_when_one_shopper_is_gone(
    home: Home, dataset: Dataset, tmp_path: Path
) -> None:
    """The whole way from the files: import, row rules, coin, histories, hiding."""
    gone = users()[11]
    less = import_made(tmp_path / "less", without(make_interactions(), gone), catalogue=make_catalogue())
    sides = []
    for name, data in (("whole", dataset), ("less", less)):
        study = Study(home, data, settings(n_shoppers=120), StudyFolder(tmp_path / name), "s", public=False)
        trainer, judges = prepare(study, Ledger(home), [])
        assert judges is not None
        sides.append((trainer.training, judges.histories, judges.hidden, trainer.numbers, trainer.shop))
    (train, judge, hidden, numbers, shop), (train_less, judge_less, hidden_less, numbers_less, shop_less) = sides

    assert numbers == numbers_less
    assert shop.item_ids.tolist() == shop_less.item_ids.tolist()
    for whole, part in ((train, train_less), (judge, judge_less)):
        kept = whole.rows(whole.user_ids != gone)
        assert kept.user_ids.tolist() == part.user_ids.tolist()
        for name in ("matrix", "ages", "counts"):
            assert getattr(kept, name).data.tobytes() == getattr(part, name).data.tobytes()
            assert getattr(kept, name).indices.tolist() == getattr(part, name).indices.tolist()
    assert (hidden[judge.user_ids != gone] != hidden_less).nnz == 0


def test_what_the_settings_cannot_be_fed_is_left_out_before_anything_is_read(home: Home, dataset: Dataset) -> None:
    study = Study(home, dataset, settings(published=(Columns.PRICE,)), StudyFolder(Path("nowhere")), "s", public=False)
    fitted, notes = fit_settings(study)

    assert fitted.settings.methods == ("popularity", "statistics")
    assert len(notes) == 1
    assert not Path("nowhere").exists()


# With TensorFlow.


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
