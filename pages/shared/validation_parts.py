"""Parts of the Trade-off page: cross-validation, which says whether a study's figures are the luck of one split."""

from typing import Any

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.report.curve import metric_label
from core.report.validation import METRIC, SURE, all_sentence, beside, point_label, ranges, sentence, spoken_for
from core.runs.queue import Run
from core.settings import StudySettings, ValidationSettings, build
from core.texts import plain, said, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import frame, run_panel
from pages.shared.fields import keep, number
from pages.shared.tradeoff_parts import camera, file_suffix, marked, words_across

AS_THE_STUDY = ("delta", "n_shoppers", "published", "network")
"""What a cross-validation has from the study that it checks, beside the rules for rows."""


def validation(ws: Workspace, info: DatasetInfo, study: Run, room: str) -> None:
    """Draw the whole section; one sentence in the room that it is not for."""
    st.subheader(text("validation.title"), anchor="validation")
    if room == "releasable":
        st.info(text("validation.not_here"), icon=":material/lock:")
        return
    st.markdown(text("validation.lead"))
    runs = [run for run in ws.analyst.validations(info.id) if is_of(run, study)]
    done = [run for run in runs if run.status == "done"]
    if done:
        _show(ws, info, study, room, _chosen(done))
    if runs and runs[0].status != "done":
        run_panel.watch(ws, runs[0])
    elif runs and not runs[0].seen:
        ws.mark_seen(runs[0].id)
    if not runs:
        st.caption(text("validation.none"))
    if info.schema.catalogue == "none":
        st.info(text("validation.no_products"))
        return
    box = st.expander(text("validation.new"), icon=":material/groups:", key="validation.new", on_change="rerun")
    if box.open:
        with box:
            _form(ws, info, study)
    st.caption(text("validation.private"))


def is_of(run: Run, study: Run) -> bool:
    """Whether a cross-validation was made with the settings of a study, so that the two can be compared."""
    mine, its = build(ValidationSettings, run.settings), build(StudySettings, study.settings)
    rows = its.anonymization.model_copy(update={"pseudonymize": False})
    return mine.anonymization == rows and all(getattr(mine, name) == getattr(its, name) for name in AS_THE_STUDY)


def _form(ws: Workspace, info: DatasetInfo, study: Run) -> None:
    """Choose what to check and in how many parts; start the run."""
    its = build(StudySettings, study.settings)
    folds = number(ValidationSettings, "folds", text("validation.folds"), "validation.folds", step=1,
                   help=text("validation.folds.help"))  # fmt: skip
    methods = st.pills(
        text("validation.methods"),
        its.methods,
        selection_mode="multi",
        format_func=lambda name: text(f"method.{name}"),
        key=keep(f"validation.methods.{study.id}", list(its.methods)),
        persist_state="session",
    )
    epsilons = st.pills(
        text("validation.epsilons"),
        its.epsilons,
        selection_mode="multi",
        format_func=lambda value: f"{value:g}",
        key=keep(f"validation.epsilons.{study.id}", list(its.epsilons)),
        persist_state="session",
    )
    if methods and epsilons:
        once = StudySettings(methods=tuple(methods), epsilons=tuple(sorted(epsilons)))
        minutes = max(1.0, folds * ws.bill(info.id, once).seconds / 60)
        st.caption(text("validation.minutes", minutes=minutes))
    if st.button(text("validation.start"), key="validation.submit", type="primary", icon=":material/play_arrow:"):
        _submit(ws, info, its, {"folds": folds, "methods": tuple(methods), "epsilons": tuple(sorted(epsilons))})


def _submit(ws: Workspace, info: DatasetInfo, its: StudySettings, asked: dict[str, Any]) -> None:
    if not asked["methods"] or not asked["epsilons"]:
        st.warning(text("validation.nothing"))
        return
    rows = its.anonymization.model_copy(update={"pseudonymize": False})
    same = {name: getattr(its, name) for name in AS_THE_STUDY}
    try:
        ws.analyst.submit_validation(info.id, build(ValidationSettings, {**asked, **same, "anonymization": rows}))
    except UserError as error:
        st.error(plain(said(str(error))))
        return
    st.rerun()


def _chosen(done: list[Run]) -> Run:
    """The cross-validation that is looked at: the newest unless another one is picked."""
    if len(done) < 2:
        return done[0]
    names, by_id = frame.run_names(done), {run.id: run for run in done}
    key = "validation.which"
    return by_id[st.selectbox(text("validation.which"), list(by_id), format_func=names.__getitem__, key=key)]


def _show(ws: Workspace, info: DatasetInfo, study: Run, room: str, run: Run) -> None:
    """Draw a finished one beside the study's own exact figures, and say whether these are confirmed."""
    rows = beside(ws.analyst.validation(run.id), ws.study(study.id).exact())
    if rows.empty:
        st.caption(text("validation.none"))
        return
    asked = ws.privacy(info.id).epsilon or 1.0
    advised = ws.advice(study.id, asked).method if (rows["epsilon"] > 0).any() else None
    says = sentence(spoken_for(rows, advised, asked))
    with st.container(border=True, key="validation_says"):
        st.markdown(says)
        st.markdown(all_sentence(rows))
    words = words_across(ws, study, room)
    folds = int(rows["folds"].iloc[0])
    st.plotly_chart(
        ranges(rows, words),
        key=f"validation_{run.id}_{study.id}_{room}",
        config=camera(f"tact-validation-{file_suffix(room, words)}"),
        alt=text("validation.alt", metric=metric_label(METRIC), n=len(rows), folds=folds, sentence=says),
    )
    st.caption(text("validation.read", metric=metric_label(METRIC), folds=folds, tries=folds + 1))
    with st.expander(text("validation.table"), icon=":material/table:"):
        st.dataframe(marked(_table(rows), room, words), hide_index=True)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            text("compare.point"): f"{text('method.' + str(row['method']))}, {point_label(row)}",
            text("validation.column.own"): f"{row['own']:.3f}",
            text("validation.column.mean"): f"{row['mean']:.3f} ± {SURE * row['se']:.3f}",
            text("validation.column.range"): text(
                "decide.gains.from_to", low=f"{row['low']:.3f}", high=f"{row['high']:.3f}"
            ),
            text("validation.column.shoppers"): row["n"],
        }
        for row in rows.to_dict("records")
    )
