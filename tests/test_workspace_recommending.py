"""What a person can look at in a finished study: lists, histories, shoppers."""

from collections.abc import Iterator

import pandas as pd
import pytest

from core.errors import NotFound
from tests.made_shop import KINDS, N_ITEMS, N_USERS, make_interactions, users
from tests.worked import Studied, studied_workspace


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studied]:
    yield from studied_workspace(tmp_path_factory.mktemp("workspace"))


def test_one_shopper_at_three_points(studied: Studied) -> None:
    user = users()[7]
    own = make_interactions().query("user_id == @user")
    points = [("popularity", 1.0), ("statistics", 4.0), ("content", 4.0, 0)]

    lists = studied.ws.shopfront.recommend_for(studied.run, user, points, k=5)

    assert [(one.method, one.epsilon) for one in lists] == [("popularity", 1.0), ("statistics", 4.0), ("content", 0.0)]
    for one in lists:
        assert one.known
        assert one.new["rank"].tolist() == [1, 2, 3, 4, 5]
        assert not set(one.new["item_id"]) & set(own["item_id"])
        assert set(one.again["item_id"]) == set(own.loc[own["event_type"] == "purchase", "item_id"])


def test_filters_and_stock_are_kept_by_every_list(studied: Studied) -> None:
    user, point = users()[7], ("statistics", 4.0)
    (free,) = studied.ws.shopfront.recommend_for(studied.run, user, [point], k=3)
    gone = free.new["item_id"].tolist()

    (without,) = studied.ws.shopfront.recommend_for(studied.run, user, [point], k=N_ITEMS, out_of_stock=gone)
    (one_kind,) = studied.ws.shopfront.recommend_for(studied.run, user, [point], k=N_ITEMS, category=KINDS[0])
    (two_kinds,) = studied.ws.shopfront.recommend_for(studied.run, user, [point], k=N_ITEMS, category=list(KINDS[:2]))

    assert not set(gone) & {*without.new["item_id"], *without.again["item_id"]}
    assert set(one_kind.new["category"]) | set(one_kind.again["category"]) == {KINDS[0]}
    assert set(two_kinds.new["category"]) == set(KINDS[:2])


def test_a_stranger_is_shown_the_popular_list_and_told_so(studied: Studied) -> None:
    points = [("statistics", 1.0), ("popularity", 1.0)]

    stranger, popular = studied.ws.shopfront.recommend_for(studied.run, "nobody", points, k=5)

    assert not stranger.known
    assert stranger.new["item_id"].tolist() == popular.new["item_id"].tolist()
    assert stranger.again.empty
    assert studied.ws.shopfront.history(studied.run, "nobody").empty


def test_a_history_tells_each_product_once_a_behaviour(studied: Studied) -> None:
    user = users()[7]
    own = make_interactions().query("user_id == @user")

    history = studied.ws.shopfront.history(studied.run, user)

    assert len(history) == len(own.drop_duplicates(["item_id", "event_type"]))
    assert history["timestamp"].is_monotonic_decreasing
    assert history["title"].notna().all()


def test_shoppers_are_found_by_kind_and_by_id(studied: Studied) -> None:
    events = make_interactions()
    sizes = (events["event_type"] == "purchase").groupby(events["user_id"]).sum()
    find = studied.ws.shopfront.shoppers

    assert set(find(studied.run)) == set(users())
    assert min(sizes[find(studied.run, "many")]) > max(sizes[find(studied.run, "few")])
    assert find(studied.run, search=users()[7][:12]) == [users()[7]]
    assert find(studied.run, search="nobody") == []
    assert 0 < len(find(studied.run, category=KINDS[0])) < N_USERS


def test_all_lists_are_one_file_that_is_made_once(studied: Studied) -> None:
    path = studied.ws.shopfront.all_lists_csv(studied.run, "statistics", 4.0, 5)
    made = path.stat().st_mtime_ns

    table = pd.read_csv(path, dtype=str)
    assert list(table) == ["UserID", "ProductID", "Rank", "Score"]
    assert len(table) == N_USERS * 5
    (shown,) = studied.ws.shopfront.recommend_for(studied.run, users()[7], [("statistics", 4.0)], k=5)
    assert table.loc[table["UserID"] == users()[7], "ProductID"].tolist() == shown.new["item_id"].tolist()
    assert studied.ws.shopfront.all_lists_csv(studied.run, "statistics", 4.0, 5).stat().st_mtime_ns == made
    assert path.parent.name == "private"
    with pytest.raises(NotFound, match="hybrid"):
        studied.ws.shopfront.all_lists_csv(studied.run, "hybrid", 4.0, 5)
