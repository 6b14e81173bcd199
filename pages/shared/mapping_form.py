"""How two files are to be read: Tact's proposal, to be confirmed or changed."""

from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.columns import Uploads
from core.settings import build
from core.tables.layout import Role
from core.tables.mapping import CONSTANTS, FIELDS, REQUIRED, Mapping
from core.tables.proposal import FileProposal, Proposal
from core.texts import plain, text
from core.workspace import Workspace
from pages.shared.uploads import Upload

CODES = ("purchase", "view", "ignore")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "|"}


def mapping_form(ws: Workspace, behavior: Upload, products: Upload | None) -> Mapping | None:
    """Draw the proposal for two uploads; return the mapping, or None while something required is open."""
    proposal = _proposal(ws, behavior.path, products.path if products else None)
    with st.container(border=True, key="mapping"):
        st.markdown(f"**{text('data.mapping')}**")
        place = st.empty()  # what is missing is known only further below
        columns: dict[Role, dict[str, str]] = {"behavior": _columns("behavior", behavior, proposal.behavior)}
        meanings = _codes(proposal) if columns["behavior"].get(Uploads.BEHAVIOR) not in CONSTANTS else {}
        computed: list[str] = []
        if products and proposal.products:
            columns["products"] = _columns("products", products, proposal.products)
            computed = _computed(columns["products"])
        missing = _missing(columns, meanings)
        _say_state(place, missing, is_certain=proposal.is_certain)
    if missing:
        return None
    return build(
        Mapping,
        {
            "behavior": columns["behavior"],
            "products": columns.get("products", {}),
            "codes": {code: meaning for code, meaning in meanings.items() if code not in Uploads.CODES},
            "computed": tuple(computed),
            "whole_ids": proposal.mapping.whole_ids,
        },
    )


def _missing(columns: dict[Role, dict[str, str]], meanings: dict[str, str | None]) -> list[str]:
    """Name what a person has to choose yet: columns without which nothing is read, codes that nobody has explained."""
    open_fields = [field for role in columns for field in REQUIRED[role] if not columns[role].get(field)]
    open_codes = [code for code, meaning in meanings.items() if meaning is None]
    return [
        *(text(f"data.field.{field}") for field in open_fields),
        *(text("data.mapping.codes.meaning", code=_code_name(code)) for code in open_codes),
    ]


def _say_state(place: DeltaGenerator, missing: list[str], *, is_certain: bool) -> None:
    """Say above the form whether it can be sent off: something is missing, something was guessed, or all is known."""
    if missing:
        place.warning(text("data.mapping.open", missing="; ".join(missing)), icon=":material/help:")
    elif is_certain:
        place.success(text("data.mapping.certain"), icon=":material/check_circle:")
    else:
        place.info(text("data.mapping.guessed"), icon=":material/fact_check:")


def _proposal(ws: Workspace, behavior: Path, products: Path | None) -> Proposal:
    """Propose once for each pair of files; a rerun of the page reads no file."""
    key = (behavior, products)
    stored: tuple[tuple[Path, Path | None], Proposal] | None = st.session_state.get("mapping.proposal")
    if stored is None or stored[0] != key:
        stored = (key, ws.importer.propose(behavior, products))
        st.session_state["mapping.proposal"] = stored
    return stored[1]


def _columns(role: Role, upload: Upload, file: FileProposal) -> dict[str, str]:
    """Ask which column each field is; optional fields may be left out."""
    source = file.source
    delimiter = DELIMITERS.get(source.delimiter, source.delimiter)
    header = text("data.mapping.header" if source.has_header else "data.mapping.no_header")
    st.caption(
        text("data.mapping.file", name=plain(upload.name), encoding=source.encoding, delimiter=delimiter, header=header)
    )
    chosen: dict[str, str] = {}
    places = st.columns(4)
    constants = list(CONSTANTS) if role == "behavior" else []
    for place, field in enumerate(FIELDS[role]):
        offered = ["", *dict.fromkeys(source.header), *(constants if field == Uploads.BEHAVIOR else [])]
        proposed = file.columns.get(field, "")
        chosen[field] = places[place % 4].selectbox(
            text(f"data.field.{field}"),
            offered,
            index=offered.index(proposed) if proposed in offered else 0,
            format_func=_column_name,
            key=f"map.{role}.{field}.{upload.path.name}",
        )
    # Columns without names can only be told by what is in them.
    with st.expander(text("data.mapping.sample", name=plain(upload.name)), expanded=not source.has_header):
        rows = [dict(enumerate(row)) for row in file.sample_rows]
        frame = pd.DataFrame(rows, dtype=str).reindex(columns=range(len(source.header)))
        frame.columns = pd.Index([f"{place}. {name}" for place, name in enumerate(source.header, 1)])
        st.dataframe(frame, hide_index=True)
    return chosen


def _column_name(column: str) -> str:
    if column in CONSTANTS:
        return text(f"data.mapping.constant.{CONSTANTS[column]}")
    return column or text("data.mapping.none")


def _code_name(code: str) -> str:
    return plain(code) or text("data.mapping.codes.blank")


def _codes(proposal: Proposal) -> dict[str, str | None]:
    """Ask what each behaviour code of the file means; None for one that nobody has explained yet."""
    if not proposal.codes:
        return {}
    known = proposal.mapping.event_of_code()
    st.caption(text("data.mapping.codes"))
    places = st.columns(4)
    meanings: dict[str, str | None] = {}
    for place, (code, n) in enumerate(list(proposal.codes.items())[:20]):
        meaning = known.get(code.lower())
        meanings[code] = places[place % 4].selectbox(
            text("data.mapping.codes.count", code=_code_name(code), n=n),
            CODES,
            index=CODES.index(meaning) if meaning in CODES else None,
            format_func=lambda name: text(f"data.mapping.code.{name}"),
            key=f"map.code.{code}.{proposal.behavior.source.name}",
        )
    return meanings


def _computed(columns: dict[str, str]) -> list[str]:
    """Ask which product columns tell of the shoppers behind them."""
    offered = [field for field in (Uploads.CATEGORY, Uploads.PRICE, Uploads.RATING) if columns.get(field)]
    if not offered:
        return []
    label = text("data.mapping.computed")
    return list(st.multiselect(label, offered, key="map.computed", help=text("data.mapping.computed.help")))
