"""What a session remembers: the workspace, the chosen dataset, the chosen study, the chosen points."""

import os
from collections.abc import Sequence

import streamlit as st

from core.errors import NotFound
from core.runs.queue import Run
from core.workspace import DatasetInfo, Workspace

MAX_POINTS = 3

DATASET = "choice.dataset"
STUDY = "choice.study"
POINTS = "choice.points"

Point = tuple[str, float]  # method, ε; infinite: without noise


@st.cache_resource(show_spinner=False)
def _workspace(home: str) -> Workspace:  # noqa: ARG001 - the key of the cache
    return Workspace()


def workspace() -> Workspace:
    """Return this server's workspace; one object a ``TACT_HOME``."""
    return _workspace(os.environ.get("TACT_HOME", ""))


def person() -> str:
    """Return the e-mail of who is logged in; nothing where there is no login."""
    return str(getattr(st.user, "email", None) or "")


def current_dataset(ws: Workspace) -> DatasetInfo | None:
    """Return the dataset that this session works on; at first the one worked on last, if there is any."""
    infos = {info.id: info for info in ws.datasets()}
    chosen = st.session_state.get(DATASET)
    if chosen not in infos:
        worked_on = (run.dataset or run.facts.get("dataset") for run in ws.runs())  # an import makes its dataset
        last = next((dataset_id for dataset_id in worked_on if dataset_id in infos), None)
        newest = max(infos.values(), key=lambda info: info.created, default=None)
        chosen = last or (newest.id if newest else None)
        st.session_state[DATASET] = chosen
    return infos.get(chosen) if chosen else None


def choose_dataset(dataset_id: str) -> None:
    """Work on this dataset from now on."""
    st.session_state[DATASET] = dataset_id


def studies(ws: Workspace, dataset_id: str | None, *, done: bool = False) -> list[Run]:
    """List the studies of a dataset, newest first; with ``done`` only those that have ended well."""
    return [
        run
        for run in ws.runs()
        if run.kind == "study" and run.dataset == dataset_id and (run.status == "done" or not done)
    ]


def current_study(ws: Workspace, dataset_id: str | None) -> Run | None:
    """Return the finished study that is looked at: the chosen one, else the newest of this dataset."""
    done = studies(ws, dataset_id, done=True)
    chosen = st.session_state.get(STUDY)
    return next((run for run in done if run.id == chosen), done[0] if done else None)


def choose_study(run_id: str) -> None:
    """Look at this study from now on."""
    st.session_state[STUDY] = run_id


def run_or_none(ws: Workspace, run_id: str | None) -> Run | None:
    """Return a run, or None where it is no longer there."""
    try:
        return ws.run(run_id) if run_id else None
    except NotFound:
        return None


def points(run_id: str) -> list[Point]:
    """Return the points of a study's curve that were picked for comparison, at most three."""
    stored: dict[str, list[Point]] = st.session_state.setdefault(POINTS, {})
    return stored.get(run_id, [])


def set_points(run_id: str, chosen: Sequence[Point]) -> None:
    """Remember the points picked for comparison; the last three stay."""
    stored: dict[str, list[Point]] = st.session_state.setdefault(POINTS, {})
    stored[run_id] = list(dict.fromkeys(chosen))[-MAX_POINTS:]
