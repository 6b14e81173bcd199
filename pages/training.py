"""Training: what a study would cost, start it, watch it, stop it, and see those before."""

import streamlit as st

from core.errors import UserError
from core.settings import StudySettings
from core.texts import plain, said, text
from pages.shared import bill, frame, run_panel, state
from pages.shared.study_form import study_form

ws = state.workspace()
info = frame.require_dataset(ws, "training")
frame.head("training", info)

runs = state.studies(ws, info.id)
going = bool(runs) and runs[0].is_active
if runs:
    run_panel.watch(ws, runs[0])
    if not going:
        bill.paid(ws, runs[0])

with st.expander(text("training.new"), expanded=not runs, icon=":material/add_circle:"):
    settings: StudySettings | None = None
    fits = False
    try:
        settings = study_form(info, ws.privacy(info.id))
        fits = not bill.estimate(ws, info, settings).refusal
    except UserError as error:
        st.warning(plain(said(str(error))))
    start = text("training.start")
    if st.button(start, key="start", type="primary", icon=":material/play_arrow:", disabled=not fits) and settings:
        state.choose_study(ws.submit_study(info.id, settings))
        st.rerun()

if runs[1:]:
    st.subheader(text("training.past"))
    run_panel.past(ws, list(runs[1:11]))

with st.expander(text("training.ledger"), icon=":material/receipt_long:"):
    st.caption(text("training.ledger.lead"))
    bill.ledger(ws)
