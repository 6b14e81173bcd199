"""Audit: where the budget stands, what is decided about it, statements and whether they hold, attacks."""

import streamlit as st

from core.texts import text
from pages.shared import frame, ledger_parts, officer_forms, state
from pages.shared.attack_parts import attacks
from pages.shared.statement_parts import statements

ws = state.workspace()
info = state.current_dataset(ws)
frame.head("audit", info)
st.info(text("audit.role"), icon=":material/badge:")

spent = ledger_parts.spent_now(ws)
ledger_parts.stand(spent)
with st.spinner(text("audit.wait")):
    ledger_parts.ledger(ws, spent)
officer_forms.decide(ws, spent)
statements(ws, info)
attacks(ws, info)
