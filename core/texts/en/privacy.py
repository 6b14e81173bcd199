"""Sentences of the Privacy page."""

TEXTS = {
    "privacy.menu": "Privacy",
    "privacy.title": "Privacy",
    "privacy.lead": "Choose how much one shopper may show in anything that is published. "
    "Every choice is saved as you make it.",
    "privacy.budget": "How strong",
    "privacy.epsilon": "ε, the privacy budget (smaller is safer)",
    "privacy.epsilon.exact": "Exact ε",
    "privacy.epsilon.none": "No protection",
    "privacy.epsilon.none.help": "For sample data only: nobody's privacy is at stake there.",
    "privacy.epsilon.none.what": "Nothing is protected. This is offered because these shoppers are invented.",
    "privacy.delta": "δ, the chance that the promise fails",
    "privacy.delta.help": "It must be far below one divided by the number of shoppers. "
    "Left as it is: the smaller of 0.00001 and 1/(10 N).",
    "privacy.delta.own": "Choose δ myself",
    "privacy.delta.value": "δ = {delta} for {n:,} shoppers.",
    "privacy.delta.refused": "δ must be below 1/N = {limit:.2g}: at or above it, giving away one shopper whole "
    "would count as private. Choose a smaller δ.",
    "privacy.delta.large": "δ is above 1/(10 N) = {limit:.2g}. That is more than is good practice.",
    "privacy.who.what": "**The shopper**, with everything that one UserID did in the whole file. What is "
    "published would "
    "look nearly the same had this shopper never been here. Two accounts of one person are two shoppers; "
    "the product catalogue is public.",
    "privacy.n": "Declared number of shoppers",
    "privacy.n.own": "Declare the number of shoppers",
    "privacy.n.what": "How many shoppers there are is used for δ and for all averages. Declare it from what is "
    "publicly known (“about 4,000 customers”), not from this file.",
    "privacy.n.counted": "Not declared: {n:,} is taken from the data and treated as public. Every statement "
    "will say so.",
    "privacy.odds": "What an attacker gains at this ε",
    "privacy.odds.prior": "How likely somebody held it before (of 100)",
    "privacy.odds.prior.help": "“It” is anything that is either true of one shopper or not, such as having bought a "
    "certain product. Move it: the promise holds for every suspicion.",
    "privacy.odds.before": "Before:  \n{n} of 100",
    "privacy.odds.after": "After: at most  \n{n} of 100",
    "privacy.odds.alt": "Out of 100 dots, {n} are coloured.",
    "privacy.odds.guess": "Somebody gives something about one shopper a chance of {before} in 100. Where all that is "
    "ever published adds up to this ε, they can give it **at most {after} in 100** after seeing it. "
    "A curve of several ε adds up to more.",
    "privacy.odds.failure": "Except for bad luck with the noise, which has a chance of about {failure:.1g} %.",
    "privacy.guess": "Guessing whether a shopper was there at all",
    "privacy.roc": "The best attack there is",
    "privacy.roc.others": "For Gaussian noise that just keeps this promise: no method, however clever, gets above the "
    "orange line. The dotted line is the most that ε and δ would allow to any mechanism.",
    "privacy.events": "Shoppers, not events",
    "privacy.events.what": "This promise holds for a shopper with any number of events. A tool that counts single "
    "events would call the same noise **ε {called}** for a shopper of {n}: it sounds safer and is the same. "
    "The other way round, ε {epsilon:g} *an event* leaves a shopper of {n} at **ε {left}**.",
    "privacy.events.caption": "Counted exactly for one release with Gaussian noise.",
    "privacy.events.this_shop": "Counts of this shop: exact, for the curator's room.",
    "privacy.household": "Several accounts at once",
    "privacy.household.what": "The promise is to one UserID. Two that come and go together, such as a couple with two "
    "accounts, are protected with **ε {two}**, three with **ε {three}**, four with **ε {four}**.",
    "privacy.household.caption": "A household behind one account counts as one shopper, and costs nothing more.",
    "privacy.columns": "Product columns",
    "privacy.columns.none": "This data has no product columns beyond the ProductID.",
    "privacy.columns.published": "Published columns",
    "privacy.columns.what": "A category or a list price is published anyway. An average rating or a median paid price "
    "was computed from these shoppers and tells of them: take it out here, and no private method uses it.",
    "privacy.columns.computed": "Computed from these shoppers, and not used: {columns}.",
    "privacy.rows": "Rows before a study",
    "privacy.rows.study": "Chosen on the Anonymisation page: {options}.",
    "privacy.rows.none": "Nothing is done to rows beforehand.",
    "privacy.rows.files": "For exported files only, never for a study: {options}.",
    "privacy.rows.no_epsilon": "None of it lowers ε. It comes on top, and is measured by itself.",
    "privacy.rows.link": "To Anonymisation",
    # pictures of the promise
    "promise.roc.guess": "Guessing",
    "promise.roc.claim": "Allowed by ε and δ alone",
    "promise.roc.best": "Best possible attack",
    "promise.roc.x": "Wrongly accused, of 100",
    "promise.roc.y": "Found, of 100",
    "promise.roc.hover": "%{x:.3g} of 100 wrongly accused:<br>at most %{y:.3g} of 100 found",
    "promise.roc.mark": "1 of 100 wrongly accused:<br>at most <b>{found}</b> of 100 found",
    "promise.roc.alt": "An attack that wrongly accuses 1 of 100 shoppers who were not there finds at most {found} "
    "of 100 who were; the curve of the best possible attack over the diagonal of guessing.",
    "promise.guess.gain": "Gained by the attack",
    "promise.guess.left": "Left in the dark",
    "promise.guess.mark": "at most <b>{right}</b> of 100",
    "promise.guess.coin": "50<br>a coin",
    "promise.guess.certain": "100<br>certain",
    "promise.guess.alt": "Between a coin's 50 right guesses of 100 and certainty at 100, an attack reaches at most "
    "{right}.",
    "promise.events.x": "ε (each step ten times)",
    "promise.events.called": "same noise, counted by event",
    "promise.events.shopper": "this promise to the shopper",
    "promise.events.left": "same ε, but by event",
    "promise.events.one": "1 event",
    "promise.events.many": "{n:,} events",
    "promise.events.median": "{n:,} events<br>(median here)",
    "promise.events.most": "{n:,} events<br>(busiest here)",
    "promise.events.alt": "A shopper of {n:,} events: a tool that counts events would call this promise ε {called}; "
    "the same ε for each event would leave this shopper at ε {left}.",
    "promise.household.x": "Accounts that come and go together",
    "promise.household.y": "ε",
    "promise.household.alt": "One shopper is protected with ε {one}, four who come and go together with ε {four}.",
}
