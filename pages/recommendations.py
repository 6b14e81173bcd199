"""Recommendations: one shopper at up to three settings side by side, and all lists as a file."""

import streamlit as st

from core.report.curve import points_of
from core.texts import text
from pages.shared import frame, state
from pages.shared import shopper_parts as parts
from pages.shared.downloads import all_lists
from pages.shared.report_view import categories_of
from pages.shared.tradeoff_parts import point_name

ws = state.workspace()
info = frame.require_dataset(ws, "recommendations")
study = frame.require_study(ws, info, "recommendations")
frame.head("recommendations", info)
frame.study_picker(ws, info, study)

offered = points_of(ws.curve(study.id, "sample" if info.kind == "sample" else "curator"))
picked = [point for point in state.points(study.id) if point in offered]
if not picked:
    picked = parts.default_points(offered, ws.privacy(info.id).epsilon or 1.0)
categories = categories_of(ws, info)

with st.container(border=True, key="pick"):
    user_id = parts.pick_shopper(ws, study, categories)
    points = st.multiselect(
        text("rec.points"),
        offered,
        default=picked,
        format_func=point_name,
        max_selections=state.MAX_POINTS,
        help=text("rec.points.help"),
    )
    k, wanted, out_of_stock = parts.filters(info, categories)
state.set_points(study.id, points)

if user_id is None:
    st.stop()
parts.draw_history(ws, study, user_id)
if not points:
    st.info(text("rec.no_points"))
    st.stop()

lists = ws.shopfront.recommend_for(study.id, user_id, points, k, category=wanted, out_of_stock=out_of_stock)
parts.side_by_side(lists)
parts.buy_again(lists[0].again)
st.caption(text("rec.score.help"))
all_lists(ws, study, offered, points[0], k)
