"""The shop's own lists: judged like a study's own, by hand, and kept inside."""

import io
import math
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analyst import Analyst, Present
from core.columns import Columns, Uploads
from core.consents import Consents
from core.errors import DataError, NotFound, SettingsError
from core.runs.queue import Runs
from core.store.home import Home
from core.studies.folder import StudyFolder
from core.studies.lists import StudyLists
from core.studies.preparing import COIN
from core.studies.present import Panel
from core.studies.shoppers import is_judge
from core.tables.dataset import Dataset
from core.tables.own_lists import read_lists
from core.tables.shelf import register
from tests.made_shop import import_made, make_catalogue, make_interactions, users
from tests.opened_pages import work_now
from tests.studied_shop import outside, settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("present") / "home")
    data = import_made(home.datasets_folder / "made", make_interactions(), catalogue=make_catalogue())
    register(home, "made", "Made", "private", Dataset.open(data.folder))
    yield home
    home.close()


def studied(home: Home, monkeypatch: pytest.MonkeyPatch, **values: object) -> str:
    monkeypatch.setenv("TACT_HOME", str(home.folder))
    chosen = settings(**values)
    run_id = Runs(home).submit("study", "Made: study", "made", chosen.model_dump(mode="json"))
    work_now(run_id)
    run = Runs(home).get(run_id)
    assert run.status == "done", run.error
    return run_id


@pytest.fixture(scope="module")
def run_id(home: Home) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        yield studied(home, patch)


def folder_of(home: Home, run_id: str) -> StudyFolder:
    return StudyFolder(Runs(home).get(run_id).out)


def judges(home: Home) -> list[str]:
    return sorted(np.array(users())[is_judge(users(), home.key(COIN), 0.2)])


def panel_of(home: Home, run_id: str) -> Panel:
    return Panel.of(home, folder_of(home, run_id), users)


def judge(home: Home, run_id: str, table: pd.DataFrame, name: str = "Ours", file: str = "lists.csv") -> Present:
    content = io.BytesIO(table.to_csv(index=False).encode())
    return Analyst(home).judge_present(run_id, content, file, name)


def lists(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[Uploads.USER, Uploads.ITEM])


def hidden_of(panel: Panel, user: str) -> list[str]:
    row = list(panel.users).index(user)
    return [str(name) for name in panel.visible.item_ids[panel.hidden[[row], :].nonzero()[1]]]


def visible_of(panel: Panel, user: str) -> list[str]:
    row = list(panel.users).index(user)
    return [str(name) for name in panel.visible.item_ids[panel.visible.matrix[[row], :].nonzero()[1]]]


def strangers(panel: Panel, user: str) -> list[str]:
    own = {*hidden_of(panel, user), *visible_of(panel, user)}
    return [str(name) for name in panel.visible.item_ids if name not in own]


@pytest.mark.parametrize("rules", [{}, {"anonymization": {"pseudonymize": True}}])
def test_the_lists_of_a_studys_own_model_get_the_studys_own_figures(
    home: Home, monkeypatch: pytest.MonkeyPatch, rules: dict[str, object]
) -> None:
    """The strongest check: same judges, same hidden products, same divisor, or the figures would differ."""
    run_id = studied(home, monkeypatch, **rules)
    folder, panel = folder_of(home, run_id), panel_of(home, run_id)
    visible = panel.histories()
    own = visible.rename(columns={Uploads.USER: Columns.USER, Uploads.ITEM: Columns.ITEM, Uploads.TIME: "timestamp"})
    own[Columns.EVENT] = own[Uploads.BEHAVIOR].map({1: "purchase", 2: "view"})
    point = folder.find("statistics", 8.0)
    rows = []
    for user in panel.users:
        found = StudyLists(folder).for_shopper(own[own[Columns.USER] == user], point, 20)
        rows += [(user, str(item)) for item in found.new["item_id"]]
    mine = judge(home, run_id, lists(*rows))

    exact = folder.exact().query("method == 'statistics' and epsilon == 8").iloc[0]
    assert mine.means == pytest.approx({name: exact[name] for name in mine.means})
    assert mine.se == pytest.approx({name: exact[f"{name}_se"] for name in mine.se})
    assert mine.n_judges == len(judges(home))
    assert mine.means["ndcg_at_10"] > 0


def test_figures_by_hand(home: Home, run_id: str) -> None:
    """One judge hits at rank 1, one at rank 3, all others have no list and count 0."""
    panel = panel_of(home, run_id)
    assert sorted(panel.users) == judges(home)
    first, second = [user for user in panel.users if len(hidden_of(panel, user)) == 1][:2]
    others = strangers(panel, second)
    table = lists(
        (first, hidden_of(panel, first)[0]),
        (second, others[0]),
        (second, others[1]),
        (second, hidden_of(panel, second)[0]),
        ("nobody-we-know", others[0]),
    )
    found = judge(home, run_id, table)

    n = panel.divisor
    assert n == round(120 * 0.2)
    assert found.means["ndcg_at_10"] == pytest.approx((1 + 1 / math.log2(3 + 1)) / n)
    assert found.means["recall_at_10"] == found.means["hit_rate_at_20"] == pytest.approx(2 / n)
    values = np.zeros(len(panel.users))
    values[:2] = 1
    assert found.se["hit_rate_at_10"] == pytest.approx(values.std() / math.sqrt(n))
    assert (found.n_judges, found.missing, found.unknown) == (len(panel.users), len(panel.users) - 2, 0)


def test_ranks_decide_where_there_are_some_and_the_order_of_rows_else(home: Home, run_id: str) -> None:
    panel = panel_of(home, run_id)
    user = next(user for user in panel.users if len(hidden_of(panel, user)) == 1)
    others = strangers(panel, user)[:11]
    table = lists(*((user, item) for item in [*others, hidden_of(panel, user)[0]]))

    assert judge(home, run_id, table).means["hit_rate_at_10"] == 0  # it stands at 12
    assert judge(home, run_id, table).means["hit_rate_at_20"] > 0
    assert judge(home, run_id, table.assign(Rank=range(12, 0, -1))).means["ndcg_at_10"] == pytest.approx(
        1 / panel.divisor
    )


def test_what_a_judge_has_is_passed_over_and_what_nobody_sells_keeps_its_place(home: Home, run_id: str) -> None:
    panel = panel_of(home, run_id)
    user = next(user for user in panel.users if len(hidden_of(panel, user)) == 1)
    seen, hit = visible_of(panel, user)[0], hidden_of(panel, user)[0]
    passed = judge(home, run_id, lists((user, seen), (user, hit)))
    missed = judge(home, run_id, lists((user, "no-such-product"), (user, hit)))

    assert passed.means["ndcg_at_10"] == pytest.approx(1 / panel.divisor)
    assert missed.means["ndcg_at_10"] == pytest.approx(1 / math.log2(2 + 1) / panel.divisor)
    assert (passed.unknown, missed.unknown) == (0, 0.5)


def test_histories_to_make_fair_lists_from_hold_the_judges_and_nothing_hidden(home: Home, run_id: str) -> None:
    panel, table = panel_of(home, run_id), Analyst(home).visible_histories(run_id)

    assert list(table.columns) == [Uploads.USER, Uploads.ITEM, Uploads.BEHAVIOR, Uploads.TIME]
    assert sorted(table[Uploads.USER].unique()) == judges(home)
    for user in panel.users:
        mine = table.loc[table[Uploads.USER] == user, Uploads.ITEM]
        assert sorted(set(mine)) == sorted(visible_of(panel, user))
        assert not set(mine) & set(hidden_of(panel, user))


def test_figures_stay_inside_and_the_upload_is_deleted(home: Home, run_id: str) -> None:
    folder = folder_of(home, run_id)
    before = set(outside(folder.path))
    judge(home, run_id, lists((judges(home)[0], "product-001")), name="Kept")
    (kept,) = [each for each in Analyst(home).present(run_id) if each.name == "Kept"]

    assert set(outside(folder.path)) == before
    files = list((folder.path / "private").glob("present-*.json"))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert not any(user in path.read_text() for path in files for user in users())
    assert not list(home.uploads_folder.iterdir())
    judge(home, run_id, lists((judges(home)[0], "product-002"), (judges(home)[1], "product-002")), name="Kept")
    (again,) = [each for each in Analyst(home).present(run_id) if each.name == "Kept"]
    assert again.missing == kept.missing - 1  # replaced
    Analyst(home).forget_present(run_id, "Kept")
    assert "Kept" not in [each.name for each in Analyst(home).present(run_id)]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("UserID,ProductID\na,p\na\n", "lists.csv, line 3: 1 cells in place of 2"),
        ("UserID,ProductID,Rank\na,p,1\na,q,first\n", "lists.csv, line 3: its rank is no number"),
        ("UserID,ProductID\na,p\n ,q\n", "lists.csv, line 3: its UserID is blank"),
        ("UserID,Sold\na,p\n", "no column is certain to be ProductID"),
    ],
)
def test_a_broken_file_is_refused_with_its_line_and_leaves_nothing(
    home: Home, run_id: str, content: str, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        Analyst(home).judge_present(run_id, io.BytesIO(content.encode()), "lists.csv", "Broken")

    assert "Broken" not in [each.name for each in Analyst(home).present(run_id)]
    assert not list(home.uploads_folder.iterdir())


def test_other_names_and_delimiters_are_found_out(tmp_path: Path) -> None:
    path = tmp_path / "lists.csv"
    path.write_text("位置;customer_id;sku\n2;a;x\n1;a;y\n1;b;z\n", "utf-8")
    found = read_lists(path, lambda ids: np.asarray(ids == "a", bool))

    assert found.to_numpy().tolist() == [["a", "y"], ["a", "x"]]


def test_what_cannot_be_judged_says_why(home: Home, run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="no name"):
        judge(home, run_id, lists(("a", "b")), name="  ")
    nobody = studied(home, monkeypatch, evaluate=False, evaluation_epsilon=None)
    with pytest.raises(SettingsError, match="no shopper apart"):
        judge(home, nobody, lists(("a", "b")))
    folder_of(home, nobody).interactions_file.unlink()
    about = folder_of(home, nobody).about()
    folder_of(home, nobody).write_about(about | {"numbers": about["numbers"] | {"evaluation": 24}})
    with pytest.raises(NotFound, match="deleted"):
        judge(home, nobody, lists(("a", "b")))


def test_a_judge_who_withdrew_is_judged_and_handed_out_no_more(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the study was made before."""
    run_id = studied(home, monkeypatch)
    user = judges(home)[0]
    before = panel_of(home, run_id)
    Consents(home).withdraw(user, by="Ada", reason="Asked for it")

    after = panel_of(home, run_id)

    assert user in list(before.users)
    assert list(after.users) == [other for other in before.users if other != user]
    assert user not in set(Analyst(home).visible_histories(run_id)[Uploads.USER])
    Consents(home).give_back(user, by="Ada", reason="Changed their mind")
