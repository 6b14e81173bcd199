"""Recipes: a way of reading with a name, to use again for the next export of the same shop."""

import streamlit as st

from core.tables.mapping import Mapping
from core.texts import plain, text
from core.workspace import Workspace

PICKED = "recipe.picked"


def pick(ws: Workspace) -> tuple[str, Mapping]:
    """Ask for a saved recipe; return its name and what it says, nothing where none is chosen."""
    recipes = ws.importer.recipes()
    if not recipes:
        return "", Mapping()
    name = st.selectbox(
        text("data.recipe"),
        ("", *recipes),
        format_func=lambda recipe: plain(recipe) if recipe else text("data.recipe.none"),
        key=PICKED,
        help=text("data.recipe.help"),
        width=360,
    )
    return (name, recipes[name]) if name in recipes else ("", Mapping())


def keep_recipe(ws: Workspace, mapping: Mapping, picked: str) -> None:
    """Offer to save how the files are read, to take it along for the command line, or to delete the chosen one."""
    with st.popover(text("data.recipe.save"), icon=":material/bookmark_add:"):
        st.caption(text("data.recipe.what"))
        name = st.text_input(text("data.recipe.name"), value=picked, max_chars=40, key=f"recipe.name.{picked}")
        with st.container(horizontal=True):
            if st.button(text("data.recipe.keep"), key="recipe_save", disabled=not (name or "").strip()):
                ws.importer.save_recipe(name, mapping)
                st.toast(text("data.recipe.saved", name=plain(name)))
            st.download_button(
                text("data.recipe.download"),
                ws.importer.recipe_json(mapping),
                "mapping.json",
                "application/json",
                key="recipe_json",
                on_click="ignore",
            )
            if picked and st.button(text("data.recipe.delete"), key="recipe_delete", type="tertiary"):
                ws.importer.delete_recipe(picked)
                st.session_state.pop(PICKED, None)
                st.rerun()
