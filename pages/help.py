"""Help: every term explained, and how to begin anew."""

import streamlit as st

from core.texts import text
from pages.shared import frame, glossary, state

ws = state.workspace()

frame.head("help", None, place=False)
found = glossary.matching(st.text_input(text("help.search"), key="help.search", icon=":material/search:", width=360))
if not found:
    st.info(text("help.nothing"))
for name in found:
    with st.container(border=True, key=f"term_{name}"):
        st.markdown(f"**{text(f'term.{name}')}**  \n{text(f'term.{name}.what')}")
st.caption(text("help.more"))

st.subheader(text("reset.title"))
st.markdown(text("reset.what"))
if st.button(text("reset.button"), key="reset", icon=":material/restart_alt:"):
    ws.reset_sample()
    st.success(text("reset.done"), icon=":material/check:")
