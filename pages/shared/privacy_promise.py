"""The promise in one plain paragraph, to be read before training and copied into one's own papers."""

import streamlit as st

from core.privacy.explain import odds, of_100, rounded_up, shopper_level
from core.texts import text
from core.workspace import DatasetInfo
from pages.shared.privacy_harm import decimal

BEFORE = 1  # of 100: what somebody held likely beforehand, in the paragraph


def promise(info: DatasetInfo, epsilon: float | None, delta: float, n_declared: int | None) -> None:
    """Sum up what is about to be promised, and what is not; nothing where there is no protection."""
    st.subheader(text("promise.title"))
    if epsilon is None:
        st.markdown(text("promise.nothing"))
        return
    st.code(paragraph(info.n_users, epsilon, delta, n_declared), language=None, wrap_lines=True)
    st.caption(text("promise.copy"))


def paragraph(n_counted: int, epsilon: float, delta: float, n_declared: int | None) -> str:
    """Write the promise; every number in it is exact or rounded against it."""
    found = odds(epsilon, delta, prior=BEFORE / 100)
    said = text(
        "promise.says",
        epsilon=epsilon,
        delta=decimal(delta),
        before=BEFORE,
        after=of_100(found.posterior),
        failure=rounded_up(100 * found.failure, 1),
    )
    unsaid = text("promise.not", two=f"{rounded_up(shopper_level(epsilon, delta, 2)):,g}")
    n, kind = (n_counted, "counted") if n_declared is None else (n_declared, "declared")
    counted = text(f"promise.{kind}", n=n)
    return f"{said}\n\n{unsaid}\n\n{counted}"
