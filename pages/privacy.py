"""Privacy: how strong, for whom, with which columns, and what else is taken out; with what it means."""

import streamlit as st

from core.settings import AnonymizationSettings, PrivacySettings, build, default_delta
from core.texts import text
from pages.shared import frame, privacy_form, privacy_parts, promise_parts, state

ws = state.workspace()
info = frame.require_dataset(ws, "privacy")
frame.head("privacy", info, onward="training")
stored = ws.privacy(info.id)

left, right = st.columns([3, 2])
with left:
    n_known = stored.n_shoppers or max(info.n_users, 1)
    epsilon, delta = privacy_form.budget(info, stored, n_known)
    n_shoppers = privacy_form.who(info, stored)
    published = privacy_form.published(info, stored)
with right:
    promise_parts.attacker(epsilon, delta or default_delta(n_known))
promise_parts.pictures(ws, info, epsilon, delta or default_delta(n_known))

with st.spinner(text("privacy.effect.wait")):
    effects = privacy_parts.effects(ws, info, stored.anonymization)
anonymization: AnonymizationSettings = privacy_form.anonymization(info, stored.anonymization, effects)
settings = build(
    PrivacySettings,
    {
        "epsilon": epsilon,
        "delta": delta,
        "n_shoppers": n_shoppers,
        "published": published,
        "anonymization": anonymization,
    },
)
if settings != stored:
    ws.set_privacy(info.id, settings)
    st.rerun()

privacy_parts.export(ws, info, anonymization)
frame.next_step("training")
