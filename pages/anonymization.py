"""Anonymisation: what is done to rows before anybody works with them, and how identifiable shoppers remain."""

import streamlit as st

from core.errors import UserError
from core.texts import plain, said, text
from pages.shared import anonymize_form, anonymize_parts, anonymize_result, anonymize_risk, frame, state

ws = state.workspace()
info = frame.require_dataset(ws, "anonymization")
frame.head("anonymization", info, onward="privacy")
stored = ws.privacy(info.id)

left, right = st.columns([3, 2])
with left:
    anonymize_parts.presets(ws, info, stored.anonymization)
with right:
    measured = anonymize_risk.measure(ws, info, stored.anonymization)

sheet = anonymize_parts.sheet_of(ws, info, stored.anonymization)
try:
    chosen = anonymize_form.options(ws, sheet)
except UserError as error:
    st.error(plain(said(str(error))), icon=":material/error:")
    chosen = stored.anonymization
if chosen != stored.anonymization:
    ws.set_privacy(info.id, stored.model_copy(update={"anonymization": chosen}))
    st.rerun()
anonymize_parts.effects(ws, sheet, chosen)
anonymize_parts.key_of_pseudonyms(ws)

if measured is not None:
    anonymize_result.result(ws, measured, chosen)
st.info(text("anonymization.no_epsilon"), icon=":material/info:")
frame.next_step("privacy")
