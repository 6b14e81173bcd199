"""English: sentences of the Recommendations page's closer looks."""

TEXTS: dict[str, str] = {
    "shopper.tab.range": "Over all ε",
    "shopper.tab.compare": "Side by side",
    "shopper.tab.pair": "Two shoppers",
    "shopper.tab.anonymised": "Before and after anonymisation",
    "rec.filter.all": "All categories",
    "shopper.method": "Method",
    "shopper.epsilon": "Privacy budget ε: the list moves with it",
    "shopper.free": "This method learns from nobody else: it costs no ε, and its list is the same at every ε.",
    "shopper.one_epsilon": "This study has one ε only, {epsilon:g}. Train with several to see what privacy changes.",
    "shopper.reference": "Compare with",
    "shopper.reference.help": "New, up, down and gone are said against the list at this ε.",
    "shopper.kept": "{n} of {k} products are also in the list at “{reference}”.",
    "shopper.gone": "No longer shown: {products}",
    "shopper.content": "This list comes from the published catalogue and this shopper's own history. No other "
    "shopper had a part in it.",
    "shopper.churn": "How much of the list changes",
    "shopper.churn.help": "The share of this list that the reference does not show. Noise is drawn once for each ε, "
    "so the line may jump: another draw would give another line.",
    "shopper.churn.own": "This shopper",
    "shopper.churn.usual": "Mean over shoppers",
    "shopper.churn.axis": "Share that differs",
    "shopper.churn.usual.what": "The mean is over the study's evaluation shoppers, for lists of ten, against the "
    "same ε. It is an exact figure and stays in the curator room.",
    "shopper.churn.choose": "The mean over shoppers was measured against ε {epsilon:g}: compare with that to see it "
    "here.",
    "shopper.churn.missing": "This study does not hold the mean over shoppers. Train again to see it here.",
    "shopper.churn.alt": "Compared with {reference}: {share:.0%} of this shopper's list differs at {first}, "
    "{other:.0%} at {last}.",
    "shopper.pair.other": "The other shopper",
    "shopper.pair.same": "This is the same shopper. Pick another one.",
    "shopper.pair.shared": "{n} of {k} products are on both lists. The two shoppers have {own} products in common in "
    "their histories.",
    "shopper.pair.popularity": "By this method all shoppers have the same list, but for what they touched already.",
    "rec.change.both": "on both lists",
    "shopper.anonymised.what": "What would this shopper be shown if their own history had been anonymised? Only this "
    "shopper's rows change. The model is the same and was trained on the rows as they were.",
    "shopper.anonymised.options": "Anonymisation",
    "shopper.anonymised.own": "This dataset's options",
    "shopper.anonymised.rows": "{left} of {rows} rows are left; {changed} of them differ in product, behaviour or "
    "time.",
    "shopper.anonymised.left_out": "Left out here: {options}. What they do to a shopper hangs on the other shoppers, "
    "so they cannot be shown on one shopper alone.",
    "shopper.anonymised.same": "The list stays the same: what anonymisation takes from this history, the model does "
    "not use.",
    "shopper.anonymised.differs": "{n} of {k} products are on both lists.",
    "shopper.anonymised.before": "From the rows as they are",
    "shopper.anonymised.after": "From the anonymised rows",
    "shopper.anonymised.model": "A model that is trained on anonymised rows of everybody would differ too: train a "
    "study with these options to see that. Anonymisation lowers no ε. Prices and categories in the catalogue stay "
    "as the model knows them.",
    "rec.kind.typical": "Typical ones",
    "gallery.off": "A gallery of real shoppers is off, because whoever looks at a card may recognise somebody by "
    "what they bought. A privacy officer can permit it on the Audit page, with a reason; it then shows pseudonyms "
    "and no times. A curator can still look at single shoppers by id or by kind, above: that is for working with the "
    "data, this for showing around.",
    "gallery.empty": "Too few shoppers here have five products or more, so whoever stood for a kind would stand out.",
    "gallery.rule": "Chosen by a fixed rule, never the most extreme shopper of a kind.",
    "gallery.rule.help": "Among shoppers with at least five products: at the 95th, 50th and 10th percentile of "
    "products (heavy, usual, light), at the 95th and 5th of the share of the largest category (one category, "
    "broad), and at the 5th of the median price (bargain).",
    "gallery.permitted": "Permitted by {by}: “{reason}”. Shown under pseudonyms, without ids and times. What "
    "somebody bought may still give them away.",
    "gallery.unnamed": "an officer",
    "gallery.no_times": "Under a pseudonym, times are left out.",
    "gallery.look": "Look",
    "gallery.chosen": "Shown below",
    "gallery.heavy": "Buys a lot",
    "gallery.usual": "The usual one",
    "gallery.light": "Buys little",
    "gallery.one_category": "One category",
    "gallery.broad": "A bit of everything",
    "gallery.bargain": "Bargain hunter",
    "gallery.heavy.what": "{products} products in {categories} categories",
    "gallery.usual.what": "{products} products in {categories} categories",
    "gallery.light.what": "{products} products in {categories} categories",
    "gallery.one_category.what": "{share:.0%} of {products} products from one category",
    "gallery.broad.what": "{products} products, at most {share:.0%} from one category",
    "gallery.bargain.what": "{products} products, median price {price:,.2f}",
    "why.ask": "Why?",
    "why.close": "Close",
    "why.speakers": "Own products that speak for it, and their share of all that do:",
    "why.speaker": "{product}: {share:.0%}",
    "why.nobody": "No single own product speaks for it.",
    "why.popularity": "It is popular with all shoppers, as counted through noise. The list is the same for everybody.",
    "why.popularity.exact": "It is popular with all shoppers. The list is the same for everybody.",
    "why.backing": "No signal picked this product: it fills the list by popularity.",
    "why.signals": "What each signal adds to its score of {score:.2f}:",
    "why.signals.alt": "{best} adds most, {most:+.2f}; the least comes from {worst}, {least:+.2f}; together "
    "{total:.2f}.",
    "why.share": "{noisy:.0%} of what moves this score comes from other shoppers, seen only through noise; the rest "
    "from the published catalogue and this shopper's own history.",
    "why.share.exact": "{noisy:.0%} of what moves this score comes from other shoppers, without noise; the rest from "
    "the published catalogue and this shopper's own history.",
    "why.exact": "From others, without noise",
    "why.noisy": "From others, through noise",
    "why.own": "Catalogue and own history",
    "why.private.hybrid": "How much each signal counts was learned from other shoppers under the same ε {epsilon:g}. "
    "The own products named here are this shopper's own data: they stay in the curator room.",
    "why.private.statistics": "Which products go together was counted over other shoppers, through noise, at ε "
    "{epsilon:g}. Which own products speak is this shopper's own data.",
    "why.private.popularity": "The counts are noisy: ε {epsilon:g} protects each shopper in them.",
    "why.private.mlp": "The network was trained with noise at ε {epsilon:g}. Shares say how the score falls without "
    "each own product.",
    "why.private.content": "Nothing here comes from other shoppers: the catalogue is published, the history is the "
    "shopper's own.",
    "why.unprotected": "Trained without noise: this answer may hold exact facts about other shoppers, so it stays in "
    "the curator room.",
    "why.signal.together": "Bought with own products",
    "why.signal.together_recent": "Bought with recent ones",
    "why.signal.popularity": "Popularity",
    "why.signal.category_lift": "Liked more than usual",
    "why.signal.content": "Like own products",
    "why.signal.content_recent": "Like recent ones",
    "why.signal.category_share": "Own categories",
    "why.signal.price": "Own price level",
    "why.signal.rating": "Rating",
    "why.signal.backing": "No candidate",
}
