"""What the certificate of an anonymisation says in words."""

MEANINGS = {
    "drop_columns": "These columns are removed, whatever they held.",
    "mask_identifiers": "E-mail addresses, phone and card numbers, addresses and names that were recognised in further "
    "columns are masked. What no pattern recognises stays.",
    "pseudonymize": "Ids of shoppers are codes (HMAC-SHA256) that only the holder of the key can make again. The same "
    "shopper has the same code in every export under the same key.",
    "coarsen_time": "Times are cut to this period.",
    "price_bands": "Prices are the lower edge of their band; the edges were declared, not drawn from the data.",
    "round_prices": "Prices are rounded to a multiple of this.",
    "category_levels": "Categories are cut to so many levels from the top.",
    "max_products_per_shopper": "Of each shopper at most so many products stay, chosen by a keyed coin.",
    "max_events_per_shopper": "Of each shopper at most so many events stay, chosen by a keyed coin.",
    "local_epsilon": "The product of each event was answered at random (randomised response), at this ε an event.",
    "suppress_items_below": "Products that fewer shoppers than this touched are left out.",
    "k_anonymity": "Shoppers who are alike in the columns named form groups of at least k; cells were made general "
    "or shoppers left out until that held.",
    "km_anonymity": "Whoever knows any m products of a shopper finds at least k shoppers with them, or none; rare "
    "products stand under their category or are left out.",
}

ROOM = (
    "This certificate holds exact figures of shoppers. It belongs to the curator's room, where whoever may see the "
    "uploaded data may see exact counts of it, and goes with the files to the recipient whom they were made for. It is "
    "not for publication."
)

NO_EPSILON = "Anonymisation buys no ε: nothing here is a claim of differential privacy, and none may be added to one."
WHY_NO_EPSILON = (
    "{names}: with a threshold over shoppers, what is published of one shopper depends on the others. Taking one "
    "shopper out can change many rows, so no ε is shown for these files or for whatever is learned from them."
)
LOCAL_EPSILON = (
    "ε {event:g} an event, and {shopper:.4g} for the shopper with most events ({most:,}): the ε of an event is never "
    "meant for a person. It covers which product an event was about, and nothing else: not that a shopper is there, "
    "how often, when, or what they did. It is said of UserBehavior.csv alone: risk and cost in this certificate and in "
    "risk.json are exact figures of the true products. Whoever is to learn no more than that ε gets neither of them."
)
LOCAL_WITH_THRESHOLDS = (
    " It is said of the answers before the thresholds; what is left out afterwards follows from the answers and from "
    "columns that it does not cover."
)

LIMITS = (
    "Risk is measured against the attackers named here, on this data. k-anonymity, unicity and linkage are "
    "measurements, not a proof: somebody who knows something else may find more.",
    "Estimates are of a sample of shoppers; intervals are 95 %. Figures without an interval are exact.",
    "The quasi-identifiers were chosen by a person or are Tact's usual ones. A column that is not among them counts as "
    "unknown to the attacker, and stands in the file as it was unless an option changed it.",
    "Whoever holds the key of the pseudonyms can tell who is who: pseudonymised data is personal data (GDPR, recital "
    "26).",
    "Several exports of the same shoppers can be laid side by side: the properties hold for each file by itself.",
    "Shoppers who had withdrawn their consent when the files were made are not in them; how many is not told.",
)
LIMIT_GROUPS = (
    "k-anonymity holds for the chosen columns, as recomputed from the files. It hides which of k shoppers somebody is, "
    "not what they have in common: see l and t."
)
LIMIT_BASKETS = (
    "k^m-anonymity is about products alone. Days, further columns and how often a product was bought are not part of "
    "it, and may tell baskets apart. Left-out products make the counts of the others no sample of the original."
)
LIMIT_PUBLISHED = (
    "Products stand under categories, so unicity after is measured with points drawn from the files as published."
)

ATTACKERS = {
    "prosecutor": "knows that the target is in the file",
    "journalist": "knows that the target is among the shoppers whom the file may be about",
    "marketer": "wants to name as many shoppers as possible, not one",
}
