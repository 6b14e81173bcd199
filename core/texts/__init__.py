"""Every sentence that a person reads on a page, by its name; one mapping a language."""

from core.texts.lookup import LANGUAGES, text
from core.texts.markdown import plain

__all__ = ["LANGUAGES", "plain", "text"]
