"""Parts of the Trade-off page: what anonymising costs, as a grid anonymisation x ε; curator room and sample only."""

from typing import Any

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.report.curve import metric_label
from core.report.grid import grid_map, metrics_of_grid, row_name, takeaway
from core.runs.queue import Run
from core.settings import DEFAULT_EPSILONS, PRIVATE_METHODS, AnonymizationSettings, GridSettings, StudySettings, build
from core.texts import plain, said, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import frame, run_panel
from pages.shared.fields import keep, number
from pages.shared.noted import taken
from pages.shared.tradeoff_parts import marked

NEVER_HERE = "releasable"
OWN, OWN_ROWS = "own", "_rows"
FIRST_METRIC = "ndcg_at_20"
OFFERED_METHODS = ("hybrid", "statistics", "popularity", "mlp")


def section(ws: Workspace, info: DatasetInfo, room: str, column: str) -> None:
    """Draw the whole section, for the metric that the page shows; one line in the room that it is not for."""
    if room == NEVER_HERE:
        st.caption(text("grid.not_here"))
        return
    st.subheader(text("grid.title"), anchor="grid")
    st.markdown(text("grid.lead"))
    runs = list(ws.grids(info.id))
    done = [run for run in runs if run.status == "done"]
    if done:
        _show(ws, _chosen(done), room, column)
    if runs and runs[0].status != "done":
        run_panel.watch(ws, runs[0])
    elif runs and not runs[0].seen:
        ws.mark_seen(runs[0].id)
    if st.toggle(text("grid.new"), key=keep("grid.new", False)):  # looks at the data: not at every visit
        with st.container(border=True, key="grid_form"):
            _form(ws, info)
    st.caption(text("grid.private"))


def _form(ws: Workspace, info: DatasetInfo) -> None:
    """Choose rows, columns and the method; start the run."""
    offered = _offered(ws, info)
    rows = keep(f"grid.rows.{info.id}", [name for name in offered if not name.endswith(OWN_ROWS)])
    st.session_state[rows] = [name for name in st.session_state[rows] if name in offered]  # options may have changed
    names = st.pills(
        text("grid.rows"),
        list(offered),
        selection_mode="multi",
        format_func=row_name,
        key=rows,
        help=text("grid.rows.help"),
        persist_state="session",
    )
    epsilons = st.pills(
        text("grid.epsilons"),
        DEFAULT_EPSILONS,
        selection_mode="multi",
        format_func=lambda value: f"{value:g}",
        key=keep("grid.epsilons", list(DEFAULT_EPSILONS)),
        persist_state="session",
    )
    method = st.selectbox(
        text("grid.method"),
        [name for name in OFFERED_METHODS if name in PRIVATE_METHODS],
        format_func=lambda name: text(f"method.{name}"),
        key=keep("grid.method", OFFERED_METHODS[0]),
        persist_state="session",
    )
    repeats = number(GridSettings, "repeats", text("grid.repeats"), "grid.repeats", step=1)
    chosen = {name: offered[name] for name in names if name in offered}
    asked: dict[str, Any] = {"epsilons": tuple(sorted(epsilons)), "method": method, "repeats": repeats}
    if chosen and epsilons:
        st.caption(text("grid.minutes", minutes=_most_minutes(ws, info, len(chosen), asked)))
    if st.button(text("grid.start"), key="grid.submit", type="primary", icon=":material/play_arrow:"):
        _submit(ws, info, chosen, asked)


def _most_minutes(ws: Workspace, info: DatasetInfo, n_rows: int, asked: dict[str, Any]) -> float:
    """About how long it takes, were every row, and none at all, a study with its ceiling; a threshold makes it less."""
    study = StudySettings(
        methods=(asked["method"],), epsilons=asked["epsilons"], repeats=asked["repeats"], ceiling=True
    )
    return max(1.0, (1 + n_rows) * ws.bill(info.id, study).seconds / 60)


def _offered(ws: Workspace, info: DatasetInfo) -> dict[str, AnonymizationSettings]:
    """The presets that fit these data, and what was chosen for them where that changes anything a model sees.

    One with a threshold is offered a second time with its options for own rows alone: of these a study may follow.
    """
    own = ws.privacy(info.id).anonymization
    found = dict(ws.anonymizer.presets(info.id))
    changes_nothing = own == AnonymizationSettings(pseudonymize=own.pseudonymize)
    if not changes_nothing and own not in found.values():
        found[OWN] = own
    may_not = {name: chosen for name, chosen in found.items() if not chosen.may_precede_a_study}
    return found | {f"{name}{OWN_ROWS}": chosen.without_thresholds() for name, chosen in may_not.items()}


def _submit(ws: Workspace, info: DatasetInfo, chosen: dict[str, AnonymizationSettings], asked: dict[str, Any]) -> None:
    """Queue the run with what the Privacy page declares for these data."""
    if not chosen or not asked["epsilons"]:
        st.warning(text("grid.nothing"))
        return
    privacy = ws.privacy(info.id)
    values = {**asked, "anonymizations": chosen, "delta": privacy.delta, "n_shoppers": privacy.n_shoppers}
    values["published"] = privacy.published
    try:
        ws.submit_grid(info.id, build(GridSettings, values))
    except UserError as error:
        st.error(plain(said(str(error))))
        return
    st.rerun()


def _chosen(done: list[Run]) -> Run:
    """The grid that is looked at: the newest unless another one is picked."""
    if len(done) < 2:
        return done[0]
    names = frame.run_names(done)
    by_id = {run.id: run for run in done}
    return by_id[st.selectbox(text("grid.which"), list(by_id), format_func=names.__getitem__, key="grid.which")]


def _show(ws: Workspace, run: Run, room: str, column: str) -> None:
    """Draw a finished grid: sentence, heat map, why some rows have no ε, the figures to take along."""
    table = ws.grid(run.id)
    metric = column if column in metrics_of_grid(table) else FIRST_METRIC
    says, is_curator = takeaway(table, metric), room == "curator"
    st.markdown(plain(says))
    st.plotly_chart(
        grid_map(table, metric, watermark=text("room.watermark") if is_curator else None),
        key=f"grid_{run.id}_{metric}",
        config={"displayModeBar": False},
        alt=text("grid.alt", takeaway=says),
    )
    method = text(f"method.{table['method'].iloc[0]}")
    judges, n = int(table["n_judges"].iloc[0]), int(table["n_draws"].max())
    draws = text("grid.caption.draws", n=n) if n > 1 else text("grid.caption.one_draw")
    st.caption(text("grid.caption", method=method, metric=metric_label(metric), judges=judges, draws=draws))
    _reasons(table)
    suffix = "curator-NOT-FOR-RELEASE" if is_curator else "sample"
    name = f"tact-grid-{suffix}.csv"
    content = marked(table, room)
    data = taken(ws, "curve.downloaded", run.id, lambda: content.to_csv(index=False).encode())
    st.download_button(
        text("grid.csv"), data, name, "text/csv", key="grid.csv", on_click="ignore", icon=":material/download:"
    )
    with st.expander(text("grid.table"), icon=":material/table:"):
        st.dataframe(marked(table.round(4), room), hide_index=True)


def _reasons(table: pd.DataFrame) -> None:
    """Say of each row how much it left, and why it has no ε where that is so."""
    for row in table.drop_duplicates("anonymization").to_dict("records"):
        kept = row["rows"] / max(row["rows_before"], 1)
        if row["why"] or kept < 1:
            st.caption(text("grid.kept", row=plain(row_name(row["anonymization"])), kept=kept, why=plain(row["why"])))
