"""Pictures that are drawn once and kept: a page's words are in them, so each language has its own."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from core.texts import spoken

P = ParamSpec("P")
R = TypeVar("R")


def drawn_once(draw: Callable[P, R]) -> Callable[P, R]:
    """Keep what ``draw`` returns for its arguments and the spoken language; never change it, it is not copied."""

    @wraps(draw)
    def in_language(language: str, *args: P.args, **kwargs: P.kwargs) -> R:  # noqa: ARG001 - a key of the cache
        return draw(*args, **kwargs)

    kept = st.cache_resource(show_spinner=False, max_entries=64)(in_language)

    @wraps(draw)
    def of_now(*args: P.args, **kwargs: P.kwargs) -> R:
        found: R = kept(spoken(), *args, **kwargs)
        return found

    return of_now
