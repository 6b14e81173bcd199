"""Uploads: to disk at once, and out of the server's memory; only path and name stay in the session."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.texts import plain, text
from core.workspace import Workspace

log = logging.getLogger("tact.pages")
TYPES = ["csv", "tsv", "txt"]
ROLES = ("behavior", "products")


@dataclass(frozen=True)
class Upload:
    """An uploaded file on disk; ``name`` is what the person calls it."""

    name: str
    path: Path
    n_bytes: int


def upload_field(ws: Workspace, role: str, label: str) -> Upload | None:
    """Draw the field of one file; return it once it is on disk."""
    stored: Upload | None = st.session_state.get(_key(role))
    if stored is not None and stored.path.exists():
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            size = f"{stored.n_bytes / 1e6:,.1f} MB" if stored.n_bytes >= 100_000 else f"{stored.n_bytes / 1e3:,.1f} kB"
            st.markdown(f":material/description: {text('data.uploaded', name=plain(stored.name), size=size)}")
            if st.button(text("data.remove"), key=f"remove_{role}", type="tertiary"):
                forget(role)
                st.rerun()
        return stored
    turn = st.session_state.setdefault(f"{_key(role)}.turn", 0)
    file = st.file_uploader(label, type=TYPES, key=f"{role}_{turn}")
    if file is None:
        return None
    path = ws.importer.save_upload(file, file.name)
    st.session_state[_key(role)] = Upload(file.name, path, path.stat().st_size)
    st.session_state[f"{_key(role)}.turn"] = turn + 1
    _free(file)
    st.rerun()


def swap() -> None:
    """Take the behaviour file for the product file, and the other way round."""
    first, second = (st.session_state.get(_key(role)) for role in ROLES)
    for role, upload in zip(ROLES, (second, first), strict=True):
        st.session_state[_key(role)] = upload


def forget(role: str) -> None:
    """Take an upload out of the session and off the disk."""
    stored: Upload | None = st.session_state.pop(_key(role), None)
    if stored is not None:
        stored.path.unlink(missing_ok=True)
        with suppress(OSError):
            stored.path.parent.rmdir()  # an upload has a folder of its own


def product_list() -> list[str]:
    """Ask for a list of ProductIDs, pasted or as a small text file; return it without blanks and repeats."""
    words = st.text_area(text("data.list.paste"), key="products.pasted", height=120) or ""
    file = st.file_uploader(text("data.list.file"), type=["txt", "csv"], key="products.list", max_upload_size=20)
    if file is not None:
        words += "\n" + file.getvalue().decode("utf-8", errors="replace")
    return unique_lines(words)


def unique_lines(words: str) -> list[str]:
    """Split into lines, without blanks and repeats, in order.

    Example:
        >>> unique_lines("b\\n\\n a \\nb")
        ['b', 'a']
    """
    lines = (line.strip().strip('"') for line in words.splitlines())
    found: Sequence[str] = [line for line in lines if line]
    return list(dict.fromkeys(found))


def _key(role: str) -> str:
    return f"upload.{role}"


def _free(file: UploadedFile) -> None:
    """Let the server forget the bytes of an upload; a new widget key alone keeps them until the session ends."""
    context = get_script_run_ctx()
    if context is None:
        return
    # Streamlit's own interface, not a promised one: without it the bytes go when the session ends.
    remove = getattr(context.uploaded_file_mgr, "remove_file", None)
    if remove is None:
        log.warning("This Streamlit cannot free an upload early")
        return
    remove(context.session_id, file.file_id)
