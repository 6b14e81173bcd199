"""English: sentences that help to choose ε by consequence."""

TEXTS: dict[str, str] = {
    # how much harm
    "harm.question": "If what you publish gave one shopper away, what could it do to them?",
    "harm.confidential": "Nothing bad, but we keep it confidential",
    "harm.could": "It could do them harm",
    "harm.likely": "It would likely do them serious harm",
    "harm.severe": "It would do them severe harm",
    "harm.own": "I know my ε",
    "harm.own.what": "Set ε and δ yourself.",
    "harm.proposal": "proposes ε {epsilon:g}, δ {delta}",
    "harm.no_proposal": "no ε is proposed",
    "harm.unanswered": "Not answered yet: ε {epsilon:g} is where Tact starts, and nobody's choice so far.",
    "harm.severe.what": "DP Creator advises against releasing such data at all, and so proposes nothing. ε and δ stay "
    "as they were. Ask your privacy officer whether anything of this shop should be published.",
    "harm.source": "The values are those of [{name}]({url}), file `{file}`. They are a custom, not a law of nature: "
    "look at what they mean below before you take them.",
    "harm.shop": "They were made for statistics of a survey. What changes for a shop?",
    "harm.shop.unit": "**The unit.** In a survey one person is one row. Here one shopper has many rows, and ε holds "
    "for all of them together: what is protected is the same, a whole person.",
    "harm.shop.releases": "**The number of releases.** The value is for everything that is released of a person. A "
    "shop publishes again and again, and it adds up: {n_few} releases of ε {epsilon:g} are **ε {few:.2f}** together, "
    "{n_many} are **ε {many:.2f}** (Gaussian noise, composed exactly). A curve of several ε is several releases. The "
    "ledger on the Audit page keeps count.",
    "harm.shop.delta": "**δ.** It must stay far below one divided by the number of shoppers. Where your shop is too "
    "large for DP Creator's δ, the proposal is 1/(10 N) instead; N is {n:,} here.",
    "privacy.delta.means": "The promise of ε may fail with a chance of about 1 in {one_in:,.0f}. That has to be far "
    "smaller than 1 in {n:,}, one of your shoppers.",
    # what published systems used
    "published.tab": "What others used",
    "published.lead": "What published systems used, from the [{name}]({url}). {n} entries were read on {read}; "
    "{n_epsilon} of them state an ε. **Only compare within a row**: ε for one event is a far weaker promise than the "
    "same ε for a whole person.",
    "published.person": "Like Tact, {n} entries protect a whole person or account: their ε goes from {low:g} to "
    "{high:g}, and "
    "**{below} of {n}** are at or below your ε {epsilon:g}. That others did it does not make it right for your "
    "shoppers: they released other data, once or many times, and some add the noise on each device.",
    "published.person.none": "Like Tact, {n} entries protect a whole person or account: their ε goes from {low:g} to "
    "{high:g}.",
    "published.group.person": "<b>A whole person or account</b> ({n}), as in Tact",
    "published.group.period": "<b>A person, for a day or a month</b> ({n})",
    "published.group.record": "<b>One event or record</b> ({n})",
    "published.group.unstated": "<b>Unit not stated, or “aggregate”</b> ({n})",
    "published.trust.central": "noise added by the curator",
    "published.trust.local": "noise added on each device",
    "published.trust.unstated": "not stated",
    "published.ours": "your ε {epsilon:g}, for a whole shopper",
    "published.unit": "unit: {unit}",
    "published.unit.none": "not stated",
    "published.epsilon": "ε {epsilon:g}",
    "published.delta": "δ {delta:g}",
    "published.delta.none": "no δ stated",
    "published.note.delta_below": "The entry quotes δ as smaller than this.",
    "published.note.donations": "Two reports a day of ε 4 each.",
    "published.note.corrected": "Corrected by the registry; the paper itself states 0.843.",
    "published.note.no_transactions": "Single transactions are outside of it.",
    "published.note.evaluation": "Used to evaluate it; in use each query sets its own.",
    "published.note.one_day": "The text that it quotes promises it for one day of a user.",
    "published.without": "{n} entries state no ε",
    "published.without.rho": "**{n} state ρ of zero-concentrated differential privacy instead**, another scale: "
    "{names}.",
    "published.without.neither": "**{n} state neither:** {names}.",
    "published.without.one": "{name} ({curators}, {year})",
    "published.without.one_rho": "{name} ({curators}, {year}; ρ {rho:g})",
    "published.source": "Source: {repository}, {licence} licence, one stored version of each entry (not always the "
    "newest; its commit is named in core/privacy/published.json). Names, units and numbers are the registry's; the "
    "four groups are Tact's.",
    "published.alt": "{n_epsilon} published systems on an axis of ε, in four rows by unit. In the row of a whole "
    "person {n} systems from ε {low:g} to {high:g}; {below} of them at or below the chosen {epsilon}.",
    # what follows
    "privacy.follows": "What follows from this ε",
    "privacy.odds.tab": "What somebody could learn",
    "privacy.roc.tab": "The best attack",
    # the unit, in two questions
    "unit.title": "Whom ε protects",
    "unit.who": "1. Who is protected?",
    "unit.account": "One account: a shopper",
    "unit.household": "A household of several accounts",
    "unit.accounts": "Accounts that come and go together",
    "unit.together": "ε {epsilon:g} is promised to each account. A household of {n} accounts that come and go together "
    "has **ε {left}** (Gaussian noise, counted exactly): it is protected too, more weakly.",
    "unit.use": "Choose ε {offered:g} instead: then {n} accounts together have at most ε {epsilon:g}",
    "unit.household.picture": "The same for two, three and four accounts",
    "unit.event": "Why not protect a single event?",
    "unit.event.what": "Because it would sound stronger and protect less. A shopper is found by all that they did, "
    "not by one event, and a promise for one event grows with every further one. So Tact does not offer it.",
    "unit.rows": "2. How many rows may one shopper have?",
    "unit.rows.none": "**As many as they like.** Whatever one shopper did, many rows or few, is scaled or cut to one "
    "fixed length before noise is added: ε holds for all rows of a shopper without a limit. A limit is an option of "
    "Anonymisation; it lowers no ε.",
    "unit.cap": "If one shopper kept at most so many rows",
    "unit.cap.help": "A keyed coin of the shopper chooses which rows stay. Nothing is changed here: it is only "
    "counted.",
    "unit.cap.drops": "A limit of {most:,} would drop **{rows:.1%} of the rows**, and touch {shoppers:.1%} of the "
    "shoppers. Exact counts of this data, for the curator's room only.",
    "unit.cap.unset": "No limit is set. It is set on the Anonymisation page.",
    "unit.cap.set": "A limit of {most:,} rows is set on the Anonymisation page.",
    "privacy.n.question": "How many shoppers are there?",
    # noise on this shop's products
    "noise.tab": "Noise on your products",
    "noise.lead": "The most popular products of this shop, and what a release at ε {epsilon:g} would show of them. "
    "Move ε and watch the bars.",
    "noise.kept": "Every product gets noise of **± {half:.1f}** (in 95 of 100 draws). On average **{kept:.1f} of the "
    "{n}** are still among the first {n}; in 95 of 100 draws at least {low}.",
    "noise.again": "Draw again",
    "noise.simulated": "A simulated draw: nothing is released, nothing is charged, and a real draw will be another "
    "one. Its noise can be worked out again, so it hides nobody.",
    "noise.this_draw": "In this draw **{kept} of {n}** stay. New among the first {n}: {names}.",
    "noise.this_draw.all": "In this draw **all {n}** stay.",
    "noise.exact": "exact, with 95 of 100 draws",
    "noise.drawn": "this draw",
    "noise.drawn.out": "this draw: no longer among the first",
    "noise.hover": "%{customdata[0]}<br>exact %{x:.1f}; 95 of 100 draws: %{customdata[1]:.1f} to %{customdata[2]:.1f}",
    "noise.x": "Popularity",
    "noise.how": "A shopper of n products adds 1/√n to each of them, so that all that they add has length 1, however "
    "many there are: that is what the noise has to hide. Its standard deviation is {std:.2f}, from the plan of a study "
    "of the usual methods, in which popularity gets {share:.0%} of the release's budget (the rest goes to which "
    "products go together). Counted over the shoppers whom a study trains on.",
    "noise.before_rows": "Counted before anything that Anonymisation would do to rows. Popularity is the simplest "
    "that is released: how good recommendations are at this ε is on the Trade-off page.",
    "noise.curator": "Exact counts of real shoppers, before anything that Anonymisation would do to rows: for the "
    "curator's room only, never to be passed on. How good recommendations are at this ε is on the Trade-off page.",
    "noise.nothing": "No product of this shop was touched by a shopper, so there is nothing to show.",
    "noise.alt": "The {n} most popular products, from {first:.1f} for the first to {last:.1f} for the last, each with "
    "noise of ± {half:.1f}: on average {kept:.1f} of {n} stay among the first {n}.",
    # the promise
    "promise.title": "You are about to promise",
    "promise.nothing": "Nothing: these shoppers are invented, and no protection is chosen.",
    "promise.says": "Everything that is released from these data, as long as the ledger adds it up to at most "
    "ε {epsilon:g} at δ {delta}, looks almost the same whether or not any one shopper is in them. A shopper is one "
    "UserID with everything it did in the whole file. Whoever gave something about a shopper a chance of {before} in "
    "100 can give it at most {after} in 100 after seeing all that is released, whatever else they know, but for bad "
    "luck with the noise, which has a chance of about {failure:g} % (of Gaussian noise that just keeps this promise).",
    "promise.not": "Not promised: as much to several accounts together (two that come and go together, under Gaussian "
    "noise: ε {two}); that nothing is learned that is true of shoppers in general; secrecy of the product catalogue "
    "and of columns declared published; secrecy of a shopper's own list from whoever is shown that list; secrecy from "
    "whoever may open the uploaded data; anything about anonymised files that are exported, which have no ε.",
    "promise.counted": "The number of shoppers, {n:,}, is taken from the data and treated as public.",
    "promise.declared": "The number of shoppers is declared: {n:,}.",
    "promise.copy": "Copy it with the button in its corner. After training, the signed statement says the same of each "
    "model, with everything that it took.",
    "privacy.more": "Product columns, and rows before a study",
}
