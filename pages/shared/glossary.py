"""The glossary: which terms there are, in the order in which a newcomer meets them."""

from core.texts import text

TERMS = (
    "dp",
    "epsilon",
    "delta",
    "unit",
    "room",
    "curve",
    "methods",
    "ndcg",
    "recall",
    "band",
    "floor",
    "knee",
    "judges",
    "churn",
    "novelty",
    "noise",
    "clip",
    "dp_sgd",
    "neighbours",
    "accountant",
    "ledger",
    "cap",
    "statement",
    "attack",
    "unicity",
    "k",
    "pseudonym",
)


def matching(words: str | None) -> list[str]:
    """Return the terms in whose name or explanation ``words`` stand; all where there are none."""
    wanted = (words or "").strip().casefold()
    return [name for name in TERMS if wanted in f"{text(f'term.{name}')} {text(f'term.{name}.what')}".casefold()]
