"""Sentences of the Overview page."""

TEXTS = {
    "overview.menu": "Overview",
    "overview.title": "How much personalisation is left when every shopper's privacy is really protected?",
    "overview.lead": "Tact answers that for your own shop: it trains recommenders under differential privacy, "
    "and shows what each level of protection costs in quality of recommendations.",
    "overview.demo": "See it on the sample shop",
    "overview.demo.caption": "About a minute, no data needed. The sample shop is synthetic: an invented shop "
    "with invented shoppers.",
    "overview.own": "Use my own files",
    "overview.step.data": "**1 · Upload**  \nTwo files: who did what, and what is for sale. Cleaned, every row "
    "accounted for.",
    "overview.step.anonymization": "**2 · Anonymise**  \nHow identifiable are your shoppers? Hide what need not be "
    "there, and measure again.",
    "overview.step.privacy": "**3 · Protect**  \nChoose ε: smaller is safer. Read what an attacker could still learn.",
    "overview.step.training": "**4 · Train**  \nIn the background. Time and ε are shown before anything is spent.",
    "overview.step.tradeoff": "**5 · Curve**  \nHow good the lists are at each ε. Pick the point you can live with.",
    "overview.step.recommendations": "**6 · Shopper**  \nWhat one shopper would be shown at three levels of "
    "protection, "
    "side by side.",
    "overview.step.audit": "**7 · Audit**  \nFor the privacy officer: what was spent, whether each statement holds, "
    "and attacks on the real pipeline.",
    "overview.step.open": "Open",
    "overview.promise": "What Tact promises",
    "overview.promise.body": "- **Who is protected:** each shopper, with everything this shopper ever did in the file. "
    "Adding or removing one shopper hardly changes the private models and figures that are released.\n"
    "- **What is counted:** every private release is written to a ledger before it is drawn, and adds up there.\n"
    "- **What is not promised:** the shopper is not protected from whoever sees this shopper's own list, or may "
    "open the uploaded data. Anonymised files that are exported have no ε. "
    "Product catalogue, column names and settings count as public.\n"
    "- **Where it stays:** files, models and keys stay on the machine that Tact runs on.",
}
