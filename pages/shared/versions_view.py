"""Versions of a dataset: where it comes from, rules to read it again by, how long it stays, its end."""

import streamlit as st

from core.settings import build
from core.tables.mapping import Mapping
from core.tables.proposed_rules import rules_of_report
from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import frame, state
from pages.shared.rules_form import rules_form

IMPORT = "import.run"


def kept_by_rules(ws: Workspace, info: DatasetInfo) -> None:
    """Say what rules that are off would have left out, and offer a new version with those that a person turns on."""
    behavior = info.report["behavior"]
    found = rules_of_report(behavior.get("rules", {}), behavior["rows_kept"], are_kept=True)
    if not found or info.kind == "sample":
        return
    with st.container(border=True, key="kept_by_rules"):
        st.markdown(f"**{text('data.rules.kept')}**")
        if not ws.importer.can_import_again(info.id):
            for rule in found:
                st.markdown(f"- {plain(rule.sentence)}")
            st.caption(text("data.again.gone"))
            return
        recipe = build(Mapping, info.recipe)
        rules = rules_form(found, recipe.rules, f"again.{info.id}")
        changed = rules != recipe.rules
        if st.button(text("data.again"), key="again", icon=":material/restart_alt:", disabled=not changed):
            mapping = recipe.model_copy(update={"rules": rules})
            st.session_state[IMPORT] = ws.importer.again(info.id, mapping, by=state.person())
            st.rerun()
        st.caption(text("data.again.what"))


def versions(ws: Workspace, info: DatasetInfo) -> None:
    """List the versions of a dataset, newest first, with who made them, when, of which files."""
    found = ws.importer.versions(info.id)
    with st.expander(text("data.versions", n=len(found)), icon=":material/history:"):
        rows = [
            {
                "version": version.version,
                "name": frame.own_name(version),
                "created": version.created,
                "by": version.imported_by,
                "events": version.n_events,
                "users": version.n_users,
                "sources": ", ".join(version.sources),
                "rules": ", ".join(_rules(version)) or text("data.versions.no_rules"),
            }
            for version in found
        ]
        names = {name: text(f"data.versions.{name}") for name in rows[0]}
        st.dataframe(rows, hide_index=True, column_config=names)
        if info.recipe:
            st.download_button(
                text("data.recipe.download"),
                ws.importer.recipe_json(build(Mapping, info.recipe)),
                "mapping.json",
                "application/json",
                key="version_recipe",
                on_click="ignore",
            )


def _rules(info: DatasetInfo) -> list[str]:
    counted = info.report["behavior"].get("rules", {})
    return [text(f"data.rule.{name}") for name, rule in counted.items() if rule["on"]]


def retention(ws: Workspace, info: DatasetInfo) -> None:
    """Say when a dataset deletes itself, and let a person change it; offer to delete the uploaded files alone."""
    until = info.expires
    st.markdown(text("data.keep.until", day=f"{until:%Y-%m-%d}") if until else text("data.keep.ever"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = days_field(f"keep.{info.id}")
        if st.button(text("data.keep.set"), key="keep_set"):
            ws.importer.set_retention(info.id, days)
            st.rerun()
    if ws.importer.can_import_again(info.id):
        st.markdown(text("data.originals"))
        if st.button(text("data.originals.drop"), key="drop_uploads"):
            ws.importer.drop_uploads(info.id)
            st.rerun()


def days_field(key: str) -> int | None:
    """Ask after how many days a dataset deletes itself; None: never."""
    label, words = text("data.days"), text("data.days.help")
    days = st.number_input(
        label, 1, 36_500, value=None, step=1, key=key, help=words, placeholder=text("data.days.never"), width=240
    )
    return None if days is None else int(days)


def parent_field(ws: Workspace) -> str | None:
    """Ask whether the files are a newer export of a shop that is here already; return the dataset's id."""
    known = {info.id: info for info in ws.datasets() if info.kind != "sample"}
    if not known:
        return None
    return st.selectbox(
        text("data.parent"),
        (None, *known),
        format_func=lambda dataset_id: (
            text("data.parent.none")
            if dataset_id is None
            else text(
                "data.parent.of", name=plain(frame.own_name(known[dataset_id])), version=known[dataset_id].version
            )
        ),
        key="data.parent",
        help=text("data.parent.help"),
        width=320,
    )
