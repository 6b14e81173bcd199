"""What is public about a shop, and recommending by it: no other shopper is ever looked at."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.columns import Columns
from core.recommend import content
from core.recommend.content import FEW_USERS, ContentScores, blend, content_scores, row_maxima, squash, standardise_rows
from core.recommend.histories import build_histories
from core.recommend.shop import Shop, build_shop, standardise
from tests.made_shop import (
    N_ITEMS,
    SCHEMA,
    items,
    make_catalogue,
    make_histories,
    make_interactions,
    make_shop,
    users,
    without,
)


def test_only_published_columns_are_read() -> None:
    """A rating that was computed from these shoppers must reach no private method."""
    shop = build_shop(SCHEMA, make_catalogue(), published=(Columns.CATEGORY,))

    assert shop.tags is not None
    assert (shop.texts, shop.log_price, shop.rating) == (None, None, None)


def test_a_column_that_is_declared_computed_changes_nothing() -> None:
    schema = dataclasses.replace(SCHEMA, published=(Columns.CATEGORY, Columns.TEXT), computed=(Columns.RATING,))
    other = make_catalogue().assign(**{Columns.RATING: 0.0, Columns.PRICE: 1.0})
    one, two = build_shop(schema, make_catalogue()), build_shop(schema, other)

    assert one.rating is None
    assert one.texts is not None
    assert two.texts is not None
    assert (one.texts != two.texts).nnz == 0


def test_a_shop_without_catalogue_has_no_products_and_nothing_to_compare() -> None:
    shop = build_shop(dataclasses.replace(SCHEMA, catalogue="none", columns=(), published=()), None)

    assert (shop.n_items, shop.has_content) == (0, False)


@pytest.mark.parametrize("published", [(), (Columns.PRICE,), (Columns.PRICE, Columns.RATING)])
def test_price_and_rating_alone_are_nothing_to_compare_products_by(published: tuple[str, ...]) -> None:
    assert not build_shop(SCHEMA, make_catalogue(), published).has_content


def test_a_cell_with_two_categories_carries_two_tags() -> None:
    catalogue = make_catalogue(3).assign(category=pd.Series(["Animation|Comedy", "Comedy", None]))
    shop = build_shop(SCHEMA, catalogue, (Columns.CATEGORY,))
    assert shop.tags is not None
    assert shop.vectors is not None

    assert shop.tags.toarray().tolist() == [[1, 1], [0, 1], [0, 0]]
    assert shop.similarity[0, 1] == pytest.approx(1 / np.sqrt(2))
    assert shop.similarity[0, 0] == 0


def test_blank_prices_stand_in_the_middle() -> None:
    """Log prices 0, 2 and blank: mean 1, standard deviation 1."""
    scaled = standardise(pd.Series([0.0, 2.0, np.nan]))

    assert scaled is not None
    assert scaled.tolist() == [-1, 1, 0]
    assert standardise(pd.Series([3.0, 3.0])) is None


def test_a_shop_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    shop = make_shop()
    shop.save(tmp_path / "shop")
    again = Shop.load(tmp_path / "shop")

    assert again.item_ids.tolist() == shop.item_ids.tolist()
    assert again.has_time is True
    for name in ("texts", "tags"):
        assert (getattr(again, name) != getattr(shop, name)).nnz == 0
    for name in ("log_price", "rating"):
        assert getattr(again, name).tolist() == getattr(shop, name).tolist()


def test_squashing_keeps_order_and_sign() -> None:
    values = np.array([-3, -0.5, 0, 0.5, 20], np.float32)

    assert (np.diff(squash(values)) > 0).all()
    assert squash(np.array([np.e - 1], np.float32))[0] == pytest.approx(1)


def test_constant_rows_become_zero() -> None:
    scores = standardise_rows(np.array([[1, 2, 3], [7, 7, 7]], np.float32))

    assert scores[0].tolist() == pytest.approx([-np.sqrt(1.5), 0, np.sqrt(1.5)])
    assert scores[1].tolist() == [0, 0, 0]


def test_the_best_similarity_of_an_empty_history_is_zero() -> None:
    histories = build_histories(make_interactions().iloc[:0], items(), True, users=pd.Index(["nobody"]))

    assert row_maxima(histories.matrix, make_shop().similarity).tolist() == [[0.0] * N_ITEMS]


def test_one_shopper_by_one_and_many_at_once_give_the_same_scores() -> None:
    """Few shoppers go over sparse vectors, many over the dense square of the catalogue."""
    shop, histories = make_shop(), make_histories(make_interactions())
    many, few = content_scores(shop, histories), content_scores(shop, histories.rows(np.arange(5)))

    assert set(many) == {"cubed", "recent", "best", "mean"}
    for kind, scores in few.items():
        np.testing.assert_allclose(scores, many[kind][:5], atol=2e-4)


def test_without_times_nothing_is_recent() -> None:
    shop = dataclasses.replace(make_shop(), has_time=False)

    assert "recent" not in content_scores(shop, make_histories(make_interactions()).rows([0, 1]))


def test_products_of_the_shoppers_kind_come_first() -> None:
    """A shopper who touched Garden only is shown Garden only."""
    rows = make_interactions().iloc[:3].assign(user_id="ann", item_id=items()[[0, 4, 8]])
    scores = blend(content_scores(make_shop(), make_histories(rows)))[0]
    best = [i for i in np.argsort(-scores) if i not in (0, 4, 8)][:10]

    assert {int(i) % 4 for i in best} == {0}


def test_scores_of_one_shopper_by_themselves_are_bit_identical_whoever_else_is_there() -> None:
    whole = make_interactions()
    less = without(whole, users()[3])
    shop = make_shop()
    for user in users()[:10]:
        if user == users()[3]:
            continue
        one, other = (make_histories(rows) for rows in (whole, less))
        first = content_scores(shop, one.rows(one.user_ids == user))
        second = content_scores(shop, other.rows(other.user_ids == user))
        assert all((first[kind] == second[kind]).all() for kind in first)


def test_scores_are_rounded_alike_whether_or_not_there_is_room_to_keep_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once half floats were used only where n_users x n_items fitted: one shopper more changed everybody's scores."""
    shop, histories = make_shop(), make_histories(make_interactions())
    kept = ContentScores(shop, histories)
    kept.block(0, 50)
    monkeypatch.setattr(content, "CACHED_CELLS", 10)
    fresh = ContentScores(shop, histories)

    for kind, scores in kept.block(0, 50).items():
        assert (scores == fresh.block(0, 50)[kind]).all()


def test_without_content_a_block_is_empty() -> None:
    shop = build_shop(SCHEMA, make_catalogue(), (Columns.PRICE,))

    assert ContentScores(shop, make_histories(make_interactions())).block(0, 5) == {}


def test_in_a_study_one_shopper_more_makes_nobody_elses_scores_round_differently() -> None:
    """Outside a study few are scored without comparing the whole catalogue with itself, which rounds differently."""
    shop, histories = make_shop(), make_histories(make_interactions())
    n = FEW_USERS + 1

    def differences(**choice: bool) -> int:
        found = 0
        for start in range(0, histories.n_users - n, n):
            rows = histories.rows(np.arange(start, start + n))
            more = ContentScores(shop, rows, **choice).block(0, n)
            less = ContentScores(shop, rows.rows(np.arange(FEW_USERS)), **choice).block(0, FEW_USERS)
            found += sum(not np.array_equal(more[kind][:FEW_USERS], less[kind]) for kind in less)
        return found

    assert differences() > 0
    assert differences(is_study=True) == 0
