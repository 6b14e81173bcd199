"""Parts of the Recommendations page: whom to look at, their history, and lists side by side."""

import math
from typing import Any

import pandas as pd
import streamlit as st

from core.columns import Columns, Events
from core.report.compare import Change, changes, shared
from core.runs.queue import Run
from core.texts import plain, said, text
from core.workspace import DatasetInfo, ShopperList, Workspace
from pages.shared import state
from pages.shared.fields import keep
from pages.shared.tradeoff_parts import point_name

KINDS = ("many", "few", "category", "random", "search")
COLOURS = {"new": "orange", "up": "green", "down": "gray", "same": "gray"}


def pick_shopper(ws: Workspace, run: Run, categories: list[str]) -> str | None:
    """Let a shopper be picked by kind or by id; return the id, or None where there is nobody."""
    kinds = [kind for kind in KINDS if kind != "category" or categories]
    kind = st.segmented_control(
        text("rec.kind"),
        kinds,
        format_func=lambda name: text(f"rec.kind.{name}"),
        key=keep("rec.kind", "many"),
        required=True,
        persist_state="session",
    )
    if kind == "search":
        return _by_id(ws, run)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        category = None
        if kind == "category":
            category = st.selectbox(text("rec.category"), categories, key="rec.category", width=280)
        found = _found(ws, run.id, kind or "random", category)
        if not found:
            st.info(text("rec.nobody"))
            return None
        place = st.session_state.setdefault("rec.place", 0) % len(found)
        if st.button(text("rec.another"), key="another", icon=":material/casino:"):
            st.session_state["rec.place"] = place + 1
            st.rerun()
    return str(found[place])


def _found(ws: Workspace, run_id: str, kind: str, category: str | None) -> list[str]:
    """Look for shoppers of a kind once; a click on another button of the page asks nothing anew."""
    wanted = (run_id, kind, category)
    stored: tuple[object, list[str]] | None = st.session_state.get("rec.found")
    if stored is None or stored[0] != wanted:
        stored = (wanted, ws.shopfront.shoppers(run_id, kind, category=category))
        st.session_state["rec.found"] = stored
    return stored[1]


def _by_id(ws: Workspace, run: Run) -> str | None:
    """Find a shopper by id or its beginning; an id that is not there is a newcomer's."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(text("rec.search"), key="rec.search", help=text("rec.search.help"), width=280)
        words = (words or "").strip()
        if not words:
            return None
        found = ws.shopfront.shoppers(run.id, "random", search=words)
        if not found or words in found:
            return words
        return str(st.selectbox(text("rec.shopper"), found, width=280))


def draw_history(ws: Workspace, run: Run, user_id: str) -> None:
    """Draw what a shopper did; the shopper's own rows, for the curator room."""
    rows = ws.shopfront.history(run.id, user_id)
    if rows.empty:
        return
    with st.expander(text("rec.history", user=plain(user_id)), expanded=True, icon=":material/history:"):
        purchases = int(rows.loc[rows[Columns.EVENT] == Events.PURCHASE, "times"].sum())
        st.caption(text("rec.history.caption", products=rows[Columns.ITEM].nunique(), purchases=purchases))
        shown = rows.dropna(axis="columns", how="all").assign(
            **{Columns.EVENT: rows[Columns.EVENT].map(lambda event: text(f"event.{event}.one"))}
        )
        names: dict[str, Any] = {name: text(f"column.{name}") for name in shown.columns if f"column.{name}" in KNOWN}
        if Columns.PRICE in shown:
            names[Columns.PRICE] = st.column_config.NumberColumn(text("column.price"), format="%.2f")
        if Columns.TIMESTAMP in shown:
            names[Columns.TIMESTAMP] = st.column_config.DatetimeColumn(text("column.timestamp"), format="D MMM YYYY")
        st.dataframe(shown, hide_index=True, column_config=names, height=min(260, 40 + 36 * len(shown)))


KNOWN = frozenset(
    f"column.{name}" for name in ("item_id", "title", "category", "price", "event_type", "timestamp", "times")
)


def default_points(offered: list[state.Point], chosen: float) -> list[state.Point]:
    """Pick three levels of protection of one method: the weakest there is, the ε nearest to ``chosen``, the strongest.

    Example:
        >>> default_points([("hybrid", 0.5), ("hybrid", 2.0), ("hybrid", 8.0), ("hybrid", math.inf)], 1.9)
        [('hybrid', inf), ('hybrid', 2.0), ('hybrid', 0.5)]
    """
    for method in ("hybrid", "statistics", "mlp", "popularity"):
        own = sorted((epsilon for name, epsilon in offered if name == method), reverse=True)
        if own:
            finite = [epsilon for epsilon in own if math.isfinite(epsilon)] or own
            nearest = min(finite, key=lambda epsilon: abs(math.log(epsilon / chosen)))
            levels = list(dict.fromkeys((own[0], own[-1], nearest, own[len(own) // 2])))[: state.MAX_POINTS]
            return [(method, epsilon) for epsilon in sorted(levels, reverse=True)]
    return offered[:1]


def filters(info: DatasetInfo, categories: list[str]) -> tuple[int, list[str] | None, tuple[str, ...]]:
    """Ask for the list's length, categories, and products out of stock."""
    left, middle, right = st.columns([1, 2, 2])
    k = left.number_input(text("rec.k"), 1, 50, key=keep("rec.k", 8), persist_state="session")
    wanted = middle.multiselect(text("rec.filter"), categories, key=f"rec.filter.{info.id}") if categories else None
    words = right.text_area(text("rec.out_of_stock"), key="rec.stock", help=text("rec.out_of_stock.help"), height=68)
    return k, wanted or None, tuple(line.strip() for line in (words or "").splitlines() if line.strip())


def side_by_side(lists: list[ShopperList]) -> None:
    """Draw up to three lists beside each other, marked where they differ from the first."""
    if not all(one.known for one in lists):
        st.info(text("rec.unknown"), icon=":material/person_off:")
    st.subheader(text("rec.new"))
    reference = _items(lists[0].new)
    for place, (column, one) in enumerate(zip(st.columns(len(lists)), lists, strict=True)):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{point_name((one.method, one.epsilon))}**")
            items = _items(one.new)
            first = place == 0
            st.caption(text("rec.reference") if first else text("rec.shared", n=shared(reference, items), k=len(items)))
            _draw_list(one.new, None if first else changes(reference, items), plain(said(one.score_name)))
            st.caption(text("rec.protected" if math.isfinite(one.epsilon) else "rec.unprotected"))


def buy_again(again: pd.DataFrame) -> None:
    """Draw what the shopper may want to buy again, apart from the recommendations."""
    st.subheader(text("rec.again"))
    st.caption(text("rec.again.caption") if len(again) else text("rec.no_again"))
    if len(again):
        with st.container(border=True):
            _draw_list(again, None, None)


def _draw_list(rows: pd.DataFrame, changed: list[Change] | None, score: str | None) -> None:
    """Draw products one below the other: place, title, what changed, and why it is there.

    ``score`` names the score; None: it counts the shopper's own purchases.
    """
    if rows.empty:
        st.caption(text("rec.none"))
    for place, row in enumerate(rows.to_dict("records")):
        mark = _mark(changed[place]) if changed else ""
        title = row.get("title")
        name = plain(title if pd.notna(title) else row[Columns.ITEM])
        st.markdown(f"{row['rank']}\\. **{name}** {mark}  \n:small[:gray[{_details(row, score)}]]")


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


def _items(rows: pd.DataFrame) -> list[str]:
    """List the products of a list, best first."""
    return [str(item) for item in rows[Columns.ITEM]] if len(rows) else []
