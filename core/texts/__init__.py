"""Every sentence that a person reads on a page, by its name; one mapping a language."""

from core.texts.lookup import LANGUAGES, NAMES, speak, speaking, spoken, text
from core.texts.markdown import plain
from core.texts.sentences import said

__all__ = ["LANGUAGES", "NAMES", "plain", "said", "speak", "speaking", "spoken", "text"]
