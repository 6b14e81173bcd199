"""Pictures of risk: what they show, what they say to whoever cannot see them, and that they fit a phone."""

from collections.abc import Callable

import pandas as pd
import pytest

from core.anonymize.risk import RiskReport, risk
from core.anonymize.risk.words import percent, sentences
from core.columns import Columns
from core.report import risk as pictures
from core.report.palette import ORANGE, TEAL
from tests.risky_shops import bought, on_days, random_shop

Draw = Callable[[RiskReport, RiskReport | None], pictures.Picture]
ALL: list[Draw] = [pictures.unicity, pictures.attackers, pictures.group_sizes, pictures.linkage]


@pytest.fixture(scope="module")
def before() -> RiskReport:
    return risk(random_shop(300, 60, seed=1))


@pytest.fixture(scope="module")
def after() -> RiskReport:
    original = random_shop(300, 60, seed=1)
    blank = original.assign(**{Columns.TIMESTAMP: pd.Series(pd.NaT, index=original.index, dtype="datetime64[us]")})
    return risk(blank.drop_duplicates([Columns.USER, Columns.ITEM]), original=blank)


@pytest.mark.parametrize("draw", ALL)
def test_every_picture_says_what_it_shows(draw: Draw, before: RiskReport, after: RiskReport) -> None:
    picture = draw(before, after)

    assert len(picture.figure.data) > 0
    assert picture.takeaway.endswith(".")
    assert "before" in picture.takeaway
    assert "after" in picture.takeaway


@pytest.mark.parametrize("draw", ALL)
def test_data_as_they_are_have_a_picture_too(draw: Draw, before: RiskReport) -> None:
    picture = draw(before, None)

    assert {trace.name for trace in picture.figure.data}.isdisjoint({"Before", "After"})
    assert "after" not in picture.takeaway.split()


@pytest.mark.parametrize("draw", ALL)
def test_pictures_fit_a_phone(draw: Draw, before: RiskReport, after: RiskReport) -> None:
    """Legends stand below, where they may wrap; names of rows break."""
    figure = draw(before, after).figure

    assert figure.layout.legend.orientation == "h"
    assert figure.layout.legend.y < 0
    names = [str(name) for trace in figure.data for name in (trace.y if trace.y is not None else [])]
    assert max((len(part) for name in names for part in name.split("<br>") if not name[0].isdigit()), default=0) < 20


def test_before_and_after_differ_without_colours(before: RiskReport, after: RiskReport) -> None:
    for draw in (pictures.unicity, pictures.attackers, pictures.linkage):
        marks = [trace.marker for trace in draw(before, after).figure.data if trace.marker.symbol]
        symbols = {
            colour: {mark.symbol.removesuffix("-open") for mark in marks if mark.color == colour}
            for colour in (ORANGE, TEAL)
        }
        assert symbols == {ORANGE: {"circle"}, TEAL: {"diamond"}}


def test_shares_and_their_bands_are_those_of_the_report(before: RiskReport, after: RiskReport) -> None:
    band, line = pictures.unicity(before, after).figure.data[:2]

    assert list(line.y) == list(before["unicity"].values())
    lows, highs = ([before["unicity_interval"][n][end] for n in "12345"] for end in (0, 1))
    assert list(band.y) == [*highs, *reversed(lows)]


def test_without_days_there_is_one_line_each(after: RiskReport) -> None:
    assert len(pictures.unicity(after, after).figure.data) == 2 * 2  # a band and a line


def test_bars_of_group_sizes_are_shares_of_all_shoppers(before: RiskReport, after: RiskReport) -> None:
    for bar in pictures.group_sizes(before, after).figure.data:
        assert sum(bar.y) == pytest.approx(1)


def test_error_bars_end_where_the_interval_does(before: RiskReport) -> None:
    dots = pictures.linkage(before, None).figure.data[0]

    low, high = before["linkage"]["interval"]
    assert dots.x[-1] - dots.error_x.arrayminus[-1] == pytest.approx(low)
    assert dots.x[-1] + dots.error_x.array[-1] == pytest.approx(high)


def test_a_risk_that_rose_is_said_to_have_risen() -> None:
    """Everybody has x and y; the file keeps y of "a" alone, and whoever knows x and y finds "a", rightly."""
    original = bought({name: "xy" for name in "abcdef"})
    published = original[(original[Columns.ITEM] == "x") | (original[Columns.USER] == "a")]

    said = sentences(risk(original), risk(published, original=original))["products"]

    assert "single out 0 % of shoppers before (0 %) and 17 % after (17 %)" in said
    assert "For a further 83 % somebody else is taken for them." in said
    assert "It rose" in said


def test_days_are_mentioned_only_where_there_are_some(before: RiskReport, after: RiskReport) -> None:
    day = on_days(bought({"a": "x"}), ["2024-01-01"])

    assert "day" in sentences(before)
    assert "day" not in sentences(after)
    assert sentences(risk(day))["linkage"].startswith("Nobody has events enough")


def test_small_shares_are_never_called_none() -> None:
    shares = (0, 1e-6, 0.0002, 0.004, 0.5, 0.998, 0.99999, 1)

    assert [percent(share) for share in shares] == [
        "0 %", "under 0.01 %", "0.02 %", "0.4 %", "50 %", "99.8 %", "over 99.9 %", "100 %"
    ]  # fmt: skip
