"""English: sentences about consent and erasure."""

TEXTS: dict[str, str] = {
    "consent.title": "A shopper's consent",
    "consent.lead": "A shopper withdraws consent, or asks what was done with their data. Look them up, mark them, "
    "and take along signed evidence. Whatever starts from then on leaves their rows out.",
    "consent.id": "UserID of the shopper",
    "consent.id.help": "As it stands in the uploaded file. It is kept in this session only: address, ledger and log "
    "hold a keyed hash instead.",
    "consent.look": "Look up",
    "consent.clear": "Done with this shopper",
    "consent.none": "No data here holds a row of this UserID. Was it typed as in the uploaded file? It can be marked "
    "all the same: imports that come later will be held to it.",
    "consent.erased": "No data here holds a row of this shopper any more: their rows were erased. What had been made "
    "before stands below.",
    "consent.is.withdrawn": "Consent withdrawn since {when:%Y-%m-%d %H:%M} UTC",
    "consent.is.given": "No withdrawal on record",
    "consent.hash": "Keyed hash: {hash}",
    "consent.data": "**Data.** Versions with rows of this shopper: {n}. Rows in all: {rows:,}.",
    "consent.data.row": "{name}, version {version}: rows {rows:,}",
    "consent.runs": "**What was made of them.**",
    "consent.runs.none": "Nothing was made of these data yet.",
    "consent.runs.unknown": "Finished runs on data that were deleted since: {n}. Whether this shopper was in them "
    "cannot be told any more.",
    "consent.column.what": "What",
    "consent.column.title": "Name",
    "consent.column.when": "Started (UTC)",
    "consent.column.role": "This shopper",
    "consent.column.models": "Private models at ε",
    "consent.column.inside": "Files inside",
    "consent.inside.there": "there",
    "consent.inside.gone": "deleted",
    "consent.kind.study": "Study",
    "consent.kind.audit": "Audit by attack",
    "consent.kind.grid": "Grid of anonymisation",
    "consent.kind.validate": "Validation",
    "consent.kind.anonymize": "Anonymised files",
    "consent.role.trained": "trained the models",
    "consent.role.judged": "judged the figures",
    "consent.role.used": "was in it",
    "consent.role.left out": "was left out",
    "consent.role.open": "is not decided yet: it has not ended",
    "consent.handed": "**What left of it.**",
    "consent.handed.none": "No release was asked for, and nothing was taken along as far as the access log knows.",
    "consent.handed.row": "{when:%Y-%m-%d %H:%M}: {action}, {who}",
    "consent.handed.nobody": "no name",
    "consent.handed.request": "release asked for",
    "consent.handed.approval": "release approved",
    "consent.handed.refusal": "release refused",
    "consent.handed.other": "{action} (access log)",
    "consent.remains": "**What remains of this shopper, and what can be done.**",
    "consent.remains.private": "Private models and released figures (ε {epsilons}) hardly depend on any one shopper: "
    "with and without them, each result is at most e^ε times as likely, but for a chance of δ; for all of them "
    "together the ledger's total takes the place of ε. That bound stays true after the withdrawal; it does not make "
    "the influence zero. To have none at all, train again and stop using the old models.",
    "consent.remains.ceiling": "Models without noise do depend on single shoppers. Studies that keep such models "
    "inside: {n}. Delete them below, or erase the rows.",
    "consent.remains.histories": "Histories inside of studies hold the rows: erase them.",
    "consent.remains.exact": "Exact figures inside are averages over shoppers, this one among them: those of "
    "audits and grids can be deleted below, those of a study go with its data (Data page).",
    "consent.remains.exports": "Exports of anonymised files with rows of this shopper: {n}. Copies that were handed "
    "on are outside Tact: ask whoever has them.",
    "consent.remains.judged": "Where this shopper judged, the models do not know them; the figures do.",
    "consent.remains.next": "The next study leaves them out once they are marked. A declared number of shoppers stays; "
    "a counted one counts who is left, so two reports would show how many withdrew: declare it on the Privacy page.",
    "consent.remains.marked": "They are marked: whatever starts from now on leaves them out. A declared number of "
    "shoppers stays; a counted one counts who is left, so two reports would show how many withdrew: declare it on the "
    "Privacy page.",
    "consent.remains.nothing": "Nothing that was made here depends on this shopper.",
    "consent.after": "What can be done about one of these runs",
    "consent.after.run": "Run",
    "consent.after.cost": "What would training again cost?",
    "consent.after.cost.said": "The same study once more: ε {epsilon:.3g} at δ {delta:g}, about {minutes:.0f} min. "
    "What was spent on these shoppers in all goes from ε {spent:.3g} to ε {after:.3g}: other shoppers pay for it.",
    "consent.after.cost.free": "The same study once more costs nothing: the data are public. About {minutes:.0f} min.",
    "consent.after.forget": "Delete what depends on single shoppers",
    "consent.after.forget.help": "Of a study: models without noise, and everybody's lists. Of an audit, a grid, a "
    "validation or an export: all of its files. What left with an ε stays.",
    "consent.decide.withdraw": "Withdraw consent",
    "consent.decide.return": "Consent is given back",
    "consent.decide.erase": "Erase the rows here",
    "consent.decide.erase.help": "Takes this shopper's rows out of every version of the data and out of studies' "
    "histories, and deletes models without noise and lists. It cannot be undone.",
    "consent.by": "Your name",
    "consent.reason": "Reason",
    "consent.reason.help": "For instance the number of the request. Kept for good: without the shopper's id or name.",
    "consent.missing": "Name and reason are needed: both are kept in the ledger.",
    "consent.sure": "Is this right?",
    "consent.sure.withdraw": "**{by}** withdraws consent for this shopper: {reason}",
    "consent.sure.return": "**{by}** writes that this shopper consents again: {reason}",
    "consent.sure.erase": "**{by}** erases this shopper's rows here, for good: {reason}",
    "consent.sure.list": "**{by}** withdraws consent for all shoppers of “{name}”: {reason}",
    "consent.sure.forget": "Delete of “{title}” what depends on single shoppers. This cannot be undone.",
    "consent.sure.kept": "Name, reason and time go into the ledger and stay there.",
    "consent.yes": "Yes, write it down",
    "consent.yes.delete": "Yes, delete",
    "consent.no": "No",
    "consent.done.withdraw": "Written into the ledger. Whatever starts from now on leaves this shopper out.",
    "consent.done.return": "Written into the ledger. Whatever starts from now on may use this shopper's rows again.",
    "consent.done.list": "Shoppers marked now: {now:,}. Marked before: {already:,}.",
    "consent.done.forget": "Deleted.",
    "consent.done.erase": "Erased: rows {rows:,}, from versions of data {datasets}; this shopper's history from "
    "studies {studies}.",
    "consent.left": "Still here, and what to do about it:",
    "consent.left.uploads": "The uploaded files of “{name}” hold the rows and cannot be rewritten: delete them on "
    "the Data page.",
    "consent.left.exports": "Exports of anonymised files: {n}. Delete them below. Copies that were handed on are "
    "outside Tact.",
    "consent.left.exact": "Exact figures, averages over many shoppers, of runs: {n}. Delete those of audits and "
    "grids below; those of a study go with its data (Data page).",
    "consent.evidence": "Evidence as JSON",
    "consent.evidence.help": "When consent was withdrawn and by whom it was written down, which runs left this "
    "shopper out since, and which came before. Signed by this installation; the shopper's id is not in it.",
    "consent.list": "Mark a list of shoppers",
    "consent.list.help": "A CSV file with one column, UserID. The file is not kept.",
    "consent.list.go": "Withdraw for all of them",
    "consent.marked": "Withdrawals on record ({n:,})",
    "consent.marked.none": "Nobody has withdrawn.",
    "consent.marked.hash": "Keyed hash",
    "consent.marked.since": "Since (UTC)",
    "consent.marked.by": "By",
    "consent.marked.reason": "Reason",
    "consent.marked.newest": "The newest {n:,} of {total:,}.",
    "access.consent.erased": "erased a shopper's rows",
    "consent.check": "Check an evidence file",
    "consent.check.what": "Whether it was signed here and not changed since.",
}
