"""English: sentences of the Help page: every term explained."""

TEXTS: dict[str, str] = {
    "help.menu": "Help",
    "help.title": "Help",
    "help.lead": "Every term on these pages in plain words, and how to start again.",
    "help.search": "Find a term",
    "help.nothing": "No term has these words. Try a shorter one.",
    "help.more": "More: docs/PRIVACY.md says exactly what is promised and what is not; docs/RULES.md says "
    "which tests hold it.",
    "term.dp": "Differential privacy",
    "term.dp.what": "A promise about what is published: it looks almost the same whether or not any one "
    "shopper is in the data. It holds whatever else an attacker knows, and it adds up over "
    "everything that is published.",
    "term.epsilon": "ε (epsilon), the privacy budget",
    "term.epsilon.what": "How much what is published may depend on one shopper: the odds of any guess about a "
    "shopper change by a factor of at most e to the power of ε (but for δ). Smaller is "
    "safer; 0 would reveal nothing and teach nothing.",
    "term.delta": "δ (delta)",
    "term.delta.what": "The small chance that the promise of ε is exceeded. It has to be far below one divided "
    "by the number of shoppers; Tact refuses anything at or above that.",
    "term.unit": "Unit of protection",
    "term.unit.what": "Who is protected: with Tact one shopper, with everything this shopper ever did in the "
    "file. A promise for one event is weaker: somebody with twenty events has twenty of them "
    "at stake.",
    "term.neighbours": "Neighbours",
    "term.neighbours.what": "Two files that differ in one shopper, who is there or is not. The promise compares what "
    "is published from one with what is published from the other.",
    "term.noise": "Noise",
    "term.noise.what": "Random numbers added to sums over shoppers before anything is made of them. How much "
    "follows from ε and from how far one shopper can move the sum. Nobody keeps the noise.",
    "term.clip": "Clipping",
    "term.clip.what": "Whatever one shopper contributes is cut to a fixed length first, so that the noise can "
    "hide it. Heavy shoppers lose by that, and the figures by activity say how much.",
    "term.dp_sgd": "DP-SGD",
    "term.dp_sgd.what": "Training of a neural network in which each shopper's gradient is clipped and noise is "
    "added at every step (Abadi and others, 2016).",
    "term.accountant": "Accountant",
    "term.accountant.what": "The calculation that adds many noisy steps up to one ε. Each statement names the one "
    "that was used, so that anybody can repeat it.",
    "term.ledger": "Ledger",
    "term.ledger.what": "The list of every private release of these shoppers' data, each written before its noise "
    "is drawn. Its rows are chained: a change, or a row taken out of the middle, shows; where the newest rows are "
    "missing, only a statement that was kept elsewhere shows it.",
    "term.cap": "Cap and renewal",
    "term.cap.what": "The most that may be spent in one period; an officer sets it. A renewal opens a new "
    "period and lowers nothing that was spent.",
    "term.statement": "Statement",
    "term.statement.what": "A signed file that says what was promised of one model and how it was reached. “Verify” "
    "recomputes its ε from what it says.",
    "term.room": "The three rooms",
    "term.room.what": "Sample: invented shoppers, all may be shown. Curator only: exact figures of real "
    "shoppers, not for release. Releasable: figures that went through a private release and "
    "are in the ledger.",
    "term.curve": "The curve",
    "term.curve.what": "Quality of recommendations over ε, one line a method. The question it answers: what "
    "does one more step of protection cost?",
    "term.ndcg": "NDCG@10",
    "term.ndcg.what": "How high in a list of ten the products stand that the shopper really went on to choose. "
    "1 is perfect, 0 is none found.",
    "term.recall": "Recall and hit rate",
    "term.recall.what": "Recall: the share of the products chosen later that the list names. Hit rate: for how "
    "many shoppers the list names at least one.",
    "term.band": "Interval, band, ±",
    "term.band.what": "Where the true figure probably lies: two standard errors to either side. It joins the "
    "chance of who was asked, the spread over repeats and any noise that was added.",
    "term.knee": "Knee",
    "term.knee.what": "The point of a curve after which more ε buys little. Where intervals overlap there is "
    "none, and the page says so.",
    "term.floor": "Floor and ceiling",
    "term.floor.what": "Floor: what the same best sellers for everybody reach. Ceiling: what the same methods "
    "reach without protection; it is never released.",
    "term.judges": "Evaluation shoppers",
    "term.judges.what": "Shoppers set apart by a keyed coin, who never train. Some of their products are hidden, "
    "and a good list names them.",
    "term.churn": "Churn",
    "term.churn.what": "The share of a list that changes when ε changes. High churn at a small ε means that "
    "noise decides much of what is shown.",
    "term.novelty": "Coverage, novelty, diversity",
    "term.novelty.what": "Coverage: how much of the catalogue is ever shown. Novelty: how little known the shown "
    "products are. Diversity: how different the products of one list are.",
    "term.unicity": "Unicity",
    "term.unicity.what": "The share of shoppers who are the only one with three known purchases: how easily "
    "somebody who knows a little finds a whole history.",
    "term.k": "k-anonymity, k^m",
    "term.k.what": "Everybody looks like at least k − 1 others, in all columns (k) or in any m products "
    "(k^m). It is a threshold over shoppers, so it buys no ε.",
    "term.pseudonym": "Pseudonym",
    "term.pseudonym.what": "A name made of an id and a secret key. It hides the id, not the history: who knows "
    "three purchases still finds the row.",
    "term.attack": "Attacks, canaries",
    "term.attack.what": "Invented shoppers with striking histories are put in or left out, and an attacker "
    "guesses which. What is found is a lower bound: a low one proves nothing.",
    "term.methods": "The methods",
    "term.methods.what": "Popularity: the same for all. Content: what is similar in the public catalogue. "
    "Statistics: what is bought together, from one noisy release. Hybrid: all of these, "
    "weighed privately. Neural network: the textbook's.",
}
