"""The first question of the Privacy page: how much harm a disclosure could do. Its answer proposes ε and δ."""

import streamlit as st

from core.privacy.explain import rounded_up
from core.privacy.harm import LEVELS, SOURCE_FILE, SOURCE_NAME, SOURCE_URL, epsilon_of_releases, level_of, proposed
from core.settings import PrivacySettings
from core.texts import text
from core.workspace import DatasetInfo
from pages.shared.fields import keep

OWN = "own"
ANSWERS = (*(level.name for level in LEVELS), OWN)
RELEASES = (5, 10)  # in the sentence on what several releases add up to


def harm_key(info: DatasetInfo) -> str:
    """Name the session's place of the answer."""
    return f"harm.{info.id}"


def moved(info: DatasetInfo) -> None:
    """Note that a person has set ε or δ by hand: no level of harm proposed them."""
    st.session_state[harm_key(info)] = OWN


def decimal(delta: float) -> str:
    """Write a δ without a power of ten, rounded up to three digits.

    Example:
        >>> decimal(1e-06)
        '0.000001'
    """
    return f"{rounded_up(delta, 3):.15f}".rstrip("0")


def question(info: DatasetInfo, stored: PrivacySettings, n_shoppers: int) -> None:
    """Ask how much harm a disclosure could do; an answer writes its ε and δ into the fields below it."""
    with st.container(border=True, key="harm"):
        st.markdown(f"**{text('harm.question')}**")
        chosen = st.radio(
            text("harm.question"),
            ANSWERS,
            key=keep(harm_key(info), _first(stored, n_shoppers)),
            format_func=lambda name: text(f"harm.{name}"),
            captions=[_caption(name, n_shoppers) for name in ANSWERS],
            label_visibility="collapsed",
            index=None,
            on_change=_propose,
            args=(info, n_shoppers),
        )
        if chosen is None:
            st.caption(text("harm.unanswered", epsilon=stored.epsilon or 1.0))
        if chosen == "severe":
            st.info(text("harm.severe.what"), icon=":material/front_hand:")
        st.caption(text("harm.source", name=SOURCE_NAME, url=SOURCE_URL, file=SOURCE_FILE))
        _for_a_shop(chosen, n_shoppers)


def _first(stored: PrivacySettings, n_shoppers: int) -> str | None:
    """Read the answer off what is stored; none where nobody has chosen yet."""
    untouched = PrivacySettings()
    if (stored.epsilon, stored.delta) == (untouched.epsilon, untouched.delta):
        return None
    return level_of(stored.epsilon, stored.delta, n_shoppers) or OWN


def _caption(name: str, n_shoppers: int) -> str:
    if name == OWN:
        return text("harm.own.what")
    found = proposed(name, n_shoppers)
    return (
        text("harm.no_proposal") if found is None else text("harm.proposal", epsilon=found[0], delta=decimal(found[1]))
    )


def _propose(info: DatasetInfo, n_shoppers: int) -> None:
    """Write a level's ε and δ into the fields that show them."""
    name = st.session_state[harm_key(info)]
    found = None if name in (None, OWN) else proposed(name, n_shoppers)
    if found is not None:
        st.session_state.update(
            {
                f"none.{info.id}": False,
                f"epsilon.{info.id}": found[0],
                f"delta.own.{info.id}": True,
                f"delta.{info.id}": found[1],
            }
        )


def _for_a_shop(chosen: str | None, n_shoppers: int) -> None:
    """Say what values for a survey mean for a shop: its unit, and that releases add up."""
    found = None if chosen in (None, OWN) else proposed(str(chosen), n_shoppers)
    epsilon, delta = found or proposed(LEVELS[0].name, n_shoppers) or (1.0, 1e-5)
    few, many = (epsilon_of_releases(epsilon, delta, n) for n in RELEASES)
    with st.expander(text("harm.shop"), icon=":material/storefront:"):
        st.markdown(text("harm.shop.unit"))
        values = {"epsilon": epsilon, "n_few": RELEASES[0], "few": few, "n_many": RELEASES[1], "many": many}
        st.markdown(text("harm.shop.releases", **values))
        st.markdown(text("harm.shop.delta", n=n_shoppers))
