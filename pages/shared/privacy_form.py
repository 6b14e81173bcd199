"""The form of the Privacy page: from widgets to ``PrivacySettings``, each option with what it does to this data."""

import streamlit as st

from core.columns import Columns
from core.settings import (
    MAX_EPSILON,
    MIN_EPSILON,
    SLIDER_EPSILON,
    AnonymizationSettings,
    PrivacySettings,
    build,
    default_delta,
)
from core.texts import text
from core.workspace import DatasetInfo
from pages.shared.fields import choices, keep

GRID = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


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
        on_change=lambda: st.session_state.update({exact: st.session_state[slider]}),
    )
    label = text("privacy.epsilon.exact")
    return float(right.number_input(label, MIN_EPSILON, MAX_EPSILON, key=exact, format="%g", persist_state="session"))


def _delta(info: DatasetInfo, stored: PrivacySettings, n_shoppers: int) -> float | None:
    """Leave δ to the rule, or take a person's own."""
    default = default_delta(n_shoppers)
    own = st.checkbox(
        text("privacy.delta.own"),
        key=keep(f"delta.own.{info.id}", stored.delta is not None),
        help=text("privacy.delta.help"),
    )
    if not own:
        st.caption(text("privacy.delta.value", delta=f"{default:.12f}".rstrip("0"), n=n_shoppers))
        return None
    delta = st.number_input(
        text("privacy.delta"), 1e-12, 0.5, key=keep(f"delta.{info.id}", stored.delta or default), format="%.1e"
    )
    if delta >= 1 / n_shoppers:
        st.error(text("privacy.delta.refused", limit=1 / n_shoppers))
        return None
    if delta > 1 / (10 * n_shoppers):
        st.warning(text("privacy.delta.large", limit=1 / (10 * n_shoppers)))
    return float(delta)


def who(info: DatasetInfo, stored: PrivacySettings) -> int | None:
    """Say who is protected, ask for the declared number of shoppers; None where it is taken from the data."""
    with st.container(border=True, key="who"):
        st.markdown(f"**{text('privacy.who')}**")
        st.markdown(text("privacy.who.what"))
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


def anonymization(info: DatasetInfo, stored: AnonymizationSettings, effects: dict[str, str]) -> AnonymizationSettings:
    """Draw the options, each with its sentence and its effect on this data.

    Raises:
        SettingsError: the price bands do not rise.
    """
    st.subheader(text("privacy.anonymize"))
    st.markdown(text("privacy.anonymize.lead"))
    values: dict[str, object] = {}
    left, right = st.columns(2)
    with left:
        values["pseudonymize"] = _option(info, "pseudonymize", stored.pseudonymize, effects)
    with right:
        values["drop_columns"] = _drop(info, stored, effects)
    left, right = st.columns(2)
    with left:
        values["coarsen_time"] = _time(info, stored, effects) if info.schema.has_time else "exact"
    with right:
        values["price_bands"] = _bands(info, stored, effects) if Columns.PRICE in info.schema.columns else ()
    left, right = st.columns(2)
    with left:
        values["max_products_per_shopper"] = _limit(info, "cap", stored.max_products_per_shopper, 1, 50, effects)
    with right:
        values["suppress_items_below"] = _limit(info, "suppress", stored.suppress_items_below, 2, 5, effects)
    return build(AnonymizationSettings, values)


EFFECT_OF = {"cap": "max_products_per_shopper", "suppress": "suppress_items_below"}


def _say(name: str, effects: dict[str, str], *, on: bool) -> None:
    """Write an option's sentence, and what it does to this data where it is on."""
    st.caption(text(f"privacy.{name}.what"))
    if on:
        st.markdown(f":small[:blue[{effects.get(EFFECT_OF.get(name, name)) or text('privacy.effect.none')}]]")


def _option(info: DatasetInfo, name: str, first: bool, effects: dict[str, str]) -> bool:
    with st.container(border=True, height="stretch"):
        on = st.toggle(text(f"privacy.{name}"), key=keep(f"{name}.{info.id}", first))
        _say(name, effects, on=on)
    return on


def _time(info: DatasetInfo, stored: AnonymizationSettings, effects: dict[str, str]) -> str:
    with st.container(border=True, height="stretch"):
        chosen = st.selectbox(
            text("privacy.coarsen_time"),
            choices(AnonymizationSettings, "coarsen_time"),
            format_func=lambda name: text(f"privacy.coarsen_time.{name}"),
            key=keep(f"time.{info.id}", stored.coarsen_time),
        )
        _say("coarsen_time", effects, on=chosen != "exact")
    return str(chosen)


def _limit(
    info: DatasetInfo, name: str, first: int | None, least: int, start: int, effects: dict[str, str]
) -> int | None:
    label = {"cap": "privacy.cap.own", "suppress": "privacy.suppress"}[name]
    with st.container(border=True, height="stretch"):
        on = st.toggle(text(label), key=keep(f"{name}.on.{info.id}", first is not None))
        value = None
        if on:
            label = {"cap": "privacy.cap", "suppress": "privacy.suppress.value"}[name]
            value = int(st.number_input(text(label), least, 10**6, key=keep(f"{name}.{info.id}", first or start)))
        _say(name, effects, on=on)
    return value


def _drop(info: DatasetInfo, stored: AnonymizationSettings, effects: dict[str, str]) -> tuple[str, ...]:
    offered = [*((Columns.TIMESTAMP,) if info.schema.has_time else ()), *info.schema.columns]
    with st.container(border=True, height="stretch"):
        chosen = st.multiselect(
            text("privacy.drop_columns"),
            offered,
            format_func=lambda name: text(f"column.{name}"),
            key=keep(f"drop.{info.id}", [name for name in stored.drop_columns if name in offered]),
        )
        _say("drop_columns", effects, on=bool(chosen))
    return tuple(chosen)


def _bands(info: DatasetInfo, stored: AnonymizationSettings, effects: dict[str, str]) -> tuple[float, ...]:
    with st.container(border=True, height="stretch"):
        words = st.text_input(
            text("privacy.price_bands"),
            key=keep(f"bands.{info.id}", ", ".join(f"{edge:g}" for edge in stored.price_bands)),
            placeholder="5, 10, 25",
        )
        bands = parse_bands(words or "")
        if bands is None:
            st.error(text("privacy.price_bands.wrong"))
        _say("price_bands", effects, on=bool(bands))
    return bands or ()


def parse_bands(words: str) -> tuple[float, ...] | None:
    """Read rising numbers with commas between; None where it is something else.

    Example:
        >>> parse_bands("5, 10,25"), parse_bands(""), parse_bands("10, 5")
        ((5.0, 10.0, 25.0), (), None)
    """
    try:
        edges = tuple(float(word) for word in words.replace(";", ",").split(",") if word.strip())
    except ValueError:
        return None
    return edges if list(edges) == sorted(set(edges)) else None
