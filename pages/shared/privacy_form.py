"""The form of the Privacy page: from widgets to what ``PrivacySettings`` is built of."""

import streamlit as st

from core.settings import MAX_EPSILON, MIN_EPSILON, SLIDER_EPSILON, PrivacySettings, default_delta
from core.texts import text
from core.workspace import DatasetInfo
from pages.shared.fields import keep
from pages.shared.privacy_harm import decimal, moved

GRID = (
    0.05,
    0.075,
    0.1,
    0.15,
    0.2,
    0.25,
    0.3,
    0.4,
    0.5,
    0.6,
    0.8,
    1.0,
    1.25,
    1.5,
    2.0,
    2.5,
    3.0,
    4.0,
    5.0,
    6.0,
    8.0,
    10.0,
)


def budget(info: DatasetInfo, stored: PrivacySettings, n_shoppers: int) -> tuple[float | None, float | None]:
    """Ask for ε and δ; return them, None for "no protection" and for the default δ."""
    with st.container(border=True, key="budget"):
        st.markdown(f"**{text('privacy.budget')}**")
        epsilon: float | None = _epsilon(info, stored)
        if info.kind == "sample":
            label, words = text("privacy.epsilon.none"), text("privacy.epsilon.none.help")
            if st.toggle(label, key=keep(f"none.{info.id}", stored.epsilon is None), help=words):
                epsilon = None
        return epsilon, _delta(info, stored, n_shoppers)


def _epsilon(info: DatasetInfo, stored: PrivacySettings) -> float:
    """Draw a logarithmic slider and, beside it, a field for an exact value; each moves the other."""
    exact, slider = f"epsilon.{info.id}", f"slider.{info.id}"
    value = float(st.session_state.get(exact) or stored.epsilon or 1.0)
    keep(exact, value)
    st.session_state[slider] = min(GRID, key=lambda mark: abs(mark - st.session_state[exact]))
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    left.select_slider(
        text("privacy.epsilon"),
        [mark for mark in GRID if SLIDER_EPSILON[0] <= mark <= SLIDER_EPSILON[1]],
        format_func=lambda mark: f"{mark:g}",
        key=slider,
        on_change=_slid,
        args=(info, slider, exact),
    )
    return float(
        right.number_input(
            text("privacy.epsilon.exact"),
            MIN_EPSILON,
            MAX_EPSILON,
            key=exact,
            format="%g",
            persist_state="session",
            on_change=moved,
            args=(info,),
        )
    )


def _slid(info: DatasetInfo, slider: str, exact: str) -> None:
    """Carry the slider's mark over to the exact field."""
    st.session_state[exact] = st.session_state[slider]
    moved(info)


def _delta(info: DatasetInfo, stored: PrivacySettings, n_shoppers: int) -> float | None:
    """Leave δ to the rule, or take a person's own."""
    default = default_delta(n_shoppers)
    own = st.checkbox(
        text("privacy.delta.own"),
        key=keep(f"delta.own.{info.id}", stored.delta is not None),
        help=text("privacy.delta.help"),
        on_change=moved,
        args=(info,),
    )
    if not own:
        st.caption(text("privacy.delta.value", delta=decimal(default), n=n_shoppers))
        st.caption(text("privacy.delta.means", one_in=1 / default, n=n_shoppers))
        return None
    delta = st.number_input(
        text("privacy.delta"),
        1e-12,
        0.5,
        key=keep(f"delta.{info.id}", stored.delta or default),
        format="%.1e",
        on_change=moved,
        args=(info,),
    )
    if delta >= 1 / n_shoppers:
        st.error(text("privacy.delta.refused", limit=1 / n_shoppers))
        return None
    if delta > 1 / (10 * n_shoppers):
        st.warning(text("privacy.delta.large", limit=1 / (10 * n_shoppers)))
    st.caption(text("privacy.delta.means", one_in=1 / delta, n=n_shoppers))
    return float(delta)


def declared(info: DatasetInfo, stored: PrivacySettings) -> int | None:
    """Ask for the declared number of shoppers; None where it is taken from the data."""
    with st.container(border=True, key="declared"):
        st.markdown(f"**{text('privacy.n.question')}**")
        st.caption(text("privacy.n.what"))
        if not st.checkbox(text("privacy.n.own"), key=keep(f"n.own.{info.id}", stored.n_shoppers is not None)):
            st.caption(text("privacy.n.counted", n=info.n_users))
            return None
        first = stored.n_shoppers or max(1, round(info.n_users, 1 - len(str(info.n_users))))
        return int(st.number_input(text("privacy.n"), 1, 10**10, key=keep(f"n.{info.id}", first)))


def published(info: DatasetInfo, stored: PrivacySettings) -> tuple[str, ...] | None:
    """Ask which product columns are published; None: all that the import took for published."""
    with st.container(border=True, key="columns"):
        st.markdown(f"**{text('privacy.columns')}**")
        if not info.schema.columns:
            st.caption(text("privacy.columns.none"))
            return None
        allowed = [column for column in info.schema.columns if column not in info.schema.computed]
        first = [column for column in (info.schema.published if stored.published is None else stored.published)]
        chosen = st.multiselect(
            text("privacy.columns.published"),
            allowed,
            format_func=lambda name: text(f"column.{name}"),
            key=keep(f"published.{info.id}", [column for column in first if column in allowed]),
        )
        st.caption(text("privacy.columns.what"))
        unused = [text(f"column.{column}") for column in info.schema.columns if column not in chosen]
        if unused:
            st.caption(text("privacy.columns.computed", columns=", ".join(unused)))
    return None if set(chosen) == set(info.schema.published) else tuple(chosen)
