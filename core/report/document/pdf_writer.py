"""
A report as PDF, with fpdf2 and a font of our own: no library and no font of the system is asked for.

Every word is laid out here, line by line, so that long texts go over pages and no cell is ever clipped.
"""

from datetime import UTC, datetime

from core.report.document.json_writer import to_json
from core.report.document.model import (
    Block,
    Bullets,
    Document,
    Fields,
    Paragraph,
    Picture,
    Section,
    Signatures,
    Table,
)
from core.report.document.pdf_sheets import BOTTOM, GREY, INK, LACKING, MARGIN, MM, NAME, RULE, TEAL, WIDTH, Sheets


def to_pdf(document: Document) -> bytes:
    """Return the report as PDF, the JSON attached; the same contents differ in nothing but the date of printing."""
    return _Printer(document).print()


_TONES = {"promise": ((15, 118, 110), (238, 247, 246)), "warning": ((215, 117, 79), (253, 243, 238))}


class _Printer(Sheets):
    """Prints one document."""

    # the document

    def print(self) -> bytes:
        """Print everything and return the file."""
        pdf, document = self.pdf, self.document
        pdf.set_title(document.title)
        pdf.set_author(document.author)
        pdf.set_subject(document.subtitle)
        pdf.set_lang("zh-CN" if document.language == "zh" else "en")
        pdf.set_creator("Tact")
        pdf.set_creation_date(datetime.now(UTC))
        pdf.add_page()
        self.write(document.title, size=19, colour=TEAL)
        self.write(document.subtitle, colour=GREY)
        self._contents()
        for section in document.sections:
            self._section(section)
        if self.lacking:
            codes = ", ".join(f"U+{ord(char):04X}" for char in sorted(self.lacking))
            self.write(document.words["lacking"].format(mark=LACKING, codes=codes), colour=GREY)
        pdf.embed_file(bytes=to_json(document), basename="report.json", desc="JSON", compress=True)
        return bytes(pdf.output())

    def _contents(self) -> None:
        self.pdf.ln(3)
        self.links = {section.name: self.pdf.add_link() for section in self.document.sections}
        for number, section in enumerate(self.document.sections, 1):
            self.write(f"{number}   {section.title}", colour=TEAL, link=self.links[section.name])
        self.pdf.ln(3)

    def _section(self, section: Section) -> None:
        self.room_for(30)
        self.pdf.ln(5)
        title = self.clean(section.title)
        self.pdf.set_link(self.links[section.name], y=self.pdf.get_y(), page=self.pdf.page_no())
        self.pdf.start_section(title)
        self.write(title, size=13.5, colour=TEAL)
        self.pdf.ln(1.5)
        for block in section.blocks:
            self._block(block)
            self.pdf.ln(2.2)

    def _block(self, block: Block) -> None:
        match block:
            case Paragraph():
                self._paragraph(block)
            case Bullets():
                for item in block.items:
                    self.write(item, indent=5, before="•")
            case Fields():
                for each in block.fields:
                    self.room_for(13)
                    self.write(each.label, colour=TEAL, size=8.5)
                    self.write(each.value)
                    self.pdf.ln(1.6)
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)
            case Signatures():
                self._signatures(block)

    def _paragraph(self, block: Paragraph) -> None:
        if block.tone == "plain":
            self.write(block.text)
            return
        edge, fill = _TONES[block.tone]
        self.write(block.text, indent=4, fill=fill, edge=edge)

    # tables

    def _table(self, table: Table) -> None:
        self.room_for(25)
        self.write(table.caption, size=8.5, colour=GREY)
        widths = self._widths(table)
        self._row(table.head, widths, table, is_head=True)
        for row in table.rows:
            height = self._height(row, widths)
            if self.pdf.get_y() + min(height, 60) > self.pdf.h - BOTTOM:
                self.pdf.add_page()
                self._row(table.head, widths, table, is_head=True)
            self._row(row, widths, table)

    def _widths(self, table: Table) -> list[float]:
        """Numbers get what they need; words share what is left by how long they are."""
        self.pdf.set_font(NAME, size=8.5)
        columns = list(zip(table.head, *table.rows, strict=True))
        longest = [max(self.pdf.get_string_width(self.clean(cell)) for cell in column) + 4 for column in columns]
        first = len(columns) - table.n_numbers
        most = WIDTH * 0.75 / max(table.n_numbers, 1)
        wanted = [min(width, most) if place >= first else width for place, width in enumerate(longest)]
        left = WIDTH - sum(wanted[first:])
        words = wanted[:first]
        capped = [min(width, left * 0.7) for width in words] if len(words) > 1 else words
        total = sum(capped)
        return [width * left / total for width in capped] + wanted[first:] if words else wanted

    def _height(self, row: tuple[str, ...], widths: list[float]) -> float:
        n = max(len(self.lines_of(cell, width - 3, 8.5)) for cell, width in zip(row, widths, strict=True))
        return n * 8.5 * MM * 1.4 + 1.6

    def _row(self, row: tuple[str, ...], widths: list[float], table: Table, *, is_head: bool = False) -> None:
        """Draw one row; one that is longer than a page goes on on the next."""
        cells = [self.lines_of(cell, width - 3, 8.5) for cell, width in zip(row, widths, strict=True)]
        first, height = len(row) - table.n_numbers, 8.5 * MM * 1.4
        for n in range(max(map(len, cells))):
            if self.pdf.get_y() + height > self.pdf.h - BOTTOM:
                self.pdf.add_page()
            y, x = self.pdf.get_y(), MARGIN
            self.pdf.set_font(NAME, size=8.5)
            self.pdf.set_text_color(*(TEAL if is_head else INK))
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
                self.pdf.set_xy(x, y + 0.8)
                self.pdf.cell(width - 3, height, cell[n] if n < len(cell) else "", align="R" if place >= first else "L")
                x += width
            self.pdf.set_xy(MARGIN, y + height)
        y = self.pdf.get_y() + 1.6
        self.pdf.set_draw_color(*RULE)
        self.pdf.set_line_width(0.4 if is_head else 0.2)
        self.pdf.line(MARGIN, y, MARGIN + WIDTH, y)
        self.pdf.set_xy(MARGIN, y)

    # pictures

    def _picture(self, picture: Picture) -> None:
        scale = min(WIDTH / picture.width, 0.26)
        self.room_for(picture.height * scale + 16)
        left, top = MARGIN, self.pdf.get_y()
        for shape in picture.shapes:
            self.shape(shape, left, top, scale)
        self.pdf.set_dash_pattern()
        self.pdf.set_xy(MARGIN, top + picture.height * scale + 1)
        self.write(picture.caption, size=8.5, colour=GREY)

    def _signatures(self, block: Signatures) -> None:
        self.room_for(26 * len(block.labels))  # all of them on one sheet
        for label in block.labels:
            self.pdf.ln(16)
            y = self.pdf.get_y()
            self.pdf.set_draw_color(*INK)
            self.pdf.set_line_width(0.2)
            self.pdf.line(MARGIN, y, MARGIN + 100, y)
            self.pdf.ln(0.8)
            self.write(label, size=8.5, colour=GREY)
