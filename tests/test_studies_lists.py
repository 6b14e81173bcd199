"""Recommendations out of a finished study: one shopper or all, known or not, and who may be found."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.columns import Columns, Events, Recommendations
from core.progress import silent
from core.settings import StudySettings, build
from core.store.home import Home
from core.studies import lists
from core.studies.folder import Point, StudyFolder
from core.studies.lists import StudyLists, write_atomically
from core.studies.running import run_study
from core.studies.shopper_search import find_shoppers, history_table, own_rows
from tests.made_shop import KINDS, N_ITEMS, import_made, make_catalogue, make_interactions, users, without

POINTS = [Point("popularity", 8.0), Point("content", 0.0), Point("statistics", 8.0)]
K = 10


@dataclass(frozen=True)
class Shown:
    """A finished study, and a copy of it that differs in one shopper's rows."""

    folder: StudyFolder
    rows: pd.DataFrame


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    work = tmp_path_factory.mktemp("lists")
    rows = make_interactions()
    home = Home(work / "home")
    wanted = build(StudySettings, {"methods": ("popularity", "content", "statistics"), "epsilons": (8.0,)})
    dataset = import_made(work / "shop", rows, catalogue=make_catalogue())
    yield Shown(run_study(home, dataset, wanted, work / "out", study="s", public=False, report=silent), rows)
    home.close()


def own(shown: Shown, user: str) -> pd.DataFrame:
    return own_rows(shown.folder.interactions_file, user)


def together(shown: Shown, point: Point, who: list[str] | None = None, k: int = K) -> pd.DataFrame:
    return pd.concat(StudyLists(shown.folder).for_all(point, who, k), ignore_index=True)


@pytest.mark.parametrize("point", POINTS, ids=lambda p: p.name)
def test_a_list_holds_new_products_best_first(shown: Shown, point: Point) -> None:
    user = users()[3]
    made = StudyLists(shown.folder).for_shopper(own(shown, user), point, K)

    assert made.known
    assert made.new["rank"].tolist() == list(range(1, K + 1))
    assert made.new["score"].is_monotonic_decreasing
    assert not set(made.new[Columns.ITEM]) & set(own(shown, user)[Columns.ITEM])


@pytest.mark.parametrize("point", POINTS, ids=lambda p: p.name)
def test_a_shoppers_list_is_bit_identical_when_another_is_gone_from_the_study(
    shown: Shown, point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Billboard: the models stay as they are, the other shopper's rows are taken out of private/."""
    gone, user = users()[9], users()[10]
    whole = together(shown, point)
    alone = StudyLists(shown.folder).for_shopper(own(shown, user), point, K)
    less = without(shown.folder.interactions(), gone)
    monkeypatch.setattr(StudyFolder, "interactions", lambda _: less)
    others = together(shown, point)
    again = StudyLists(shown.folder).for_shopper(less[less[Columns.USER] == user], point, K)

    pd.testing.assert_frame_equal(
        whole[whole[Recommendations.USER] != gone].reset_index(drop=True), others, check_exact=True
    )
    pd.testing.assert_frame_equal(alone.new, again.new, check_exact=True)
    pd.testing.assert_frame_equal(alone.again, again.again, check_exact=True)


@pytest.mark.parametrize("point", POINTS, ids=lambda p: p.name)
def test_everybody_at_once_is_shown_what_each_is_shown_alone(
    shown: Shown, point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "BLOCK", 50)
    everybody = together(shown, point)
    one_by_one = StudyLists(shown.folder)

    assert everybody[Recommendations.USER].unique().tolist() == sorted(users())
    for user in users()[:5]:
        theirs = everybody[everybody[Recommendations.USER] == user]
        alone = one_by_one.for_shopper(own(shown, user), point, K).new
        np.testing.assert_allclose(theirs[Recommendations.SCORE], alone["score"], atol=1e-3)
        assert len(set(theirs[Recommendations.ITEM]) & set(alone[Columns.ITEM])) >= K - 1  # ties may fall either way


def test_a_file_of_lists_names_shopper_product_rank_and_score(shown: Shown) -> None:
    table = together(shown, POINTS[0], [users()[5], users()[2]], k=3)

    assert tuple(table.columns) == Recommendations.ALL
    assert table[Recommendations.USER].tolist() == [users()[5]] * 3 + [users()[2]] * 3
    assert table[Recommendations.RANK].tolist() == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize("point", POINTS, ids=lambda p: p.name)
def test_somebody_unknown_is_shown_the_noisy_popularity_list(shown: Shown, point: Point) -> None:
    nobody = own(shown, "never seen")
    made = StudyLists(shown.folder).for_shopper(nobody, point, K)
    popular = StudyLists(shown.folder).model(POINTS[0])
    best = np.argsort(-popular.popularity.values)[:K]  # type: ignore[attr-defined]  # it is a PopularityModel

    assert not made.known
    assert len(made.again) == 0
    assert made.new["because"].tolist() == [[]] * K
    assert made.new[Columns.ITEM].tolist() == StudyLists(shown.folder).shop.item_ids[best].tolist()
    assert together(shown, point, ["never seen"])[Recommendations.ITEM].tolist() == made.new[Columns.ITEM].tolist()


def test_reasons_are_titles_of_the_shoppers_own_products(shown: Shown) -> None:
    user = users()[4]
    theirs = own(shown, user).merge(shown.folder.catalogue(), on=Columns.ITEM)[Columns.TITLE]
    made = StudyLists(shown.folder).for_shopper(own(shown, user), Point("content", 0.0), K)

    assert any(made.new["because"])
    assert {title for reasons in made.new["because"] for title in reasons} <= set(theirs)


def test_only_products_that_may_be_shown_are_shown(shown: Shown) -> None:
    study = StudyLists(shown.folder)
    garden = shown.folder.catalogue()[Columns.CATEGORY] == KINDS[0]
    sold_out = study.shop.item_ids[garden.to_numpy()][:5].tolist()
    allowed = study.allowed([KINDS[0]], sold_out)
    user = users()[1]
    made = study.for_shopper(own(shown, user), POINTS[2], 60, allowed)

    assert allowed.sum() == N_ITEMS / len(KINDS) - 5
    assert set(made.new[Columns.CATEGORY]) == {KINDS[0]}
    assert not set(made.new[Columns.ITEM]) & set(sold_out)
    assert (
        len(made.new)
        == allowed.sum() - np.isin(own(shown, user)[Columns.ITEM].unique(), study.shop.item_ids[allowed]).sum()
    )


def test_where_nothing_may_be_shown_the_list_is_empty(shown: Shown) -> None:
    study = StudyLists(shown.folder)
    made = study.for_shopper(own(shown, users()[1]), POINTS[2], K, np.zeros(N_ITEMS, bool))

    assert (len(made.new), len(made.again)) == (0, 0)


def test_products_to_buy_again_are_ranked_by_own_counts(shown: Shown) -> None:
    rows = pd.DataFrame(
        {
            Columns.USER: "ann",
            Columns.ITEM: ["product-001", "product-002", "product-002", "product-003"],
            Columns.EVENT: [Events.PURCHASE, Events.PURCHASE, Events.PURCHASE, Events.VIEW],
            Columns.TIMESTAMP: pd.Timestamp("2025-01-01"),
        }
    )
    again = StudyLists(shown.folder).for_shopper(rows, POINTS[0], K).again

    assert again[Columns.ITEM].tolist() == ["product-002", "product-001"]
    assert again["score"].tolist() == [2, 1]


# Files.


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "lists.csv"

    def broken() -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({"a": [1]})
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk is full"):
        write_atomically(out, broken())
    assert list(tmp_path.iterdir()) == []

    write_atomically(out, iter([pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})]))
    assert out.read_text() == "a\n1\n2\n"
    assert out.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [out]


# Finding shoppers.


def found(
    shown: Shown, kind: str, category: str | None = None, search: str | None = None, limit: int = 200
) -> list[str]:
    catalogue = shown.folder.shop_folder / "catalogue.parquet"
    return find_shoppers(shown.folder.interactions_file, catalogue, kind, category=category, search=search, limit=limit)


def test_shoppers_with_many_purchases_have_more_than_shoppers_with_few(shown: Shown) -> None:
    bought = (shown.rows[Columns.EVENT] == Events.PURCHASE).astype(int)
    sizes = bought.groupby(shown.rows[Columns.USER]).sum()
    many, few = sizes[found(shown, "many")], sizes[found(shown, "few")]

    assert 0 < len(few) < len(sizes)
    assert many.min() >= sizes.quantile(0.9)
    assert few.max() <= max(1.0, float(sizes.quantile(0.1)))


def test_everybody_can_come_up_at_random_and_always_in_the_same_order(shown: Shown) -> None:
    assert sorted(found(shown, "random")) == sorted(users())
    assert found(shown, "random") == found(shown, "random")
    assert len(found(shown, "random", limit=7)) == 7


def test_a_search_takes_the_beginning_of_an_id_as_it_is_written(shown: Shown) -> None:
    """Also one with quotes or wildcards, which are nobody's."""
    assert found(shown, "random", search="shopper~0011") == [users()[11]]
    for odd in ("%", "'; drop table events; --", "no such"):
        assert found(shown, "random", search=odd) == []


def test_a_category_finds_those_who_like_it_best(shown: Shown) -> None:
    liked = shown.rows.merge(make_catalogue(), on=Columns.ITEM)
    for user in found(shown, "random", category=KINDS[2]):
        counts = liked[liked[Columns.USER] == user][Columns.CATEGORY].value_counts()
        assert counts[KINDS[2]] == counts.max()


def test_a_history_shows_each_product_and_behaviour_once_latest_first(shown: Shown) -> None:
    user = users()[6]
    table = history_table(own(shown, user), shown.folder.catalogue())

    assert table["times"].sum() == len(own(shown, user))
    assert table[Columns.TIMESTAMP].is_monotonic_decreasing
    assert set(table[Columns.ITEM]) == set(own(shown, user)[Columns.ITEM])


def test_the_history_of_somebody_unknown_is_empty_with_the_same_columns(shown: Shown) -> None:
    catalogue = shown.folder.catalogue()
    empty, full = (history_table(own(shown, user), catalogue) for user in ("never seen", users()[6]))

    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
