"""Parts of the Anonymisation page: where to start from, what the columns look like, what the options do here."""

import streamlit as st

from core.anonymizer import UNTOUCHED, Preview
from core.errors import UserError
from core.settings import AnonymizationSettings
from core.texts import plain, said, text
from core.workspace import DatasetInfo, Workspace
from pages.shared.anonymize_cards import Sheet, prefix, say_effects

NONE, OWN = "none", "own"


def sheet_of(ws: Workspace, info: DatasetInfo, stored: AnonymizationSettings) -> Sheet:
    """What the options are drawn from; columns are looked at once."""
    with st.spinner(text("anonymization.preview.wait")):
        return Sheet(info, stored, ws.anonymizer.columns(info.id))


@st.cache_data(show_spinner=False, max_entries=64)
def _preview(home: str, dataset_id: str, settings: str, _ws: Workspace) -> Preview:  # noqa: ARG001 - cache key
    return _ws.anonymizer.effects(dataset_id, AnonymizationSettings.model_validate_json(settings))


def effects(ws: Workspace, sheet: Sheet, settings: AnonymizationSettings) -> None:
    """Write what each option does to this data; counted once for a choice of options."""
    if settings == UNTOUCHED:
        return
    try:
        with st.spinner(text("anonymization.preview.wait")):
            preview = _preview(str(sheet.info.created), sheet.info.id, settings.model_dump_json(), ws)
    except UserError as error:
        st.warning(plain(said(str(error))), icon=":material/error:")
        return
    say_effects(sheet, settings, preview)
    if preview.is_sample:
        st.caption(text("anonymization.preview.sample", shoppers=preview.shoppers, of=preview.of_shoppers))


def presets(ws: Workspace, info: DatasetInfo, stored: AnonymizationSettings) -> None:
    """Let a person start from a preset; whoever changes an option after that has a choice of their own."""
    offered = {NONE: UNTOUCHED, **ws.anonymizer.presets(info.id)}
    names = [*offered, OWN]
    key = f"preset.{info.id}"
    st.session_state[key] = next((name for name, preset in offered.items() if preset == stored), OWN)
    with st.container(border=True, key="presets", height="stretch"):
        st.radio(
            f"**{text('anonymization.preset')}**",
            names,
            format_func=lambda name: text(f"anonymization.preset.{name}"),
            captions=[text(f"anonymization.preset.{name}.what") for name in names],
            key=key,
            on_change=lambda: _take(ws, info, offered.get(st.session_state[key])),
        )


def _take(ws: Workspace, info: DatasetInfo, preset: AnonymizationSettings | None) -> None:
    """Choose a preset's options and let all widgets begin anew from them."""
    if preset is None:
        return
    settings = ws.privacy(info.id)
    ws.set_privacy(info.id, settings.model_copy(update={"anonymization": preset}))
    for name in [name for name in st.session_state if str(name).startswith(prefix(info))]:
        del st.session_state[name]


def key_of_pseudonyms(ws: Workspace) -> None:
    """Say which key makes the codes, and let it be replaced by whoever says that they know what that means."""
    with st.expander(text("anonymization.key"), icon=":material/key:"):
        version, fingerprint = ws.anonymizer.key_version()
        st.markdown(text("anonymization.key.stand", version=version, fingerprint=fingerprint))
        st.caption(text("anonymization.key.what"))
        st.markdown(text("anonymization.key.rotate.what"))
        delete = st.checkbox(text("anonymization.key.delete"), help=text("anonymization.key.delete.help"))
        sure = st.checkbox(text("anonymization.key.sure"), key=f"key.sure.{version}")
        label = text("anonymization.key.rotate", version=version + 1)
        if st.button(label, key="rotate", icon=":material/autorenew:", disabled=not sure):
            ws.anonymizer.rotate_key(keep_old=not delete)
            st.rerun()
