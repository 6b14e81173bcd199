"""Sentences of the rules that a person may turn on for a file of behaviour."""

TEXTS = {
    "rules.in_sample": "Of the first {of:,} rows",
    "rules.in_file": "Of all {of:,} rows",
    "rules.in_kept": "Of the {of:,} rows that were kept",
    "rules.in_slice": "{where} (an estimate from a slice of them)",
    "rules.examples": ": {examples}",
    "rules.duplicates": "{where}, {n:,} repeat an earlier row in every column. A second export of the same day looks "
    "so, but so does whoever buys the same thing twice within a second.",
    "rules.returns": "{where}, {n:,} look like returns or cancellations: a negative quantity, or an order number "
    "such as C12345.",
    "rules.non_products": "{where}, {n:,} are of ids that look like postage, fees or vouchers, not like products"
    "{examples}.",
    "rules.impossible_prices": "{where}, {n:,} have a price that is not above 0{examples}.",
    "rules.times": "{where}, {n:,} have a time before 1990 or after today{examples}.",
    "rules.fold_case": "{where}, {n:,} are of product ids that differ from another only in capital letters{examples}.",
    "rules.whole_ids": "{n:,} ids end in .0, as whole numbers do after a trip through a spreadsheet (14075.0); "
    "they would be read without it, as 14075.",
}
