"""Three usual sets of options, and how they are fitted to a dataset. Starting points: the risk report judges them.

They were chosen by what is left of rows and shoppers and by the risk that remains (``benchmarks`` on two shops), before
any recommender was trained on the result.
"""

from collections.abc import Mapping, Sequence

from core.anonymize.column_names import is_price
from core.anonymize.shopper_table import DEFAULT_COLUMNS, quasi_identifiers
from core.columns import Columns
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
    max_products_per_shopper=100,
    suppress_items_below=5,
)
"""For a partner who is bound by contract: weeks instead of days, since a product and a day single out most shoppers;
prices in bands, since exact ones tell products and promotions; long histories cut, since they are the easiest to find;
products of fewer than five shoppers out, since they name their buyers.
"""

PUBLICATION = AnonymizationSettings(
    mask_identifiers=True,
    pseudonymize=True,
    coarsen_time="month",
    price_bands=BANDS,
    category_levels=2,
    max_products_per_shopper=20,
    suppress_items_below=10,
    km_anonymity=BasketSettings(k=5, m=2),
)
"""For everybody, for good: months, the upper categories, short histories, products of ten shoppers and more; and who
knows any two products of a shopper finds five shoppers who have them. Of more than two known products, or of what is
found later, it promises nothing: look at the risk, and prefer a statistic with an ε where that answers the question.
"""

PRESETS: Mapping[str, AnonymizationSettings] = {"internal": INTERNAL, "partner": PARTNER, "publication": PUBLICATION}
GROUP_SIZE = {"partner": 5, "publication": 10}


def preset_for(
    name: str, schema: Schema, behavior_columns: Sequence[str] = (), identifiers: Mapping[str, str] | None = None
) -> AnonymizationSettings:
    """The preset without the options that this data has nothing for, and with those that hang on its columns.

    Columns of identifiers that only their content gave away are dropped, which a person sees and declares so. For
    partner and publication the further columns and the usual facts of a shopper are made k-anonymous.

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
    dropped = tuple(column for column in further if column in (identifiers or {}))
    has_category = Columns.CATEGORY in schema.columns
    has_price = Columns.PRICE in schema.columns
    changes: dict[str, object] = {"drop_columns": dropped, "mask_identifiers": len(further) > len(dropped)}
    if not schema.has_time:
        changes["coarsen_time"] = "exact"
    if not has_price and not any(is_price(column) for column in further):
        changes["price_bands"] = ()
    if not has_category:
        changes["category_levels"] = None
    if k := GROUP_SIZE.get(name):
        there = quasi_identifiers([], has_time=schema.has_time, has_category=has_category, has_price=has_price)
        columns = tuple(column.name for column in there if column.name in DEFAULT_COLUMNS)
        changes["k_anonymity"] = GroupSettings(k=k, columns=columns)
    return chosen.model_copy(update=changes)
