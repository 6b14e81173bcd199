"""Overview: what Tact is for, the way through it, and one button that shows it."""

import streamlit as st

from core.texts import plain, text
from pages.shared import demo, frame, places, state

ws = state.workspace()
info = state.current_dataset(ws)

frame.head("overview", info)
with st.container(border=True, key="start"), st.container(horizontal=True, vertical_alignment="center"):
    if st.button(text("overview.demo"), type="primary", icon=":material/play_circle:", key="demo", width=320):
        demo.start(ws)
        st.switch_page(places.TRAINING)
    frame.go(text("overview.own"), places.DATA, key="own", icon=":material/upload_file:")
    st.caption(text("overview.demo.caption"))

for column, name in zip([*st.columns(4), *st.columns(3)], [*places.STEPS, "audit"], strict=True):
    with column, st.container(border=True, height="stretch"):
        file, icon = places.PAGES[name]
        st.markdown(f"### {icon}")
        st.markdown(text(f"overview.step.{name}"))
        st.page_link(file, label=text("overview.step.open"), icon=":material/arrow_forward:")

if info is not None:
    newest = next(iter(state.studies(ws, info.id)), None)
    with st.container(border=True):
        st.markdown(f"{text('overview.again')} **{plain(info.name)}**")
        if newest is None:
            st.markdown(text("overview.state.none"))
            frame.next_step("anonymization", primary=False)
        else:
            status = text(f"run.{newest.status}")
            st.markdown(text("overview.state.study", title=plain(newest.title), status=status))
            frame.next_step("tradeoff" if newest.status == "done" else "training", primary=False)

with st.expander(text("overview.promise"), icon=":material/verified_user:"):
    st.markdown(text("overview.promise.body"))
