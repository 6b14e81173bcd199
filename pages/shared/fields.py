"""Widgets whose limits come from the settings' own fields, and whose values outlive a page switch."""

from typing import Any

import streamlit as st

from core.settings import Settings


def keep(key: str, initial: Any) -> str:
    """Give widget ``key`` its first value unless the session knows one; return ``key``."""
    if key not in st.session_state:
        st.session_state[key] = initial
    return key


def limits(kind: type[Settings], name: str) -> tuple[Any, Any]:
    """Read the least and the largest value of a field; None where there is no such limit."""
    low = high = None
    for rule in kind.model_fields[name].metadata:
        low = getattr(rule, "ge", None) if getattr(rule, "ge", None) is not None else low
        low = getattr(rule, "gt", None) if getattr(rule, "gt", None) is not None else low
        high = getattr(rule, "le", None) if getattr(rule, "le", None) is not None else high
        high = getattr(rule, "lt", None) if getattr(rule, "lt", None) is not None else high
    return low, high


def number(kind: type[Settings], name: str, label: str, key: str, *, step: Any, help: str | None = None) -> Any:
    """Draw a number field for a setting, with the setting's own limits and default."""
    low, high = limits(kind, name)
    as_kind = type(step)
    keep(key, as_kind(kind.model_fields[name].default))
    return st.number_input(
        label,
        min_value=None if low is None else as_kind(low),
        max_value=None if high is None else as_kind(high),
        step=step,
        format="%d" if as_kind is int else "%g",
        key=key,
        help=help,
        persist_state="session",
    )


def choices(kind: type[Settings], name: str) -> list[str]:
    """List the values that a field of fixed words may have."""
    return list(kind.model_fields[name].annotation.__args__)  # type: ignore[union-attr]
