"""Candidates, signals and lessons: each shopper's are their own data and the release, bit for bit."""

import dataclasses
from functools import cache

import numpy as np
import pandas as pd
import pytest

from core.columns import Columns
from core.privacy.noise import SecureNormal
from core.recommend import features
from core.recommend.content import content_scores
from core.recommend.features import (
    PRIOR,
    Candidates,
    Featurizer,
    base_scores,
    block_ends,
    feature_names,
    prior_weights,
    top_columns,
)
from core.recommend.histories import Histories
from core.recommend.hybrid import MIN_PRODUCTS, HeadLesson, Lessons
from core.recommend.item_weights import ItemWeights, fit_item_weights
from core.recommend.release import Popularity, release_gram, release_popularity
from core.recommend.shop import Shop, build_shop
from tests.made_shop import (
    N_ITEMS,
    SCHEMA,
    make_catalogue,
    make_histories,
    make_interactions,
    make_shop,
    users,
    without,
)

N_HEAD = 30
TAIL_BLOCK = features.BLOCK + 17  # without one shopper, 16 are left in the last block


@cache
def released() -> tuple[Popularity, ItemWeights]:
    """One noisy release, held fixed."""
    histories, noise = make_histories(make_interactions()), SecureNormal()
    popularity = release_popularity(histories, 5.0, noise)
    return popularity, fit_item_weights(release_gram(histories, popularity, N_HEAD, 5.0, noise), popularity, 120)


def candidates(histories: Histories, shop: Shop) -> Candidates:
    content = content_scores(shop, histories) if shop.has_content else {}
    return Featurizer(shop, *released()).block(histories, content)


def lesson(interactions: pd.DataFrame, shop: Shop) -> tuple[Histories, HeadLesson]:
    histories = make_histories(interactions)
    return histories, Lessons(shop, histories).from_release(*released())


def same_bits(one: HeadLesson, other: HeadLesson, keep: np.ndarray) -> bool:
    return all(
        getattr(one, name)[keep].tobytes() == getattr(other, name).tobytes() for name in ("features", "mask", "targets")
    )


@pytest.mark.parametrize(
    ("n_users", "gone"),
    [(120, 0), (120, 60), (120, 119), (TAIL_BLOCK, 3), (TAIL_BLOCK, TAIL_BLOCK - 1)],
    ids=["first", "middle", "last", "every later shopper changes place and block", "the last block shrinks"],
)
def test_lessons_of_everybody_else_are_bit_identical_when_one_shopper_is_gone(n_users: int, gone: int) -> None:
    """Else the noise, made for one shopper's gradient, would have to hide changes in the others' as well.

    It holds at any place of any block, not only in blocks of the same size.
    """
    rows = make_interactions(n_users)
    whole, with_one = lesson(rows, make_shop())
    _, with_none = lesson(without(rows, users(n_users)[gone]), make_shop())

    assert same_bits(with_one, with_none, whole.user_ids != users(n_users)[gone])


def test_lessons_do_not_depend_on_who_else_is_in_a_block_of_the_same_size() -> None:
    rows = make_interactions()
    crafted = without(rows, users()[5])
    theirs = rows[rows[Columns.USER] == users()[6]].assign(**{Columns.USER: users()[5]})
    whole, one = lesson(rows, make_shop())
    others, two = lesson(pd.concat([crafted, theirs], ignore_index=True), make_shop())
    keep = whole.user_ids != users()[5]

    assert others.user_ids.tolist() == whole.user_ids.tolist()
    assert one.features[keep].tobytes() == two.features[keep].tobytes()
    assert one.features[~keep].tobytes() != two.features[~keep].tobytes()


def test_content_scores_are_bit_identical_at_any_place_of_a_block() -> None:
    """Once a block was multiplied densely or sparsely by how much all its shoppers had touched together."""
    shop, histories = make_shop(), make_histories(make_interactions())
    block = content_scores(shop, histories, 10_000)
    for chosen in ([7], [119, 7], list(range(7, 40))):
        alone = content_scores(shop, histories.rows(chosen), 10_000)
        for kind, scores in alone.items():
            assert scores[chosen.index(7)].tobytes() == block[kind][7].tobytes()


def test_what_a_shopper_has_touched_is_never_a_candidate() -> None:
    histories = make_histories(make_interactions())
    found = candidates(histories, make_shop())
    touched = np.take_along_axis(histories.matrix.toarray() > 0, found.items, axis=1)

    assert not (touched & found.mask).any()


def test_no_candidate_stands_in_two_places() -> None:
    found = candidates(make_histories(make_interactions()), make_shop())
    for items, mask in zip(found.items, found.mask, strict=True):
        assert len(set(items[mask])) == mask.sum()


def test_without_content_candidates_come_from_the_release_alone() -> None:
    shop = build_shop(SCHEMA, make_catalogue(), (Columns.PRICE,))
    found = candidates(make_histories(make_interactions()), shop)

    assert found.items.shape[1] == N_HEAD
    assert set(found.items[found.mask]) <= set(released()[1].head)


@pytest.mark.parametrize("published", [(), (Columns.PRICE,), (Columns.CATEGORY, Columns.RATING), SCHEMA.published])
@pytest.mark.parametrize("has_time", [True, False])
def test_there_is_one_signal_for_each_name_that_the_columns_allow(published: tuple[str, ...], has_time: bool) -> None:
    shop = dataclasses.replace(build_shop(SCHEMA, make_catalogue(), published), has_time=has_time)
    found = candidates(make_histories(make_interactions()).rows(np.arange(20)), shop)
    names = feature_names(shop)

    assert found.features.shape == (*found.items.shape, len(names))
    assert np.isfinite(found.features).all()
    assert (found.features[~found.mask] == 0).all()
    assert ("content_recent" in names) == (has_time and Columns.CATEGORY in published)
    assert ("rating" in names) == (Columns.RATING in published)


def test_the_weights_to_start_from_are_public_constants() -> None:
    names = feature_names(make_shop())

    assert prior_weights(make_shop()).tolist() == np.array([PRIOR.get(n, 0) for n in names], np.float32).tolist()
    assert set(PRIOR) <= set(names)


def test_the_lesson_is_what_was_hidden_and_could_be_found() -> None:
    """Targets are even over hidden candidates, and empty for shoppers of fewer than five products."""
    histories, found = lesson(make_interactions(), make_shop())
    sums = found.targets.sum(axis=1)

    assert set(np.round(sums, 6)) <= {0.0, 1.0}
    assert (sums[histories.sizes < MIN_PRODUCTS] == 0).all()
    assert (found.targets[~found.mask] == 0).all()
    assert sums[histories.sizes >= MIN_PRODUCTS].mean() > 0.9


def test_the_best_columns_come_best_first() -> None:
    scores = np.array([[1, 5, 3, 4], [9, 2, 8, 7]], np.float32)

    assert top_columns(scores, 3).tolist() == [[1, 3, 2], [0, 2, 3]]
    assert top_columns(scores, 10).shape == (2, 4)


def test_a_shoppers_base_score_does_not_grow_with_their_activity() -> None:
    """The unit vector: someone with every product of the head scores the mean row times √K."""
    weights = released()[1]
    matrix = make_histories(make_interactions()).rows([0]).matrix[:, weights.head]
    full = np.ones((1, N_HEAD), np.float32)
    scores = base_scores(type(matrix)(full), weights)

    np.testing.assert_allclose(scores[0], weights.weights.sum(axis=0) / np.sqrt(N_HEAD), rtol=1e-3, atol=1e-6)


def test_blocks_cover_every_shopper_once() -> None:
    for n_users in (0, 1, features.BLOCK, features.BLOCK + 1, 3 * features.BLOCK):
        covered = [user for start, stop in block_ends(n_users) for user in range(start, stop)]
        assert covered == list(range(n_users))


def test_a_product_of_the_tail_has_no_signal_from_the_release() -> None:
    found = candidates(make_histories(make_interactions()), make_shop())
    names = feature_names(make_shop())
    is_tail = ~np.isin(found.items, released()[1].head) & found.mask

    assert is_tail.any()
    assert (found.features[is_tail][:, names.index("tail")] == 1).all()
    assert (found.features[is_tail][:, names.index("release")] == 0).all()
    assert (found.features[is_tail][:, names.index("rank")] == -np.log1p(np.float32(N_HEAD))).all()
    assert len(set(found.items[is_tail])) <= N_ITEMS - N_HEAD
