"""Part of the Recommendations page: one shopper over the whole range of ε of a method."""

import math
from dataclasses import dataclass

import streamlit as st

from core.report.compare import churn, shared
from core.report.shopper import churn_line, churn_takeaway, epsilon_words
from core.runs.queue import Run
from core.settings import METHODS
from core.texts import plain, said, text
from core.workspace import DatasetInfo, ShopperList, Workspace
from pages.shared.fields import keep
from pages.shared.shopper_list import draw_list, items_of, marks, promise_of, say_gone
from pages.shared.shopper_seen import Picked, Wanted, remembered
from pages.shared.shopper_why import why

STILL = {"displayModeBar": False}
ORDER = ("hybrid", "statistics", "mlp", "popularity", "content")


@dataclass(frozen=True)
class At:
    """Where the slider stands: a method, an ε, and that shopper's list there."""

    method: str
    epsilon: float
    list: ShopperList


def choose_at(
    ws: Workspace, info: DatasetInfo, study: Run, who: Picked, wanted: Wanted
) -> tuple[At, list[ShopperList]]:
    """Draw the choice of the method and the slider over its ε; return where it stands, and the lists at every ε."""
    method = _method(ws, study)
    lists = remembered(
        ws,
        study,
        "along",
        (who.user_id, method, wanted),
        lambda: ws.shopfront.along(
            study.id, who.user_id, method, wanted.k, list(wanted.categories) or None, wanted.out_of_stock
        ),
    )
    epsilons = [one.epsilon for one in lists]
    place = 0
    if len(epsilons) > 1:
        key = keep(f"rec.epsilon.{study.id}.{method}", nearest_of(epsilons, ws.privacy(info.id).epsilon or 1.0))
        epsilon = st.select_slider(
            text("shopper.epsilon"), epsilons, format_func=epsilon_words, key=key, persist_state="session"
        )
        place = epsilons.index(epsilon)
    else:
        st.caption(text("shopper.free" if method == "content" else "shopper.one_epsilon", epsilon=epsilons[0]))
    return At(method, epsilons[place], lists[place]), lists


def over_epsilon(ws: Workspace, info: DatasetInfo, study: Run, who: Picked, wanted: Wanted) -> None:
    """Draw the list at the slider's ε, marked against a reference that the person chooses, and how much differs."""
    here, lists = choose_at(ws, info, study, who, wanted)
    epsilons = [one.epsilon for one in lists]
    reference = lists[-1]
    if len(lists) > 1:
        chosen = st.selectbox(
            text("shopper.reference"),
            epsilons,
            index=len(epsilons) - 1,
            format_func=epsilon_words,
            key=f"rec.reference.{study.id}.{here.method}",
            help=text("shopper.reference.help"),
            width=260,
        )
        reference = lists[epsilons.index(chosen)]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _list(ws, study, who, here, reference)
    with right:
        _churn(ws, info, study, here, reference, lists)


def nearest_of(epsilons: list[float], wanted: float) -> float:
    """Return the finite ε nearest to ``wanted`` by ratio; the first where none is finite.

    Example:
        >>> nearest_of([0.5, 2.0, math.inf], 1.5)
        2.0
    """
    finite = [epsilon for epsilon in epsilons if 0 < epsilon < math.inf]
    return min(finite, key=lambda one: abs(math.log(one / wanted)), default=epsilons[0])


def _method(ws: Workspace, study: Run) -> str:
    """Draw the choice of the method, where the study has several."""
    trained = {point.method for point in ws.study(study.id).points()}
    offered = [method for method in METHODS if method in trained]
    key = f"rec.method.{study.id}"
    keep(key, next(method for method in ORDER if method in trained))
    if len(offered) == 1:
        return offered[0]
    return str(
        st.segmented_control(
            text("shopper.method"),
            offered,
            format_func=lambda name: text(f"method.{name}"),
            key=key,
            required=True,
            persist_state="session",
        )
    )


def _list(ws: Workspace, study: Run, who: Picked, here: At, reference: ShopperList) -> None:
    """Draw the list with its marks, what is gone, and what it promises."""
    rows, compared = here.list.new, reference is not here.list
    st.markdown(f"**{text(f'method.{here.method}')}, {epsilon_words(here.epsilon)}**")
    if compared and len(rows):
        n = shared(items_of(reference.new), items_of(rows))
        st.caption(text("shopper.kept", n=n, k=len(rows), reference=epsilon_words(reference.epsilon)))
    explain = why(ws, study, who, here.method, here.epsilon, items_of(rows)) if here.list.known else None
    changed = marks(reference.new, rows) if compared else None
    draw_list(rows, changed, plain(said(here.list.score_name)), explain)
    if compared:
        say_gone(reference.new, rows)
    st.caption(promise_of(here.method, here.epsilon))


def _churn(
    ws: Workspace, info: DatasetInfo, study: Run, here: At, reference: ShopperList, lists: list[ShopperList]
) -> None:
    """Draw which share of the list differs from the reference at each ε; the mean over shoppers where it is known."""
    if len(lists) < 2 or not len(here.list.new):
        return
    items = items_of(reference.new)
    own = tuple((one.epsilon, churn(items, items_of(one.new))) for one in lists)
    largest = max((one.epsilon for one in lists if math.isfinite(one.epsilon)), default=None)
    usual = ws.shopfront.usual_churn(study.id, here.method)
    comparable = largest == reference.epsilon and not usual.empty
    means = tuple(zip(usual["epsilon"], usual["churn"], strict=True)) if comparable else ()
    watermark = None if info.kind == "sample" else text("room.watermark")
    st.markdown(f"**{text('shopper.churn')}**", help=text("shopper.churn.help"))
    st.plotly_chart(
        churn_line(own, means, here.epsilon, watermark),
        key="shopper_churn",
        config=STILL,
        alt=churn_takeaway(own, reference.epsilon),
    )
    if comparable:
        st.caption(text("shopper.churn.usual.what"))
    elif not usual.empty and largest is not None:
        st.caption(text("shopper.churn.choose", epsilon=largest))
    elif usual.empty:
        st.caption(text("shopper.churn.missing"))
