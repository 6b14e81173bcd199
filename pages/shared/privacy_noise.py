"""A live picture of the noise that this ε puts on this shop's most popular products: simulated, never a release."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.report.noise import noise_on_products
from core.settings import PrivacySettings
from core.texts import plain, text
from core.workspace import DatasetInfo, NoisePreview, Popular, Workspace
from pages.shared.drawn import drawn_once


def noise(ws: Workspace, info: DatasetInfo, stored: PrivacySettings, epsilon: float, delta: float) -> None:
    """Draw the ten most popular products with their noise, and say how many stay among the ten."""
    is_sample = info.kind == "sample"
    st.markdown(text("noise.lead", epsilon=epsilon))
    found = _popular(info.id, f"{info.created}", stored.n_shoppers, ws)
    if not len(found.top):
        st.info(text("noise.nothing"))
        return
    seen = _preview(info.id, f"{info.created}", epsilon, delta, stored.n_shoppers, found)
    n = len(found.top)
    st.markdown(text("noise.kept", n=n, kept=seen.kept, low=seen.kept_low, half=seen.half))
    number = _number(info)
    values, now = _drawn(found, epsilon, delta, stored.n_shoppers, number) if number else ([], [])
    stays = [place in now for place in found.top.tolist()]
    exact = [float(value) for value in found.values[found.top]]
    figure = _figure(
        tuple(found.names[found.top].tolist()), tuple(exact), seen.half, tuple(values), tuple(stays), not is_sample
    )
    first, last = exact[0], exact[-1]
    alt = text("noise.alt", n=n, half=seen.half, first=first, last=last, kept=seen.kept)
    st.plotly_chart(figure, key="noise_picture", config=_config(is_sample), alt=alt)
    if now:
        _say_draw(found, now, stays)
    st.caption(text("noise.how", std=seen.noise_std, share=seen.share))
    st.caption(text("noise.before_rows") if is_sample else text("noise.curator"))


def _number(info: DatasetInfo) -> int:
    """Draw the button; return the number of the draw that is asked for, 0 where none is."""
    key = f"draw.{info.id}"
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(text("noise.again"), key=f"{key}.button", icon=":material/casino:"):
            st.session_state[key] = st.session_state.get(key, 0) + 1
        st.caption(text("noise.simulated"))
    return int(st.session_state.get(key, 0))


def _say_draw(found: Popular, now: Sequence[int], stays: Sequence[bool]) -> None:
    """Say how many of the ten stay in this draw, and who comes in for the others."""
    new = [place for place in now if place not in set(found.top.tolist())]
    if new:
        names = ", ".join(plain(str(found.names[place])) for place in new)
        st.markdown(text("noise.this_draw", kept=sum(stays), n=len(stays), names=names))
    else:
        st.markdown(text("noise.this_draw.all", n=len(stays)))


def _config(is_sample: bool) -> dict[str, Any]:
    """Offer the picture as a file whose name says in which room it was made."""
    name = "tact-noise" if is_sample else "tact-noise-NOT-FOR-RELEASE"
    return {
        "displaylogo": False,
        "toImageButtonOptions": {"format": "png", "filename": name, "scale": 2},
        "modeBarButtons": [["toImage"]],
    }


@st.cache_data(show_spinner=False, max_entries=4, ttl=600)  # consent may be withdrawn meanwhile
def _popular(dataset_id: str, created: str, n_shoppers: int | None, _ws: Workspace) -> Popular:  # noqa: ARG001
    return _ws.popular(dataset_id, n_shoppers)


@st.cache_data(show_spinner=False, max_entries=64, ttl=600)
def _preview(
    dataset_id: str,  # noqa: ARG001 - part of the cache's key
    created: str,  # noqa: ARG001 - part of the cache's key
    epsilon: float,
    delta: float,
    n_shoppers: int | None,
    _found: Popular,
) -> NoisePreview:
    return _found.preview(epsilon, delta, n_shoppers)


def _drawn(
    found: Popular, epsilon: float, delta: float, n_shoppers: int | None, number: int
) -> tuple[list[float], list[int]]:
    """Draw once; return what it shows of the ten, and which products are its first ten."""
    drawn, now = found.draw(epsilon, delta, n_shoppers, number)
    return [float(value) for value in drawn[found.top]], now.tolist()


@drawn_once
def _figure(
    names: tuple[str, ...],
    exact: tuple[float, ...],
    half: float,
    drawn: tuple[float, ...],
    stays: tuple[bool, ...],
    marked: bool,
) -> Any:
    watermark = text("room.watermark") if marked else None
    return noise_on_products(names, exact, half, drawn, stays, watermark=watermark)
