"""Parts of the Trade-off page: several studies on one axis, ε read for other units, the shop's present lists."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.privacy.explain import event_level, shopper_level
from core.report.curve import metrics_of, summarize
from core.report.curves import Line, lines_takeaway, overlaid
from core.report.decide import line_of, methods_with_epsilon
from core.runs.queue import Run
from core.settings import AnonymizationSettings
from core.texts import plain, text
from core.workspace import DatasetInfo, Room, Workspace
from pages.shared import frame, grid_parts, link, present_parts
from pages.shared.decide_parts import Seen, choose_method
from pages.shared.fields import keep
from pages.shared.tradeoff_parts import camera, file_suffix, marked, words_across

EVENTS = 5
PEOPLE = 2


def compare(ws: Workspace, seen: Seen) -> None:
    """Draw the whole tab."""
    points = summarize(seen.curve, seen.column)
    offered = methods_with_epsilon(points)
    if offered:
        method = choose_method(offered, seen.advised)
        _studies(ws, seen, method)
        _units(seen, points, method)
    present_parts.present(ws, seen.info, seen.study, seen.room)
    grid_parts.section(ws, seen.info, seen.room, seen.column)


def _studies(ws: Workspace, seen: Seen, method: str) -> None:
    """Draw this study's curve and those of others, and what the shop has now, on one axis."""
    st.subheader(text("compare.studies"), anchor="studies")
    st.markdown(text("compare.studies.lead"))
    infos = {info.id: info for info in ws.datasets()}
    others = {run.id: run for run in ws.runs() if _is_comparable(run, infos, seen)}
    names = study_names([*others.values()], infos)
    chosen = [others[run_id] for run_id in _choose(seen, names)]
    own = line_of(summarize(seen.curve, seen.column), method)
    lines = [Line(name=text("compare.this", name=frame.dataset_name(seen.info)), points=own)]
    rooms = {run.id: room_of(infos[str(run.dataset)], seen.room) for run in chosen}
    found = {run.id: _points(ws, run, rooms[run.id], seen.column, method) for run in chosen}
    lines += [Line(name=names[run_id], points=points) for run_id, points in found.items() if points is not None]
    words = next((said for run in chosen if (said := words_across(ws, run, rooms[run.id]))), None)
    marks = replace(seen, words=seen.words or words)
    st.plotly_chart(
        overlaid(lines, seen.column, across=_present(ws, seen), watermark=marks.words),
        key=f"compare_{seen.study.id}_{seen.room}_{seen.column}_{method}",
        config=camera(f"tact-compare-{file_suffix(seen.room, marks.words)}"),
        alt=lines_takeaway(lines, seen.column),
    )
    for run in chosen:
        name = plain(names[run.id])
        if found[run.id] is None:
            st.caption(text("compare.missing", name=name, method=text(f"method.{method}")))
        else:
            st.caption(settings_sentence(run, name))
    if len(lines) > 1:
        st.caption(text("compare.studies.read"))
        _table(lines, marks)


def _choose(seen: Seen, names: dict[str, str]) -> list[str]:
    """Draw the choice of studies to compare with; what a link asked for and is not here is passed over."""
    key = link.with_key(seen.study.id)
    st.session_state[key] = [run_id for run_id in st.session_state.get(key, []) if run_id in names]
    return st.multiselect(
        text("compare.studies.pick"),
        list(names),
        format_func=names.__getitem__,
        max_selections=link.MOST_STUDIES,
        key=key,
        placeholder=text("compare.studies.choose" if names else "compare.studies.none"),
        disabled=not names,
        persist_state="session",
    )


def settings_sentence(run: Run, name: str) -> str:
    """Say by which settings a study may differ from another: its draws, and what was done to rows before."""
    rows, plain_rows = run.settings.get("anonymization") or {}, AnonymizationSettings().model_dump(mode="json")
    changed = [key for key, value in rows.items() if key != "pseudonymize" and value != plain_rows.get(key)]
    repeats = int(run.settings.get("repeats", 1))
    if not changed:
        return text("compare.settings", name=name, repeats=repeats)
    what = ", ".join(text(f"anonymization.{key}") for key in changed)
    return text("compare.settings.changed", name=name, repeats=repeats, what=what)


def room_of(info: DatasetInfo, room: Room) -> Room:
    """Return the room that another study's figures are taken from: exact ones of real shoppers for the curator only."""
    if info.kind == "sample":
        return "sample"
    return "curator" if room == "curator" else "releasable"


def study_names(runs: list[Run], infos: dict[str, DatasetInfo]) -> dict[str, str]:
    """Name studies by their data and when they were asked for; no two alike."""
    names: dict[str, str] = {}
    for run in runs:
        info = infos[str(run.dataset)]
        name = f"{frame.dataset_name(info)} · {run.created:%Y-%m-%d %H:%M}"
        names[run.id] = name if name not in names.values() else f"{name}:{run.created:%S} ({len(names) + 1})"
    return names


def _is_comparable(run: Run, infos: dict[str, DatasetInfo], seen: Seen) -> bool:
    return run.kind == "study" and run.status == "done" and run.dataset in infos and run.id != seen.study.id


def _points(ws: Workspace, run: Run, room: Room, column: str, method: str) -> pd.DataFrame | None:
    """Return another study's points by the same method and metric; None where it has none in this room."""
    curve = ws.curve(run.id, room)
    metric, _, k = column.partition("_at_")
    if int(k) not in metrics_of(curve).get(metric, []):
        return None
    points = line_of(summarize(curve, column), method)
    return None if points.empty else points


def _table(lines: list[Line], seen: Seen) -> None:
    """Draw the same figures as a table."""
    with st.expander(text("compare.table"), icon=":material/table:"):
        rows = [
            {
                text("compare.study"): line.name,
                text("column.epsilon"): row["epsilon"],
                text("compare.value"): f"{row['mean']:.3f}",
                text("decide.gains.interval"): text(
                    "decide.gains.from_to", low=f"{row['low']:.3f}", high=f"{row['high']:.3f}"
                ),
            }
            for line in lines
            for row in line.points.to_dict("records")
        ]
        st.dataframe(marked(pd.DataFrame(rows), seen.room, seen.words), hide_index=True)


def _present(ws: Workspace, seen: Seen) -> list[tuple[str, float, float]]:
    """Return what the shop's own recommenders reach by this metric: name, value, standard error."""
    if seen.room == "releasable":
        return []
    found = present_parts.lines(ws, seen.study)
    return [(name, means[seen.column], se[seen.column]) for name, means, se in found if seen.column in means]


def _units(seen: Seen, points: pd.DataFrame, method: str) -> None:
    """Draw the same curve with its ε read for one event, one shopper and a household."""
    st.subheader(text("compare.units"), anchor="units")
    st.markdown(text("compare.units.lead"))
    events = int(
        st.slider(
            text("compare.units.events"), *link.EVENTS, key=keep(link.EVENTS_KEY, EVENTS), persist_state="session"
        )
    )
    line = line_of(points, method)
    delta = float(seen.curve.loc[seen.curve["epsilon"].isin(line["epsilon"]), "delta"].max()) or 1e-5
    lines = unit_lines(line, delta, events)
    st.plotly_chart(
        overlaid(lines, seen.column, watermark=seen.words),
        key=f"units_{seen.study.id}_{seen.room}_{seen.column}_{method}_{events}",
        config=camera(f"tact-units-{file_suffix(seen.room, seen.words)}"),
        alt=lines_takeaway(lines, seen.column),
    )
    at = float(line["epsilon"].iloc[(line["epsilon"] - 1).abs().argmin()])
    st.markdown(
        text(
            "compare.units.why",
            epsilon=at,
            event=event_level(at, delta, events),
            events=events,
            household=shopper_level(at, delta, PEOPLE),
        )
    )
    st.caption(text("compare.units.how"))


def unit_lines(line: pd.DataFrame, delta: float, events: int) -> list[Line]:
    """Return one line three times: its ε as it would be called for one event, for a shopper, for a household of two."""
    readings = {
        text("compare.unit.event", events=events): lambda epsilon: event_level(epsilon, delta, events),
        text("compare.unit.shopper"): float,
        text("compare.unit.household", people=PEOPLE): lambda epsilon: shopper_level(epsilon, delta, PEOPLE),
    }
    return [Line(name=name, points=line.assign(epsilon=line["epsilon"].map(read))) for name, read in readings.items()]
