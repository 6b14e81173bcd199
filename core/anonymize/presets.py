"""Three usual sets of options, and how they are fitted to a dataset. Starting points: the risk report judges them.

They were chosen by what is left of rows and shoppers and by the risk that remains on two shops (a gift wholesaler with
times and prices, and a shop with neither), before any recommender was trained on the result.

No preset caps products or events. On the wholesaler a cap of 100 products raised the share of shoppers whom three
products alone single out from 10 to 48 %: long histories are the crowd in which short ones hide. A cap before
k^m-anonymity costs twice, for thinner baskets have rarer pairs: 2.5 instead of 42 % of the rows stayed. Nor does a
preset suppress rare products before k^m, which puts them under their category instead.
"""

from collections.abc import Mapping, Sequence

from core.anonymize.column_names import is_price
from core.anonymize.shopper_table import DEFAULT_COLUMNS, quasi_identifiers
from core.columns import Columns, Uploads
from core.settings.anonymization import AnonymizationSettings, BasketSettings, GroupSettings
from core.tables.dataset import Schema

BANDS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0)

INTERNAL = AnonymizationSettings(mask_identifiers=True, pseudonymize=True, coarsen_time="day")
"""For colleagues who may see rows but need not know who it was: no names, no contact data, no time of day.

Nothing has a threshold, so a study may follow. Whoever knows a few purchases of somebody still finds them.
"""

PARTNER = AnonymizationSettings(
    mask_identifiers=True,
    pseudonymize=True,
    coarsen_time="week",
    price_bands=BANDS,
    suppress_items_below=5,
)
"""For a partner who is bound by contract: weeks instead of days, since a product and its day single out most shoppers;
prices in bands, since an exact price names product and promotion; products of fewer than five shoppers out, since they
name their buyers. Who knows several purchases still finds most shoppers: the contract has to forbid looking.
"""

PUBLICATION = AnonymizationSettings(
    drop_columns=(Uploads.TIME,),
    mask_identifiers=True,
    pseudonymize=True,
    price_bands=BANDS,
    category_levels=2,
    km_anonymity=BasketSettings(k=5, m=2),
)
"""For everybody, for good: no times, the upper categories, none of the further columns; and whoever knows any two
products of a shopper finds five shoppers who have them. Times go, months too: beside k^m-anonymous baskets the months
of five purchases still singled out 83 % of the wholesaler's shoppers, the products alone 4 %. Of three known products,
or of what is found later, it promises nothing: look at the risk, and prefer a statistic with an ε where that answers
the question.
"""

PRESETS: Mapping[str, AnonymizationSettings] = {"internal": INTERNAL, "partner": PARTNER, "publication": PUBLICATION}
GROUP_SIZE = {"partner": 5, "publication": 10}


def preset_for(
    name: str, schema: Schema, behavior_columns: Sequence[str] = (), identifiers: Mapping[str, str] | None = None
) -> AnonymizationSettings:
    """The preset without the options that this data has nothing for, and with those that hang on its columns.

    Columns that were found to be identifiers are dropped, which a person sees and so declares; for publication every
    further column is. For partner and publication the usual facts of a shopper (how much, since when, of what) are made
    k-anonymous; further columns that a partner gets are not among them unless somebody adds them.

    Args:
        name: "internal", "partner" or "publication".
        schema: Of the dataset.
        behavior_columns: Columns of the clean interactions; Tact's own may be among them.
        identifiers: What ``find_identifiers`` found in the interactions.

    Raises:
        KeyError: there is no preset of that name.
    """
    chosen = PRESETS[name]
    further = [str(column) for column in behavior_columns if column not in Columns.INTERACTIONS]
    dropped = tuple(column for column in further if name == "publication" or column in (identifiers or {}))
    if schema.has_time:
        dropped = (*chosen.drop_columns, *dropped)
    has_time = schema.has_time and Uploads.TIME not in dropped
    has_category = Columns.CATEGORY in schema.columns
    has_price = Columns.PRICE in schema.columns
    changes: dict[str, object] = {"drop_columns": dropped, "mask_identifiers": not set(further) <= set(dropped)}
    if not has_time:
        changes["coarsen_time"] = "exact"
    if not has_price and not any(is_price(column) for column in further if column not in dropped):
        changes["price_bands"] = ()
    if not has_category:
        changes["category_levels"] = None
    if k := GROUP_SIZE.get(name):
        there = quasi_identifiers([], has_time=has_time, has_category=has_category, has_price=has_price)
        columns = tuple(column.name for column in there if column.name in DEFAULT_COLUMNS)
        changes["k_anonymity"] = GroupSettings(k=k, columns=columns)
    return chosen.model_copy(update=changes)
