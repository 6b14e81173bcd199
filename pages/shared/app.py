"""The app: page list, frame, and the page that was asked for inside the error boundary."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from core.texts import text
from pages.shared import frame, link, places, state, tour
from pages.shared.boundary import boundary
from pages.shared.language import speak_chosen, write_address

LOGO = Path(__file__).with_name("logo.svg")
CONTRAST = Path(__file__).with_name("contrast.css")

# Until the first ``st.navigation`` of a server's life Streamlit would serve pages/*.py by itself, without our frame and
# error boundary: a visitor who opens /privacy on a fresh server would see that.
PagesManager.uses_pages_directory = False


def main() -> None:
    """Draw one run of the app; called by ``streamlit_app.py`` at every rerun."""
    speak_chosen()
    write_address()
    # Before the pages are known, and an emoji: else the browser fetches the page's material icon from Google.
    st.set_page_config(page_title=text("app.title"), page_icon="🛡️", layout="wide")
    page = st.navigation(
        [
            st.Page(file, title=text(f"{name}.menu"), icon=icon, url_path=name, default=file == places.OVERVIEW)
            for name, (file, icon) in places.PAGES.items()
        ]
    )
    st.set_page_config(page_title=f"{page.title} · {text('app.title')}")
    st.logo(LOGO, size="large")
    st.html(CONTRAST)
    with boundary():
        ws = state.workspace()
        link.open_view(ws)
        frame.side_bar(ws)
        frame.notices(ws, page.url_path)
        tour.bar(ws, page.url_path)
        page.run()
