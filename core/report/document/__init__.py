"""One study as a document that stands alone: its contents once, written as PDF, HTML and JSON."""
