"""Addresses that open the Trade-off page exactly as somebody saw it: what is in them, how they are read and written.

An address names ids and settings. It holds no figure but the target that a person chose, and no shopper. It opens
nothing that its reader may not open: what a room shows is decided by the room, as ever.
"""

import math
from collections.abc import Mapping
from urllib.parse import urlencode

import streamlit as st

from core.errors import NotFound
from core.report.curve import METRIC, METRICS
from core.settings import METHODS
from core.texts import spoken, text
from core.workspace import Workspace
from pages.shared import language, state

FIELDS = ("dataset", "study", "room", "metric", "k", "tab", "method", "target", "points", "with", "events")
ROOM, METRIC_KEY, K_KEY, TAB = "curve.room", "curve.metric", "curve.k", "tradeoff.tab"
METHOD, TARGET = "decide.method", "link.target"
EVENTS_KEY, EVENTS = "compare.events", (2, 50)
MOST_STUDIES = 4
ROOMS = ("curator", "releasable")
TABS = ("curve", "decide", "pays", "beyond", "check", "compare")
_SEEN = "link.seen"


def open_view(ws: Workspace) -> None:
    """Take what the address asks for into the session; at the first run that sees this address, not at its reruns."""
    asked = {name: st.query_params[name] for name in FIELDS if name in st.query_params}
    with st.container(key="link"):  # always there, so that a sentence moves nothing else's place in the tree
        if asked and st.session_state.get(_SEEN) != asked:
            st.session_state[_SEEN] = asked
            problem = _choose(ws, asked)
            if problem:
                st.warning(problem, icon=":material/link_off:")
            else:
                _take_view(asked)


def write(view: Mapping[str, str]) -> None:
    """Put the view into the address, so that a reload comes back to it."""
    if st.session_state.get(_SEEN) != dict(view) or any(name not in st.query_params for name in view):
        st.session_state[_SEEN] = dict(view)
        st.query_params.from_dict({**view, language.KEY: spoken()})


def view_now(dataset: str, study: str, room: str, column: str) -> dict[str, str]:
    """Return what the page shows now, as the fields of an address; what is as it would be anyway is left out."""
    found = METRIC.match(column)
    view = {"dataset": dataset, "study": study, "room": room}
    if found:
        view |= {"metric": found[1], "k": found[2]}
    view["tab"] = str(st.session_state.get(TAB) or TABS[0])
    if method := st.session_state.get(METHOD):
        view["method"] = str(method)
    target = st.session_state.get(target_key(room, column))
    if target is not None and target != st.session_state.get(f"{target_key(room, column)}.first"):
        view["target"] = f"{target:g}"
    if compared := st.session_state.get(with_key(study)):
        view["with"] = ",".join(compared)
    if events := st.session_state.get(EVENTS_KEY):
        view["events"] = str(events)
    if points := state.points(study):
        view["points"] = ",".join(f"{method}:{epsilon:g}" for method, epsilon in points)
    return view


def copy_button(view: Mapping[str, str]) -> None:
    """Draw what shows the address for copying."""
    base = str(st.context.url or "")
    with st.popover(text("link.copy"), icon=":material/link:"):
        st.code(f"{base}?{urlencode({**view, language.KEY: spoken()})}", language=None, wrap_lines=True)
        st.markdown(text("link.copy.help"))


def target_key(room: str, column: str) -> str:
    """Name the target's place in the session: one a room and metric, so that none goes from one room to another."""
    return f"decide.target.{room}.{column}"


def with_key(study: str) -> str:
    """Name the place in the session of the studies that one is compared with."""
    return f"compare.with.{study}"


def read_points(words: str) -> list[state.Point]:
    """Read picked points from an address; whatever is none is passed over.

    Example:
        >>> read_points("hybrid:2,content:0,nothing:1,mlp:x")
        [('hybrid', 2.0), ('content', 0.0)]
    """
    found: list[state.Point] = []
    for word in words.split(",")[: 2 * state.MAX_POINTS]:
        method, _, epsilon = word.partition(":")
        number = _number(epsilon)
        if method in METHODS and number is not None and number >= 0:
            found.append((method, number))
    return found


def _choose(ws: Workspace, asked: Mapping[str, str]) -> str | None:
    """Choose dataset and study; return a sentence where one of them is not here, and choose nothing then."""
    dataset, study = asked.get("dataset"), asked.get("study")
    if dataset and dataset not in {info.id for info in ws.datasets()}:
        return text("link.no_dataset")
    if study:
        try:
            run = ws.run(study)
        except NotFound:
            return text("link.no_study")
        if run.kind != "study" or run.dataset is None or (dataset and run.dataset != dataset):
            return text("link.no_study")
        if run.status != "done":
            return text("link.not_done")
        dataset = run.dataset
        state.choose_study(study)
    if dataset:
        state.choose_dataset(dataset)
    return None


def _take_view(asked: Mapping[str, str]) -> None:
    """Take over what is valid of the rest; an unknown word changes nothing."""
    for name, key, allowed in (
        ("room", ROOM, ROOMS),
        ("tab", TAB, TABS),
        ("method", METHOD, METHODS),
        ("metric", METRIC_KEY, METRICS),
    ):
        if asked.get(name) in allowed:
            st.session_state[key] = asked[name]
    if asked.get("k", "").isdigit():
        st.session_state[K_KEY] = int(asked["k"])
    target = _number(asked.get("target", ""))
    if target is not None and 0 <= target <= 1:
        st.session_state[TARGET] = target
    events = asked.get("events", "")
    if events.isdigit() and EVENTS[0] <= int(events) <= EVENTS[1]:
        st.session_state[EVENTS_KEY] = int(events)
    if "study" in asked and "points" in asked:
        state.set_points(asked["study"], read_points(asked["points"]))
    if "study" in asked and "with" in asked:
        st.session_state[with_key(asked["study"])] = asked["with"].split(",")[:MOST_STUDIES]


def _number(words: str) -> float | None:
    try:
        value = float(words)
    except ValueError:
        return None
    return None if math.isnan(value) else value
