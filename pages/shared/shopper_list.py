"""One list of products as the Recommendations page draws it: place, name, what changed, and why it is there."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from core.columns import Columns
from core.report.compare import Change, changes, gone
from core.texts import plain, text

COLOURS = {"new": "orange", "up": "green", "down": "gray", "same": "gray", "both": "blue"}


@dataclass(frozen=True)
class Explain:
    """How a list says why: ``ask`` draws a button beside a product; ``answer`` follows where that was pressed."""

    ask: Callable[[str], bool]
    answer: Callable[[str], None]


def draw_list(
    rows: pd.DataFrame, changed: list[Change] | None, score: str | None, explain: Explain | None = None
) -> None:
    """Draw products one below the other: place, title, what changed, and why it is there.

    ``score`` names the score; None: it counts the shopper's own purchases. ``explain`` draws why beside each product.
    """
    if rows.empty:
        st.caption(text("rec.none"))
    for place, row in enumerate(rows.to_dict("records")):
        words = f"{row['rank']}\\. **{name_of(row)}** {_mark(changed[place]) if changed else ''}"
        words += f"  \n:small[:gray[{_details(row, score)}]]"
        if explain is None:
            st.markdown(words)
            continue
        item = str(row[Columns.ITEM])
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"listed_{place}"):
            st.markdown(words, width="stretch")
            is_asked = explain.ask(item)
        if is_asked:
            explain.answer(item)


def marks(reference: pd.DataFrame, rows: pd.DataFrame) -> list[Change]:
    """Say for each product where it stood in the reference."""
    return changes(items_of(reference), items_of(rows))


def say_gone(reference: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Name what the reference shows and this list does not."""
    missing = set(gone(items_of(reference), items_of(rows)))
    if missing:
        names = [name_of(row) for row in reference.to_dict("records") if str(row[Columns.ITEM]) in missing]
        st.caption(text("shopper.gone", products="; ".join(names)))


def items_of(rows: pd.DataFrame) -> list[str]:
    """List the products of a list, best first."""
    return [str(item) for item in rows[Columns.ITEM]] if len(rows) else []


def name_of(row: dict[Any, Any]) -> str:
    """Name a product: its title, else its id."""
    title = row.get(Columns.TITLE)
    return plain(title if pd.notna(title) else row[Columns.ITEM])


def promise_of(method: str, epsilon: float) -> str:
    """Say what a list hangs on, and whom that protects."""
    if method == "content":
        return text("shopper.content")
    return text("rec.protected" if math.isfinite(epsilon) else "rec.unprotected")


def _mark(change: Change) -> str:
    """Write what changed as a small badge."""
    if change.kind == "same":
        return ""
    return f":{COLOURS[change.kind]}-badge[{text(f'rec.change.{change.kind}', n=change.places)}]"


def _details(row: dict[Any, Any], score: str | None) -> str:
    """Write id, category, price, score, and which own products speak for a product."""
    parts = [plain(row[Columns.ITEM])] if pd.notna(row.get("title")) else []  # without a title the id is the name
    if pd.notna(row.get("category")):
        parts.append(plain(row["category"]))
    if pd.notna(row.get("price")):
        parts.append(f"{row['price']:,.2f}")
    if pd.notna(row.get("score")):
        times = text("rec.times", n=int(row["score"]))
        parts.append(f"{score} {row['score']:#.3g}".rstrip(".") if score else times)
    because = row.get("because")
    if because:
        parts.append(text("rec.because", products="; ".join(plain(one) for one in because)))
    return " · ".join(parts)
