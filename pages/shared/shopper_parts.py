"""Parts of the Recommendations page: whom to look at, their history, and lists side by side."""

import math
from typing import Any

import streamlit as st

from core.columns import Columns, Events
from core.report.compare import changes, shared
from core.runs.queue import Run
from core.texts import plain, said, spoken, text
from core.workspace import DatasetInfo, ShopperList, Workspace
from pages.shared import state
from pages.shared.fields import keep
from pages.shared.shopper_gallery import gallery
from pages.shared.shopper_list import draw_list, items_of, promise_of
from pages.shared.shopper_seen import Picked, Wanted, remembered
from pages.shared.tradeoff_parts import point_name

TABS = ("range", "compare", "pair", "anonymised")
TAB = "rec.tab"
KINDS = ("many", "few", "category", "random", "typical", "search")


def pick_shopper(
    ws: Workspace,
    info: DatasetInfo,
    study: Run,
    categories: list[str],
    prefix: str = "rec",
    *,
    only_typical: bool = False,
) -> Picked | None:
    """Let a shopper be picked by kind, from the gallery or by id; None where there is nobody.

    ``prefix`` keeps the widgets of a second choice on the page apart. ``only_typical``: from the gallery alone, so that
    no id comes on screen beside a pseudonym.
    """
    if only_typical:
        return gallery(ws, info, study, prefix)
    kind = st.segmented_control(
        text("rec.kind"),
        [kind for kind in KINDS if kind != "category" or categories],
        format_func=lambda name: text(f"rec.kind.{name}"),
        key=keep(f"{prefix}.kind", "many" if prefix == "rec" else "few"),
        required=True,
        persist_state="session",
    )
    if kind == "search":
        return _by_id(ws, study, prefix)
    if kind == "typical":
        return gallery(ws, info, study, prefix)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        category = None
        if kind == "category":
            category = st.selectbox(text("rec.category"), categories, key=f"{prefix}.category", width=280)
        found = remembered(
            ws,
            study,
            f"found.{prefix}",
            (kind, category),
            lambda: ws.shopfront.shoppers(study.id, kind or "random", category=category),
        )
        if not found:
            st.info(text("rec.nobody"))
            return None
        place = st.session_state.setdefault(f"{prefix}.place", 0) % len(found)
        key = "another" if prefix == "rec" else f"{prefix}.another"
        if st.button(text("rec.another"), key=key, icon=":material/casino:"):
            st.session_state[f"{prefix}.place"] = place + 1
            st.rerun()
    return Picked(str(found[place]), str(found[place]))


def _by_id(ws: Workspace, run: Run, prefix: str) -> Picked | None:
    """Find a shopper by id or its beginning; an id that is not there is a newcomer's."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"{prefix}.search"
        words = st.text_input(text("rec.search"), key=key, help=text("rec.search.help"), width=280)
        words = (words or "").strip()
        if not words:
            return None
        found = ws.shopfront.shoppers(run.id, "random", search=words)
        if not found or words in found:
            return Picked(words, words)
        chosen = str(st.selectbox(text("rec.shopper"), found, width=280, key=f"{prefix}.found_by_id"))
        return Picked(chosen, chosen)


def draw_history(ws: Workspace, run: Run, who: Picked) -> None:
    """Draw what a shopper did; the shopper's own rows, for the curator room. Under a pseudonym without times."""
    rows = remembered(ws, run, "history", who.user_id, lambda: ws.shopfront.history(run.id, who.user_id))
    if rows.empty:
        st.info(text("rec.unknown"), icon=":material/person_off:")
        return
    with st.expander(text("rec.history", user=plain(who.name)), icon=":material/history:"):
        purchases = int(rows.loc[rows[Columns.EVENT] == Events.PURCHASE, "times"].sum())
        st.caption(text("rec.history.caption", products=rows[Columns.ITEM].nunique(), purchases=purchases))
        if who.is_pseudonym:
            st.caption(text("gallery.no_times"))
        shown = rows.drop(columns=[Columns.TIMESTAMP] if who.is_pseudonym else [])
        shown = shown.dropna(axis="columns", how="all").assign(
            **{Columns.EVENT: rows[Columns.EVENT].map(lambda event: text(f"event.{event}.one"))}
        )
        names: dict[str, Any] = {name: text(f"column.{name}") for name in shown.columns if f"column.{name}" in KNOWN}
        if Columns.PRICE in shown:
            names[Columns.PRICE] = st.column_config.NumberColumn(text("column.price"), format="%.2f")
        if Columns.TIMESTAMP in shown:
            names[Columns.TIMESTAMP] = st.column_config.DatetimeColumn(text("column.timestamp"), format="YYYY-MM-DD")
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


def filters(info: DatasetInfo, categories: list[str]) -> Wanted:
    """Ask for the list's length, categories, and products out of stock."""
    left, middle, right = st.columns([1, 2, 2])
    k = left.number_input(text("rec.k"), 1, 50, key=keep("rec.k", 8), persist_state="session")
    wanted: list[str] = []
    if categories:
        key = f"rec.filter.{info.id}"
        wanted = middle.multiselect(text("rec.filter"), categories, key=key, placeholder=text("rec.filter.all"))
    words = right.text_area(text("rec.out_of_stock"), key="rec.stock", help=text("rec.out_of_stock.help"), height=68)
    out = tuple(line.strip() for line in (words or "").splitlines() if line.strip())
    return Wanted(int(k), tuple(wanted), out)


def open_tabs(*, compare: bool) -> dict[str, Any]:
    """Draw the ways to look at one shopper as tabs; only what stands in the open one is worked out.

    ``compare``: settings were picked on the Trade-off page, so their lists are what is asked for first.
    """
    labels = {name: text(f"shopper.tab.{name}") for name in TABS}
    key = f"widget.shopper_tabs.{spoken()}"
    if st.session_state.get(key) not in labels.values():
        st.session_state[key] = labels[st.session_state.get(TAB) or TABS[1 if compare else 0]]
    tabs = dict(zip(labels, st.tabs(list(labels.values()), key=key, on_change="rerun"), strict=True))
    st.session_state[TAB] = next((name for name, tab in tabs.items() if tab.open), TABS[0])
    return tabs


def compare_points(
    ws: Workspace, study: Run, who: Picked, wanted: Wanted, offered: list[state.Point], epsilon: float
) -> None:
    """Let up to three settings be chosen, and draw their lists beside each other."""
    picked = [point for point in state.points(study.id) if point in offered] or default_points(offered, epsilon)
    points = st.multiselect(
        text("rec.points"),
        offered,
        default=picked,
        format_func=point_name,
        max_selections=state.MAX_POINTS,
        help=text("rec.points.help"),
    )
    if points != picked:
        state.set_points(study.id, points)
    if not points:
        st.info(text("rec.no_points"))
        return
    side_by_side(
        remembered(
            ws,
            study,
            "compared",
            (who.user_id, tuple(points), wanted),
            lambda: ws.shopfront.recommend_for(
                study.id, who.user_id, points, wanted.k, list(wanted.categories), wanted.out_of_stock
            ),
        )
    )


def side_by_side(lists: list[ShopperList]) -> None:
    """Draw up to three lists beside each other, marked where they differ from the first."""
    reference = items_of(lists[0].new)
    for place, (column, one) in enumerate(zip(st.columns(len(lists)), lists, strict=True)):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{point_name((one.method, one.epsilon))}**")
            items = items_of(one.new)
            first = place == 0
            st.caption(text("rec.reference") if first else text("rec.shared", n=shared(reference, items), k=len(items)))
            draw_list(one.new, None if first else changes(reference, items), plain(said(one.score_name)))
            st.caption(promise_of(one.method, one.epsilon))


def buy_again(ws: Workspace, study: Run, who: Picked, wanted: Wanted, offered: list[state.Point]) -> None:
    """Draw what the shopper may want to buy again, apart from the recommendations: no model has a say in it."""
    again = remembered(
        ws,
        study,
        "again",
        (who.user_id, wanted),
        lambda: (
            ws.shopfront.recommend_for(
                study.id, who.user_id, offered[:1], 1, list(wanted.categories), wanted.out_of_stock, reasons=False
            )[0].again
        ),
    )
    st.subheader(text("rec.again"))
    st.caption(text("rec.again.caption") if len(again) else text("rec.no_again"))
    if len(again):
        with st.container(border=True):
            draw_list(again, None, None)
