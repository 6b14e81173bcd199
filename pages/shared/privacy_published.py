"""What published systems used, beside what is chosen here: a strip, what it says, and who states no ε."""

from typing import Any

import streamlit as st

from core.privacy.published import Published, n_at_most, published, with_epsilon, without_epsilon
from core.report.published import strip
from core.texts import text
from pages.shared.drawn import drawn_once


def others(epsilon: float | None) -> None:
    """Draw the strip, its takeaway, the entries that it cannot show, and its source."""
    registry = published()
    stated = sum(entry.epsilon is not None for entry in registry.entries)
    values = {"name": registry.registry, "url": registry.url, "read": f"{registry.read:%Y-%m-%d}"}
    st.markdown(text("published.lead", n=len(registry.entries), n_epsilon=stated, **values))
    like_ours = [entry.epsilon or 0.0 for entry in with_epsilon(registry.entries, "person")]
    below = n_at_most(with_epsilon(registry.entries, "person"), epsilon or 0.0)
    range_ = {"n": len(like_ours), "low": like_ours[0], "high": like_ours[-1]}
    chosen = text("epsilon.none") if epsilon is None else text("epsilon.value", epsilon=epsilon)
    alt = text("published.alt", n_epsilon=stated, below=below, epsilon=chosen, **range_)
    st.plotly_chart(_strip(epsilon), key="published_strip", config={"displayModeBar": False}, alt=alt)
    if epsilon is None:
        st.markdown(text("published.person.none", **range_))
    else:
        st.markdown(text("published.person", below=below, epsilon=epsilon, **range_))
    _silent(registry.entries)
    st.caption(text("published.source", repository=registry.repository, licence=registry.licence))


def _silent(entries: tuple[Published, ...]) -> None:
    """Name the entries that state no ε, and what they state instead."""
    with_rho, with_neither = without_epsilon(entries)
    with st.expander(text("published.without", n=len(with_rho) + len(with_neither)), icon=":material/help:"):
        st.markdown(text("published.without.rho", n=len(with_rho), names="; ".join(map(_named, with_rho))))
        st.markdown(text("published.without.neither", n=len(with_neither), names="; ".join(map(_named, with_neither))))


def _named(entry: Published) -> str:
    values = {"name": entry.name, "curators": ", ".join(entry.curators), "year": entry.year}
    if entry.rho is None:
        return text("published.without.one", **values)
    return text("published.without.one_rho", rho=entry.rho, **values)


@drawn_once
def _strip(epsilon: float | None) -> Any:
    return strip(published().entries, epsilon)
