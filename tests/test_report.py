"""Figures and comparisons: what a curve says, how it is drawn, what changed between two lists."""

import math

import pandas as pd
import pytest

from core.audit.report import AuditReport, Finding
from core.privacy.explain import event_level, power_curve, shopper_level
from core.privacy.gdp import mu_for
from core.privacy.plan import one_gaussian
from core.report import figures, promise
from core.report.attacks import claims_and_bounds, most_provable, verdict_of
from core.report.compare import changes, shared
from core.report.curve import headline, metrics_of, points_of, summarize, trade_off
from core.report.palette import ORANGE, translucent, with_colours


@pytest.fixture
def curve() -> pd.DataFrame:
    rows = [
        ("popularity", 1.0, 1, 0.04),
        ("popularity", 2.0, 1, 0.05),
        ("content", 0.0, 1, 0.10),
        ("hybrid", 1.0, 1, 0.14),
        ("hybrid", 1.0, 2, 0.18),
        ("hybrid", 2.0, 1, 0.17),
        ("hybrid", math.inf, 1, 0.20),
    ]
    frame = pd.DataFrame(rows, columns=["method", "epsilon", "repeat", "ndcg_at_10"])
    return frame.assign(ndcg_at_10_noise=0.0, recall_at_10=None)


def test_only_metrics_with_figures_are_offered(curve: pd.DataFrame) -> None:
    assert metrics_of(curve) == {"ndcg": [10]}


def test_repeats_are_averaged_and_their_spread_becomes_the_band(curve: pd.DataFrame) -> None:
    points = summarize(curve, "ndcg_at_10").set_index(["method", "epsilon"])
    std = math.sqrt(((0.14 - 0.16) ** 2 + (0.18 - 0.16) ** 2) / (2 - 1))

    assert points.loc[("hybrid", 1.0), "mean"] == pytest.approx((0.14 + 0.18) / 2)
    assert points.loc[("hybrid", 1.0), "high"] == pytest.approx(0.16 + 2 * std / math.sqrt(2))


def test_a_single_exact_figure_has_no_band(curve: pd.DataFrame) -> None:
    points = summarize(curve[curve["method"] == "content"], "ndcg_at_10")

    assert [points["low"][0], points["mean"][0], points["high"][0]] == [0.10, 0.10, 0.10]


def test_the_noise_of_a_released_figure_is_part_of_the_band(curve: pd.DataFrame) -> None:
    points = summarize(curve.assign(ndcg_at_10_noise=0.01), "ndcg_at_10").set_index(["method", "epsilon"])

    assert points.loc[("hybrid", 2.0), "low"] == pytest.approx(0.17 - 2 * 0.01)


def test_one_repeat_takes_its_band_from_the_shoppers_it_was_measured_on(curve: pd.DataFrame) -> None:
    points = summarize(curve.assign(ndcg_at_10_se=0.02), "ndcg_at_10").set_index(["method", "epsilon"])

    assert points.loc[("hybrid", 2.0), "high"] == pytest.approx(0.17 + 2 * 0.02)


def test_the_headline_compares_with_the_floor_and_the_ceiling(curve: pd.DataFrame) -> None:
    found = headline(curve, "ndcg_at_10", "hybrid", 1.2)

    assert found is not None
    assert found.epsilon == 1.0, "the curve's nearest ε on the logarithmic scale"
    assert found.value == pytest.approx((0.14 + 0.18) / 2)
    assert found.times_floor == pytest.approx(0.16 / 0.04)
    assert found.share_of_ceiling == pytest.approx(0.16 / 0.20)


def test_without_a_ceiling_the_headline_names_no_share(curve: pd.DataFrame) -> None:
    found = headline(curve[curve["epsilon"] < math.inf], "ndcg_at_10", "hybrid", 1.0)

    assert found is not None
    assert found.share_of_ceiling is None


def test_a_method_that_was_not_trained_has_no_headline(curve: pd.DataFrame) -> None:
    assert headline(curve, "ndcg_at_10", "mlp", 1.0) is None


def test_each_point_of_the_curve_can_be_clicked(curve: pd.DataFrame) -> None:
    figure = trade_off(curve, "ndcg_at_10")
    hybrid = next(trace for trace in figure.data if trace.name == "Hybrid")

    assert [(data[0], data[1]) for data in hybrid.customdata] == [("hybrid", 1.0), ("hybrid", 2.0)]
    assert figure.layout.xaxis.type == "log"


def test_the_hover_holds_all_figures(curve: pd.DataFrame) -> None:
    figure = trade_off(curve.assign(recall_at_10=0.5), "ndcg_at_10")
    hybrid = next(trace for trace in figure.data if trace.name == "Hybrid")

    assert hybrid.customdata[1][2] == "NDCG@10: 0.170<br>Recall@10: 0.500"


def test_what_costs_no_epsilon_lies_across_the_whole_axis(curve: pd.DataFrame) -> None:
    content = next(trace for trace in trade_off(curve, "ndcg_at_10").data if trace.name == "Content")

    assert set(content.y) == {0.10}
    assert min(content.x) < 1.0 < 2.0 < max(content.x)


def test_the_ceiling_is_drawn_only_where_it_is_in_the_curve(curve: pd.DataFrame) -> None:
    names = [str(trace.name) for trace in trade_off(curve, "ndcg_at_10").data]
    without = [str(trace.name) for trace in trade_off(curve[curve["epsilon"] < math.inf], "ndcg_at_10").data]

    assert sum("without protection" in name for name in names) == 1
    assert not any("without protection" in name for name in without)


def test_a_watermark_is_written_across_the_figure(curve: pd.DataFrame) -> None:
    figure = trade_off(curve, "ndcg_at_10", watermark="NOT FOR RELEASE")

    assert "NOT FOR RELEASE" in [annotation.text for annotation in figure.layout.annotations]


def test_points_are_listed_by_method_then_epsilon(curve: pd.DataFrame) -> None:
    assert points_of(curve)[:3] == [("popularity", 1.0), ("popularity", 2.0), ("content", 0.0)]


@pytest.mark.parametrize(
    ("reference", "items", "expected"),
    [
        (["a", "b"], ["a", "b"], ["same", "same"]),
        (["a", "b"], ["b", "a"], ["up", "down"]),
        (["a", "b"], ["x", "a"], ["new", "down"]),
        ([], ["a"], ["new"]),
        (["a"], [], []),
    ],
)
def test_changes_say_where_a_product_stood_before(reference: list[str], items: list[str], expected: list[str]) -> None:
    assert [change.kind for change in changes(reference, items)] == expected


def test_shared_products_are_counted_once() -> None:
    assert shared(["a", "b", "c"], ["c", "x", "a"]) == 2


@pytest.mark.parametrize(("n", "coloured"), [(0, 0), (3, 3), (100, 100), (250, 100)])
def test_the_odds_picture_colours_as_many_dots_of_a_hundred(n: int, coloured: int) -> None:
    colours = figures.dots(n).data[0].marker.color

    assert len(colours) == 100
    assert sum(colour == ORANGE for colour in colours) == coloured


def test_a_figure_for_paper_has_real_colours() -> None:
    figure = with_colours(figures.dots(3))

    assert figure.data[0].marker.color[0] == "#d7754f"
    assert figure.data[0].marker.color[-1] == translucent("#2b333a", 0.3)


def test_the_picture_of_the_best_attack_marks_the_point_of_one_false_accusation_in_a_hundred() -> None:
    """ε 1 at δ 1e-5 is μ 0.268: Φ(-2.326 + 0.268) = Φ(-2.058) = 0.0198, rounded up to 2 of 100."""
    powers = power_curve((one_gaussian(mu_for(1.0, 1e-5)),), promise.RATES)

    figure = promise.best_attack(powers)

    marked = next(trace for trace in figure.data if trace.marker.symbol == "diamond")
    assert (marked.x[0], marked.y[0]) == (1, pytest.approx(1.98, abs=0.01))
    assert "at most <b>2</b> of 100" in figure.layout.annotations[0].text
    curve = next(trace for trace in figure.data if trace.name == "Best possible attack")
    assert all(found >= wrongly for wrongly, found in zip(curve.x, curve.y, strict=True))


def test_the_bar_of_right_guesses_starts_at_a_coin_and_is_rounded_up() -> None:
    gained, left = promise.right_guesses(0.553).data

    assert (gained.base[0], gained.x[0]) == (50, 6)
    assert (left.base[0], left.x[0]) == (56, 44)


def test_events_and_shoppers_stand_on_one_axis() -> None:
    figure = promise.events_axis(1.0, 1e-5, {"1 event": 1, "20 events": 20})

    called, shopper, left = figure.data[-3:]
    assert figure.layout.xaxis.type == "log"
    assert list(called.x) == pytest.approx([1.0, event_level(1.0, 1e-5, 20)])
    assert list(shopper.x) == [1.0, 1.0]
    assert list(left.x) == pytest.approx([1.0, shopper_level(1.0, 1e-5, 20)])


def test_what_lies_beyond_the_axis_of_events_is_written_and_stays_in_the_picture() -> None:
    figure = promise.events_axis(10.0, 1e-5, {"5,000 events": 5_000})

    called, _, left = figure.data[-3:]
    assert (called.x[0], left.x[0]) == (promise.SMALLEST_EPSILON, promise.LARGEST_EPSILON)
    assert (called.text[0], left.text[0]) == ("< 0.001", "> 10,000")


def test_a_household_whose_figure_nobody_knows_has_no_bar() -> None:
    figure = promise.households([1.0, 2.15, None, 4.75])

    assert list(figure.data[0].x) == ["1", "2", "4"]
    assert list(figure.data[0].text) == ["ε 1", "ε 2.2", "ε 4.8"]


def an_audit(*bounds: tuple[float, float]) -> AuditReport:
    """A report of pairs of claimed ε and ε at least."""
    findings = tuple(Finding("statistics", claim, "white-box", "one-run", low, 0.5, 0.01) for claim, low in bounds)
    return AuditReport(findings, 400, 0.95, 1e-5, True, "2026-11-24T08:00:00", 12.0, ())


def test_bounds_below_every_claim_are_no_bug_and_without_noise_shows_that_the_attack_works() -> None:
    found = verdict_of(an_audit((1.0, 0.4), (4.0, 2.0), (math.inf, 4.2)))

    assert found.bugs == ()
    assert found.highest == pytest.approx(max(0.4 / 1.0, 2.0 / 4.0))
    assert found.without_noise == 4.2
    assert found.is_awake is True


def test_a_bound_above_its_claim_is_a_bug() -> None:
    found = verdict_of(an_audit((1.0, 1.2), (4.0, 2.0)))

    assert [bug.epsilon_claimed for bug in found.bugs] == [1.0]
    assert found.without_noise is None
    assert found.is_awake is None, "nobody tried"


def test_an_attack_that_misses_missing_noise_is_asleep() -> None:
    """It proved ε 0.8 of a pipeline without noise: had ε 1 forgotten its noise, nobody would have seen it."""
    assert verdict_of(an_audit((1.0, 0.0), (math.inf, 0.8))).is_awake is False


def test_four_hundred_right_guesses_prove_about_five() -> None:
    """At 95 %: (e^ε / (1 + e^ε))^400 = 0.05, so ε = ln(p / (1 - p)) with p = 0.05^(1/400) = 0.99254."""
    chance = 0.05 ** (1 / 400)

    assert most_provable(400, 0.95) == pytest.approx(math.log(chance / (1 - chance)))
    assert most_provable(400, 0.95) == pytest.approx(4.89, abs=0.01)
    assert most_provable(800, 0.95) > most_provable(400, 0.95)


def test_the_picture_of_an_audit_has_a_line_for_each_claim_and_none_without_noise() -> None:
    figure = claims_and_bounds(an_audit((1.0, 0.4), (4.0, 2.0), (math.inf, 4.2)))

    lines = [trace for trace in figure.data if trace.mode == "lines"]
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [line.y[0] for line in lines] == [1.0, 4.0]
    assert list(dots[0].y) == [0.4, 2.0, 4.2]
    assert list(dots[0].marker.symbol) == ["circle"] * 3, "one-run holds for any mechanism"
    assert list(figure.layout.xaxis.ticktext) == ["1", "4", "without noise"]


def test_a_bound_beyond_the_picture_stands_at_its_edge_and_says_its_number() -> None:
    """The largest claim is 4, so the picture ends at 1.25 · 4 = 5."""
    dots = claims_and_bounds(an_audit((4.0, 2.0), (math.inf, 23.4))).data[-1]

    assert list(dots.y) == [2.0, 5.0]
    assert list(dots.marker.symbol) == ["circle", "triangle-up"]
    assert dots.customdata[1][1] == "23.4"


def test_events_of_a_single_day_stand_on_that_day() -> None:
    per_day = pd.DataFrame({"time": [pd.Timestamp("2026-03-01")], "event_type": ["purchase"], "events": [7]})

    figure = figures.events_over_time(per_day)

    assert figure.data[0].mode == "lines+markers"
    assert list(figure.layout.xaxis.tickvals) == [pd.Timestamp("2026-03-01")]
