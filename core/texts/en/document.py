"""English: sentences of the printed report and its page."""

TEXTS: dict[str, str] = {
    "report.menu": "Report",
    "report.title": "Report",
    "report.lead": "One study as a document that stands alone: for the file of a data protection impact assessment.",
}
