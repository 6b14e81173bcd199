"""Sheets of a report as PDF: a font of our own, lines of words, shapes, and what stands on every page."""

import re
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.report.document.lines import wrapped
from core.report.document.model import Area, Document, Line, Words

if TYPE_CHECKING:
    from fpdf import FPDF

FONT = Path(__file__).parent / "fonts" / "TactSansSC.ttf"
LACKING = "□"
NAME, SIZE, LEADING = "Tact", 9.5, 1.5
MARGIN, TOP, BOTTOM = 20.0, 24.0, 20.0  # mm
WIDTH = 210.0 - 2 * MARGIN
MM = 0.3528  # of a point
_QUOTES = str.maketrans("“”‘’", "\"\"''")
INK, GREY, TEAL, RULE = (43, 51, 58), (87, 96, 106), (15, 118, 110), (216, 222, 228)


@lru_cache(maxsize=1)
def printable() -> frozenset[int]:
    """Return the code points that the font has."""
    from fontTools.ttLib import TTFont

    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())


class Sheets:
    """Pages of one document; ``y`` is fpdf's own, in mm from the top."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.lacking: set[str] = set()
        self.pdf = self._new()

    def _new(self) -> "FPDF":
        from fpdf import FPDF

        printer = self

        class Paper(FPDF):
            """Pages with their mark, name and number."""

            def header(self) -> None:
                printer.head(self)

            def footer(self) -> None:
                printer.foot(self)

        pdf = Paper(format="A4")
        pdf.add_font(NAME, fname=FONT)
        pdf.set_margins(MARGIN, TOP, MARGIN)
        pdf.set_auto_page_break(False)
        return pdf

    # lines of text

    def clean(self, text: str) -> str:
        """Put a mark where the font has no letter, and remember which."""
        found = re.sub(r"[\t\r\f\v\u2028\u2029]", " ", text)
        if self.document.language == "en":  # the font's curly quotes are as wide as a Chinese letter
            found = found.translate(_QUOTES)
        self.lacking |= {char for char in found if char != "\n" and ord(char) not in printable()}
        return "".join(char if char == "\n" or ord(char) in printable() else LACKING for char in found)

    def lines_of(self, text: str, width: float, size: float = SIZE) -> list[str]:
        """Break a text into lines."""
        self.pdf.set_font(NAME, size=size)
        return wrapped(self.clean(text), width, self.pdf.get_string_width)

    def room_for(self, height: float) -> None:
        """Begin a new page where so many mm are not left on this one."""
        if self.pdf.get_y() + height > self.pdf.h - BOTTOM:
            self.pdf.add_page()

    def write(
        self,
        text: str,
        *,
        size: float = SIZE,
        colour: tuple[int, int, int] = INK,
        indent: float = 0.0,
        before: str = "",
        link: Any = "",
        fill: tuple[int, int, int] | None = None,
        edge: tuple[int, int, int] | None = None,
    ) -> None:
        """Write a text over as many lines and pages as it takes."""
        height = size * MM * LEADING
        for number, line in enumerate(self.lines_of(text, WIDTH - indent, size)):
            self.room_for(height)
            self.pdf.set_font(NAME, size=size)
            y = self.pdf.get_y()
            if fill:
                self.pdf.set_fill_color(*fill)
                self.pdf.rect(MARGIN, y, WIDTH, height + 0.05, style="F")
            if edge:
                self.pdf.set_fill_color(*edge)
                self.pdf.rect(MARGIN, y, 1.2, height + 0.05, style="F")
            self.pdf.set_text_color(*colour)
            if before and number == 0:
                self.pdf.set_xy(MARGIN, y)
                self.pdf.cell(indent, height, before)
            self.pdf.set_xy(MARGIN + indent, y)
            self.pdf.cell(WIDTH - indent, height, line, link=link or _address(line))
            self.pdf.set_xy(MARGIN, y + height)

    def shape(self, shape: Area | Line | Words, left: float, top: float, scale: float) -> None:
        """Draw one shape of a picture whose corner is at (left, top)."""
        colour = _rgb(shape.colour)
        if isinstance(shape, Words):
            self.pdf.set_font(NAME, size=12 * scale / MM)
            self.pdf.set_text_color(*colour)
            text = self.clean(shape.text)
            shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor] * self.pdf.get_string_width(text)
            self.pdf.text(left + shape.x * scale - shift, top + shape.y * scale, text)
            return
        points = [(left + x * scale, top + y * scale) for x, y in shape.points]
        if isinstance(shape, Area):
            self.pdf.set_fill_color(*colour)
            self.pdf.polygon(points, style="F")
            return
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(shape.width * scale)
        self.pdf.set_dash_pattern(dash=1.2, gap=0.9) if shape.dash else self.pdf.set_dash_pattern()
        for (x0, y0), (x1, y1) in pairwise(points):
            self.pdf.line(x0, y0, x1, y1)

    # every page

    def head(self, pdf: "FPDF") -> None:
        """Write the mark across the page and at its top, before anything else."""
        mark = self.clean(self.document.mark)
        if mark:
            pdf.set_font(NAME, size=44)
            pdf.set_text_color(244, 228, 220)
            with pdf.rotation(50, x=105, y=150):
                pdf.text(105 - pdf.get_string_width(mark) / 2, 155, mark)
        pdf.set_font(NAME, size=8)
        pdf.set_text_color(156, 61, 28)
        pdf.set_xy(MARGIN, 11)
        pdf.cell(WIDTH, 5, mark, align="R")
        pdf.set_xy(MARGIN, TOP)

    def foot(self, pdf: "FPDF") -> None:
        """Write the title and the number of the page."""
        pdf.set_font(NAME, size=8)
        pdf.set_text_color(*GREY)
        pdf.set_xy(MARGIN, pdf.h - 13)
        title = self.lines_of(self.document.title, WIDTH - 30, 8)[0]
        pdf.cell(WIDTH - 30, 5, title)
        pdf.cell(30, 5, f"{pdf.page_no()} / {{nb}}", align="R")


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _address(line: str) -> str:
    """The address of the web that a line names, as a link; none by default."""
    found = re.search(r"https://[\w./?=&%#~-]*\w", line)
    return found[0] if found else ""
