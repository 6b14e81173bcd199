"""The sample shop: the same bytes every time, and as lopsided, busy and predictable as real shops are."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sample_data.figures import ease, gini, measure, ndcg, quality, read, rebought_share, top_share
from sample_data.generate import BEHAVIOR_FILE, PRODUCT_FILE, generate, write
from sample_data.kinds import CATEGORIES
from sample_data.slips import NOBODY, UNKNOWN_CODE, WITHDRAWN, without_slips

FOLDER = Path(__file__).parents[1] / "sample_data"
MAX_BYTES = 3_000_000

# Measured with sample_data/figures.py on public data sets in the fixed schema: UCI Online Retail (purchases of a
# gift wholesaler), the RetailRocket core, the head of Tianchi UserBehavior (taobao), MovieLens-1M and -100K (ratings).
# A figure that a set cannot have is left out: no views in online_retail, no times in retailrocket, no funnel in
# MovieLens, and EASE needs a matrix of products x products, which taobao's 52,491 products do not allow.
REAL: dict[str, dict[str, float]] = {
    "top_1_share": {
        "online_retail": 0.0981,
        "retailrocket": 0.0749,
        "taobao": 0.0682,
        "ml1m": 0.0873,
        "ml100k": 0.0763,
    },
    "top_10_share": {
        "online_retail": 0.4559,
        "retailrocket": 0.3403,
        "taobao": 0.2930,
        "ml1m": 0.4445,
        "ml100k": 0.4270,
    },
    "gini": {"online_retail": 0.6385, "retailrocket": 0.4733, "taobao": 0.2741, "ml1m": 0.6336, "ml100k": 0.6290},
    "events_median": {"online_retail": 41, "retailrocket": 12, "taobao": 71, "ml1m": 96, "ml100k": 65},
    "events_p90": {"online_retail": 208, "retailrocket": 29, "taobao": 208.4, "ml1m": 400, "ml100k": 244.4},
    "events_max_over_mean": {
        "online_retail": 85.5533,
        "retailrocket": 87.7395,
        "taobao": 5.4007,
        "ml1m": 13.9736,
        "ml100k": 6.9499,
    },
    "view_share": {"retailrocket": 0.9390, "taobao": 0.9775},
    "buyer_share": {"online_retail": 1.0, "retailrocket": 0.2406, "taobao": 0.6867},
    "repeat_share": {"online_retail": 0.3295, "retailrocket": 0.0567, "taobao": 0.2215},
    "rebought_share": {"online_retail": 0.3077, "taobao": 0.0446},
    "popularity": {"online_retail": 0.0432, "retailrocket": 0.0161, "ml1m": 0.1936, "ml100k": 0.1208},
    "ease": {"online_retail": 0.2012, "retailrocket": 0.1871, "ml1m": 0.4204, "ml100k": 0.2195},
    "lift": {"online_retail": 4.6521, "retailrocket": 11.6282, "ml1m": 2.1710, "ml100k": 1.8166},
    "text_over_popularity": {"online_retail": 2.5763, "ml1m": 0.2763, "ml100k": 0.3245},
}
QUICK_TO_MEASURE_AGAIN = ("taobao", "ml100k", "online_retail")


@pytest.fixture(scope="module")
def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    return read(FOLDER)


@pytest.fixture(scope="module")
def behavior(tables: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return tables[0].assign(time=pd.to_datetime(tables[0]["Time"], format="%Y-%m-%d %H:%M:%S"))


@pytest.fixture(scope="module")
def products(tables: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    return tables[1]


@pytest.fixture(scope="module")
def figures(tables: tuple[pd.DataFrame, pd.DataFrame]) -> dict[str, float]:
    found = measure(tables[0]) | quality(*tables)
    return found | {"text_over_popularity": found["text"] / found["popularity"]}


def test_the_generator_makes_the_committed_bytes(tmp_path: Path) -> None:
    """Whoever doubts the files can make them again."""
    write(tmp_path)

    for name in (BEHAVIOR_FILE, PRODUCT_FILE):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_another_seed_makes_another_shop(tmp_path: Path) -> None:
    """The seed reaches both files."""
    write(tmp_path, seed=1)

    for name in (BEHAVIOR_FILE, PRODUCT_FILE):
        assert (tmp_path / name).read_bytes() != (FOLDER / name).read_bytes(), name


def test_the_files_are_small() -> None:
    """They travel with every clone."""
    assert sum((FOLDER / name).stat().st_size for name in (BEHAVIOR_FILE, PRODUCT_FILE)) < MAX_BYTES


def test_the_files_follow_the_fixed_schema(behavior: pd.DataFrame, products: pd.DataFrame) -> None:
    """Nothing has to be mapped; apart from the slips: known products, known codes, no row twice."""
    assert list(behavior.columns.drop("time")) == ["UserID", "ProductID", "Behavior", "Time"]
    assert list(products.columns) == ["ProductID", "Category", "Price", "Rating", "Title"]
    assert set(behavior["Behavior"]) == {"1", "2"}
    assert set(behavior["ProductID"]) <= set(products["ProductID"])
    assert not behavior.duplicated().any()
    assert behavior["UserID"].str.fullmatch(r"C\d{5}").all()
    assert products["ProductID"].str.fullmatch(r"P\d{4}").all()


def test_a_few_rows_are_as_bad_as_in_any_export(products: pd.DataFrame) -> None:
    """Cleaning has something to show in the demo, and takes exactly what was put in."""
    uploaded = pd.read_csv(FOLDER / BEHAVIOR_FILE, dtype=str, keep_default_na=False)
    good, _ = generate()

    assert len(uploaded) == len(good) + NOBODY + UNKNOWN_CODE + WITHDRAWN
    assert len(without_slips(uploaded, products)) == len(good)
    assert (uploaded["UserID"] == "").sum() == NOBODY
    assert (~uploaded["Behavior"].isin(["1", "2"])).sum() == UNKNOWN_CODE
    assert (~uploaded["ProductID"].isin(products["ProductID"])).sum() == WITHDRAWN


def test_the_shop_has_the_size_that_the_readme_tells(behavior: pd.DataFrame, products: pd.DataFrame) -> None:
    """3,000 shoppers, 800 products, about 60,000 events in 26 weeks of 2025."""
    assert behavior["UserID"].nunique() == 3_000
    assert len(products) == products["ProductID"].nunique() == 800
    assert 57_000 < len(behavior) < 63_000
    assert behavior["time"].dt.normalize().nunique() == 26 * 7
    assert behavior["time"].is_monotonic_increasing
    assert set(products["Category"]) == set(CATEGORIES)
    assert len(CATEGORIES) == 12


def test_every_product_can_be_told_from_every_other(products: pd.DataFrame) -> None:
    """Titles are the shop's shop window: none twice, none blank, no pattern left unfilled."""
    assert not products["Title"].str.lower().duplicated().any()
    assert products["Title"].str.len().between(5, 70).all()
    assert not products["Title"].str.contains("[{}]").any()


def test_prices_and_ratings_are_believable(products: pd.DataFrame) -> None:
    """Prices are the shop's, from 2 to 90; ratings are its editors', 1 to 5 in halves."""
    prices, ratings = products["Price"].astype(float), products["Rating"].astype(float)

    assert prices.between(2, 90).all()
    assert ratings.between(1, 5).all()
    assert set(ratings * 2 % 1) == {0.0}


def test_ids_do_not_tell_how_popular_a_product_is(behavior: pd.DataFrame, products: pd.DataFrame) -> None:
    """A method that reads popularity off the public ids would cheat."""
    events = behavior["ProductID"].value_counts().reindex(products["ProductID"], fill_value=0).to_numpy()
    by_id = np.argsort(np.argsort(products["ProductID"].to_numpy()))
    by_events = np.argsort(np.argsort(events))

    assert abs(np.corrcoef(by_id, by_events)[0, 1]) < 0.1


def test_nobody_buys_without_looking_first(behavior: pd.DataFrame) -> None:
    """The funnel: a shopper's purchase of a product comes after a look at it."""
    pair = ["UserID", "ProductID"]
    looks, purchases = (behavior[behavior["Behavior"] == code].groupby(pair)["time"].min() for code in ("2", "1"))

    assert set(purchases.index) <= set(looks.index)
    assert (looks.loc[purchases.index] < purchases).all()


def test_the_shop_keeps_the_hours_of_people(behavior: pd.DataFrame) -> None:
    """Evenings are busy and nights are quiet, Sunday leads the week, November the half-year."""
    hours = behavior["time"].dt.hour.value_counts()
    days = behavior["time"].dt.day_of_week.value_counts()

    assert hours[[19, 20, 21]].sum() > 10 * hours[[2, 3, 4]].sum()
    assert days.idxmax() == 6
    assert behavior["time"].dt.month.value_counts().idxmax() == 11


@pytest.mark.parametrize("name", REAL)
def test_the_shop_lies_among_real_shops(name: str, figures: dict[str, float]) -> None:
    """Popularity, activity, funnel and what a recommender can gain: each inside the range of real sets."""
    real = REAL[name].values()

    assert min(real) <= figures[name] <= max(real)


def test_the_readme_states_the_figures(figures: dict[str, float]) -> None:
    """The table in sample_data/README.md was not left behind."""
    rows = [line.split("|") for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()]
    stated = {row[1].strip(" `"): float(row[2]) for row in rows if len(row) > 3 and row[1].strip(" `") in REAL}

    assert stated == {name: round(figures[name], 3) for name in REAL}


@pytest.mark.bench_data
@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK_TO_MEASURE_AGAIN)
def test_real_shops_still_measure_as_written(name: str) -> None:
    """The ranges above are measurements, and can be taken again."""
    if "TACT_BENCH_DATA" not in os.environ:
        pytest.skip("TACT_BENCH_DATA is not set: the real data sets are not part of the project.")
    behavior, _ = read(Path(os.environ["TACT_BENCH_DATA"]) / name)
    figures = measure(behavior)

    for figure, real in REAL.items():
        if name in real and figure in figures:
            assert figures[figure] == pytest.approx(real[name], abs=1e-4), figure


def test_gini_runs_from_equal_to_one_takes_all() -> None:
    """Four equal products: 0. All on one of four: (2 * 4 - 4 - 1) / 4 = 3/4."""
    assert gini(np.array([5, 5, 5, 5])) == 0
    assert gini(np.array([0, 0, 0, 8])) == pytest.approx(3 / 4)


def test_the_top_share_counts_the_most_popular() -> None:
    """The first of ten products has 11 of 20 events."""
    assert top_share(np.array([11, 1, 1, 1, 1, 1, 1, 1, 1, 1]), 0.1) == pytest.approx(11 / 20)


def test_buying_again_needs_another_day() -> None:
    """Two of the same on one day are one purchase; the third, a day later, is bought again: 1 of 2."""
    rows = [("a", "x", "1", "2025-06-02 10:00:00"), ("a", "x", "1", "2025-06-02 10:05:00")]
    rows += [("a", "x", "1", "2025-06-03 10:00:00"), ("a", "x", "2", "2025-06-04 10:00:00")]
    table = pd.DataFrame(rows, columns=["UserID", "ProductID", "Behavior", "Time"])

    assert rebought_share(table) == pytest.approx(1 / 2)


def test_ndcg_counts_a_hit_by_its_rank_among_new_products() -> None:
    """The seen product is skipped, so the hidden one, third by score, comes at rank 2: 1 / log2(3)."""
    scores = np.array([[3.0, 2.0, 1.0, 0.0]])
    seen = np.array([[True, False, False, False]])
    hidden = np.array([[False, False, True, False]])

    assert ndcg(scores, seen, hidden) == pytest.approx(1 / np.log2(3))


def test_ease_never_recommends_a_product_for_itself() -> None:
    """Zero diagonal; products that go together support each other."""
    weights = ease(np.array([[4.0, 3.0, 0.0], [3.0, 4.0, 0.0], [0.0, 0.0, 4.0]]), ridge=1.0)

    assert np.diag(weights).tolist() == [0, 0, 0]
    assert weights[0, 1] > 0
    assert weights[0, 2] == 0
