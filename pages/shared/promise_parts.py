"""What ε and δ mean, each time in a sentence and a picture; all from exact formulas, nothing from shoppers' rows."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.privacy.explain import (
    Odds,
    event_level,
    odds,
    of_100,
    power_by_claim_alone,
    power_curve,
    rounded_up,
    shopper_level,
)
from core.privacy.gdp import mu_for
from core.privacy.plan import one_gaussian
from core.report import promise
from core.report.figures import dots
from core.report.palette import ORANGE, SLATE
from core.texts import said, text
from core.workspace import DatasetInfo, Workspace
from pages.shared.drawn import drawn_once
from pages.shared.fields import keep
from pages.shared.report_view import profile_of

PRIORS = (1, 2, 5, 10, 20, 30, 50, 70, 90)  # of 100
PRIOR = "odds.prior"
EXAMPLE = 20  # events, in the sentence
STILL = {"displayModeBar": False}


def attacker(epsilon: float, delta: float) -> None:
    """Show what somebody could learn about one shopper at this ε, in counts of a hundred."""
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{text('privacy.odds')}**")
        before = st.select_slider(
            text("privacy.odds.prior"),
            PRIORS,
            key=keep(PRIOR, PRIORS[0]),
            help=text("privacy.odds.prior.help"),
            persist_state="session",
        )
        found = odds(epsilon, delta, prior=before / 100)
        after = of_100(found.posterior)
        st.markdown(text("privacy.odds.guess", before=before, after=after))
        st.caption(text("privacy.odds.failure", failure=100 * found.failure))
    with right:
        for column, (name, n, colour) in zip(
            st.columns(2), (("before", before, SLATE), ("after", after, ORANGE)), strict=True
        ):
            column.markdown(f"**{text(f'privacy.odds.{name}', n=n)}**")
            alt = text("privacy.odds.alt", n=n)
            column.plotly_chart(_dots(n, colour), key=f"odds_{name}", config=STILL, alt=alt)


def attacks(epsilon: float, delta: float) -> None:
    """Show how well the best attack does: guessing whether one shopper was there, and naming who was."""
    left, right = st.columns(2)
    with left:
        _guess(odds(epsilon, delta))
    with right:
        _best_attack(epsilon, delta)


def _guess(found: Odds) -> None:
    """Show how often a yes-or-no guess about one shopper is right."""
    st.markdown(f"**{text('privacy.guess')}**")
    st.markdown(said(found.sentences[0]))
    alt = text("promise.guess.alt", right=of_100(found.guess_right))
    st.plotly_chart(_right_guesses(found.guess_right), key="guess_bar", config=STILL, alt=alt)


def _best_attack(epsilon: float, delta: float) -> None:
    found = odds(epsilon, delta)
    st.markdown(f"**{text('privacy.roc')}**")
    st.markdown(said(found.sentences[2]))
    alt = text("promise.roc.alt", found=of_100(found.tpr_at_fpr_1_percent))
    st.plotly_chart(_roc(epsilon, delta), key="roc_curve", config=STILL, alt=alt)
    st.caption(text("privacy.roc.others"))


def events(ws: Workspace, info: DatasetInfo, epsilon: float, delta: float) -> None:
    """Show why the unit is the shopper: what counting by event would call the same noise, and what it would leave."""
    called, left = (f"{rounded_up(value(epsilon, delta, EXAMPLE)):,g}" for value in (event_level, shopper_level))
    st.markdown(f"**{text('privacy.events')}**")
    st.markdown(text("privacy.events.what", called=called, left=left, epsilon=epsilon, n=EXAMPLE))
    alt = text("promise.events.alt", n=EXAMPLE, called=called, left=left)
    st.plotly_chart(_events_axis(epsilon, delta, _busy(ws, info)), key="events_axis", config=STILL, alt=alt)
    st.caption(f"{text('privacy.events.caption')} {text('privacy.events.this_shop')}")


def household(epsilon: float, delta: float) -> None:
    """Show what is left of the promise for several accounts that come and go together."""
    values = [shopper_level(epsilon, delta, people) for people in (1, 2, 3, 4)]
    one, two, three, four = (f"{rounded_up(value):,g}" for value in values)
    st.markdown(f"**{text('privacy.household')}**")
    st.markdown(text("privacy.household.what", two=two, three=three, four=four))
    alt = text("promise.household.alt", one=one, four=four)
    st.plotly_chart(_households(tuple(values)), key="household_bars", config=STILL, alt=alt)
    st.caption(text("privacy.household.caption"))


def _busy(ws: Workspace, info: DatasetInfo) -> dict[str, int]:
    """Label the numbers of events to draw: three round ones, and this shop's usual and busiest shopper."""
    totals: Mapping[str, Any] = profile_of(ws, info).totals
    named = {1: text("promise.events.one"), 5: text("promise.events.many", n=5), 20: text("promise.events.many", n=20)}
    for name in ("median", "most"):
        n = max(1, round(totals[f"{name}_events"]))
        named[n] = text(f"promise.events.{name}", n=n)
    return {label: n for n, label in sorted(named.items())}


# A picture depends on two or three numbers only, and costs a page more than all its arithmetic: drawn once, kept as it
# is (copies would cost as much again) and never changed.


@drawn_once
def _dots(n: int, colour: str) -> Any:
    return dots(n, colour)


@drawn_once
def _right_guesses(share: float) -> Any:
    return promise.right_guesses(share)


@drawn_once
def _roc(epsilon: float, delta: float) -> Any:
    powers = power_curve((one_gaussian(mu_for(epsilon, delta)),), promise.RATES)
    return promise.best_attack(powers, [power_by_claim_alone(epsilon, delta, rate) for rate in promise.RATES])


@drawn_once
def _events_axis(epsilon: float, delta: float, shoppers: dict[str, int]) -> Any:
    return promise.events_axis(epsilon, delta, shoppers)


@drawn_once
def _households(epsilons: tuple[float, ...]) -> Any:
    return promise.households(epsilons)
