"""How a file is read (encoding, delimiter, header, sheet), as it was found out; a person may know better."""

import codecs
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from core.settings import build
from core.tables.layout import Reading, Role
from core.tables.reading import Source
from core.texts import plain, text
from pages.shared.uploads import Upload

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "big5", "shift_jis", "euc-kr", "cp1252", "latin-1", "cp1251")
HEADERS = {True: "yes", False: "no"}


def chosen(files: Mapping[Role, Sequence[Upload]], first: Mapping[Role, Reading]) -> dict[Role, Reading]:
    """Return what a person has corrected of the uploads' reading; where nothing, what a recipe says (``first``)."""
    return {role: _chosen(role, uploads[0], first.get(role)) for role, uploads in files.items() if uploads}


def _chosen(role: Role, upload: Upload, first: Reading | None) -> Reading:
    """Read the widgets before they are drawn: what the file holds hangs on them."""
    values = (first or Reading()).model_dump()
    for name in values:
        given = st.session_state.get(_key(role, name, upload))
        if given:
            values[name] = given
    if isinstance(values["has_header"], str):
        values["has_header"] = values["has_header"] == "yes"
    return build(Reading, values)


def reading_form(role: Role, upload: Upload, source: Source) -> None:
    """Say how a file is read, and let a person change it; the page is drawn anew with what was changed."""
    st.caption(
        text("data.mapping.file", name=plain(source.name), how=" · ".join(_words(source))),
        help=text("data.reading.help"),
    )
    with st.popover(text("data.reading.change"), icon=":material/tune:"):
        if source.encoding in ("excel", "parquet"):
            _sheet(role, upload, source)
        else:
            _text(role, upload, source)
        _choose("has_header", role, upload, ("yes", "no"), lambda name: text(f"data.reading.header.{name}"))


def _words(source: Source) -> list[str]:
    sheets = [part.sheet for part in source.parts if part.sheet]
    header = text("data.mapping.header" if source.has_header else "data.mapping.no_header")
    if source.encoding in ("excel", "parquet"):
        kind = text(f"data.reading.{source.encoding}")
        return [kind, *(text("data.reading.sheet.is", sheet=plain(sheet)) for sheet in sheets[:1]), header]
    return [source.encoding, text(f"data.reading.delimiter.{DELIMITERS[source.delimiter]}"), header]


def _text(role: Role, upload: Upload, source: Source) -> None:
    known = source.encoding if source.encoding in ENCODINGS else codecs.lookup(source.encoding).name
    offered = tuple(dict.fromkeys((known, *ENCODINGS)))
    _choose("encoding", role, upload, offered, str)
    _choose(
        "delimiter", role, upload, tuple(DELIMITERS), lambda mark: text(f"data.reading.delimiter.{DELIMITERS[mark]}")
    )


def _sheet(role: Role, upload: Upload, source: Source) -> None:
    if source.encoding == "excel":
        label = text("data.reading.sheet")
        st.text_input(label, key=_key(role, "sheet", upload), placeholder=source.parts[0].sheet or "")


def _choose(name: str, role: Role, upload: Upload, offered: tuple[str, ...], words: Callable[[str], str]) -> None:
    """Draw one choice; blank: as it was found out."""
    st.selectbox(
        text(f"data.reading.{name}"),
        ("", *offered),
        format_func=lambda value: words(value) if value else text("data.reading.found"),
        key=_key(role, name, upload),
        persist_state="session",
    )


def _key(role: Role, name: str, upload: Upload) -> str:
    return f"reading.{role}.{name}.{upload.path.parent.name}"
