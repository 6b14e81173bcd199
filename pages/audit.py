"""Audit: what waits, where the budget stands, releases, statements, attacks, consent, who looked at what."""

import streamlit as st

from core.texts import text
from pages.shared import access_parts, consent_parts, frame, gallery_permission, ledger_parts, officer_forms, state
from pages.shared import officer_overview as overview
from pages.shared.attack_parts import attacks
from pages.shared.releases_parts import releases
from pages.shared.statement_parts import statements
from pages.shared.tabs import open_tabs

TABS = ("now", "ledger", "releases", "statements", "attacks", "consent", "access")
TAB = "audit.tab"

ws = state.workspace()
info = state.current_dataset(ws)
frame.head("audit", info)
st.caption(text("audit.role"))

tabs = open_tabs("audit", TABS, TAB)
seen = st.session_state[TAB]
with tabs[seen]:
    if seen in ("now", "ledger"):
        spent = ledger_parts.spent_now(ws)
        if seen == "now":
            overview.waits(ws, spent)
        ledger_parts.stand(spent)
    if seen == "now":
        overview.costs(ws, spent)
    elif seen == "ledger":
        with st.spinner(text("audit.wait")):
            ledger_parts.ledger(ws, spent)
        officer_forms.decide(ws, spent)
    elif seen == "releases":
        releases(ws, info)
    elif seen == "statements":
        statements(ws, info)
    elif seen == "attacks":
        attacks(ws, info)
    elif seen == "consent":
        consent_parts.consent(ws)
    else:
        gallery_permission.permission(ws, info)
        access_parts.access_log(ws)
