"""English: sentences that help to choose ε by consequence."""

TEXTS: dict[str, str] = {
    # how much harm
    "harm.question": "If what you publish gave one shopper away, what could it do to them?",
    "harm.confidential": "Nothing bad, but we keep it confidential",
    "harm.could": "It could do them harm",
    "harm.likely": "It would likely do them serious harm",
    "harm.severe": "It would do them severe harm",
    "harm.own": "I know my ε",
    "harm.own.what": "Set ε and δ yourself, below.",
    "harm.proposal": "proposes ε {epsilon:g}, δ {delta:g}",
    "harm.no_proposal": "no ε is proposed",
    "harm.unanswered": "Not answered yet: ε {epsilon:g} below is where Tact starts, and nobody's choice so far.",
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
}
