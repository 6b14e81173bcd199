"""The options of the Anonymisation page, in the order in which they are applied: from widgets to settings."""

from itertools import pairwise

import streamlit as st

from core.columns import Columns
from core.settings import MAX_EPSILON, MIN_EPSILON, AnonymizationSettings, build
from core.texts import plain, text
from core.workspace import DatasetInfo, Workspace
from pages.shared.anonymize_cards import OWN, Sheet, amount, card, choice, column_name, group, number, toggle
from pages.shared.anonymize_thresholds import thresholds
from pages.shared.fields import keep
from pages.shared.report_view import profile_of

KINDS = (
    *("email", "phone", "card", "iban", "ip", "id_card"),
    *("postcode", "birth_date", "address", "name", "code_of_the_shopper"),
)
START = {"max_products_per_shopper": 50, "max_events_per_shopper": 100, "category_levels": 1}


def options(ws: Workspace, sheet: Sheet) -> AnonymizationSettings:
    """Draw every option, each with its sentences and a place for what it does to this data.

    Raises:
        SettingsError: names what has to change.
    """
    values: dict[str, object] = {}
    with group(sheet, "identity", (), is_first=True):
        values |= _identity(sheet)
    drawn = _offered(sheet)
    if drawn:
        with group(sheet, "rows", drawn):
            values |= _rows(sheet, drawn)
    with group(sheet, "amount", ("max_products_per_shopper", "max_events_per_shopper")):
        values |= _amount(sheet)
    with group(sheet, "local", ("local_epsilon",)):
        values["local_epsilon"] = _local(ws, sheet, values["max_events_per_shopper"])
    with group(sheet, "thresholds", ("suppress_items_below", "k_anonymity", "km_anonymity")):
        values |= thresholds(sheet)
    return build(AnonymizationSettings, values)


def _identity(sheet: Sheet) -> dict[str, object]:
    """Columns that go, identifiers that are masked, pseudonyms."""
    values: dict[str, object] = {}
    left, middle, right = st.columns(3)
    with left, card(sheet, "drop_columns"):
        values["drop_columns"] = _drop(sheet)
    with middle, card(sheet, "mask_identifiers"):
        values["mask_identifiers"] = toggle(sheet, "mask_identifiers", sheet.stored.mask_identifiers)
        _found(sheet)
    with right, card(sheet, "pseudonymize"):
        values["pseudonymize"] = toggle(sheet, "pseudonymize", sheet.stored.pseudonymize)
        if values["pseudonymize"]:
            words = text("anonymization.pseudonym_format.help")
            values["pseudonym_format"] = choice(sheet, "pseudonym_format", sheet.stored.pseudonym_format, words)
    return values


def _drop(sheet: Sheet) -> tuple[str, ...]:
    schema = sheet.info.schema
    own = [name for name in OWN if name in schema.columns or (name == Columns.TIMESTAMP and schema.has_time)]
    offered = [*own, *dict.fromkeys((*sheet.facts.columns, *sheet.facts.product_columns))]
    chosen = st.multiselect(
        text("anonymization.drop_columns"),
        offered,
        format_func=column_name,
        key=keep(sheet.key("drop_columns"), [name for name in sheet.stored.drop_columns if name in offered]),
    )
    return tuple(chosen)


def _found(sheet: Sheet) -> None:
    """Say which columns look like identifiers, and offer to leave them out; one that is left out needs no word."""
    key = sheet.key("drop_columns")
    dropped = list(st.session_state.get(key, ()))
    open_ones = {column: kind for column, kind in sheet.facts.identifiers.items() if column not in dropped}
    if not open_ones:
        return
    said = [
        text("anonymization.found.one", column=plain(column), kind=kind_words(kind))
        for column, kind in open_ones.items()
    ]
    st.warning("  \n".join([*said, text("anonymization.found.open")]), icon=":material/badge:")
    st.button(
        text("anonymization.found.drop"),
        key="drop_found",
        icon=":material/delete_sweep:",
        on_click=lambda: st.session_state.update({key: [*dropped, *open_ones]}),
    )


def kind_words(kind: str) -> str:
    """Name a kind of identifier; one that has no words here is still something that names a person.

    Example:
        >>> kind_words("birth date"), kind_words("shoe size")
        ('dates of birth', 'something that names a person')
    """
    name = kind.replace(" ", "_")
    return text(f"anonymization.kind.{name if name in KINDS else 'other'}")


def _offered(sheet: Sheet) -> list[str]:
    """List the options about time, prices and categories that this data has."""
    drawn = ["coarsen_time"] if sheet.info.schema.has_time else []
    drawn += ["price_bands", "round_prices"] if sheet.facts.has_prices else []
    return [*drawn, "category_levels"] if sheet.facts.has_categories else drawn


def _rows(sheet: Sheet, drawn: list[str]) -> dict[str, object]:
    """Time, prices and categories."""
    stored = sheet.stored
    values: dict[str, object] = {}
    a_row = 3 if len(drawn) == 3 else 2
    places = [column for start in range(0, len(drawn), a_row) for column in st.columns(a_row)[: len(drawn) - start]]
    for place, name in zip(places, drawn, strict=True):
        with place, card(sheet, name):
            if name == "coarsen_time":
                values[name] = choice(sheet, name, stored.coarsen_time)
            elif name == "price_bands":
                values[name] = _bands(sheet)
            elif name == "round_prices":
                values[name] = number(sheet, name, stored.round_prices, 0.01, 1e6, 5.0)
            else:
                values[name] = amount(sheet, name, stored.category_levels, START[name])
    return values


def _bands(sheet: Sheet) -> tuple[float, ...]:
    words = st.text_input(
        text("anonymization.price_bands"),
        key=keep(sheet.key("price_bands"), ", ".join(f"{edge:g}" for edge in sheet.stored.price_bands)),
        placeholder="5, 10, 25",
    )
    bands = parse_bands(words or "")
    if bands is None:
        st.error(text("anonymization.price_bands.wrong"))
    return bands or ()


def parse_bands(words: str) -> tuple[float, ...] | None:
    """Read rising numbers with commas between; None where it is something else.

    Example:
        >>> parse_bands("5, 10,25"), parse_bands(""), parse_bands("10, 5")
        ((5.0, 10.0, 25.0), (), None)
    """
    try:
        edges = tuple(float(word) for word in words.replace(";", ",").split(",") if word.strip())
    except ValueError:
        return None
    rising = all(0 < low < high for low, high in pairwise(edges))
    return edges if rising and all(0 < edge < float("inf") for edge in edges) else None


def _amount(sheet: Sheet) -> dict[str, object]:
    """How many products and events of a shopper stay."""
    values: dict[str, object] = {}
    for place, name in zip(st.columns(2), ("max_products_per_shopper", "max_events_per_shopper"), strict=True):
        with place, card(sheet, name):
            values[name] = amount(sheet, name, getattr(sheet.stored, name), START[name])
    return values


def _local(ws: Workspace, sheet: Sheet, cap: object) -> float | None:
    """Randomised response with its ε an event, and beside it what that is for a shopper."""
    with card(sheet, "local_epsilon"):
        name, first = "local_epsilon", sheet.stored.local_epsilon
        epsilon = number(sheet, name, first, MIN_EPSILON, MAX_EPSILON, 2.0)
        if epsilon is not None:
            _whole_shopper(ws, sheet.info, epsilon, int(cap) if isinstance(cap, int) else None)
    return epsilon


def _whole_shopper(ws: Workspace, info: DatasetInfo, epsilon: float, cap: int | None) -> None:
    """Show ε an event never without what it adds up to: n events of pure ε are n times ε."""
    totals = profile_of(ws, info).totals
    most = max(1, round(totals["most_events"]))
    median = max(1, round(totals["median_events"]))
    if cap is not None:
        most, median = min(most, cap), min(median, cap)
    with st.container(horizontal=True):
        st.metric(text("anonymization.local_epsilon.event"), f"ε {epsilon:g}")
        st.metric(text("anonymization.local_epsilon.median", n=median), f"ε {median * epsilon:,g}")
        if cap is None:
            st.metric(text("anonymization.local_epsilon.most", n=most), f"ε {most * epsilon:,g}")
        else:
            st.metric(text("anonymization.local_epsilon.cap", n=cap), f"ε {cap * epsilon:,g}")
    n = most if cap is None else cap
    st.markdown(text("anonymization.local_epsilon.adds_up", event=epsilon, shopper=n * epsilon, n=n))
