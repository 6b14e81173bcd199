"""Parts of the Privacy page about what is done to rows before: a line, and the way to where it is chosen."""

import streamlit as st

from core.settings import AnonymizationSettings
from core.texts import text
from pages.shared import places
from pages.shared.anonymize_words import row_words, threshold_words


def rows_before(settings: AnonymizationSettings) -> None:
    """Say what is done to rows before a study, what is for files only, and where that is chosen."""
    with st.container(border=True, key="rows_before"):
        st.markdown(f"**{text('privacy.rows')}**")
        own, files = row_words(settings), threshold_words(settings)
        st.markdown(text("privacy.rows.study", options=own) if own else text("privacy.rows.none"))
        if files:
            st.markdown(text("privacy.rows.files", options=files))
        st.caption(text("privacy.rows.no_epsilon"))
        st.page_link(places.ANONYMIZATION, label=text("privacy.rows.link"), icon=":material/arrow_forward:")
