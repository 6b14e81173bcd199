"""What an import kept and dropped, and what the data looks like."""

from typing import Any

import streamlit as st

from core.columns import Columns
from core.report import figures
from core.settings import MIN_SHOPPERS
from core.tables.profile import Profile
from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace
from pages.shared import frame, state

N_SHOWN = 1000


@st.cache_data(show_spinner=False, max_entries=4)
def _profile(dataset_id: str, folder: str, _ws: Workspace) -> Profile:  # noqa: ARG001 - part of the cache's key
    profile: Profile = _ws.profile(dataset_id)
    return profile


def profile_of(ws: Workspace, info: DatasetInfo) -> Profile:
    """Return the profile of a dataset; a dataset never changes, so it is made once."""
    return _profile(info.id, f"{info.created}", ws)


def clean_report(ws: Workspace, info: DatasetInfo) -> None:
    """Draw rows in = rows kept + rows dropped by reason, and the dropped rows."""
    st.subheader(text("data.report", name=plain(frame.own_name(info))))
    with st.container(horizontal=True):
        st.metric(text("data.report.users"), f"{info.n_users:,}")
        st.metric(text("data.report.items"), f"{info.n_items:,}")
        st.metric(text("data.report.events"), f"{info.n_events:,}")
    for role in ("behavior", "products"):
        part = info.report.get(role)
        if part and part.get("rows_in"):
            _one_file(role, part)
    st.caption(text(f"data.catalogue.{info.schema.catalogue}"))
    if info.n_users < MIN_SHOPPERS:
        st.warning(text("data.few", n=MIN_SHOPPERS))
    _rejected(ws, info)


def _one_file(role: str, part: dict[str, Any]) -> None:
    """Draw one file's sum: in = kept + dropped, by reason."""
    dropped = {reason: n for reason, n in part.get("rejected", {}).items() if n}
    total = sum(dropped.values())
    with st.container(border=True):
        st.markdown(
            f"**{text(f'data.report.{role}')}**: "
            + text("data.adds_up", rows=part["rows_in"], kept=part["rows_kept"], dropped=total)
        )
        st.progress(
            part["rows_kept"] / part["rows_in"],
            text=text("data.rows_kept", kept=part["rows_kept"], rows=part["rows_in"]),
        )
        for reason, n in sorted(dropped.items(), key=lambda pair: -pair[1]):
            st.markdown(f"- {n:,}: {text(f'reason.{reason}')}")
        for words in _reading_of(part):
            st.caption(words)


def _reading_of(part: dict[str, Any]) -> list[str]:
    """Say what a person may not expect of how the files were read: of each where there are several."""
    told = []
    for file in part.get("files") or [part]:
        if file.get("rows_above_header"):
            told.append(text("data.report.above", n=file["rows_above_header"]))
        if file.get("columns_left_out"):
            told.append(text("data.report.left_out", columns=plain(", ".join(file["columns_left_out"]))))
        if file.get("numbers_rounded_by_excel"):
            told.append(text("data.report.rounded", n=file["numbers_rounded_by_excel"]))
    return told


def _rejected(ws: Workspace, info: DatasetInfo) -> None:
    """Offer the dropped rows, to look at and to take along."""
    n = sum(sum(part.get("rejected", {}).values()) for part in info.report.values() if isinstance(part, dict))
    if not n:
        return
    with st.expander(f"{text('data.rejected')} ({n:,})", icon=":material/filter_alt_off:", on_change="rerun") as box:
        if box.open:
            rows, who = ws.importer.rejected(info.id, limit=N_SHOWN), state.person()
            st.caption(text("data.rejected.caption", n=len(rows)))
            shown = rows.assign(reason=[text(f"reason.{reason}") for reason in rows["reason"]])
            st.dataframe(shown, hide_index=True, column_config={name: text(f"column.{name}") for name in shown.columns})
            st.download_button(
                text("data.rejected.download"),
                lambda: ws.importer.rejected_csv(info.id, by=who),
                "dropped-rows.csv",
                "text/csv",
                key="rejected_csv",
                on_click="ignore",
            )


def profile_view(ws: Workspace, info: DatasetInfo) -> None:
    """Draw the pictures of a dataset."""
    profile = profile_of(ws, info)
    st.subheader(text("data.profile"))
    st.caption(text("data.profile.exact"))
    left, right = st.columns(2)
    _picture(left, "popularity", figures.popularity_curve(profile.popularity))
    _picture(right, "shopper", figures.events_per_shopper(profile.events_per_user))
    if len(profile.events_over_time):
        _picture(left, "time", figures.events_over_time(profile.events_over_time))
    _picture(right, "behaviours", figures.behaviours(profile.behaviors))
    if len(profile.prices):
        _picture(left, "price", figures.prices(profile.prices))
    if len(profile.categories):
        _picture(right, "category", figures.categories(profile.categories))


def categories_of(ws: Workspace, info: DatasetInfo) -> list[str]:
    """List the catalogue's categories, for filters; none where the catalogue has no such column."""
    if Columns.CATEGORY not in info.schema.columns:
        return []
    return [str(name) for name in profile_of(ws, info).categories[Columns.CATEGORY]]


def _picture(place: Any, name: str, figure: Any) -> None:
    """Draw one picture in its card."""
    with place, st.container(border=True):
        st.markdown(f"**{text(f'data.profile.{name}')}**")
        st.plotly_chart(
            figure, key=f"profile_{name}", config={"displayModeBar": False}, alt=text(f"data.profile.{name}")
        )
        if name in ("popularity", "shopper"):
            st.caption(text(f"data.profile.{name}.what"))
