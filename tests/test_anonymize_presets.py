"""Presets: each fits the data it is given, and only the inner one may precede a study."""

from dataclasses import replace

import pytest

from core.anonymize.presets import PRESETS, preset_for
from core.columns import Columns
from core.tables.dataset import Schema

FULL = Schema(
    has_time=True,
    columns=(Columns.CATEGORY, Columns.PRICE, Columns.RATING, Columns.TEXT),
    text_sources=("Title",),
    published=(),
    computed=(),
    catalogue="file",
)
BARE = replace(FULL, has_time=False, columns=(), catalogue="none")


def test_there_are_three_from_mild_to_strict() -> None:
    assert list(PRESETS) == ["internal", "partner", "publication"]
    assert [preset.may_precede_a_study for preset in PRESETS.values()] == [True, False, False]
    assert [preset.coarsen_time for preset in PRESETS.values()] == ["day", "week", "exact"]
    assert PRESETS["publication"].drop_columns == ("Time",)  # coarser than any period
    assert all(preset.pseudonymize and preset.mask_identifiers for preset in PRESETS.values())


@pytest.mark.parametrize("name", list(PRESETS))
def test_what_this_data_has_nothing_for_is_left_out(name: str) -> None:
    fitted = preset_for(name, BARE)

    assert (fitted.drop_columns, fitted.coarsen_time) == ((), "exact")
    assert (fitted.price_bands, fitted.category_levels) == ((), None)
    assert not fitted.mask_identifiers
    assert fitted.suppress_items_below == PRESETS[name].suppress_items_below


@pytest.mark.parametrize("name", list(PRESETS))
def test_with_everything_there_only_groups_come_and_for_everybody_no_further_column_goes_out(name: str) -> None:
    fitted = preset_for(name, FULL, (*Columns.INTERACTIONS, "Country"))

    if name == "publication":
        assert (fitted.drop_columns, fitted.mask_identifiers) == (("Time", "Country"), False)
        assert fitted.k_anonymity is not None
        assert fitted.k_anonymity.columns == ("events_band", "favourite_category")  # none that hangs on times
        fitted = fitted.model_copy(update={"drop_columns": ("Time",), "mask_identifiers": True})
    assert fitted.model_copy(update={"k_anonymity": None}) == PRESETS[name]
    assert (fitted.k_anonymity is None) == (name == "internal")
    assert fitted.may_precede_a_study == (name == "internal")


def test_identifiers_that_were_found_are_dropped_by_name() -> None:
    fitted = preset_for(
        "internal", FULL, (*Columns.INTERACTIONS, "Feld7", "Country"), {"Feld7": "name", "gone": "email"}
    )

    assert fitted.drop_columns == ("Feld7",)


def test_a_price_in_the_behaviour_file_is_banded_without_a_product_file() -> None:
    assert preset_for("partner", BARE, ("UnitPrice",)).price_bands == PRESETS["partner"].price_bands


def test_no_preset_thins_the_crowd_that_shoppers_hide_in() -> None:
    """Measured: caps raised what products alone single out, and cost k^m-anonymity nearly all rows."""
    for preset in PRESETS.values():
        assert preset.max_products_per_shopper is None
        assert preset.max_events_per_shopper is None
        assert preset.km_anonymity is None or preset.suppress_items_below is None


def test_every_fitted_preset_is_valid_settings() -> None:
    for name in PRESETS:
        fitted = preset_for(name, FULL, ("Country", "UnitPrice"), {"Country": "name"})

        assert type(fitted).model_validate(fitted.model_dump(mode="json")) == fitted
