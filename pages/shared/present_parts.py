"""Part of the Trade-off page: what the shop's present recommender reaches, judged as the study judges."""

from io import BytesIO

import streamlit as st

from core.analyst import Present
from core.errors import UserError
from core.report.curve import BAND, metric_label, summarize
from core.runs.queue import Run
from core.texts import plain, said, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import state
from pages.shared.fields import keep
from pages.shared.uploads import TYPES

METRIC = "ndcg_at_10"
FIRST = "hybrid"


def present(ws: Workspace, info: DatasetInfo, study: Run, room: str) -> None:
    """Draw what was judged, and the form for another set of lists; one sentence in the room that it is not for."""
    st.subheader(text("present.title"), anchor="present")
    if room == "releasable":
        st.info(text("present.not_here"), icon=":material/lock:")
        return
    st.markdown(text("present.lead"))
    if not ws.study(study.id).about()["is_evaluated"]:
        st.info(text("present.no_judges"), icon=":material/signpost:")
        return
    found = ws.analyst.present(study.id)
    for one in found:
        _show(ws, info, study, room, one)
    box = st.expander(text("present.form"), icon=":material/upload_file:", key="present.form", on_change="rerun")
    if box.open:
        with box:
            _form(ws, study)


def lines(ws: Workspace, study: Run) -> list[tuple[str, dict[str, float], dict[str, float]]]:
    """Return what was judged, for a picture: name, means and standard errors by metric."""
    return [(one.name, one.means, one.se) for one in ws.analyst.present(study.id)]


def _show(ws: Workspace, info: DatasetInfo, study: Run, room: str, one: Present) -> None:
    """Write what one set of lists reaches beside the study's own method at the chosen ε."""
    with st.container(border=True, key=f"present_{one.name}"):
        st.markdown(_sentence(ws, info, study, room, one))
        if one.missing == one.n_judges:
            st.warning(text("present.missing.none", judges=one.n_judges))
        else:
            st.caption(text("present.missing", listed=one.n_judges - one.missing, judges=one.n_judges))
        if one.unknown:
            st.caption(text("present.unknown", unknown=one.unknown))
        st.caption(f"{text('present.off')} {text('present.passed')}")
        if st.button(text("present.forget"), key=f"forget_{one.name}", type="tertiary"):
            ws.analyst.forget_present(study.id, one.name)
            st.rerun()


def _sentence(ws: Workspace, info: DatasetInfo, study: Run, room: str, one: Present) -> str:
    values = {
        "name": plain(one.name),
        "value": one.means[METRIC],
        "off": BAND * one.se[METRIC],
        "metric": metric_label(METRIC),
    }
    points = summarize(ws.curve(study.id, "sample" if room == "sample" else "curator"), METRIC)
    own = points[(points["epsilon"] > 0) & (points["epsilon"] < float("inf")) & (points["method"] != "content")]
    own = own[own["method"] == (FIRST if FIRST in set(own["method"]) else next(iter(own["method"]), ""))]
    if own.empty:
        return text("present.sentence.alone", **values)
    asked = ws.privacy(info.id).epsilon or 1.0
    row = own.iloc[(own["epsilon"] - asked).abs().argmin()]
    method = text(f"method.{row['method']}")
    return text("present.sentence", method=method, epsilon=row["epsilon"], other=row["mean"], **values)


def _form(ws: Workspace, study: Run) -> None:
    """Offer the histories that fair lists are made from, and take a file of lists."""
    st.warning(text("present.fair"), icon=":material/balance:")
    _histories(ws, study)
    file = st.file_uploader(text("present.file"), type=TYPES, key="present.file", help=text("present.file.help"))
    name = st.text_input(text("present.name"), key=keep("present.name", text("present.name.first")), max_chars=60)
    pressed = st.button(text("present.start"), key="present.start", type="primary", disabled=file is None)
    if not pressed or file is None:
        return
    try:
        with st.spinner(text("present.working")):
            ws.analyst.judge_present(study.id, BytesIO(file.getvalue()), file.name, name or "")
    except UserError as error:
        st.error(plain(said(str(error))), icon=":material/error:")
        return
    st.rerun()


def _histories(ws: Workspace, study: Run) -> None:
    """Make the file of histories when it is asked for, and note who takes it along."""
    if st.button(text("present.histories.prepare"), key="present.prepare", icon=":material/history:"):
        with st.spinner(text("present.working")):
            ready = ws.analyst.visible_histories(study.id)
        ws.releases.log("histories.downloaded", study.id, state.person())
        people = ready.iloc[:, 0].nunique()
        st.caption(text("present.histories.what", n=len(ready), judges=people))
        content = ready.to_csv(index=False).encode("utf-8")
        label, name = text("present.histories"), "tact-histories-NOT-FOR-RELEASE.csv"
        st.download_button(label, content, name, "text/csv", on_click="ignore", icon=":material/download:")
