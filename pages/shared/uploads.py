"""Uploads: to disk at once, and out of the server's memory; only path and name stay in the session."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import UserError
from core.tables.layout import Role
from core.texts import plain, said, text
from core.workspace import Workspace

log = logging.getLogger("tact.pages")
TYPES = ["csv", "tsv", "txt", "gz", "zip", "xlsx", "parquet"]
ROLES: tuple[Role, Role] = ("behavior", "products")


@dataclass(frozen=True)
class Upload:
    """An uploaded file on disk; ``name`` is what the person calls it."""

    name: str
    path: Path
    n_bytes: int


def upload_field(ws: Workspace, role: Role, label: str) -> list[Upload]:
    """Draw the field of one kind of file; return what is on disk of it, in the order of uploading."""
    stored = [upload for upload in _stored(role) if upload.path.exists()]
    if not stored:
        _take(ws, role, label)
        return []
    with st.container(border=True, key=f"uploaded_{role}"):
        st.markdown(f"**{label}**")
        for place, upload in enumerate(stored):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                name = text("data.uploaded", name=plain(upload.name), size=_size(upload.n_bytes))
                st.markdown(f":material/description: {name}", width="content")
                if st.button(text("data.remove"), key=f"remove_{role}_{place}", type="tertiary"):
                    forget(role, upload)
                    st.rerun()
        with st.popover(text("data.more"), icon=":material/add:"):
            _take(ws, role, text("data.more.what"))
    return stored


def _take(ws: Workspace, role: Role, label: str) -> None:
    """Draw an empty field; put what is dropped there on the disk, and draw the page anew."""
    turn = st.session_state.setdefault(f"{_key(role)}.turn", 0)
    files = st.file_uploader(label, type=TYPES, key=f"{role}_{turn}", accept_multiple_files=True)
    if not files:
        return
    for file in files:
        try:
            path = ws.importer.save_upload(file, file.name)
        except UserError as error:  # no table by its content, or no room for it; nothing of it was kept
            st.error(plain(said(str(error))))
            return
        st.session_state[_key(role)] = [*_stored(role), Upload(file.name, path, path.stat().st_size)]
        _free(file)
    st.session_state[f"{_key(role)}.turn"] = turn + 1
    st.rerun()


def paths(uploads: Sequence[Upload]) -> list[Path]:
    """Return where uploads are."""
    return [upload.path for upload in uploads]


def swap() -> None:
    """Take the behaviour files for the product files, and the other way round."""
    first, second = (_stored(role) for role in ROLES)
    for role, uploads in zip(ROLES, (second, first), strict=True):
        st.session_state[_key(role)] = uploads


def forget(role: Role, upload: Upload) -> None:
    """Take an upload out of the session and off the disk."""
    st.session_state[_key(role)] = [other for other in _stored(role) if other != upload]
    upload.path.unlink(missing_ok=True)
    with suppress(OSError):
        upload.path.parent.rmdir()  # an upload has a folder of its own


def hand_over() -> None:
    """Take all uploads out of the session: they belong to the dataset that was made of them."""
    for role in ROLES:
        st.session_state.pop(_key(role), None)


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


def _stored(role: Role) -> list[Upload]:
    stored: list[Upload] = st.session_state.get(_key(role), [])
    return stored


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB" if n_bytes >= 100_000 else f"{n_bytes / 1e3:,.1f} kB"


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
