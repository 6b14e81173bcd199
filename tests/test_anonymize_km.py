"""k^m-anonymity over baskets: no combination is rare afterwards, and what it costs is told."""

import os
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.anonymize.km_anonymity import GENERAL, km_anonymize
from core.anonymize.km_check import km_violations
from core.columns import Columns
from core.progress import silent
from core.settings.anonymization import BasketSettings
from core.tables.importing import import_files

Baskets = list[set[str]]
BASKETS = st.lists(st.sets(st.sampled_from("abcdefg"), max_size=6), max_size=14)


def bought(baskets: Baskets, **extra: str) -> pd.DataFrame:
    """Shopper u<n> has the n-th basket; the first product of each twice."""
    rows = [(f"u{n}", item) for n, basket in enumerate(baskets) for item in [*sorted(basket), *sorted(basket)[:1]]]
    return pd.DataFrame(
        {
            Columns.USER: pd.Series([user for user, _ in rows], dtype="str"),
            Columns.ITEM: pd.Series([item for _, item in rows], dtype="str"),
            Columns.EVENT: pd.Series(["purchase"] * len(rows), dtype="str"),
            Columns.TIMESTAMP: pd.Series(pd.NaT, index=range(len(rows)), dtype="datetime64[us]"),
            **{name: pd.Series([value] * len(rows), dtype="str") for name, value in extra.items()},
        }
    )


def catalogue(categories: dict[str, str | None]) -> pd.DataFrame:
    """Products and their categories."""
    return pd.DataFrame(
        {
            Columns.ITEM: pd.Series(list(categories), dtype="str"),
            Columns.CATEGORY: pd.Series(list(categories.values()), dtype="str"),
            Columns.PRICE: 1.0,
            Columns.RATING: np.nan,
            Columns.TITLE: pd.Series([None] * len(categories), dtype="str"),
            Columns.TEXT: pd.Series([None] * len(categories), dtype="str"),
        }
    )


TREE = catalogue(
    {"a": "Home|Tea", "b": "Home|Tea", "c": "Home|Tea", "d": "Home|Pots", "e": "Home|Pots", "f": "Car|Oil", "g": None}
)


def counted(interactions: pd.DataFrame, k: int, m: int) -> int:
    """The definition, word for word: sets of at most m products that some basket holds, but fewer than k."""
    baskets = [frozenset(items) for _, items in interactions.groupby(Columns.USER)[Columns.ITEM]]
    sets = {part for basket in baskets for size in range(1, m + 1) for part in combinations(sorted(basket), size)}
    return sum(sum(basket >= set(part) for basket in baskets) < k for part in sets)


@settings(max_examples=60)
@given(baskets=BASKETS, k=st.integers(2, 4), m=st.integers(1, 3))
def test_the_check_counts_what_the_definition_says(baskets: Baskets, k: int, m: int) -> None:
    assert km_violations(bought(baskets), k, m) == counted(bought(baskets), k, m)


@settings(max_examples=60)
@given(baskets=BASKETS, k=st.integers(2, 4), m=st.integers(1, 3), has_tree=st.booleans())
def test_nothing_is_rare_afterwards(baskets: Baskets, k: int, m: int, has_tree: bool) -> None:
    found = km_anonymize(bought(baskets), TREE if has_tree else None, BasketSettings(k=k, m=m))

    assert counted(found.interactions, k, m) == 0
    assert len(bought(baskets)) == len(found.interactions) + found.n_rows_left_out


@settings(max_examples=30)
@given(baskets=BASKETS, k=st.integers(2, 4), m=st.integers(1, 3))
def test_what_complies_comes_back_as_it_was(baskets: Baskets, k: int, m: int) -> None:
    once = km_anonymize(bought(baskets), TREE, BasketSettings(k=k, m=m))
    twice = km_anonymize(once.interactions, once.catalogue, BasketSettings(k=k, m=m))

    pd.testing.assert_frame_equal(once.interactions, twice.interactions)
    assert (twice.n_rows_left_out, twice.n_rows_generalized, twice.loss) == (0, 0, 0.0)


def test_a_product_stays_where_its_pair_is_common_and_goes_where_it_is_rare() -> None:
    """Local recoding: a and b are together five times, a and c once; a whole product need not go for that."""
    data = bought([{"a", "b"}] * 5 + [{"a", "c"}] + [{"c"}] * 6)

    found = km_anonymize(data, None, BasketSettings(k=5, m=2)).interactions

    kept = {user: set(items) for user, items in found.groupby(Columns.USER)[Columns.ITEM]}
    assert kept == {f"u{n}": {"a", "b"} for n in range(5)} | {f"u{n}": {"c"} for n in range(5, 12)}


def test_rare_products_stand_under_their_category_and_the_catalogue_lists_it() -> None:
    """a, b and c have two shoppers each: six in all are in Home|Tea. f is alone in Car, and g is in nothing."""
    data = bought([{"a"}, {"a"}, {"b"}, {"b"}, {"c"}, {"c"}, {"f"}, {"g"}], Note="a pot")

    found = km_anonymize(data, TREE, BasketSettings(k=5, m=1))

    assert set(found.interactions[Columns.ITEM]) == {GENERAL + "Home|Tea"}
    assert found.catalogue is not None
    row = found.catalogue.set_index(Columns.ITEM).loc[GENERAL + "Home|Tea"]
    assert (row[Columns.CATEGORY], row[Columns.TITLE]) == ("Home|Tea", "Some product of Home|Tea")
    assert (found.n_rows_generalized, found.n_rows_left_out) == (6 * 2, 2 * 2)
    assert found.loss == pytest.approx(12 * (3 - 1) / (6 - 1) + 4 * 1)  # 3 of the 6 products with a category
    assert found.interactions["Note"].isna().all()  # it could name the product
    assert TREE[Columns.ITEM].tolist() == list("abcdefg")


def test_what_is_rare_in_its_category_goes_one_level_up() -> None:
    """d and e are Home|Pots, three shoppers; a is Home|Tea, two: five in Home."""
    found = km_anonymize(bought([{"d"}, {"d"}, {"e"}, {"a"}, {"a"}]), TREE, BasketSettings(k=5, m=1))

    assert set(found.interactions[Columns.ITEM]) == {GENERAL + "Home"}


def test_further_columns_that_are_kept_stay_in_general_rows() -> None:
    data = bought([{"a"}, {"b"}], Country="France", Note="x")

    found = km_anonymize(data, TREE, BasketSettings(k=2, m=1), keep_columns=("Country",)).interactions

    assert found["Country"].tolist() == ["France"] * 4
    assert found["Note"].isna().all()


def test_general_products_of_an_earlier_export_are_taken_as_what_they_are() -> None:
    """ "category:Home|Tea" in a file that is anonymised again is no product proper: it goes up to Home."""
    again = pd.concat([TREE, catalogue({GENERAL + "Home|Tea": "Home|Tea"})], ignore_index=True)
    data = bought([{GENERAL + "Home|Tea"}, {"a"}, {"d"}])

    in_tea = km_anonymize(data, again, BasketSettings(k=2, m=1))
    in_home = km_anonymize(data, again, BasketSettings(k=3, m=1))

    assert set(in_tea.interactions[Columns.ITEM]) == {GENERAL + "Home|Tea"}
    assert set(in_home.interactions[Columns.ITEM]) == {GENERAL + "Home"}


def test_progress_is_told_and_may_stop_the_work() -> None:
    told: list[float] = []
    km_anonymize(bought([{"a", "b"}] * 5), None, BasketSettings(k=2, m=2), report=lambda share, _: told.append(share))

    assert told == sorted(told)
    assert all(0 <= share <= 1 for share in told)
    assert km_violations(bought([{"a", "b", "c"}] * 2), 2, 3, report=silent) == 0


@pytest.mark.slow
@pytest.mark.bench_data
def test_a_real_shop_takes_less_than_a_minute_and_keeps_more_than_half_of_its_rows(tmp_path: Path) -> None:
    """4,338 shoppers with up to 1,787 products each: nearly every pair of products is rare at first."""
    folder = os.environ.get("TACT_BENCH_DATA")
    if not folder:
        pytest.skip("TACT_BENCH_DATA is not set")
    shop = Path(folder) / "online_retail"
    data = import_files(shop / "UserBehavior.csv", shop / "ProductInfo.csv", tmp_path / "out").interactions()

    started = time.perf_counter()
    found = km_anonymize(data, None, BasketSettings(k=5, m=2))

    assert time.perf_counter() - started < 60
    assert km_violations(data, 5, 2) > 1_000_000
    assert km_violations(found.interactions, 5, 2) == 0
    assert 0.5 < len(found.interactions) / len(data) < 0.7
