"""Sentences that core writes in English (errors, notes, advice), in the language that is spoken."""


def said(sentence: str) -> str:
    """Return a sentence of core in the language that is spoken; in English where no translation fits."""
    return sentence
