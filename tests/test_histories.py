"""Histories: what a shopper touched, when, how often; and that nobody's row depends on anybody else."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.columns import Columns, Events
from core.recommend.histories import Histories, build_histories, hide_last
from tests.made_shop import items, make_histories, make_interactions, users, without

EVENTS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 8), st.integers(0, 4), st.booleans()), min_size=1, max_size=60
)


def table(*events: tuple[str, str, str, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(events, columns=list(Columns.INTERACTIONS))
    frame[Columns.TIMESTAMP] = pd.to_datetime(frame[Columns.TIMESTAMP])
    return frame


def row_of(histories: Histories, user: str) -> dict[str, dict[str, float]]:
    """One shopper's products, with age and purchases."""
    at = histories.rows(histories.user_ids == user)
    names = histories.item_ids[at.matrix.indices]
    return {
        "ages": dict(zip(names.tolist(), at.ages.data.tolist(), strict=True)),
        "counts": dict(zip(names.tolist(), at.counts.data.tolist(), strict=True)),
    }


def drawn(events: list[tuple[int, int, int, bool]]) -> pd.DataFrame:
    return table(
        *(
            (f"u{user}", f"product-{item:03d}", Events.PURCHASE if bought else Events.VIEW, f"2025-01-0{day + 1}")
            for user, item, day, bought in events
        )
    )


ONE = table(
    ("ann", "product-001", Events.VIEW, "2025-01-01"),
    ("ann", "product-002", Events.PURCHASE, "2025-01-02"),
    ("ann", "product-003", Events.PURCHASE, "2025-01-02"),
    ("ann", "product-004", Events.VIEW, "2025-01-05"),
    ("ann", "product-002", Events.PURCHASE, "2025-01-09"),
    ("ann", "nowhere", Events.PURCHASE, "2025-01-09"),
)


def test_an_age_is_the_number_of_products_first_touched_later_and_a_basket_has_one_age() -> None:
    """Latest is product 4; the basket of 2 and 3 has one product after it; buying 2 again does not make it young."""
    told = row_of(build_histories(ONE, items(9), has_time=True), "ann")

    assert told["ages"] == {"product-001": 3, "product-002": 1, "product-003": 1, "product-004": 0}
    assert told["counts"] == {"product-001": 0, "product-002": 2, "product-003": 1, "product-004": 0}


def test_products_outside_the_catalogue_are_left_out() -> None:
    histories = build_histories(ONE, items(4), has_time=True)  # products 0 to 3

    assert histories.n_items == 4
    assert set(row_of(histories, "ann")["ages"]) == {"product-001", "product-002", "product-003"}


def test_without_declared_times_all_ages_are_zero() -> None:
    told = row_of(build_histories(ONE, items(9), has_time=False), "ann")

    assert set(told["ages"].values()) == {0.0}


def test_a_missing_time_counts_as_the_earliest() -> None:
    rows = table(
        ("ann", "product-001", Events.VIEW, "2025-01-01"),
        ("ann", "product-002", Events.VIEW, None),
        ("ann", "product-003", Events.VIEW, "2025-01-02"),
    )
    assert row_of(build_histories(rows, items(9), has_time=True), "ann")["ages"] == {
        "product-001": 1,
        "product-002": 2,
        "product-003": 0,
    }


def test_a_shopper_of_whom_nothing_is_known_keeps_an_empty_row_where_asked_for() -> None:
    histories = build_histories(ONE, items(9), has_time=True, users=pd.Index(["bob", "ann"]))

    assert histories.user_ids.tolist() == ["bob", "ann"]
    assert histories.sizes.tolist() == [0, 4]


def test_recency_halves_with_every_half_life() -> None:
    recency = build_histories(ONE, items(9), has_time=True).recency(half_life=2.0)

    assert recency.data.tolist() == pytest.approx([0.5 ** (3 / 2), 0.5 ** (1 / 2), 0.5 ** (1 / 2), 1.0])


@settings(max_examples=20)
@given(events=EVENTS)
def test_each_distinct_product_stands_in_exactly_one_place(events: list[tuple[int, int, int, bool]]) -> None:
    rows = drawn(events)
    histories = build_histories(rows, items(9), has_time=True)
    pairs = {(user, item) for user, item, _, _ in events}

    assert histories.matrix.nnz == len(pairs)
    assert histories.counts.sum() == (rows[Columns.EVENT] == Events.PURCHASE).sum()
    assert (histories.ages.data < np.repeat(histories.sizes, histories.sizes)).all()
    for other in (histories.ages, histories.counts):
        assert (other.indices == histories.matrix.indices).all()
        assert (other.indptr == histories.matrix.indptr).all()


@settings(max_examples=20)
@given(events=EVENTS, least=st.integers(1, 5))
def test_hiding_takes_the_last_fifth_and_loses_nothing(events: list[tuple[int, int, int, bool]], least: int) -> None:
    histories = build_histories(drawn(events), items(9), has_time=True)
    visible, hidden = hide_last(histories, least)
    n_hidden = np.diff(hidden.indptr)
    expected = [max(1, round(0.2 * size)) if size >= least else 0 for size in histories.sizes.tolist()]

    assert n_hidden.tolist() == expected
    assert ((visible.matrix + hidden) != histories.matrix).nnz == 0
    for user in range(histories.n_users):
        ages = dict(zip(histories.rows([user]).matrix.indices, histories.rows([user]).ages.data, strict=True))
        gone = hidden.indices[hidden.indptr[user] : hidden.indptr[user + 1]]
        left = visible.rows([user]).matrix.indices
        assert max((ages[i] for i in gone), default=0) <= min((ages[i] for i in left), default=np.inf)


def test_ages_start_from_zero_again_after_hiding() -> None:
    """Eleven products a day apart, two hidden: ages 2 to 10 become 0 to 8."""
    rows = table(*(("ann", f"product-{i:03d}", Events.VIEW, f"2025-01-{i + 1:02d}") for i in range(11)))
    visible, hidden = hide_last(build_histories(rows, items(11), has_time=True), 5)

    assert hidden.indices.tolist() == [9, 10]
    assert visible.ages.data.tolist() == [8, 7, 6, 5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize("has_time", [True, False])
def test_what_is_hidden_of_a_shopper_is_the_same_whoever_else_is_there(has_time: bool) -> None:
    """Else the lesson of one shopper, and with it the gradient, would depend on another."""
    rows = make_interactions()
    whole = build_histories(rows, items(), has_time)
    less = build_histories(without(rows, users()[17]), items(), has_time)
    index = np.flatnonzero(whole.user_ids != users()[17])
    visible, hidden = hide_last(whole, 5)
    visible_less, hidden_less = hide_last(less, 5)
    visible = visible.rows(index)

    assert visible.user_ids.tolist() == visible_less.user_ids.tolist()
    for one, other in (
        (visible.matrix, visible_less.matrix),
        (visible.ages, visible_less.ages),
        (visible.counts, visible_less.counts),
        (hidden[index], hidden_less),
    ):
        assert one.indices.tolist() == other.indices.tolist()
        assert one.indptr.tolist() == other.indptr.tolist()
        assert one.data.tolist() == other.data.tolist()


def test_the_coin_that_hides_depends_on_the_shopper_not_on_the_product_alone() -> None:
    """Two shoppers with the same basket and no times hide different products, sooner or later."""
    rows = pd.concat(
        [table(*((user, f"product-{i:03d}", Events.VIEW, "2025-01-01") for i in range(5))) for user in users(20)]
    )
    _, hidden = hide_last(build_histories(rows, items(5), has_time=False), 5)

    assert np.diff(hidden.indptr).tolist() == [1] * 20
    assert len(set(hidden.indices.tolist())) > 1


def test_rows_come_in_the_order_asked_for() -> None:
    histories = make_histories(make_interactions())
    chosen = histories.rows([5, 2])

    assert chosen.user_ids.tolist() == [users()[5], users()[2]]
    assert chosen.sizes.tolist() == [histories.sizes[5], histories.sizes[2]]
