"""Privacy: how strong, for whom, with which columns; with what it means."""

import streamlit as st

from core.settings import PrivacySettings, build, default_delta
from pages.shared import frame, privacy_form, privacy_harm, privacy_parts, promise_parts, state

ws = state.workspace()
info = frame.require_dataset(ws, "privacy")
frame.head("privacy", info, onward="training")
stored = ws.privacy(info.id)

left, right = st.columns([3, 2])
with left:
    n_known = stored.n_shoppers or max(info.n_users, 1)
    privacy_harm.question(info, stored, n_known)
    epsilon, delta = privacy_form.budget(info, stored, n_known)
    n_shoppers = privacy_form.who(info, stored)
    published = privacy_form.published(info, stored)
with right:
    promise_parts.attacker(epsilon, delta or default_delta(n_known))
promise_parts.pictures(ws, info, epsilon, delta or default_delta(n_known))

privacy_parts.rows_before(stored.anonymization)
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
