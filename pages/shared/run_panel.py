"""One run as a person watches it: live progress, then how it ended; and the list of runs before it."""

from datetime import UTC, datetime

import streamlit as st

from core.runs.queue import ACTIVE, Run
from core.texts import plain, said, text
from core.workspace import SAMPLE_ID, Workspace
from pages.shared import frame, places, state
from pages.shared.boundary import boundary
from pages.shared.run_words import title_of

SOME_PROGRESS = 0.08  # before that the start of TensorFlow is most of what was seen
COLOURS = {"done": "green", "failed": "red", "interrupted": "red", "cancelled": "gray"}


def watch(ws: Workspace, run: Run) -> None:
    """Show one run; while it works, draw it anew every second. Buttons stay outside of the redrawn part."""
    with st.container(border=True, key="watched"):
        going = run.status in ACTIVE
        st.fragment(_live, run_every="1s" if going else None)(run.id, going)
        if going:
            _while_it_works(ws, run)
        elif run.status == "done" and run.kind == "study":
            frame.next_step("tradeoff")
        elif run.status != "done":
            _try_again(ws, run, "retry_watched")


def _while_it_works(ws: Workspace, run: Run) -> None:
    """Offer to stop a run, and something to look at until it is done."""
    with st.container(horizontal=True):
        stops = run.status == "cancelling"
        if st.button(text("training.cancel"), key="cancel", icon=":material/stop_circle:", disabled=stops):
            ws.cancel(run.id)
            st.rerun()
        if run.kind == "study":
            frame.go(text("training.meanwhile"), places.DATA, key="meanwhile")


def _live(run_id: str, was_going: bool) -> None:
    """Draw a run as it is now; when it has ended, draw the whole page anew."""
    with boundary():
        run = state.workspace().run(run_id)
        if was_going and run.status not in ACTIVE:
            st.rerun()
        st.markdown(f"**{plain(title_of(run))}**")
        if run.status in ACTIVE:
            words = said(run.message or "") or text(f"run.{run.status}")
            st.progress(min(max(run.progress, 0.0), 1.0), text=plain(words))
        _figures(run)
        if run.status == "failed":
            st.error(text("training.failed", why=plain(said(run.error or "") or text("run.no_reason"))))
        elif run.status == "interrupted":
            st.warning(text("training.interrupted"))


def _figures(run: Run) -> None:
    """Draw the few facts of a run."""
    facts = run.facts
    with st.container(horizontal=True):
        st.metric(text("training.status"), text(f"run.{run.status}"))
        if facts.get("device") or run.kind in ("study", "audit"):
            st.metric(text("training.device"), said(str(facts.get("device", ""))) or text("training.unknown"))
        if facts.get("epsilon_spent") is not None:
            free = text("training.bill.free")
            st.metric(
                text("training.epsilon_spent"), free if run.dataset == SAMPLE_ID else f"{facts['epsilon_spent']:.3g}"
            )
        if facts.get("loss") is not None:
            st.metric(text("training.loss"), f"{facts['loss']:.4g}")
        if run.status in ACTIVE:
            left = seconds_left(run)
            st.metric(text("training.left"), duration(left) if left is not None else text("training.unknown"))
        else:
            st.metric(text("training.took"), took(run))


def seconds_left(run: Run) -> float | None:
    """Say how long a run will take yet: what it says itself, else by its progress; None while nobody can tell."""
    told: float | None = run.facts.get("seconds_left")
    if told is not None or run.started is None or run.progress < SOME_PROGRESS:
        return told
    worked = (datetime.now(UTC).replace(tzinfo=None) - run.started).total_seconds()
    return worked * (1 - run.progress) / run.progress


def took(run: Run) -> str:
    """Say how long a run worked, or has worked so far."""
    if run.started is None:
        return text("training.unknown")
    end = run.ended or datetime.now(UTC).replace(tzinfo=None)
    return duration((end - run.started).total_seconds())


def duration(seconds: float) -> str:
    """Write a stretch of time in seconds, minutes or hours.

    Example:
        >>> duration(42), duration(150), duration(7260)
        ('42 s', '2.5 min', '2.0 h')
    """
    if seconds < 100:
        return text("time.seconds", n=seconds)
    return text("time.minutes", n=seconds / 60) if seconds < 6000 else text("time.hours", n=seconds / 3600)


def past(ws: Workspace, runs: list[Run]) -> None:
    """List earlier runs, newest first, each with what can be done about it."""
    for run in runs:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f"{plain(frame.run_name(run))} · {took(run)}", width="stretch")
            st.badge(text(f"run.{run.status}"), color=COLOURS.get(run.status, "blue"))  # type: ignore[arg-type]
            if run.status == "done":
                _see(run, f"past_{run.id}")
            elif run.can_retry:
                _try_again(ws, run, f"retry_{run.id}")
            if run.error:
                st.caption(plain(said(run.error)))


def _see(run: Run, key: str) -> None:
    """Draw the way to a finished study's curve."""
    if st.button(text("training.look"), key=key, icon=":material/show_chart:"):
        state.choose_study(run.id)
        st.switch_page(places.TRADEOFF)


def _try_again(ws: Workspace, run: Run, key: str) -> None:
    """Draw the button of a new attempt."""
    costs = text("training.retry.help") if run.kind in ("study", "audit") else None  # nothing else is ever charged
    if st.button(text("training.retry"), key=key, help=costs, icon=":material/replay:"):
        ws.retry(run.id)
        st.rerun()
