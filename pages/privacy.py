"""Privacy: how strong, for whom, with which columns; with what it means."""

import streamlit as st

from core.settings import PrivacySettings, build, default_delta
from core.texts import text
from pages.shared import (
    frame,
    privacy_follows,
    privacy_form,
    privacy_harm,
    privacy_parts,
    privacy_promise,
    privacy_unit,
    state,
)

ws = state.workspace()
info = frame.require_dataset(ws, "privacy")
frame.head("privacy", info, onward="training")
stored = ws.privacy(info.id)
n_known = stored.n_shoppers or max(info.n_users, 1)

left, right = st.columns(2)
with left:
    privacy_harm.question(info, stored, n_known)
with right:
    epsilon, delta = privacy_form.budget(info, stored, n_known)
    n_shoppers = privacy_form.declared(info, stored)
privacy_follows.follows(ws, info, stored, epsilon, delta or default_delta(n_known))

st.subheader(text("unit.title"))
left, right = st.columns(2)
with left:
    privacy_unit.who(ws, info, epsilon, delta or default_delta(n_known))
with right:
    privacy_unit.rows(ws, info, stored)
with st.expander(text("privacy.more"), icon=":material/tune:"):
    published = privacy_form.published(info, stored)
    privacy_parts.rows_before(stored.anonymization)
privacy_promise.promise(info, epsilon, delta or default_delta(n_known), n_shoppers)
settings = build(
    PrivacySettings,
    {
        "epsilon": epsilon,
        "delta": delta,
        "n_shoppers": n_shoppers,
        "published": published,
        "anonymization": stored.anonymization,
    },
)
if settings != stored:
    ws.set_privacy(info.id, settings)
    st.rerun()

frame.next_step("training")
