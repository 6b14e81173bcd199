"""Trade-off: quality of recommendations over ε, in the room that the reader stands in; which ε to ask for, and why."""

import streamlit as st

from core.report.curve import metrics_of, nearest_epsilon
from core.texts import plain, said, text
from pages.shared import bill, compare_parts, decide_parts, frame, link, state, validation_parts, who_pays_parts
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
address = st.container()  # drawn below, once the whole view is known

curve = ws.curve(study.id, room)
if not metrics_of(curve):
    st.info(text("room.empty"))
    frame.next_step("recommendations")
    st.stop()

column = parts.choose_metric(curve)
words = parts.words_across(ws, study, room)
if room == "releasable" and words:
    st.caption(text("tradeoff.draft.what"))
epsilon = nearest_epsilon(curve, ws.privacy(info.id).epsilon or 1.0)
advice = ws.advice(study.id, epsilon) if epsilon is not None else None
if advice is not None and epsilon is not None:
    with st.container(border=True, key="advice"):
        parts.say_headline(curve, column, advice.method, epsilon)
        st.caption(text("curve.advice", method=text(f"method.{advice.method}"), why=plain(said(advice.sentence))))

tabs = parts.open_tabs()
seen = decide_parts.Seen(info, study, curve, column, room, words, advice.method if advice else None)
if tabs["curve"].open:
    with tabs["curve"]:
        parts.draw_curve(study.id, curve, column, room, epsilon, words)
        parts.picked_points(study, curve)
        parts.take_along(ws, study, curve, room, words)
        with st.expander(text("curve.table"), icon=":material/table:"):
            parts.all_figures(curve, room, words)
            parts.points_table(curve, column, room, words)
            if room != "releasable":
                parts.validation(ws.study(study.id).validation())
        parts.cost(info, study, room)
        bill.paid(ws, study)
if tabs["decide"].open:
    with tabs["decide"]:
        decide_parts.decide(seen)
if tabs["pays"].open:
    with tabs["pays"]:
        who_pays_parts.who_pays(ws, info, study, room)
if tabs["beyond"].open:
    with tabs["beyond"]:
        who_pays_parts.beyond_accuracy(ws, info, study, room, curve)
if tabs["check"].open:
    with tabs["check"]:
        validation_parts.validation(ws, info, study, room)
if tabs["compare"].open:
    with tabs["compare"]:
        compare_parts.compare(ws, seen)
view = link.view_now(info.id, study.id, room, column)
with address:
    link.copy_button(view)
link.write(view)
frame.next_step("recommendations")
