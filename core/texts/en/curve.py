"""Sentences of the Trade-off page and its figure."""

TEXTS = {
    "tradeoff.menu": "Trade-off",
    "tradeoff.title": "Trade-off",
    "tradeoff.lead": "How good are the recommendations at each level of protection? "
    "Click on a point to compare it on the Recommendations page.",
    "room.label": "Who is this curve for?",
    "room.sample": "Sample data",
    "room.curator": "Curator only",
    "room.releasable": "Releasable",
    "room.sample.what": "Synthetic shoppers: exact figures, repeats and the ceiling are free to show.",
    "room.curator.what": "Exact figures on shoppers set apart and, where it was trained, the ceiling without "
    "protection. They are computed from private data without noise: **not for release**.",
    "room.releasable.what": "Every figure here went through a differentially private release and is in the ledger. "
    "The ± is the noise that was added.",
    "room.watermark": "NOT FOR RELEASE",
    "room.empty": "This study has no figures for this room: quality was not measured, or there are too few shoppers "
    "for a figure to say anything. The lists can still be looked at.",
    "curve.metric": "Quality measured as",
    "curve.k": "List length",
    "curve.advice": "Advised at this ε: **{method}**. {why}",
    "curve.headline": "At **ε {epsilon:g}**, **{method}** reaches **{metric} {value:.3f}**{floor}{ceiling}.",
    "curve.headline.floor": ", **{times:.1f} times** what best sellers alone reach",
    "curve.headline.ceiling": ", **{share:.0%}** of what is possible without protection",
    "curve.headline.as_good": ", **as much** as without protection in this study",
    "curve.ceiling": "Ceiling: {method} without protection",
    "curve.no_epsilon": "costs no ε",
    "curve.chosen": "your ε",
    "curve.picked": "Picked for the Recommendations page (up to three)",
    "curve.picked.none": "None yet: click on a point, or choose one here",
    "curve.picked.help": "A click on a point of the curve adds it; the last three stay.",
    "curve.png": "PNG: the camera at the top right of the figure.",
    "curve.csv": "Download CSV",
    "curve.table": "All figures",
    "curve.table.se": "{metric}: standard error",
    "curve.table.noise": "{metric}: noise ±",
    "curve.bands": "Bands: two standard errors, over repeats or else over the shoppers measured, and any noise added.",
    "curve.cost": "What this study cost",
    "curve.cost.epsilon": "ε in all",
    "curve.cost.time": "Time",
    "curve.cost.free": "none",
    "column.method": "Method",
    "column.epsilon": "ε",
    "column.delta": "δ",
    "column.repeat": "Repeat",
    "metric.ndcg": "NDCG",
    "metric.recall": "Recall",
    "metric.hit_rate": "Hit rate",
    "metric.coverage": "Coverage",
    "metric.precision": "Precision",
    "metric.mrr": "MRR",
    "metric.ndcg.what": "How high in the list of {k} the products stand that the shopper really went on to choose. "
    "1 is perfect; 0 is none found.",
    "metric.recall.what": "Of the products that a shopper really went on to choose, the share that is in the "
    "list of {k}.",
    "metric.hit_rate.what": "In 100 shoppers, for how many is at least one of {k} right? 0.30 means 30 of 100.",
    "metric.coverage.what": "The share of the catalogue that appears in at least one shopper's list of {k}. "
    "Low means that everybody sees the same products.",
    "metric.precision.what": "The share of the {k} products in the list that the shopper really went on to choose.",
    "metric.mrr.what": "One divided by the place of the first right product; 1 is first place.",
    "curve.validation": "Cross-validation of the network without noise: loss {mean:.4f} on average over {n} held-out "
    "folds ({losses}). The curator's figure: it is no part of any promise.",
}
