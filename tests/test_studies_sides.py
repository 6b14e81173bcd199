"""Who trains and who judges, and which product names may leave: by each shopper's own coin and rows."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.anonymize.pseudonyms import Format, pseudonym, pseudonyms, rotate
from core.columns import Columns
from core.errors import DataError
from core.privacy.ledger import Ledger
from core.privacy.verify import verify_statement
from core.store.home import Home
from core.studies.folder import StudyFolder
from core.studies.preparing import COIN, PSEUDONYMS, Study, prepare
from core.studies.shoppers import is_judge
from core.tables.dataset import Dataset
from tests.made_shop import N_USERS, import_made, make_catalogue, make_interactions, users, without
from tests.studied_shop import (
    CANARY,
    everything_in,
    import_shop,
    is_named,
    outside,
    run,
    settings,
    statements,
    with_canary,
)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return import_shop(tmp_path_factory.mktemp("shop"))


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


@pytest.mark.parametrize("look", ["hex", "same"])
def test_a_pseudonym_makes_no_shopper_change_sides(home: Home, dataset: Dataset, tmp_path: Path, look: Format) -> None:
    """Once the coin was thrown for the pseudonym: who judged one study might have trained the next. A rotation of the
    key in between changes the codes of exports only."""
    key = home.key(PSEUDONYMS)
    sides = []
    for hide in (False, True):
        rotate(home, keep_old=False)
        asked = settings(anonymization={"pseudonymize": hide, "pseudonym_format": look})
        study = Study(home, dataset, asked, StudyFolder(tmp_path / f"out{hide}"), "s", public=False)
        trainer, judges = prepare(study, Ledger(home), [])
        assert judges is not None
        sides.append((set(trainer.training.user_ids), set(judges.histories.user_ids)))
    (train, judge), (hidden_train, hidden_judge) = sides

    assert set(pseudonyms(sorted(train), key, look)) == hidden_train
    assert set(pseudonyms(sorted(judge), key, look)) == hidden_judge
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
