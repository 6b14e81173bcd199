"""What a grid's cells say: differences judge by judge, intervals over judges and noise, and the picture of it."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.recommend.evaluation import Quality
from core.report.grid import grid_map, metrics_of_grid, row_name, takeaway
from core.studies.grid_figures import Cell, figures_of

ABOUT = {"method": "hybrid", "delta": 1e-5, "rows": 80, "rows_before": 100, "why": ""}


def cell(name: str, epsilon: float, *draws: list[float], **about: Any) -> Cell:
    judged = [Quality({"ndcg_at_20": np.array(draw)}, {}, np.zeros((0, 20), np.int32)) for draw in draws]
    return Cell.of({**ABOUT, "anonymization": name, **about}, epsilon, judged)


def test_one_draw_is_compared_judge_by_judge_with_no_anonymisation() -> None:
    table = figures_of([cell("none", 1.0, [0.5, 0.7, 0.9]), cell("own", 1.0, [0.4, 0.4, 0.7])])
    row = table.iloc[1]
    off = 1.959964 * np.std([-0.1, -0.3, -0.2]) / math.sqrt(3)

    assert row["ndcg_at_20"] == pytest.approx(0.5)
    assert row["ndcg_at_20_se"] == pytest.approx(np.std([0.4, 0.4, 0.7]) / math.sqrt(3))
    assert row["ndcg_at_20_change"] == pytest.approx(-0.2)
    assert row["ndcg_at_20_low"] == pytest.approx(-0.2 - off)
    assert row["ndcg_at_20_high"] == pytest.approx(-0.2 + off)
    assert (row["n_judges"], row["n_draws"], row["delta"]) == (3, 1, 1e-5)


def test_an_interval_covers_the_noise_where_there_are_several_draws() -> None:
    """Judges agree, so all the doubt there is comes from the draws: means 0.4 and 0.6, then 0.3 and 0.5."""
    table = figures_of([cell("none", 1.0, [0.4, 0.4], [0.6, 0.6]), cell("own", 1.0, [0.3, 0.3], [0.5, 0.5])])
    row = table.iloc[1]
    of_a_mean = math.sqrt((2 * 0.1**2 + 2 * 0.1**2) / 2 / 2)  # two degrees of freedom, two draws
    off = stats.t.ppf(0.975, 2) * of_a_mean * math.sqrt(2)

    assert row["ndcg_at_20_se"] == pytest.approx(of_a_mean)
    assert row["ndcg_at_20_high"] - row["ndcg_at_20_change"] == pytest.approx(off)
    assert row["n_draws"] == 2


@pytest.mark.slow
def test_rows_that_differ_by_noise_alone_are_told_apart_in_one_of_twenty_cases() -> None:
    rng, wrong, n = np.random.default_rng(3), 0, 1_000
    for _ in range(n):
        taste = rng.normal(0.3, 0.1, 400)
        draws = [[list(taste + rng.normal(0, 0.02) + rng.normal(0, 0.1, 400)) for _ in range(3)] for _ in range(2)]
        row = figures_of([cell("none", 1.0, *draws[0]), cell("own", 1.0, *draws[1])]).iloc[1]
        wrong += not row["ndcg_at_20_low"] <= 0 <= row["ndcg_at_20_high"]

    assert wrong <= 0.05 * n + 4 * math.sqrt(0.05 * 0.95 * n)


@pytest.fixture
def table() -> pd.DataFrame:
    judges = [0.4, 0.5, 0.6]
    kept = [[share * value for value in judges] for share in (0.5, 1.0, 0.7, 0.9, 0.6)]
    return figures_of(
        [
            cell("none", 1.0, kept[0]),
            cell("none", math.inf, kept[1]),
            cell("partner", 1.0, [0.7 * value for value in kept[0]]),
            cell("partner", math.inf, kept[3]),
            cell("publication", math.inf, kept[4], why="No ε: it counts shoppers."),
        ]
    )


def test_a_row_without_an_epsilon_is_one_cell_and_says_so(table: pd.DataFrame) -> None:
    figure = grid_map(table, "ndcg_at_20")
    words = [(note.x, note.y, note.text) for note in figure.layout.annotations]

    assert list(figure.data[0].x) == ["ε 1", "no noise"]
    assert figure.data[0].z[2][0] is None
    assert (0.0, 2, "<b>no ε</b><br>counts shoppers") in words
    assert (1, 2, "<b>0.300</b><br>−40%") in words
    assert (0, 0, "<b>0.250</b>") in words
    assert len(figure.layout.shapes) == 1


def test_losses_that_may_be_chance_have_no_colour_and_a_question_mark() -> None:
    unsure = figures_of([cell("none", 1.0, [0.2, 0.4, 0.6]), cell("own", 1.0, [0.3, 0.3, 0.5])])
    figure = grid_map(unsure, "ndcg_at_20")

    assert figure.data[0].z[1][0] == 0
    assert "<b>0.367</b><br>−8% ?" in [note.text for note in figure.layout.annotations]


def test_the_sentence_says_what_noise_and_each_anonymisation_keep(table: pd.DataFrame) -> None:
    assert takeaway(table, "ndcg_at_20") == (
        "Without anonymisation, ε 1 keeps 50% of the NDCG@20 that is reached without noise. "
        "“partner” keeps 70% of no anonymisation at ε 1. "
        "“publication” keeps 60% of no anonymisation without noise, and has no ε."
    )


def test_a_watermark_a_name_of_ones_own_and_the_metrics(table: pd.DataFrame) -> None:
    marked = grid_map(table, "ndcg_at_20", watermark="NOT FOR RELEASE")

    assert "NOT FOR RELEASE" in [note.text for note in marked.layout.annotations]
    assert row_name("<b>mine</b>") == "bmine/b"
    assert metrics_of_grid(table) == ["ndcg_at_20"]
