"""Part of the Recommendations page: cards of typical shoppers, by a stated rule; of real ones only where permitted."""

import streamlit as st

from core.runs.queue import Run
from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import noted
from pages.shared.shopper_seen import Picked, remembered

N_SHOWN = 8  # digits of a pseudonym on a card


def gallery(ws: Workspace, info: DatasetInfo, study: Run, prefix: str) -> Picked | None:
    """Draw the cards and return the shopper of the chosen one; None where a gallery is not permitted."""
    is_sample = info.kind == "sample"
    permission = None if is_sample else ws.shopfront.gallery_allowed(info.id)
    if not is_sample and permission is None:
        st.info(text("gallery.off"), icon=":material/lock:")
        return None
    found = remembered(ws, study, "gallery", None, lambda: ws.shopfront.gallery(study.id))
    if not found:
        st.info(text("gallery.empty"))
        return None
    st.caption(text("gallery.rule"), help=text("gallery.rule.help"))
    if permission is not None:
        noted.seen_once(ws, "gallery.seen", study.id)
        st.caption(
            text(
                "gallery.permitted", by=plain(permission.by or text("gallery.unnamed")), reason=plain(permission.reason)
            )
        )
    kinds = [one.kind for one in found]
    chosen = str(st.session_state.get(f"{prefix}.typical") or kinds[0])
    with st.container(horizontal=True, key=f"gallery_{prefix}"):
        for one in found:
            with st.container(border=True, width=190, height="stretch"):
                st.markdown(f"**{text(f'gallery.{one.kind}')}**")
                st.caption(
                    text(
                        f"gallery.{one.kind}.what",
                        products=one.products,
                        categories=one.categories,
                        share=one.top_share or 0.0,
                        price=one.price or 0.0,
                    )
                )
                is_chosen = one.kind == chosen
                if st.button(
                    text("gallery.chosen" if is_chosen else "gallery.look"),
                    key=f"{prefix}.card.{one.kind}",
                    type="primary" if is_chosen else "secondary",
                    width="stretch",
                ):
                    st.session_state[f"{prefix}.typical"] = one.kind
                    st.rerun()
    one = found[kinds.index(chosen) if chosen in kinds else 0]
    if is_sample:
        return Picked(one.user_id, one.user_id)
    return Picked(one.user_id, one.pseudonym[:N_SHOWN], is_pseudonym=True)
