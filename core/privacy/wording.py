"""The sentences of a statement: what Tact does to shoppers' data, and what it does not promise."""

FORMAT = "tact-privacy-statement-2"
KNOWN_FORMATS = ("tact-privacy-statement-1", FORMAT)
RELATION = "add or remove one shopper"
RELATION_IN_ROWS = "all rows of one UserID are there, or none of them is"
UNIT = "one shopper: all events of one UserID in the whole file"
UNIT_IN_COLUMNS = (
    "UserBehavior.csv: every row (UserID, ProductID, Behavior, Time) that has one value of UserID. ProductInfo.csv "
    "(ProductID, Category, Price, Rating, texts) belongs to nobody and is not protected."
)
VARIANT = "approximate differential privacy, (ε, δ)"
RNG = "operating system entropy, fresh for every run and every one-shot release; no seed is set or kept"
TIMING = (
    "Not protected: how long a step or a run takes, and the size of a file, may depend on the data. Severity: "
    "theoretical; lists are served from files made before, and nobody outside can query the data."
)
PLATFORM = (
    "Training noise is drawn in floating-point arithmetic of 32 or 64 bits from a Philox generator that the operating "
    "system seeds; mixed precision is not used for clipping or noise."
)

NOT_COVERED = (
    "The product catalogue, column names, settings and the declared number of shoppers are treated as public.",
    "How the file is written is found out from the file and treated as public: encoding, quotes, order of day and "
    "month, whether it has times.",
    "Several people behind one UserID are one shopper; one person with several UserIDs is several.",
    "The list that a shopper is shown depends on that shopper's own history and is not hidden from whoever sees it.",
    "Who may open the uploaded data (the curator) is not bound by this statement.",
    "Anonymisation of the files lowers no ε and is not counted.",
    "A shopper may still be wrongly or rightly judged by what is true of shoppers in general.",
)
UNPROTECTED = (
    "the catalogue's published columns, whether events have times at all, column names and codes",
    "the settings of the study: methods, ε, δ, head sizes, clip norms, steps, network layout",
    "the number of shoppers, as declared, or as counted and then treated as public",
    "the second in which each file was made, and its size",
)
BOUNDING = (
    "Every shopper's whole contribution to a mechanism is scaled to a fixed L2 norm, the mechanism's sensitivity, "
    "however many events there are: no row is dropped for that, and nobody counts for more."
)
LEFT_OUT = (
    "Shoppers who had withdrawn their consent when the work began are not in it: their own rows were left out before "
    "anything else."
)
"""Said of every run, whether there is such a shopper or not, so that it tells nothing."""
DROPPED = (
    "Left out before, by rules that look at one row alone: rows with unknown codes or unreadable fields, and rows of "
    f"products outside the catalogue. {LEFT_OUT} How many is not stated here: the number would be data."
)
NOISE_ADDED = {
    "gaussian_release": "to every entry of the sum over shoppers, once a draw, before anything else sees it",
    "dp_sgd": "to every coordinate of a step's sum of clipped gradients, once a step; the sum is then divided by the "
    "expected batch, a public number",
    "selection": "to the summed weight of every product that somebody touched, before the threshold",
    "random_stopping": "inside each trial, as its mechanisms say; only the best trial leaves",
}
SCHEMES = {
    True: "Poisson: at every step each shopper is taken by an own coin of this chance; batches have no fixed size",
    False: "none: every shopper, at every draw",
}
SAMPLING_MATCHES = "The accountant is given the sampling that is done; the ε without amplification stands beside."
COVERAGE = "Everything that was drawn together with this model is listed, and paid for by the entries named."
POST_PROCESSING = (
    "Denoising, item-item weights, training on releases, candidates, top-k, ranking and serving use the mechanisms' "
    "outputs, the public catalogue and the asking shopper's own history only."
)
PREPROCESSING = "Only transforms of a shopper's own rows by public rules come before the mechanisms."
TUNING = (
    "Defaults were chosen on public data. Whoever looks at exact figures in the curator's room before choosing "
    "settings, or which model to release, uses these shoppers' data in a way that is not charged."
)
VALIDATION = (
    "No early stopping and no choice of a checkpoint on shoppers' data: the number of steps is fixed before. Figures "
    "of the curve are asked of other shoppers, set apart by a keyed coin, and are noisy and charged to them; an A/B "
    "test is no part of Tact."
)
NO_AUDIT = "none yet"
AUDIT_MEANS = "A low bound is no proof that nothing leaks: an audit by attack is a bug detector, not a certificate."
NON_DP = (
    "These steps have no ε and lower none; the risk that remains after them (singling out, linking, inference) is "
    "measured where anonymised files are exported, and not here."
)
BIAS = "Loss by group is not measured here: groups would need further noisy figures, each with its price."
TRUST = "central: the curator's machine sees the uploaded data and adds the noise"
ACTORS = (
    "The curator sees uploads, exact figures and every shopper's own history. Whoever gets what is released (models, "
    "noisy figures, statements) is taken for an adversary with any side knowledge. A shopper sees the own list."
)
RELEASES = (
    "Files, not queries: nobody outside can ask the data anything. Each further model of the same shoppers is a "
    "further charge in the ledger, and composes."
)
SECURITY = (
    "The workspace's folder is readable by its owner only (mode 0700), keys are files of mode 0600 and never part of "
    "what leaves. Tact does not encrypt the disk. Deleting a data set deletes its rows and lowers no spend."
)
NO_DATA_HASH = "not published: a hash of the data would tell whether a guess at them is right"
