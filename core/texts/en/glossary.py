"""English: sentences of the Help page: every term explained."""

TEXTS: dict[str, str] = {
    "help.menu": "Help",
    "help.title": "Help",
    "help.lead": "Every term on these pages in plain words, and how to start again.",
}
