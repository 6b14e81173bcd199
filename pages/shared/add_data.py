"""Where data comes from: the sample shop, two files of one's own, or templates to fill."""

import streamlit as st

from core.runs.queue import Run
from core.tables.layout import Role
from core.tables.templates import BEHAVIOR_NAME, BEHAVIOR_TEMPLATE, PRODUCTS_NAME, PRODUCTS_TEMPLATE
from core.texts import text
from core.workspace import Workspace
from pages.shared import run_panel, state, uploads, versions_view
from pages.shared.mapping_form import mapping_form

SOURCES = ("sample", "files", "templates")
IMPORT = versions_view.IMPORT


def add_data(ws: Workspace) -> None:
    """Draw the three ways to data."""
    source = st.segmented_control(
        text("data.source"),
        SOURCES,
        format_func=lambda name: text(f"data.source.{name}"),
        key="data.source",
        default="files",
        required=True,
        persist_state="session",
    )
    if source == "sample":
        st.markdown(text("data.sample.lead"))
        if st.button(text("data.sample.use"), type="primary", key="use_sample"):
            state.choose_dataset(ws.sample().id)
            st.rerun()
    elif source == "templates":
        _templates()
    else:
        _own_files(ws)


def _templates() -> None:
    """Offer two small files to fill."""
    st.markdown(text("data.templates.lead"))
    with st.container(horizontal=True):
        for name, body in ((BEHAVIOR_NAME, BEHAVIOR_TEMPLATE), (PRODUCTS_NAME, PRODUCTS_TEMPLATE)):
            icon = ":material/download:"
            st.download_button(name, body, name, "text/csv", key=f"template_{name}", on_click="ignore", icon=icon)


def _own_files(ws: Workspace) -> None:
    """Take the files, settle how they are read, and import them in the background."""
    st.markdown(text("data.files.lead"))
    files: dict[Role, list[uploads.Upload]] = {}
    for place, role in zip(st.columns(2), uploads.ROLES, strict=True):
        with place:
            files[role] = uploads.upload_field(ws, role, text(f"data.{role}"))
    behavior, products = files["behavior"], files["products"]
    if not behavior:
        return
    if products and st.button(text("data.swap"), key="swap", type="tertiary", icon=":material/swap_horiz:"):
        uploads.swap()
        st.rerun()
    listed = None if products else _without_products()
    mapping = mapping_form(ws, files)
    with st.container(horizontal=True):
        name = st.text_input(text("data.name"), key="data.name", value=text("data.name.default"), width=320)
        parent = versions_view.parent_field(ws)
        days = versions_view.days_field("data.days")
    waits = mapping is None or listed == []
    if (
        st.button(text("data.import"), type="primary", key="import", icon=":material/input:", disabled=waits)
        and mapping
    ):
        st.session_state[IMPORT] = ws.importer.submit_import(
            (name or "").strip() or text("data.name.default"),
            uploads.paths(behavior),
            uploads.paths(products) or None,
            mapping,
            product_list=listed,
            parent=parent,
            keep_days=days,
            by=state.person(),
        )
        st.rerun()


def _without_products() -> list[str] | None:
    """Ask which products may be recommended where there is no product file; None: chosen privately."""
    how = st.radio(
        text("data.no_products"),
        ("private", "list"),
        format_func=lambda name: text(f"data.no_products.{name}"),
        captions=[text("data.no_products.private.what"), text("data.no_products.list.what")],
        key="data.no_products",
    )
    return uploads.product_list() if how == "list" else None


def watch_import(ws: Workspace) -> bool:
    """Watch the import that is on its way; when it has ended well, go on with its data. Tell whether one is shown."""
    run = state.run_or_none(ws, st.session_state.get(IMPORT)) or _one_on_its_way(ws)
    if run is None:
        return False
    if run.status == "done":
        _go_on(ws, run)
    run_panel.watch(ws, run)
    if not run.is_active:
        st.caption(text("data.import.again"))
    return True


def _one_on_its_way(ws: Workspace) -> Run | None:
    """Find an import that another tab, or this one before a reload, has started."""
    return next((run for run in ws.runs() if run.kind == "import" and run.is_active), None)


def _go_on(ws: Workspace, run: Run) -> None:
    """Choose the data that an import has made, and put the uploads away."""
    st.session_state.pop(IMPORT, None)
    uploads.hand_over()
    ws.mark_seen(run.id)
    if run.facts.get("dataset"):
        state.choose_dataset(run.facts["dataset"])
    st.rerun()
