"""The error boundary: what a person is told when something goes wrong, and what only the log keeps."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import UserError
from core.texts import plain, said, text
from pages.shared.language import speak_chosen

log = logging.getLogger("tact.pages")


@contextmanager
def boundary() -> Iterator[None]:
    """Show a ``UserError`` as its sentence; log anything else and show one plain sentence, never its text.

    Streamlit's own control flow (stop, rerun, page switch) is no ``Exception`` and passes through.
    """
    speak_chosen()  # a part of a page that draws itself anew may run in another thread than the page did
    try:
        yield
    except UserError as error:
        words = said(str(error))
        st.error(plain(words if words.endswith((".", "!", "?", "。")) else f"{words}."), icon=":material/error:")
    except Exception:  # the last line of defence: a traceback may quote shoppers' data
        log.exception("A page failed")
        st.error(text("error.ours"), icon=":material/bug_report:")
