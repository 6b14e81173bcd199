"""Overview: what Tact is for in one picture, a tour that shows it, and where this workspace stands."""

import streamlit as st

from core.report.way import way
from core.texts import text
from pages.shared import frame, overview_parts, places, state, tour

ws = state.workspace()
info = state.current_dataset(ws)

frame.head("overview", info)
with st.container(border=True, key="start"), st.container(horizontal=True, vertical_alignment="center"):
    if st.button(text("overview.demo"), type="primary", icon=":material/play_circle:", key="demo", width=320):
        tour.start(ws)
    frame.go(text("overview.own"), places.DATA, key="own", icon=":material/upload_file:")
    st.caption(text("overview.demo.caption"))

st.html(way())

if info is not None:
    st.subheader(text("state.title"))
    overview_parts.stand(ws)
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch", key="waits"):
        overview_parts.waits(ws)
    with right, st.container(border=True, height="stretch", key="news_card"):
        overview_parts.news(ws)

with st.expander(text("state.steps"), expanded=info is None, icon=":material/route:"):
    overview_parts.steps()

with st.expander(text("overview.promise"), icon=":material/verified_user:"):
    st.markdown(text("overview.promise.body"))
