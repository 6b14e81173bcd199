"""English: sentences of the Trade-off page's closer looks: who pays, beyond accuracy."""

TEXTS: dict[str, str] = {
    "pays.title": "Who pays for privacy",
    "pays.lead": "Noise does not cost everybody the same. Here the judges, and the products hidden "
    "from them, stand in groups: how well is each group served at each ε? Measured by NDCG@10 here, whatever is "
    "chosen above.",
    "pays.not_outside": "Not shown outside: each figure of a group would need a private release of its own, "
    "and groups are small, so its noise would be large. Look at it in the curator room, "
    "or on the sample shop.",
    "pays.by": "Groups by",
    "pays.by.activity": "activity",
    "pays.by.head": "known or rare",
    "pays.by.category": "category",
    "pays.by.price": "price",
    "pays.by.activity.what": "Tenths of the judges by how many products are seen of them: 1 the least active, 10 "
    "the most.",
    "pays.by.head.what": "Known: the products that make up four fifths of everything that was touched. Rare: "
    "all others. The figure asks only for hidden products of the group, so it is lower "
    "than that of the whole.",
    "pays.by.category.what": "The categories that judges most often went on to choose. Only hidden products of "
    "the category count.",
    "pays.by.price.what": "Four bands of the published prices with as many products each. Only hidden products "
    "of the band count.",
    "pays.bands": "Whiskers: two standard errors over the judges of the group. Hollow: fewer than {n} "
    "judges, hardly more than chance.",
    "pays.method": "Method",
    "pays.nothing": "This method has no figures of this grouping.",
    "pays.old": "This study has no such figures: it was made before there were any, or nobody judged "
    "it. Train again to see this.",
    "pays.few": "Too few judges in the groups to compare them: fewer than {n} in most.",
    "pays.takeaway": "At ε {epsilon:g}, {most} keep {high:.0%} (± {high_error:.0%}) of their quality at ε "
    "{largest:g}; {least} keep {low:.0%} (± {low_error:.0%}).",
    "pays.takeaway.unclear": "At ε {epsilon:g}, between {low:.0%} (± {low_error:.0%}, {least}) and {high:.0%} (± "
    "{high_error:.0%}, {most}) of the quality at ε {largest:g} is kept: the intervals "
    "overlap, so no group is shown to pay more.",
    "pays.activity.group": "tenth {n}",
    "pays.head.head": "known products",
    "pays.head.tail": "rare products",
    "pays.hover": "ε {epsilon}, %{{x}}: %{{y:.3f}} (%{{customdata}} judges)",
    "beyond.title": "Beyond accuracy",
    "beyond.lead": "A list may be right and still be dull, or push everybody to the same products. What "
    "ε does to that, for each method.",
    "beyond.takeaway": "{method}, from ε {low:g} to ε {high:g}: {list}.",
    "beyond.end": "{name} {low:.3g} to {high:.3g}",
    "beyond.coverage": "Coverage",
    "beyond.coverage.what": "share of the catalogue that stands in at least one list of ten.",
    "beyond.novelty": "Novelty (bits)",
    "beyond.novelty.what": "how little known the listed products are: one bit more is half as many shoppers who "
    "know them (Vargas and Castells 2011).",
    "beyond.diversity": "Diversity",
    "beyond.diversity.what": "how unlike any two products of a list are by the published text, or category where "
    "there is no text: 0 all alike, 1 nothing in common.",
    "beyond.popularity_bias": "Popularity bias",
    "beyond.popularity_bias.what": "how much better known the list is than the shopper's own products, in shares "
    "of the catalogue: above 0 it leans to best sellers.",
    "beyond.gini": "Inequality of exposure (Gini)",
    "beyond.gini.what": "0: every product is shown equally often; 1: one product gets all places. One figure "
    "for all lists together, so it has no interval.",
    "beyond.churn": "Churn",
    "beyond.churn.what": "share of a list that changes against the same method at the study's largest ε.",
}
