"""Sentences of the Training page."""

TEXTS = {
    "training.menu": "Training",
    "training.title": "Training",
    "training.lead": "One study trains every chosen method at every chosen ε and measures it on shoppers set apart. "
    "It runs in the background: you may leave this page, close the tab, or restart the server.",
    "training.new": "New study",
    "training.rows": "Before it learns, a study does this to each shopper's rows: {options}.",
    "training.rows.files": "Left out of studies, for exported files only: {options}. Thresholds over shoppers make "
    "other shoppers' rows depend on you, and no ε could be shown.",
    "training.methods": "Methods",
    "training.methods.what": "What each method does",
    "training.epsilons": "Privacy budgets ε",
    "training.epsilons.help": "One private model is trained for each method and each ε. "
    "Your ε from the Privacy page is among them.",
    "training.winner": "Let only the winner leave",
    "training.winner.help": "Trains a random number of models at one ε, each with fresh noise, and lets the best of "
    "them out; nobody outside sees the others or how many there were. So ε covers the choice too, and grows little "
    "with their number.",
    "training.winner.mean": "Models to choose from, on average",
    "training.winner.mean.help": "The number itself is drawn at random and never told: it may be 1, or several times "
    "this one. More to choose from leaves each of them less ε.",
    "training.winner.epsilon": "Privacy budget ε of the selection",
    "training.repeats": "Repeats",
    "training.repeats.help": "Each point trained several times with fresh noise; the curve then has bands.",
    "training.repeats.private": "On private data each repeat is a new draw and is charged in full, "
    "so bands are drawn on sample data.",
    "training.ceiling": "Ceiling without protection",
    "training.ceiling.help.sample": "Also trains without any protection: the ceiling shows what would be possible.",
    "training.ceiling.help.private": "Also trains without any protection, to show what would be possible. "
    "For the curator room only: these figures and lists have no ε and may never leave.",
    "training.evaluate": "Measure quality",
    "training.evaluate.help": "Some shoppers are set apart, take no part in training, and are used to measure. "
    "Without this all shoppers train, and there is no curve.",
    "training.evaluation_share": "Share of shoppers set apart",
    "training.evaluation_epsilon": "ε for the released figures",
    "training.evaluation_epsilon.help": "Quality figures are computed from shoppers too. Outside they are noisy sums "
    "with this ε; the shoppers set apart take no part in this study's training.",
    "training.network": "The neural network's choices",
    "training.network.lead": "For the method Neural network only. The network of Hybrid is fixed.",
    "training.network.loss": "Loss",
    "training.network.optimizer": "Optimizer",
    "training.network.activation": "Activation",
    "training.network.l1": "L1 penalty",
    "training.network.l2": "L2 penalty",
    "training.network.dropout": "Dropout",
    "training.network.embedding_size": "Embedding size",
    "training.network.learning_rate": "Learning rate",
    "training.network.clip_norm": "Clip norm",
    "training.network.clip_norm.help": "The most that one shopper may move one training step (L2 norm).",
    "training.network.train_steps": "Training steps",
    "training.network.sampling_prob": "Chance of a shopper per step",
    "training.network.sampling_prob.help": "Each shopper is drawn on their own (Poisson sampling). 1 takes everybody "
    "at every step.",
    "training.network.mask_history": "Share of each history hidden (augmentation)",
    "training.network.free_only": "Early stopping and cross-validation look at shoppers' data while choosing. "
    "They are for sample data only; on private data they would spend ε that nobody counted.",
    "training.network.early_stopping": "Stop early",
    "training.network.folds": "Folds of cross-validation",
    "training.bill": "Before you start",
    "training.bill.wait": "Adding up what it would cost",
    "training.bill.time": "Time, about",
    "training.bill.training": "ε for training",
    "training.bill.evaluation": "ε for the figures",
    "training.bill.spent": "Spent before",
    "training.bill.after": "Spent afterwards",
    "training.bill.free": "free",
    "training.bill.sum": "No shopper is in both groups, so training and figures do not add up: what counts "
    "is the shopper who lost most.",
    "training.bill.withdrawn": "Shoppers who have withdrawn their consent are left out before anything else; their "
    "mark is set on the Audit page.",
    "training.bill.before": "Spent before: all data here count as one shop's shoppers, so what other data has spent "
    "is in it. For another shop use another folder (TACT_HOME).",
    "training.bill.noise": "The released figures will be off by about: {noise}.",
    "training.bill.ways.curve": "What else could leave, and what it would cost a shopper: one model that nobody "
    "chose by looking at the data ε {one} · all {n} points of the curve ε {all} · only the best of as many trials on "
    "average, by random stopping, ε {winner}.",
    "training.bill.ways.winner": "One trial by itself has ε {one}. Were all {n} to leave, they would cost ε {all}; "
    "only the winner leaves, so it is ε {winner}.",
    "training.bill.choosing.curve": "Picking the best point by the released figures is in this bill already. Picking "
    "it by exact figures is covered by nothing.",
    "training.bill.choosing.winner": "The choice of the winner is in this bill. Looking at exact figures of it and "
    "starting again is covered by nothing.",
    "training.bill.households": "People who take part together lose more: {list}.",
    "training.bill.household": "{people} people ε {epsilon}",
    "training.bill.household.none": "{people} people: no figure here; see each model's statement",
    "training.bill.paid": "What it cost",
    "training.start": "Start the study",
    "training.cancel": "Cancel",
    "training.retry": "Try again",
    "training.retry.help": "A new attempt draws fresh noise and is charged anew; what the first attempt spent "
    "stays spent.",
    "training.look": "See the curve",
    "training.status": "Status",
    "training.device": "Device",
    "training.epsilon_spent": "ε spent so far",
    "training.left": "Time left",
    "training.loss": "Loss",
    "training.took": "Took",
    "training.unknown": "–",
    "training.past": "Studies on this data",
    "training.failed": "It did not finish. {why}",
    "training.interrupted": "The process of this run is gone (a restart of the machine, perhaps). Try again "
    "starts anew.",
    "training.ledger": "Ledger: all that was ever spent here",
    "training.ledger.lead": "Every draw that may have happened, newest first. Entries on synthetic data cost nothing.",
    "ledger.time": "Time (UTC)",
    "ledger.what": "What for",
    "ledger.group": "Charged to",
    "ledger.group.training": "training shoppers",
    "ledger.group.evaluation": "shoppers set apart",
    "ledger.group.everyone": "all shoppers",
    "ledger.epsilon": "ε by itself",
    "ledger.draws": "Draws",
    "training.meanwhile": "Meanwhile: look at the data",
    "training.ledger.none": "Nothing has been spent.",
}
