"""Trade-off: quality of recommendations over ε, in the room that the reader may stand in."""

import streamlit as st

from core.report.curve import metrics_of, nearest_epsilon, points_of
from core.texts import plain, text
from pages.shared import bill, frame, grid_parts, state
from pages.shared import tradeoff_parts as parts

ws = state.workspace()
info = frame.require_dataset(ws, "tradeoff")
study = frame.require_study(ws, info, "tradeoff")
room = parts.room_now(info)
frame.head("tradeoff", info, outside=room == "releasable", onward="recommendations")
frame.study_picker(ws, info, study)
if not study.seen:
    ws.mark_seen(study.id)
parts.choose_room(info, room)

curve = ws.curve(study.id, room)
if not metrics_of(curve):
    st.info(text("room.empty"))
    frame.next_step("recommendations")
    st.stop()

column = parts.choose_metric(curve)
epsilon = nearest_epsilon(curve, ws.privacy(info.id).epsilon or 1.0)
if epsilon is not None:
    advice = ws.advice(study.id, epsilon)
    with st.container(border=True, key="advice"):
        parts.say_headline(curve, column, advice.method, epsilon)
        st.caption(text("curve.advice", method=text(f"method.{advice.method}"), why=plain(advice.sentence)))
parts.draw_curve(study.id, curve, column, room, epsilon)

offered = points_of(curve)
picked = [point for point in state.points(study.id) if point in offered]
chosen = st.multiselect(
    text("curve.picked"),
    offered,
    default=picked,
    format_func=parts.point_name,
    max_selections=state.MAX_POINTS,
    help=text("curve.picked.help"),
)
if chosen != picked:
    state.set_points(study.id, chosen)
    st.rerun()

with st.container(horizontal=True, vertical_alignment="center"):
    suffix = "curator-NOT-FOR-RELEASE" if room == "curator" else room
    data = parts.marked(curve, room).to_csv(index=False).encode()
    file_name = f"tact-curve-{suffix}.csv"
    st.download_button(text("curve.csv"), data, file_name, "text/csv", on_click="ignore", icon=":material/download:")
    st.caption(text("curve.png"))
    st.caption(text("curve.bands"))

with st.expander(text("curve.table"), icon=":material/table:"):
    parts.all_figures(curve, room)
    if room != "releasable":
        parts.validation(ws.study(study.id).validation())
parts.cost(info, study, room)
bill.paid(ws, study)
grid_parts.section(ws, info, room, column)
frame.next_step("recommendations")
