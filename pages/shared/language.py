"""The language of the pages: in the address as ``?lang=``, at first the browser's."""

import streamlit as st

from core.texts import LANGUAGES, NAMES, speak, spoken, text

KEY = "lang"
CHOICE = "choice.language"


def speak_chosen() -> None:
    """Speak the language that was chosen; at the start of every run, also of a part of a page."""
    if CHOICE not in st.session_state:
        asked = st.query_params.get(KEY)
        st.session_state[CHOICE] = asked if asked in LANGUAGES else _of_browser()
    speak(st.session_state[CHOICE])


def write_address() -> None:
    """Put the language into the address. Not by binding a widget: with a bound one no page can be switched to."""
    if spoken() != "en" or KEY in st.query_params:
        st.query_params[KEY] = spoken()


def picker() -> None:
    """Draw the choice of the language."""
    st.session_state["widget.language"] = spoken()
    st.segmented_control(
        text("frame.language"),
        list(LANGUAGES),
        format_func=NAMES.__getitem__,
        key="widget.language",
        on_change=_choose,
        required=True,
        label_visibility="collapsed",
    )


def _choose() -> None:
    st.session_state[CHOICE] = st.session_state["widget.language"]
    st.query_params[KEY] = st.session_state[CHOICE]


def _of_browser() -> str:
    """Return the browser's language where Tact speaks it, else English."""
    asked = str(st.context.locale or "").split("-")[0].lower()
    return asked if asked in LANGUAGES else "en"
