"""Part of the Recommendations page: why one product stands on a list, worked out when somebody asks."""

import math

import streamlit as st

from core.recommend.terms import BACKING
from core.report.shopper import noisy_share, signal_bars, signals_takeaway
from core.runs.queue import Run
from core.texts import plain, text
from core.workspace import Workspace
from pages.shared.shopper_list import Explain
from pages.shared.shopper_seen import Picked, remembered

STILL = {"displayModeBar": False}


def why(ws: Workspace, study: Run, who: Picked, method: str, epsilon: float, items: list[str]) -> Explain:
    """Return what draws a question mark beside a product; the answer is worked out once it is opened."""

    def explain(item: str) -> None:
        asked = st.popover(
            text("why.ask"), type="tertiary", key=f"why_{items.index(item)}", on_change="rerun", width="content"
        )
        if asked.open:
            with asked:
                _answer(ws, study, who, (method, epsilon), items, item)

    return explain


def _answer(ws: Workspace, study: Run, who: Picked, point: tuple[str, float], items: list[str], item: str) -> None:
    """Say which own products speak for a product, what each signal adds, and which of it is private to others."""
    method, epsilon = point
    wanted = (study.id, who.user_id, point, tuple(items))
    found = remembered("why", wanted, lambda: ws.shopfront.why(study.id, who.user_id, point, items))[items.index(item)]
    if method == "popularity":
        st.markdown(text("why.popularity"))
    elif not found.speakers:
        st.markdown(text("why.nobody"))
    else:
        st.markdown(text("why.speakers"))
        lines = [text("why.speaker", product=plain(title), share=share) for title, share in found.speakers]
        st.markdown("\n".join(f"- {line}" for line in lines))
    signals = {name: value for name, value in found.signals.items() if abs(value) > 1e-6}
    if set(signals) == {BACKING}:
        st.caption(text("why.backing"))
    elif signals:
        st.markdown(text("why.signals", score=found.score))
        st.plotly_chart(
            signal_bars(signals), key=f"why_bars_{items.index(item)}", config=STILL, alt=signals_takeaway(signals)
        )
        st.caption(text("why.share", noisy=noisy_share(signals)))
    st.caption(text(f"why.private.{method}" if math.isfinite(epsilon) else "why.unprotected", epsilon=epsilon))
