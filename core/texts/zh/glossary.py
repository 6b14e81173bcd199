"""Chinese: see ``core.texts.en.glossary``."""

TEXTS: dict[str, str] = {
    "help.menu": "帮助",
    "help.title": "帮助",
    "help.lead": "用通俗的话解释这些页面上的每一个术语，以及如何重新开始。",
}
