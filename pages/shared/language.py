"""The language of the pages: in the address as ``?lang=``, at first the browser's."""

import streamlit as st

from core.texts import LANGUAGES, NAMES, speak, text

KEY = "lang"


def speak_chosen() -> None:
    """Speak the language that was chosen; at the start of every run, also of a part of a page."""
    chosen = st.session_state.get(KEY) or st.query_params.get(KEY) or _of_browser()
    speak(str(chosen))


def picker() -> None:
    """Draw the choice of the language, bound to the address."""
    if KEY not in st.session_state and KEY not in st.query_params:
        st.session_state[KEY] = _of_browser()
    st.segmented_control(
        text("frame.language"),
        list(LANGUAGES),
        format_func=NAMES.__getitem__,
        key=KEY,
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )


def _of_browser() -> str:
    """Return the browser's language where Tact speaks it, else English."""
    asked = str(st.context.locale or "").split("-")[0].lower()
    return asked if asked in LANGUAGES else "en"
