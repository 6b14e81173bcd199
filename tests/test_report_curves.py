"""Several curves on one axis, and what a picture of a curve says to whoever cannot see it."""

import math

import pandas as pd
import pytest

from core.report.curve import summarize
from core.report.curves import Line, decision, lines_takeaway, overlaid, takeaway
from core.report.decide import epsilon_for
from pages.shared import compare_parts


def test_the_unit_readings_are_those_of_the_guide() -> None:
    """δ 1e-5: ε 14.0133 for a shopper of five events is called 2.1 by a tool that counts events; 1 for two is 2.15."""
    line = pd.DataFrame({"epsilon": [1.0, 14.0133], "mean": [0.1, 0.2], "low": [0.1, 0.2], "high": [0.1, 0.2]})

    event, shopper, household = compare_parts.unit_lines(line, 1e-5, 5)

    assert event.points["epsilon"].iloc[1] == pytest.approx(2.1, abs=0.005)
    assert shopper.points["epsilon"].tolist() == [1.0, 14.0133]
    assert household.points["epsilon"].iloc[0] == pytest.approx(2.15, abs=0.005)
    assert event.points["mean"].tolist() == household.points["mean"].tolist() == [0.1, 0.2]


def test_a_picture_is_told_with_its_numbers() -> None:
    rows = [("statistics", 1.0, 0.06), ("statistics", 4.0, 0.09), ("content", 0.0, 0.02), ("statistics", math.inf, 0.1)]
    curve = pd.DataFrame(rows, columns=["method", "epsilon", "ndcg_at_10"]).assign(ndcg_at_10_noise=0.005)

    said = takeaway(curve, "ndcg_at_10")

    assert "Statistics: 0.060 (0.050 to 0.070) at ε 1, 0.090 (0.080 to 0.100) at ε 4." in said
    assert "Content, which costs no ε: 0.020 (0.010 to 0.030)." in said
    assert "The ceiling without protection: 0.100." in said


def test_a_name_cannot_act_as_markup_in_a_picture() -> None:
    points = pd.DataFrame({"epsilon": [1.0], "mean": [0.1], "low": [0.1], "high": [0.1]})
    line = Line(name="<b>shop</b>", points=points)

    assert overlaid([line], "ndcg_at_10").data[0].name == "bshop/b"
    assert "at ε 1" in lines_takeaway([line], "ndcg_at_10")


def test_the_target_and_the_strip_of_epsilons_are_drawn() -> None:
    """0.06 to 0.09 with ± 0.01: the upper end reaches 0.08 at 4^(1/3), the lower one reaches it at ε 4."""
    rows = [("statistics", 1.0, 0.06), ("statistics", 4.0, 0.09)]
    curve = pd.DataFrame(rows, columns=["method", "epsilon", "ndcg_at_10"]).assign(ndcg_at_10_noise=0.005)
    points = summarize(curve, "ndcg_at_10")
    answer = epsilon_for(points, "statistics", 0.08)
    assert answer is not None

    target, strip, value = decision(points, answer, "ndcg_at_10", "DRAFT").layout.shapes

    assert (target.y0, target.y1) == (0.08, 0.08)
    assert (strip.x0, strip.x1) == (pytest.approx(4 ** (1 / 3)), pytest.approx(4.0))
    assert value.x0 == pytest.approx(4 ** (2 / 3))
    assert "DRAFT" in [note.text for note in decision(points, answer, "ndcg_at_10", "DRAFT").layout.annotations]


def test_what_has_no_epsilon_lies_across_with_its_error() -> None:
    points = pd.DataFrame({"epsilon": [1.0, 4.0], "mean": [0.1, 0.2], "low": [0.1, 0.2], "high": [0.1, 0.2]})

    across = overlaid([Line(name="ours", points=points)], "ndcg_at_10", across=[("today", 0.07, 0.004)]).data[-1]

    assert (across.name, list(across.x), list(across.y)) == ("today", [1.0, 4.0], [0.07, 0.07])
    assert "0.070 ± 0.004" in across.hovertemplate
