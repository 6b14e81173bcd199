"""What every page has in common: its head with the place it stands in, the side bar, notices, the next step."""

from collections.abc import Sequence

import streamlit as st

from core.runs.queue import ACTIVE, Run
from core.texts import plain, said, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import language, places, state
from pages.shared.boundary import boundary
from pages.shared.run_words import title_of

PICKER = "widget.dataset"

# What is said of a finished run, and where it is shown, by its kind.
DONE = {"import": "notice.imported", "anonymize": "notice.measured"}
SHOWN_ON = {
    "audit": ("notice.bounds", places.AUDIT),
    "anonymize": ("notice.risk", places.ANONYMIZATION),
    "grid": ("notice.grid", places.TRADEOFF),
    "validate": ("notice.validation", places.TRADEOFF),
}


def head(
    name: str, info: DatasetInfo | None, *, outside: bool = False, onward: str | None = None, place: bool = True
) -> None:
    """Draw a page's title, the way ``onward``, the sentence that says what it is for, and the place it stands in."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(text(f"{name}.title"), width="content")
        if onward:
            go(text(f"next.{onward}"), places.PAGES[onward][0], key=f"head_next_{onward}")
    st.markdown(text(f"{name}.lead"))
    if not place:  # a page without any data
        return
    with st.container(horizontal=True, gap="small"):
        if outside:
            st.badge(text("place.outside"), icon=":material/public:", color="green", help=text("place.outside.help"))
        else:
            st.badge(text("place.curator"), icon=":material/lock:", color="orange", help=text("place.curator.help"))
        if info is not None and info.kind == "sample":
            st.badge(text("place.sample"), icon=":material/science:", color="blue", help=text("place.sample.help"))
        elif info is not None:
            st.badge(plain(dataset_name(info)), icon=":material/database:", color="gray")


def require_dataset(ws: Workspace, name: str) -> DatasetInfo:
    """Return the chosen dataset; where there is none, say where to begin and stop the page."""
    info = state.current_dataset(ws)
    if info is None:
        head(name, None)
        st.info(text("frame.no_data"), icon=":material/signpost:")
        with st.container(horizontal=True):
            go(text("frame.to_overview"), places.OVERVIEW, key="to_overview", primary=True)
            go(text("frame.to_data"), places.DATA, key="to_data")
        st.stop()
    return info


def require_study(ws: Workspace, info: DatasetInfo, name: str) -> Run:
    """Return the finished study that is looked at; where there is none, say where to begin and stop the page."""
    study = state.current_study(ws, info.id)
    if study is None:
        head(name, info)
        going = any(run.status in ACTIVE for run in state.studies(ws, info.id))
        st.info(text("frame.study_going" if going else "frame.no_study"), icon=":material/signpost:")
        go(text("frame.to_training"), places.TRAINING, key="to_training", primary=True)
        st.stop()
    return study


def study_picker(ws: Workspace, info: DatasetInfo, study: Run) -> None:
    """Let the person look at another finished study of this dataset, where there are several."""
    done = {run.id: run for run in state.studies(ws, info.id, done=True)}
    if len(done) < 2:
        return
    ids, names = list(done), run_names(list(done.values()))
    chosen = st.selectbox(text("frame.study"), ids, index=ids.index(study.id), format_func=names.__getitem__)
    if chosen != study.id:
        state.choose_study(chosen)
        st.rerun()


def dataset_name(info: DatasetInfo) -> str:
    """Name a dataset; a later version says which."""
    name = own_name(info)
    return name if info.version == 1 else text("frame.dataset.version", name=name, version=info.version)


def own_name(info: DatasetInfo) -> str:
    """Name a dataset without its version: the sample in the spoken language, others as a person named them."""
    return text("frame.dataset.sample") if info.kind == "sample" else info.name


def dataset_names(infos: Sequence[DatasetInfo]) -> dict[str, str]:
    """Name datasets so that no two names are the same: a list of choices takes equal words for one choice."""
    names = [dataset_name(info) for info in infos]
    return {
        info.id: name if names.count(name) == 1 else f"{name} · {info.created:%Y-%m-%d %H:%M:%S}"
        for info, name in zip(infos, names, strict=True)
    }


def run_name(run: Run) -> str:
    """Name a run for a list: its title and when it was asked for."""
    return f"{title_of(run)} · {run.created:%Y-%m-%d %H:%M}"


def run_names(runs: Sequence[Run]) -> dict[str, str]:
    """Name runs so that no two names are the same: a list of choices takes equal words for one choice."""
    plain_names = [run_name(run) for run in runs]
    return {
        run.id: name if plain_names.count(name) == 1 else f"{name} ({len(runs) - n})"
        for n, (run, name) in enumerate(zip(runs, plain_names, strict=True))
    }


def go(label: str, place: str, *, key: str, primary: bool = False, icon: str = ":material/arrow_forward:") -> None:
    """Draw a button that leads to another page."""
    if st.button(label, key=key, type="primary" if primary else "secondary", icon=icon):
        st.switch_page(place)


def next_step(name: str, *, primary: bool = True) -> None:
    """Draw the way on to the next page at the end of what this page asks for."""
    go(text(f"next.{name}"), places.PAGES[name][0], key=f"next_{name}", primary=primary)


def side_bar(ws: Workspace) -> None:
    """Draw the choice of the dataset and what is going on in the background."""
    infos = {info.id: info for info in ws.datasets()}
    current = state.current_dataset(ws)
    with st.sidebar:
        language.picker()
        if current is not None:
            st.session_state[PICKER] = current.id
            st.selectbox(
                text("frame.dataset"),
                list(infos),
                format_func=dataset_names(list(infos.values())).__getitem__,
                key=PICKER,
                on_change=lambda: state.choose_dataset(st.session_state[PICKER]),
            )
        going = [run for run in ws.runs() if run.status in ACTIVE]
        known = tuple(run.id for run in going)
        st.fragment(_ticker, run_every="2s" if going else None)(known)


def _ticker(known: tuple[str, ...]) -> None:
    """Show what is running; when something has ended, draw the page anew so that the notice appears."""
    with boundary():
        ws = state.workspace()
        going = [run for run in ws.runs() if run.status in ACTIVE]
        if known and tuple(run.id for run in going) != known:
            st.rerun()
        for run in going:
            # Its message counts rows, or says a loss without noise: that is for the Training page, in the curator room.
            st.progress(min(max(run.progress, 0.0), 1.0), text=f"{title_of(run)}: {text('run.' + run.status)}")


def notices(ws: Workspace, here: str) -> None:
    """Say, on whatever page one is, which runs have ended since one last looked; not what page ``here`` says itself."""
    shown = _shown_by(ws, here)
    with st.container(key="notices"):  # always there, so that a notice moves nothing else's place in the tree
        ended = [run for run in ws.ended_unseen() if run.id != shown]
        for run in ended[:1]:
            _draw_notice(ws, run, here)
        if ended[1:]:
            with st.expander(text("notice.more", n=len(ended) - 1), icon=":material/notifications:"):
                for run in ended[1:]:
                    _draw_notice(ws, run, here)


def _shown_by(ws: Workspace, here: str) -> str | None:
    """Find the run whose end a page shows by itself: Training the newest study, Trade-off the one looked at, …"""
    info = state.current_dataset(ws)
    if info is not None and here == "anonymization":
        return next((run.id for run in ws.runs() if run.kind == "anonymize" and run.dataset == info.id), None)
    if info is None or here not in ("training", "tradeoff"):
        return None
    run = state.current_study(ws, info.id) if here == "tradeoff" else next(iter(state.studies(ws, info.id)), None)
    return run.id if run else None


def _draw_notice(ws: Workspace, run: Run, here: str) -> None:
    """Draw one notice with what can be done about it."""
    draw = {"done": st.success, "cancelled": st.info}.get(run.status, st.error)
    draw(_notice(run, here), icon=":material/notifications:")
    with st.container(horizontal=True):
        if run.status == "done" and run.kind == "study" and st.button(text("notice.see"), key=f"see_{run.id}"):
            ws.mark_seen(run.id)
            if run.dataset:
                state.choose_dataset(run.dataset)
            state.choose_study(run.id)
            st.switch_page(places.TRADEOFF)
        label, place = SHOWN_ON.get(run.kind, ("", ""))
        if run.status == "done" and place and st.button(text(label), key=f"see_{run.id}"):
            ws.mark_seen(run.id)
            if run.dataset:
                state.choose_dataset(run.dataset)
            st.switch_page(place)
        if st.button(text("notice.dismiss"), key=f"dismiss_{run.id}", type="tertiary"):
            ws.mark_seen(run.id)
            st.rerun()


OUTSIDE = ("tradeoff", "report")
"""Pages on which what is seen may be passed on."""


def _notice(run: Run, here: str) -> str:
    """Write a notice; why a run failed may quote exact counts, so not where a curve may be passed on."""
    if run.status == "done":
        return text(DONE.get(run.kind, "notice.done"), title=plain(title_of(run)))
    if run.status == "cancelled":
        charged = run.kind in ("study", "audit")
        return text("notice.cancelled" if charged else "notice.cancelled_free", title=plain(title_of(run)))
    if here in OUTSIDE:
        return text("notice.failed_elsewhere", title=plain(title_of(run)))
    return text("notice.failed", title=plain(title_of(run)), why=plain(said(run.error or "") or text("run.no_reason")))
