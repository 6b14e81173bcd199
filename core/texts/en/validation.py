"""Sentences of cross-validation, and of the shop's own present recommender, on the Trade-off page."""

TEXTS = {
    "validation.title": "Is it the luck of one split?",
    "validation.lead": "A study sets one part of your shoppers apart and judges by them: another part might have given "
    "another figure. Here all shoppers are dealt into equal parts. Each part is judged by models that were trained on "
    "the others, with fresh noise, so **every shopper judges exactly once**.",
    "validation.not_here": "Cross-validation is shown in the curator room only: its figures are exact, and each would "
    "need a release of its own.",
    "validation.private": "Nothing of it leaves: its models are dropped once they have judged, its figures stay with "
    "whoever may see the uploaded rows, and so the ledger is charged nothing. If you choose an ε by these figures, "
    "that choice has looked at your shoppers, and the ε of a later study does not cover it.",
    "validation.none": "No cross-validation was made with the settings of this study yet.",
    "validation.no_products": "Cross-validation needs a product file, and these data have none.",
    "validation.new": "Check this study on every shopper",
    "validation.folds": "Parts",
    "validation.folds.help": "5: each model learns from 80 % of the shoppers, as in a study of the usual size. More "
    "parts take longer.",
    "validation.methods": "Methods",
    "validation.epsilons": "ε",
    "validation.minutes": "About {minutes:.0f} min on two cores. You can go on working meanwhile.",
    "validation.start": "Start",
    "validation.nothing": "Choose at least one method and one ε.",
    "validation.which": "Cross-validation",
    "validation.within": "**{method}, {point}: the study's figure lies within what the parts give.** The study says "
    "{own:.3f}; over all {n:,} shoppers it is {mean:.3f} ± {off:.3f}, and the {folds} parts range from {low:.3f} to "
    "{high:.3f}.",
    "validation.above": "**{method}, {point}: the study's figure is higher than in every part: this split flatters "
    "it.** The study says {own:.3f}; over all {n:,} shoppers it is {mean:.3f} ± {off:.3f}, and the {folds} parts "
    "range from {low:.3f} to {high:.3f}. Trust the figure over all shoppers.",
    "validation.below": "**{method}, {point}: the study's figure is lower than in every part: this split is hard "
    "on it.** The study says {own:.3f}; over all {n:,} shoppers it is {mean:.3f} ± {off:.3f}, and the {folds} parts "
    "range from {low:.3f} to {high:.3f}. Trust the figure over all shoppers.",
    "validation.all": "Of {n} figures of this study that were checked, {inside} lie within the range of their parts.",
    "validation.read": "Each bar goes from the worst part to the best, the dot is the figure over all shoppers, the "
    "diamond is this study's own. {metric}; ± is the 95 % interval over shoppers. Bars also hold the noise of each "
    "draw, and they are ranges, not intervals: with {folds} parts, a figure of one more "
    "part would fall outside by chance about 2 times in {tries}.",
    "validation.figure.parts": "Worst to best part",
    "validation.figure.mean": "All shoppers",
    "validation.figure.own": "This study",
    "validation.alt": "{metric} of {n} models over {folds} parts of the shoppers. {sentence}",
    "validation.table": "All figures",
    "validation.column.mean": "All shoppers",
    "validation.column.range": "Parts",
    "validation.column.own": "This study",
    "validation.column.shoppers": "Shoppers",
    "notice.validation": "See the check",
    "present.title": "What does your present recommender reach?",
    "present.lead": "Upload the lists that your shop shows today. They are judged like the study: the same shoppers "
    "set apart, the same hidden products.",
    "present.not_here": "Your present recommender is compared in the curator room only: its figures are exact, and "
    "each would need a release of its own.",
    "present.fair": "**Fair only if the lists were made without the hidden products.** A recommender that has seen "
    "what it is asked to guess looks far too good. Make its lists from the histories below, which leave the hidden "
    "products out.",
    "present.histories": "Histories of the judges, without what is hidden",
    "present.histories.prepare": "Prepare the file of histories",
    "present.histories.what": "{n:,} rows of {judges:,} shoppers: real data that must not leave.",
    "present.form": "Upload lists",
    "present.file": "A table with UserID and ProductID, a row a product",
    "present.file.help": "CSV, Excel or Parquet. With a column Rank, 1 is the best; without it a shopper's rows count "
    "in their order. Other names of columns and other delimiters are found out.",
    "present.name": "What you call it",
    "present.name.first": "Our present recommender",
    "present.start": "Judge these lists",
    "present.working": "Finding the judges and their hidden products…",
    "present.no_judges": "This study set no shopper apart, so nobody can judge. Train again with figures.",
    "present.sentence": "**{name} reaches {value:.3f} ± {off:.3f}; {method} at ε {epsilon:g} reaches {other:.3f}** "
    "({metric}).",
    "present.sentence.alone": "**{name} reaches {value:.3f} ± {off:.3f}** ({metric}).",
    "present.missing": "{listed:,} of {judges:,} judges had a list; each of the others counts 0.",
    "present.missing.none": "None of the {judges:,} judges had a list, so every figure is 0. Are these the UserIDs of "
    "the uploaded data?",
    "present.unknown": "{unknown:.0%} of the listed products are not in this study's catalogue; they count as missed.",
    "present.passed": "Products that a judge already has were passed over, as in the study's own lists.",
    "present.off": "± is the 95 % interval over shoppers.",
    "present.forget": "Remove",
}
