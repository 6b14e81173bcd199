"""Choosing a point of the curve: read backwards by hand, with its interval; doublings; a knee not just asserted."""

import math

import pandas as pd
import pytest

from core.report.decide import answer_sentences, epsilon_for, gains, knee, knee_sentence, reached_from
from core.texts import LANGUAGES, speaking


def points(
    means: list[float], error: float = 0.0, *, content: float | None = None, ceiling: float | None = None
) -> pd.DataFrame:
    """A curve of ``hybrid`` at ε 1, 2, 4, … as ``summarize`` returns it; ``error`` is one standard error."""
    rows = [("hybrid", 2.0**place, mean, error) for place, mean in enumerate(means)]
    rows += [] if content is None else [("content", 0.0, content, error)]
    rows += [] if ceiling is None else [("hybrid", math.inf, ceiling, error)]
    table = pd.DataFrame(rows, columns=["method", "epsilon", "mean", "error"])
    return table.assign(low=table["mean"] - 2 * table["error"], high=table["mean"] + 2 * table["error"])


def test_a_target_between_two_points_is_read_on_the_logarithm_of_epsilon() -> None:
    answer = epsilon_for(points([0.10, 0.14, 0.16]), "hybrid", 0.12)

    assert answer is not None
    assert answer.kind == "reached"
    assert answer.epsilon == pytest.approx(1 * 2**0.5), "0.12 is half way from 0.10 to 0.14"
    assert (answer.studied, answer.value) == (2.0, 0.14)


def test_the_interval_is_the_inverse_reading_of_the_band() -> None:
    """Mean 0.10, 0.14, 0.18 with ± 0.02: the upper end is 0.12, 0.16, …, the lower one 0.08, 0.12, 0.16."""
    answer = epsilon_for(points([0.10, 0.14, 0.18], 0.01), "hybrid", 0.13)

    assert answer is not None
    assert answer.possible == pytest.approx(2 ** ((0.13 - 0.12) / 0.04))
    assert answer.epsilon == pytest.approx(2 ** ((0.13 - 0.10) / 0.04))
    assert answer.sure == pytest.approx(2 * 2 ** ((0.13 - 0.12) / 0.04))


def test_a_lower_end_that_never_reaches_the_target_has_no_safe_epsilon() -> None:
    answer = epsilon_for(points([0.10, 0.14], 0.01), "hybrid", 0.13)

    assert answer is not None
    assert (answer.kind, answer.sure) == ("reached", None)
    assert "may be missed" in answer_sentences(answer, "ndcg_at_10")[-1]


def test_no_epsilon_reaches_what_the_largest_does_not() -> None:
    answer = epsilon_for(points([0.10, 0.14], 0.01, ceiling=0.15), "hybrid", 0.155)

    assert answer is not None
    assert (answer.kind, answer.epsilon, answer.value, answer.best_at) == ("never", None, 0.14, 2.0)
    assert answer.possible == pytest.approx(2 ** ((0.155 - 0.12) / 0.04)), "the upper end goes from 0.12 to 0.16"
    said = answer_sentences(answer, "ndcg_at_10")
    assert said[0].startswith(
        "No ε of this study reaches NDCG@10 0.155 with Hybrid. The best is 0.140 (0.120 to 0.160)"
    )
    assert "beyond what ε can buy" in said[-1]


def test_what_content_reaches_is_free() -> None:
    """0.11 > 0.10, and its lower end is 0.11 - 2 x 0.01 = 0.09 < 0.10: free, and said that it is not sure."""
    answer = epsilon_for(points([0.10, 0.14, 0.18], 0.01, content=0.11), "hybrid", 0.10)

    assert answer is not None
    assert (answer.kind, answer.epsilon) == ("free", 0.0)
    assert answer.sure == pytest.approx(2 ** ((0.10 - 0.08) / 0.04))
    assert "Ask for no ε at all" in answer_sentences(answer, "ndcg_at_10")[0]


def test_even_the_smallest_epsilon_may_reach_it() -> None:
    answer = epsilon_for(points([0.10, 0.14]), "hybrid", 0.10)

    assert answer is not None
    assert (answer.kind, answer.epsilon, answer.studied) == ("lowest", 1.0, 1.0)


def test_a_line_that_dips_counts_from_where_it_stays() -> None:
    """0.15 reaches 0.14, 0.12 falls below: from 4 towards 8 the line rises from 0.12 to 0.16, half way at √32."""
    answer = epsilon_for(points([0.10, 0.15, 0.12, 0.16]), "hybrid", 0.14)

    assert answer is not None
    assert answer.dips
    assert answer.epsilon == pytest.approx(math.sqrt(4 * 8))


def test_a_line_that_only_rises_does_not_dip() -> None:
    answer = epsilon_for(points([0.10, 0.15, 0.16]), "hybrid", 0.14)

    assert answer is not None
    assert not answer.dips


def test_a_figure_at_the_target_reaches_it() -> None:
    assert reached_from([1.0, 2.0], [0.1, 0.2], 0.2) == 2.0
    assert reached_from([1.0, 2.0], [0.1, 0.2], 0.2001) is None


def test_a_method_without_an_epsilon_has_no_answer() -> None:
    assert epsilon_for(points([0.1]), "mlp", 0.1) is None


def test_a_doubling_is_worth_the_rise_over_the_number_of_doublings() -> None:
    """From ε 1 to 4 there are two doublings: (0.18 - 0.10) / 2, ± √(0.02² + 0.02²) / 2."""
    curve = points([0.10, 0.14, 0.18], 0.01, ceiling=0.20)
    table = gains(curve[curve["epsilon"] != 2.0], "hybrid")

    assert table[["from", "to"]].to_numpy().tolist() == [[1.0, 4.0]]
    assert table["gain"].iloc[0] == pytest.approx(0.04)
    assert table["high"].iloc[0] - 0.04 == pytest.approx(math.hypot(0.02, 0.02) / 2)
    assert table["left"].iloc[0] == pytest.approx(0.04 / (0.20 - 0.10))
    assert table["is_sure"].iloc[0]


def test_a_gain_within_its_interval_is_not_sure() -> None:
    """0.02 < √(0.02² + 0.02²) = 0.028."""
    assert gains(points([0.10, 0.12], 0.01), "hybrid")["is_sure"].tolist() == [False]


def test_the_knee_is_the_highest_above_the_line_from_end_to_end() -> None:
    """At ε 2 the line from 0.10 to 0.19 stands at 0.13: 0.16 is 0.03 above it; at ε 4 it is 0.175 - 0.16 = 0.015."""
    found = knee(points([0.10, 0.16, 0.175, 0.19], 0.001), "hybrid")

    assert (found.kind, found.epsilon, found.low, found.high) == ("found", 2.0, 2.0, 2.0)
    assert found.bought == pytest.approx(0.06 / 0.09)
    assert found.before == pytest.approx(0.06)
    assert found.after == pytest.approx(0.03 / 2)


def test_places_that_cannot_be_told_apart_share_the_knee() -> None:
    """Heights 0.03 at ε 2 and 0.028 at ε 4 differ by less than 2 √2 standard errors."""
    found = knee(points([0.10, 0.16, 0.188, 0.19], 0.001), "hybrid")

    assert (found.kind, found.epsilon, found.low, found.high) == ("found", 2.0, 2.0, 4.0)
    assert "ε 2 to 4" in knee_sentence(found, "ndcg_at_10")


@pytest.mark.parametrize(
    ("means", "error", "kind"),
    [
        ([0.10, 0.13, 0.16, 0.19], 0.001, "straight"),
        ([0.10, 0.16, 0.175, 0.19], 0.02, "straight"),
        ([0.15, 0.16, 0.155, 0.151], 0.01, "flat"),
        ([0.10, 0.16, 0.175, 0.19], 0.0, "unknown"),
        ([0.10, 0.16], 0.001, "few"),
    ],
)
def test_no_knee_is_told_where_chance_or_a_straight_line_explains_it(
    means: list[float], error: float, kind: str
) -> None:
    found = knee(points(means, error), "hybrid")

    assert found.kind == kind
    assert knee_sentence(found, "ndcg_at_10").startswith("No knee")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_answer_can_be_said_in_every_language(language: str) -> None:
    curve = points([0.10, 0.14, 0.18], 0.01, content=0.05, ceiling=0.2)
    with speaking(language):
        for target in (0.04, 0.08, 0.13, 0.17, 0.19, 0.3):
            answer = epsilon_for(curve, "hybrid", target)
            assert answer is not None
            assert all("{" not in sentence for sentence in answer_sentences(answer, "ndcg_at_10"))
        assert "{" not in knee_sentence(knee(points([0.10, 0.16, 0.175, 0.19], 0.001), "hybrid"), "ndcg_at_10")
