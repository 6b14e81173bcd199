"""The error boundary: what a person is told when something goes wrong, and what only the log keeps."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import UserError
from core.texts import plain, text

log = logging.getLogger("tact.pages")


@contextmanager
def boundary() -> Iterator[None]:
    """Show a ``UserError`` as its sentence; log anything else and show one plain sentence, never its text.

    Streamlit's own control flow (stop, rerun, page switch) is no ``Exception`` and passes through.
    """
    try:
        yield
    except UserError as error:
        said = str(error)
        st.error(plain(said if said.endswith((".", "!", "?")) else f"{said}."), icon=":material/error:")
    except Exception:  # the last line of defence: a traceback may quote shoppers' data
        log.exception("A page failed")
        st.error(text("error.ours"), icon=":material/bug_report:")
