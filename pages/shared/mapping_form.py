"""How the files are read: Tact's proposal, to be confirmed or changed."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Names
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.columns import Uploads
from core.settings import build
from core.tables.layout import Reading, Role
from core.tables.mapping import CONSTANTS, FIELDS, REQUIRED, Mapping, match_name
from core.tables.proposal import FileProposal, Proposal, codes_in
from core.texts import plain, spoken, text
from core.workspace import Workspace
from pages.shared import reading_form, recipes_form
from pages.shared.rules_form import rules_form
from pages.shared.uploads import Upload, paths

CODES = ("purchase", "view", "ignore")
N_CODES = 20
N_IN_ROW = 4
Files = Names[Role, Sequence[Upload]]
Columns = dict[Role, dict[str, str]]


@dataclass(frozen=True)
class Form:
    """What the fields start from: Tact's proposal, and over it a saved recipe; ``key`` sets their memory apart."""

    proposal: Proposal
    recipe: Mapping
    key: str

    def file(self, role: Role) -> FileProposal | None:
        """Return the proposal for one kind of file."""
        return self.proposal.behavior if role == "behavior" else self.proposal.products

    def columns(self, role: Role) -> dict[str, str]:
        """Return the columns that the fields of one kind of file start from."""
        file = self.file(role)
        if file is None:
            return {}
        known = (*file.source.header, *CONSTANTS, "")
        said = self.recipe.behavior if role == "behavior" else self.recipe.products
        return {**file.columns, **{field: column for field, column in said.items() if column in known}}


def mapping_form(ws: Workspace, files: Files) -> Mapping | None:
    """Draw the proposal for the uploads; return the mapping, or None while something required is open."""
    with st.container(border=True, key="mapping"):
        st.markdown(f"**{text('data.mapping')}**")
        picked, recipe = recipes_form.pick(ws)
        reading = reading_form.chosen(files, recipe.reading)
        proposal = _proposal(ws, files, reading)
        form = Form(proposal, recipe, f"{picked}.{files['behavior'][0].path.parent.name}")
        place = st.empty()  # what is missing is known only further below
        columns: Columns = {"behavior": _columns("behavior", files["behavior"], form)}
        meanings = _codes(form, columns["behavior"].get(Uploads.BEHAVIOR, ""))
        if files.get("products"):
            columns["products"] = _columns("products", files["products"], form)
        values: dict[str, Any] = {
            "behavior": columns["behavior"],
            "products": columns.get("products", {}),
            "codes": {code: meaning for code, meaning in meanings.items() if code not in Uploads.CODES},
            "computed": _computed(columns.get("products", {}), form),
            "whole_ids": _whole_ids(form),
            "reading": reading,
            "rules": _rules(form),
        }
        missing = _missing(columns, meanings)
        _say_state(place, missing, is_certain=proposal.is_certain)
        if missing:
            return None
        mapping = build(Mapping, values)
        recipes_form.keep_recipe(ws, mapping, picked)
    return mapping


def _missing(columns: Columns, meanings: dict[str, str | None]) -> list[str]:
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


def _proposal(ws: Workspace, files: Files, reading: dict[Role, Reading]) -> Proposal:
    """Propose once for files, way of reading and language (it has sentences); a rerun of the page reads no file."""
    behavior, products = (tuple(paths(files.get(role, ()))) for role in ("behavior", "products"))
    key = (behavior, products, tuple(sorted(reading.items(), key=lambda pair: pair[0])), spoken())
    stored: tuple[tuple[object, ...], Proposal] | None = st.session_state.get("mapping.proposal")
    if stored is None or stored[0] != key:
        stored = (
            key,
            ws.importer.propose(_one_or_many(behavior), _one_or_many(products) if products else None, reading=reading),
        )
        st.session_state["mapping.proposal"] = stored
    return stored[1]


def _one_or_many(found: tuple[Path, ...]) -> Path | tuple[Path, ...]:
    return found[0] if len(found) == 1 else found


def _columns(role: Role, uploads: Sequence[Upload], form: Form) -> dict[str, str]:
    """Ask which column each field is; optional fields may be left out."""
    file = form.file(role)
    if file is None:
        return {}
    source, proposed = file.source, form.columns(role)
    with st.container(horizontal=True, vertical_alignment="center"):
        reading_form.reading_form(role, uploads[0], source)
    chosen: dict[str, str] = {}
    constants = list(CONSTANTS) if role == "behavior" else []
    for place, field in _in_rows(FIELDS[role]):
        offered = ["", *dict.fromkeys(source.header), *(constants if field == Uploads.BEHAVIOR else [])]
        first = proposed.get(field, "")
        label = text(f"data.field.{field}") + (text("data.field.guessed") if field in file.guessed else "")
        chosen[field] = place.selectbox(
            label,
            offered,
            index=offered.index(first) if first in offered else 0,
            format_func=_column_name,
            key=f"map.{role}.{field}.{form.key}.{source.header}",
        )
    _first_rows(file, uploads[0])
    return chosen


def _in_rows(names: Sequence[str]) -> Iterator[tuple[DeltaGenerator, str]]:
    """Give each name a place, four a row: on a phone, and for the tabulator, they stay in this order."""
    for first in range(0, len(names), N_IN_ROW):
        yield from zip(st.columns(N_IN_ROW), names[first : first + N_IN_ROW], strict=False)


def _first_rows(file: FileProposal, upload: Upload) -> None:
    """Show the first rows: columns without names can only be told by what is in them."""
    source = file.source
    with st.expander(text("data.mapping.sample", name=plain(upload.name)), expanded=not source.has_header):
        rows = [dict(enumerate(row)) for row in file.sample_rows]
        frame = pd.DataFrame(rows, dtype=str).reindex(columns=range(len(source.header)))
        frame.columns = pd.Index([f"{place}. {name}" for place, name in enumerate(source.header, 1)])
        st.dataframe(frame, hide_index=True)


def _column_name(column: str) -> str:
    if column in CONSTANTS:
        return text(f"data.mapping.constant.{CONSTANTS[column]}")
    return column or text("data.mapping.none")


def _code_name(code: str) -> str:
    return plain(code) or text("data.mapping.codes.blank")


def _codes(form: Form, column: str) -> dict[str, str | None]:
    """Ask what each behaviour code of the chosen column means; None for one that nobody has explained yet."""
    counts = codes_in(form.proposal.behavior.source, column)
    if not counts:
        return {}
    own = {code.lower(): meaning for code, meaning in form.recipe.codes.items()}
    known = {**form.proposal.mapping.event_of_code(), **own}
    st.caption(text("data.mapping.codes"))
    meanings: dict[str, str | None] = {}
    for place, code in _in_rows(list(counts)[:N_CODES]):
        meaning = known.get(code.lower())
        meanings[code] = place.selectbox(
            text("data.mapping.codes.count", code=_code_name(code), n=counts[code]),
            CODES,
            index=CODES.index(meaning) if meaning in CODES else None,
            format_func=lambda name: text(f"data.mapping.code.{name}"),
            key=f"map.code.{code}.{form.key}",
        )
    if len(counts) > N_CODES:
        st.caption(text("data.mapping.codes.many", n=len(counts) - N_CODES))
    return meanings


def _computed(columns: dict[str, str], form: Form) -> tuple[str, ...]:
    """Ask which product columns tell of the shoppers behind them."""
    offered = [field for field in (Uploads.CATEGORY, Uploads.PRICE, Uploads.RATING) if columns.get(field)]
    if not offered:
        return ()
    of_shoppers = _is_of_shoppers(form)
    if of_shoppers:
        st.warning(text("data.mapping.of_shoppers"), icon=":material/warning:")
    first = offered if of_shoppers else [field for field in offered if field in form.recipe.computed]
    label, words = text("data.mapping.computed"), text("data.mapping.computed.help")
    return tuple(
        st.multiselect(
            label,
            offered,
            default=first,
            key=f"map.computed.{form.key}",
            help=words,
            placeholder=text("data.mapping.computed.none"),
        )
    )


def _is_of_shoppers(form: Form) -> bool:
    """Tell whether the product file has a column of shoppers, as a log of behaviour that is given twice has."""
    products = form.proposal.products
    header = products.source.header if products else ()
    return match_name(header, Uploads.USER, set(), is_required=False) is not None


def _whole_ids(form: Form) -> bool:
    """Ask whether ids such as 14075.0 are 14075, where all of a column look so."""
    if not form.proposal.n_whole_ids:
        return form.recipe.whole_ids
    label = text("data.mapping.whole_ids")
    return bool(st.toggle(label, value=True, key=f"map.whole.{form.key}", help=form.proposal.whole_ids_sentence))


def _rules(form: Form) -> object:
    """Ask which rows to leave out."""
    with st.expander(text("data.rules"), expanded=bool(form.proposal.rules), icon=":material/rule:"):
        st.caption(text("data.rules.what"))
        return rules_form(form.proposal.rules, form.recipe.rules, f"rules.{form.key}")
