"""Recommendations: what one shopper would be shown, over the whole range of ε, and what privacy changes of it."""

import streamlit as st

from core.report.curve import points_of
from core.texts import text
from pages.shared import frame, noted, shopper_closer, shopper_range, state
from pages.shared import shopper_parts as parts
from pages.shared.downloads import all_lists
from pages.shared.report_view import categories_of

ws = state.workspace()
info = frame.require_dataset(ws, "recommendations")
study = frame.require_study(ws, info, "recommendations")
frame.head("recommendations", info)
frame.study_picker(ws, info, study)

offered = points_of(ws.curve(study.id, "sample" if info.kind == "sample" else "curator"))
categories = categories_of(ws, info)

with st.container(border=True, key="pick"):
    who = parts.pick_shopper(ws, info, study, categories)
    wanted = parts.filters(info, categories)
if who is None:
    st.stop()
noted.seen_once(ws, "shopper.seen", study.id, who.user_id)
parts.draw_history(ws, study, who)

st.subheader(text("rec.new"))
tabs = parts.open_tabs(compare=bool(state.points(study.id)))
if tabs["range"].open:
    with tabs["range"]:
        shopper_range.over_epsilon(ws, info, study, who, wanted)
if tabs["compare"].open:
    with tabs["compare"]:
        parts.compare_points(ws, study, who, wanted, offered, ws.privacy(info.id).epsilon or 1.0)
if tabs["pair"].open:
    with tabs["pair"]:
        shopper_closer.two_shoppers(ws, info, study, who, wanted, categories)
if tabs["anonymised"].open:
    with tabs["anonymised"]:
        shopper_closer.before_and_after(ws, info, study, who, wanted)

st.caption(text("rec.score.help"))
parts.buy_again(ws, study, who, wanted, offered)
all_lists(ws, study, offered, wanted.k)
