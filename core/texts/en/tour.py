"""English: sentences of the guided tour and of the state of the workspace."""

TEXTS: dict[str, str] = {
    # what Tact does, in one picture
    "way.inside": "Curator room: only those who may see the data",
    "way.outside": "Outside: may be passed on",
    "way.files": "Your two files",
    "way.files.what": "Who did what, and what is for sale.",
    "way.clean": "Cleaned, anonymised",
    "way.clean.what": "Every row accounted for; the risk is measured.",
    "way.protect": "Protected by ε",
    "way.protect.what": "Noise is added, and written to the ledger first.",
    "way.model": "Private recommender",
    "way.model.what": "Learns from all, gives nobody away.",
    "way.curve": "The curve",
    "way.curve.what": "What each ε costs in quality.",
    "way.list": "One shopper's list",
    "way.list.what": "What protection changes for a person.",
    # the tour
    "tour.bar": "**Guided tour, {step} of {steps} · {name}**",
    "tour.leave": "Leave the tour",
    "tour.done": "Finish",
    "tour.step.data": "Upload",
    "tour.step.privacy": "Protection",
    "tour.step.training": "Training",
    "tour.step.tradeoff": "The curve",
    "tour.step.recommendations": "One shopper",
    "tour.next.privacy": "Next: protection",
    "tour.next.training": "Next: training",
    "tour.next.tradeoff": "Next: the curve",
    "tour.next.recommendations": "Next: one shopper",
    "tour.next.waits": "The curve comes when the training is done",
    "tour.data": "These two files of an invented shop have just been imported, as yours would be. "
    "Look at **rows in, kept and dropped**: every row is kept, or dropped for a reason that you can read. "
    "Meanwhile the training on them has begun.",
    "tour.privacy": "Here a shop chooses how strongly each shopper is protected: **ε, smaller is safer**. "
    "Move the slider and read what an attacker could still find out. The tour trains at five ε, "
    "so you can choose after you have seen the curve.",
    "tour.training": "A worker process trains five recommenders at five ε, and without protection for comparison. "
    "**On real shoppers the cost in ε is shown before, and written to a ledger**; on invented ones nothing is spent.",
    "tour.tradeoff": "**To the right less protection, upwards better lists.** The dotted line is what best sellers "
    "alone reach, the grey one what would be possible without protection. "
    "The sentence at the top says what your ε gets.",
    "tour.recommendations": "One invented shopper, at several ε. **Move ε and watch the list change**: "
    "what stays is safe to promise, what changes is the price.",
    "tour.over": "That was all of it. Now with your own files, or look around: the sample shop stays here.",
    # the state of the workspace
    "state.title": "This workspace",
    "state.datasets": "Datasets",
    "state.datasets.own": "{n} of your own",
    "state.studies": "Studies finished",
    "state.studies.going": "{n} under way",
    "state.spent": "ε spent on your shoppers",
    "state.spent.cap": "cap {epsilon:g} a period",
    "state.spent.none": "no cap set",
    "state.waits": "What waits for whom",
    "state.waits.nothing": "Nothing waits. Runs that end and releases that are asked for show here.",
    "state.waits.manager": "Product manager",
    "state.waits.officer": "Privacy officer",
    "state.waits.curator": "Data curator",
    "state.wait.no_study": "{name} has no study yet.",
    "state.wait.request": "A release is asked for: {title}.",
    "state.wait.no_cap": "Real shoppers' budget is being spent, and no cap is set.",
    "state.wait.chain": "The ledger's chain is broken: somebody changed it outside Tact.",
    "state.wait.expires": "{name} deletes itself on {when:%Y-%m-%d}.",
    "state.open": "Open",
    "state.news": "What is new",
    "state.news.nothing": "Nothing has run here yet.",
    "state.news.kind.import": "Import",
    "state.news.kind.study": "Study",
    "state.news.kind.audit": "Attacks",
    "state.news.kind.grid": "Anonymisation × ε",
    "state.news.kind.anonymize": "Anonymised files",
    "state.news.kind.validate": "Cross-validation",
    "state.news.kind.present": "Your own recommender",
    "state.column.when": "When",
    "state.column.kind": "Kind",
    "state.column.what": "What",
    "state.column.status": "State",
    "state.steps": "The way, step by step",
    "notice.more": "{n} more have ended",
    # beginning anew
    "reset.title": "Start the demo again",
    "reset.what": "Deletes the sample shop's data, studies and figures from this workspace. Your own data stay. "
    "The ledger keeps its rows: nothing ever leaves it.",
    "reset.button": "Reset the demo",
    "reset.done": "The sample shop is as new. Open the Overview to begin.",
}
