"""Parts of the Recommendations page: two shoppers beside each other, and one before and after anonymisation."""

from dataclasses import replace

import streamlit as st

from core.report.compare import Change, shared
from core.runs.queue import Run
from core.settings import AnonymizationSettings
from core.texts import plain, said, text
from core.workspace import DatasetInfo, ShopperList, Workspace
from pages.shared import noted
from pages.shared.shopper_list import draw_list, items_of, marks, promise_of, say_gone
from pages.shared.shopper_parts import pick_shopper
from pages.shared.shopper_range import choose_at
from pages.shared.shopper_seen import Picked, Wanted, remembered

OWN = "own"


def two_shoppers(
    ws: Workspace, info: DatasetInfo, study: Run, who: Picked, wanted: Wanted, categories: list[str]
) -> None:
    """Draw another shopper's list beside this one's, by the same model, and say what they share."""
    here, _ = choose_at(ws, info, study, who, wanted)
    st.markdown(f"**{text('shopper.pair.other')}**")
    other = pick_shopper(ws, info, study, categories, "rec2", only_typical=who.is_pseudonym)
    if other is None:
        return
    if other.user_id == who.user_id:
        st.info(text("shopper.pair.same"), icon=":material/person:")
        return
    noted.seen_once(ws, "shopper.seen", study.id, other.user_id)
    point = (here.method, here.epsilon)
    [there] = remembered(
        ws,
        study,
        "pair",
        (other.user_id, point, wanted),
        lambda: ws.shopfront.recommend_for(
            study.id, other.user_id, [point], wanted.k, list(wanted.categories), wanted.out_of_stock, reasons=False
        ),
    )
    own = remembered(
        ws,
        study,
        "own_both",
        (who.user_id, other.user_id),
        lambda: [set(ws.shopfront.history(study.id, one.user_id)["item_id"]) for one in (who, other)],
    )
    n = shared(items_of(here.list.new), items_of(there.new))
    st.info(text("shopper.pair.shared", n=n, k=max(len(here.list.new), len(there.new)), own=len(own[0] & own[1])))
    if here.method == "popularity":
        st.caption(text("shopper.pair.popularity"))
    for column, one, mine, theirs in zip(
        st.columns(2), (who, other), (here.list, there), (there, here.list), strict=True
    ):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{text('rec.shopper')} {plain(one.name)}**")
            _with_shared(mine, theirs)
    st.caption(promise_of(here.method, here.epsilon))


def _with_shared(mine: ShopperList, theirs: ShopperList) -> None:
    """Draw a list with a badge at each product that the other list shows too."""
    both = set(items_of(theirs.new))
    changed = [Change("both" if item in both else "same") for item in items_of(mine.new)]
    draw_list(mine.new, changed, plain(said(mine.score_name)))


def before_and_after(ws: Workspace, info: DatasetInfo, study: Run, who: Picked, wanted: Wanted) -> None:
    """Draw the list from the shopper's rows as they are, and from what anonymisation would leave of them."""
    st.markdown(text("shopper.anonymised.what"))
    here, _ = choose_at(ws, info, study, who, replace(wanted, categories=(), out_of_stock=()))
    options = {OWN: ws.privacy(info.id).anonymization, **ws.anonymizer.presets(info.id)}
    name = st.segmented_control(
        text("shopper.anonymised.options"),
        list(options),
        format_func=_option_name,
        key=f"rec.options.{info.id}",
        default="publication" if "publication" in options else OWN,
        required=True,
    )
    chosen: AnonymizationSettings = options[name or OWN]
    point = (here.method, here.epsilon)
    found = remembered(
        ws,
        study,
        "anonymised",
        (who.user_id, point, chosen, wanted.k),
        lambda: ws.shopfront.anonymised(study.id, who.user_id, point, chosen, wanted.k),
    )
    st.caption(text("shopper.anonymised.rows", rows=found.rows, left=found.rows_after, changed=found.changed))
    if found.left_out:
        names = "; ".join(text(f"anonymization.{option}") for option in found.left_out)
        st.caption(text("shopper.anonymised.left_out", options=names))
    same = items_of(found.before.new) == items_of(found.after.new)
    n = shared(items_of(found.before.new), items_of(found.after.new))
    st.info(text("shopper.anonymised.same" if same else "shopper.anonymised.differs", n=n, k=len(found.after.new)))
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        st.markdown(f"**{text('shopper.anonymised.before')}**")
        draw_list(found.before.new, None, plain(said(found.before.score_name)))
    with right, st.container(border=True, height="stretch"):
        st.markdown(f"**{text('shopper.anonymised.after')}**")
        draw_list(found.after.new, marks(found.before.new, found.after.new), plain(said(found.after.score_name)))
        say_gone(found.before.new, found.after.new)
    st.caption(text("shopper.anonymised.model"))


def _option_name(name: str) -> str:
    """Name a set of options: a preset's, or what is chosen on the Anonymisation page."""
    return text("shopper.anonymised.own") if name == OWN else text(f"anonymization.preset.{name}")
