"""Data: bring it in, see what was kept and dropped, and what it looks like."""

import streamlit as st

from core.texts import plain, text
from pages.shared import frame, noted, state, versions_view
from pages.shared.add_data import add_data, watch_import
from pages.shared.report_view import clean_report, profile_view

ws = state.workspace()
info = state.current_dataset(ws)
frame.head("data", info, onward="anonymization" if info else None)

importing = watch_import(ws)
with st.expander(text("data.source.add"), expanded=info is None or importing, icon=":material/add_circle:"):
    add_data(ws)

if info is None:
    st.stop()

clean_report(ws, info)
versions_view.kept_by_rules(ws, info)
versions_view.versions(ws, info)
profile_view(ws, info)
noted.seen_once(ws, "data.seen", info.id)
frame.next_step("anonymization")

with st.expander(text("data.delete"), icon=":material/delete:"):
    versions_view.retention(ws, info)
    st.divider()
    st.markdown(text("data.delete.what", name=plain(frame.own_name(info))))
    if st.button(text("data.delete.sure"), key="delete"):
        ws.importer.delete_dataset(info.id, by=state.person())
        st.rerun()
