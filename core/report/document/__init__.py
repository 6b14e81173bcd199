"""One study as a document that stands alone: its contents once, written as PDF, HTML and JSON."""

from core.report.document.contents import compose
from core.report.document.gather import Inside, Material, gather, inside_of
from core.report.document.html_writer import to_html
from core.report.document.json_writer import to_json
from core.report.document.model import ROOMS, Document, Room
from core.report.document.pdf_writer import to_pdf

__all__ = [
    "ROOMS",
    "Document",
    "Inside",
    "Material",
    "Room",
    "compose",
    "gather",
    "inside_of",
    "to_html",
    "to_json",
    "to_pdf",
]
