"""Part of the Recommendations page: why one product stands on a list, worked out when somebody asks."""

import math

import streamlit as st

from core.report.shopper import is_filler, noisy_share, signal_bars, signals_takeaway
from core.runs.queue import Run
from core.texts import plain, text
from core.workspace import Workspace
from pages.shared.shopper_list import Explain
from pages.shared.shopper_seen import Picked, remembered

OPEN = "rec.why"
STILL = {"displayModeBar": False}


def why(ws: Workspace, study: Run, who: Picked, method: str, epsilon: float, items: list[str]) -> Explain:
    """Return what draws a button beside a product, and below it the answer once it was pressed; one at a time."""

    def explain(item: str) -> bool:
        is_open = st.session_state.get(OPEN) == item
        st.button(
            text("why.close" if is_open else "why.ask"),
            key=f"why_{items.index(item)}",
            type="tertiary",
            on_click=lambda: st.session_state.update({OPEN: None if is_open else item}),
        )
        return is_open

    def answer(item: str) -> None:
        with st.container(border=True, key="why_answer"):
            _answer(ws, study, who, (method, epsilon), items, item)

    return Explain(explain, answer)


def _answer(ws: Workspace, study: Run, who: Picked, point: tuple[str, float], items: list[str], item: str) -> None:
    """Say which own products speak for a product, what each signal adds, and which of it is private to others."""
    method, epsilon = point
    is_private = math.isfinite(epsilon)
    wanted = (who.user_id, point, tuple(items))
    found = remembered(ws, study, "why", wanted, lambda: ws.shopfront.why(study.id, who.user_id, point, items))[
        items.index(item)
    ]
    if method == "popularity":
        st.markdown(text("why.popularity" if is_private else "why.popularity.exact"))
    elif not found.speakers:
        st.markdown(text("why.nobody"))
    else:
        st.markdown(text("why.speakers"))
        lines = [text("why.speaker", product=plain(title), share=share) for title, share in found.speakers]
        st.markdown("\n".join(f"- {line}" for line in lines))
    signals = {name: value for name, value in found.signals.items() if abs(value) > 1e-6}
    if is_filler(signals):
        st.caption(text("why.backing"))
    elif signals:
        st.markdown(text("why.signals", score=found.score))
        st.plotly_chart(
            signal_bars(signals, exact=not is_private),
            key=f"why_bars_{items.index(item)}",
            config=STILL,
            alt=signals_takeaway(signals),
        )
        st.caption(text("why.share" if is_private else "why.share.exact", noisy=noisy_share(signals)))
    st.caption(text(f"why.private.{method}" if is_private else "why.unprotected", epsilon=epsilon))
