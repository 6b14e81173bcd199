"""Parts of the Overview: where this workspace stands, what waits for whom, what is new."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.privacy.explain import rounded_up
from core.runs.queue import ACTIVE
from core.texts import plain, text
from core.workspace import Workspace
from pages.shared import frame, places, state
from pages.shared.run_words import title_of

DELTA = 1e-5  # at which the spend is composed where no cap says another
N_NEWS = 6
N_WAITING = 4  # things shown of each person
WHO = ("manager", "officer", "curator")


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for somebody, and the page where it is done."""

    who: str
    words: str
    place: str
    key: str


def steps() -> None:
    """Draw the pages in the order that a person walks, each with what it is for."""
    for column, name in zip([*st.columns(4), *st.columns(3)], [*places.STEPS, "audit"], strict=True):
        with column, st.container(border=True, height="stretch"):
            file, icon = places.PAGES[name]
            st.markdown(f"{icon} {text(f'overview.step.{name}')}")
            st.page_link(file, label=text("overview.step.open"), icon=":material/arrow_forward:")


def stand(ws: Workspace) -> None:
    """Draw datasets, studies and the spend as three figures."""
    infos, runs, spent = ws.datasets(), ws.runs(), ws.officer.spent(DELTA)
    studies = [run for run in runs if run.kind == "study"]
    done = sum(run.status == "done" for run in studies)
    going = sum(run.status in ACTIVE for run in runs)
    own = sum(info.kind != "sample" for info in infos)
    cap = text("state.spent.none") if spent.cap is None else text("state.spent.cap", epsilon=spent.cap.epsilon)
    with st.container(horizontal=True, key="figures"):
        _figure(text("state.datasets"), str(len(infos)), text("state.datasets.own", n=own))
        _figure(text("state.studies"), str(done), text("state.studies.going", n=going))
        _figure(text("state.spent"), f"{rounded_up(max(spent.lifetime.values()), 3):g}", cap)


def _figure(label: str, value: str, beside: str) -> None:
    st.metric(label, value, beside, delta_color="off", delta_arrow="off", border=True)


def waits(ws: Workspace) -> None:
    """Draw what waits, by whom it waits for."""
    st.markdown(f"**{text('state.waits')}**")
    found = list(_waiting(ws))
    if not found:
        st.caption(text("state.waits.nothing"))
    for who in WHO:
        theirs = [one for one in found if one.who == who]
        if theirs:
            st.caption(text(f"state.waits.{who}"))
        for one in theirs[:N_WAITING]:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(one.words)
                frame.go(text("state.open"), one.place, key=f"wait_{one.key}", icon=":material/arrow_forward:")


def news(ws: Workspace) -> None:
    """Draw the newest runs."""
    st.markdown(f"**{text('state.news')}**")
    runs = ws.runs(N_NEWS)
    if not runs:
        st.caption(text("state.news.nothing"))
        return
    rows = [
        {
            text("state.column.when"): run.ended or run.started or run.created,
            text("state.column.kind"): text(f"state.news.kind.{run.kind}"),
            text("state.column.what"): title_of(run),
            text("state.column.status"): text(f"run.{run.status}"),
        }
        for run in runs
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="news")


def _waiting(ws: Workspace) -> Iterator[Waiting]:
    infos, runs = {info.id: info for info in ws.datasets()}, ws.runs()
    for info in infos.values():
        if not any(run.kind == "study" and run.dataset == info.id for run in runs):
            words = text("state.wait.no_study", name=plain(frame.dataset_name(info)))
            yield Waiting("manager", words, places.PRIVACY, info.id)
        if info.expires:
            words = text("state.wait.expires", name=plain(frame.dataset_name(info)), when=info.expires)
            yield Waiting("curator", words, places.DATA, f"{info.id}_ends")
    yield from _for_the_officer(ws)


def _for_the_officer(ws: Workspace) -> Iterator[Waiting]:
    spent = ws.officer.spent(DELTA)
    if not spent.chain_ok:
        yield Waiting("officer", text("state.wait.chain"), places.AUDIT, "chain")
    for run_id in ws.releases.pending():
        run = state.run_or_none(ws, run_id)
        words = text("state.wait.request", title=plain(title_of(run) if run else run_id))
        yield Waiting("officer", words, places.AUDIT, f"release_{run_id}")
    if spent.cap is None and any(spent.lifetime.values()):
        yield Waiting("officer", text("state.wait.no_cap"), places.AUDIT, "cap")
