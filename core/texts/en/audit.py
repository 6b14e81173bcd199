"""Sentences of the Audit page."""

TEXTS = {
    "audit.menu": "Audit",
    "audit.title": "Audit",
    "audit.lead": "For the privacy officer: what was promised, what was spent, and evidence that the promise holds.",
    "audit.role": "Tact has no logins and roles yet: **whoever opens this page acts as the privacy officer.** "
    "What is decided here is written down with the name that is given.",
    "audit.wait": "Adding up the ledger",
    # where the budget stands
    "audit.stand": "Where the budget stands",
    "audit.chain.ok": "Chain verified",
    "audit.chain.ok.help": "Every row of the ledger that is there is as it was written and follows the one "
    "before. Whether the newest rows are missing shows only by a statement that was kept elsewhere.",
    "audit.chain.broken": "Chain broken",
    "audit.chain.broken.what": "The chain of the ledger is broken: a row was changed or taken out after it was "
    "written. Until that is cleared up, no figure on this page can be relied on. Compare the database with a backup, "
    "and the statements with what it knows.",
    "audit.head": "Head of the chain. Every statement carries the head of its time: a database that was put back to an "
    "older state does not know the heads of later statements. Note it down elsewhere.",
    "audit.lifetime": "Spent in a lifetime: {half}",
    "audit.period": "In this period: {half}",
    "audit.half.training": "training shoppers",
    "audit.half.evaluation": "shoppers set apart",
    "audit.nothing": "Nothing was ever spent on these shoppers. Studies of the sample shop are recorded and cost "
    "nothing.",
    "audit.delta": "ε at δ = {delta}: everything that was ever charged, composed. All data in this workspace count as "
    "one shop's shoppers. A coin puts every shopper into one of the two groups "
    "(who trains, or who is set apart to judge) for good.",
    "audit.renewed": "Budget renewed on {when:%Y-%m-%d %H:%M} (UTC).",
    "audit.cap": "Cap",
    "audit.cap.none": "none",
    "audit.cap.none.what": "No cap is set: nothing is refused, everything is counted.",
    "audit.cap.fits": "The cap is ε {epsilon:g} at δ {delta} in each period and group. What still fits as one single "
    "plan: **ε {training}** for training shoppers, **ε {evaluation}** for shoppers set apart.",
    "audit.cap.squares": "Budgets add up in squares (Gaussian differential privacy), so half of a bar is about seven "
    "tenths of the ε. Steps on sampled shoppers count in full here, without the help of sampling: that holds however "
    "the next plan is chosen, and may count more than the ε above.",
    "audit.left.label": "{half}:<br>{used} % used",
    "audit.left.x": "Share of the budget (%)",
    "audit.left.used": "used",
    "audit.left.free": "left",
    "audit.left.alt": "Of the cap's budget {training} % is used for training shoppers and {evaluation} % for shoppers "
    "set apart.",
    "audit.time": "How it was spent",
    "audit.time.lifetime": "lifetime",
    "audit.time.period": "this period",
    "audit.time.cap": "cap",
    "audit.time.decision": "decision",
    "audit.time.x": "Charges and decisions, oldest first",
    "audit.time.alt": "ε spent in a lifetime over the rows of the ledger; it has reached {lifetime}.",
    "audit.ledger": "The ledger, row by row",
    "audit.ledger.lead": "Newest first. A row is written before the noise is drawn; Tact never changes a row or "
    "takes one out.",
    "audit.ledger.newest": "The newest {n} of {total:,} rows.",
    "audit.ledger.empty": "The ledger is empty: nothing was charged, nothing decided.",
    "audit.line.charge": "Charge",
    "audit.line.cap": "Cap",
    "audit.line.renewal": "Renewal",
    "audit.line.cap.set": "Cap of ε {epsilon:g} at δ {delta:g}. {reason}",
    "audit.line.cap.lifted": "Cap lifted. {reason}",
    "audit.line.renewed": "New period. {reason}",
    "audit.column.time": "Time (UTC)",
    "audit.column.kind": "Row",
    "audit.column.what": "What for",
    "audit.column.who": "Charged to, or decided by",
    "audit.column.alone": "ε by itself",
    "audit.column.lifetime": "Lifetime ε after",
    "audit.column.period": "Period ε after",
    "audit.column.draws": "Draws",
    "audit.group.training": "training shoppers",
    "audit.group.evaluation": "shoppers set apart",
    "audit.group.everyone": "all shoppers",
    # decisions
    "audit.decide": "Decide",
    "audit.decide.cap": "Set or lift the cap",
    "audit.decide.cap.what": "The most that the shoppers may lose in one period. The ledger refuses a study that "
    "would pass it, before anything is drawn. It holds however each study is chosen after seeing the ones before (a "
    "filter in Gaussian differential privacy: Smith and Thakurta, 2022).",
    "audit.decide.renewal": "Renew the budget",
    "audit.decide.epsilon": "Cap: ε",
    "audit.decide.delta": "Cap: δ",
    "audit.decide.by": "Name of who decides",
    "audit.decide.reason": "Reason",
    "audit.decide.reason.help": "Kept for good, for whoever reads the ledger. For instance the period that has ended, "
    "or who asked for it.",
    "audit.decide.set": "Set the cap",
    "audit.decide.lift": "Lift the cap",
    "audit.decide.renew": "Renew",
    "audit.decide.missing": "Please give a name and a reason: a decision about the budget is kept for good.",
    "audit.decide.sure": "Is this right?",
    "audit.decide.sure.cap": "**{by}** sets the cap to **ε {epsilon:g} at δ {delta:g}**. Reason: {reason}",
    "audit.decide.sure.lift": "**{by}** lifts the cap: from then on nothing is refused. Reason: {reason}",
    "audit.decide.sure.renewal": "**{by}** renews the budget: the cap counts from zero again. Reason: {reason}",
    "audit.decide.sure.beyond": "This period has already spent ε {period}: under this cap hardly anything, or "
    "nothing, can be drawn until it is raised or renewed.",
    "audit.decide.sure.kept": "It is written into the chain with time and name, and cannot be taken back; a later "
    "decision can only follow it.",
    "audit.decide.yes": "Yes, write it down",
    "audit.decide.no": "Back",
    "audit.decide.done": "It is in the ledger.",
    # statements
    "audit.statements": "Statements",
    "audit.statements.lead": "One signed file for each private model. Verifying computes its ε anew from the noise "
    "that it names, with dp-accounting alone, and checks the signature and the place in the ledger.",
    "audit.statements.none": "No finished study on this data, so there are no statements yet.",
    "audit.statements.empty": "This study has no private model, so nothing was promised.",
    "audit.statements.name": "**{method}**, ε {epsilon:g} at δ {delta:g}",
    "audit.statements.all": "Verify all {n}",
    "audit.statements.verify": "Verify",
    "audit.statements.download": "JSON",
    "audit.verify.ok": "holds",
    "audit.verify.bad": "does not hold",
    "audit.verify.ok.what": "**“{name}” holds.** Claimed ε {claimed:g}, computed anew {recomputed}. {reason}",
    "audit.verify.bad.what": "**“{name}” does not hold.** Claimed ε {claimed:g}, computed anew {recomputed}. {reason}",
    "audit.verify.nothing": "no protection at all",
    "audit.verify.all": "{ok} of {n} statements hold.",
    "audit.upload": "Verify a statement that somebody gave me",
    "audit.upload.what": "One signed by another installation gets its arithmetic checked, and no more.",
    "audit.upload.file": "Statement (JSON)",
    "audit.one": "One statement in pictures",
    "audit.one.choose": "Statement",
    "audit.one.unreadable": "This file is no statement any more: it was changed after it was written. Verify it above.",
    "audit.one.facts": "Accounted by {accountant}. Unit: {unit}. Neighbours: {relation}.",
    "audit.one.attack": "An attack on exactly this mechanism that wrongly accuses 1 of 100 shoppers who were not "
    "there finds at most {found} of 100 who were.",
    "audit.one.household": "Several accounts that come and go together (δ {delta:g}):",
    "audit.one.household.none": "For several accounts together no figure is known here: names of products were chosen "
    "privately, or the figure would be beyond any meaning.",
    "audit.registry": "Export for the OpenDP Deployments Registry",
    "audit.registry.what": "A draft entry (tier 3, YAML) in the registry's schema, filled from the statement. These "
    "words are yours to give: they are kept, every later statement carries them, and what is left empty says "
    "“{not_stated}”. More of them can be given on the command line.",
    "audit.registry.make": "Keep these words and write the entry",
    "audit.registry.download": "Download YAML",
    "audit.registry.product": "Name of what is released",
    "audit.registry.curator": "Who answers for it",
    "audit.registry.curator_type": "Kind of organisation",
    "audit.registry.region": "Region of the shoppers",
    "audit.registry.sector": "Branch",
    "audit.registry.signed_off_by": "Signed off by (names, commas between)",
    "audit.registry.registry_authors": "Authors of the entry (names, commas between)",
    "audit.registry.purpose": "What it is for",
    "audit.registry.description": "What it is, in a sentence or two",
    "audit.registry.data_domain": "What is in the data",
    "audit.registry.justification": "Why these settings",
    # attacks
    "audit.attack": "Attacks",
    "audit.attack.warning": "A bug detector, not a certificate",
    "audit.attack.lead": "Invented shoppers (canaries) are put into the data by fair coins, the real pipeline runs, "
    "and an attack guesses from the output which of them were in. The more it guesses right, the larger ε must be at "
    "least. A bound **above** the claim says that there is a bug, but for the chance of one in twenty. A bound below "
    "it proves nothing.",
    "audit.attack.blind": "What {canaries} canaries cannot see: even if every guess is right, a bound that holds for "
    "any mechanism reaches about ε {most} at most, and noise that is half of what it should be usually looks "
    "innocent. Such bugs are caught by the exact tests of each mechanism, not here.",
    "audit.attack.new": "New audit",
    "audit.attack.methods": "Methods",
    "audit.attack.epsilons": "Claims ε",
    "audit.attack.canaries": "Canaries",
    "audit.attack.canaries.help": "Each is in by the toss of a fair coin. More canaries see more, and disturb the "
    "data more.",
    "audit.attack.noiseless": "Also without noise (must be caught)",
    "audit.attack.cost.free": "Free: these shoppers are invented.",
    "audit.attack.cost.private": "These are real shoppers: every attacked run is one more private release and is "
    "**charged to the ledger in full**, about ε {epsilon} in all. The run without noise never leaves the curator's "
    "room.",
    "audit.attack.start": "Start the audit",
    "audit.attack.none": "No audit has finished on this data yet.",
    "audit.attack.table": "All bounds, and what to know about them",
    "audit.attack.verdict.fine": "No attack proved more than was claimed, with {confidence:.0%} confidence for each "
    "bound.",
    "audit.attack.verdict.bug": "**An attack proved more than was claimed: {found}.** Either chance (each bound is "
    "wrong in {chance:.0%} of cases) or a bug. Repeat the audit; if it shows again, stop releasing.",
    "audit.attack.verdict.caught": "Without noise: caught, at least ε {epsilon}.",
    "audit.attack.verdict.missed": "Without noise: **not** caught. This audit is too weak to say anything; take more "
    "canaries.",
    "audit.attack.facts": "{canaries} canaries, δ {delta:g}, {seconds:.0f} s, {created:%Y-%m-%d %H:%M} (UTC).",
    "audit.attack.x": "Claimed ε",
    "audit.attack.y": "ε proved by the attack (at least)",
    "audit.attack.claim": "the claim",
    "audit.attack.marks": "Filled: holds for any mechanism. Open: presumes Gaussian noise, and sees more. A triangle "
    "at the edge: beyond the picture.",
    "audit.attack.noiseless.label": "without noise",
    "audit.attack.alt": "Lower bounds on ε proved by attacks beside the claims; the highest is {highest} of what was "
    "claimed.",
    "audit.attack.alt.noiseless": "Without noise the attack proves at least ε {epsilon}.",
    "audit.attack.kind.white-box": "white box",
    "audit.attack.kind.black-box": "black box",
    "audit.attack.kind.recommendations": "recommendations",
    "audit.attack.column.method": "Method",
    "audit.attack.column.claimed": "Claimed ε",
    "audit.attack.column.attack": "Attack sees",
    "audit.attack.column.bound": "Bound",
    "audit.attack.column.lower": "ε at least",
    "audit.attack.column.auc": "AUC",
    "audit.attack.column.tpr": "Found at 1 % false",
}
