"""
Make the font of printed reports: GB 2312, Latin, Greek and punctuation of Noto Sans CJK SC, with TrueType outlines.

    apt-get install fonts-noto-cjk
    python core/report/document/fonts/make.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
"""

import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

NAME = "TactSansSC"
MAX_ERROR = 2.0  # of an outline, in thousandths of the font's size: cannot be seen in print
OTHER = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x370, 0x3FF), (0x400, 0x45F), (0x2010, 0x203B), (0x2070, 0x209C), (0x20AC, 0x20AC),
    (0x2122, 0x2122), (0x2190, 0x2193), (0x2200, 0x2265), (0x25A0, 0x25CF), (0x3000, 0x3017), (0xFF01, 0xFF5E),
)  # fmt: skip


def characters() -> set[int]:
    """All of GB 2312 and what else a report may hold."""
    found = {code for first, last in OTHER for code in range(first, last + 1)}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            found.update(map(ord, bytes([high, low]).decode("gb2312", "ignore")))
    return found


def make(collection: Path, out: Path) -> None:
    """Write the subset of the collection's Simplified Chinese font to ``out``."""
    fonts = TTCollection(collection).fonts
    font: TTFont = next(one for one in fonts if one["name"].getDebugName(1).endswith("Sans CJK SC"))
    options = Options()
    options.layout_features, options.hinting, options.notdef_outline = [], False, True
    options.name_IDs, options.drop_tables = (
        ["*"],
        [*options.drop_tables, "GSUB", "GPOS", "vhea", "vmtx", "VORG", "BASE"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    order, glyphs, drawn = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        drawn[name] = pen.glyph()
    built = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    built.setupGlyphOrder(order)
    built.setupCharacterMap(font.getBestCmap())
    built.setupGlyf(drawn)
    left = {name: glyph.xMin if glyph.numberOfContours else 0 for name, glyph in drawn.items()}
    built.setupHorizontalMetrics({name: (font["hmtx"][name][0], left[name]) for name in order})
    built.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    copyright_, licence = font["name"].getDebugName(0), font["name"].getDebugName(13)
    built.setupNameTable(
        {
            "copyright": copyright_,
            "familyName": "Tact Sans SC",
            "styleName": "Regular",
            "fullName": "Tact Sans SC",
            "psName": NAME,
            "licenseDescription": licence,
            "licenseInfoURL": "https://scripts.sil.org/OFL",
            "description": "A subset of Noto Sans CJK SC with TrueType outlines, renamed.",
        }
    )
    built.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=1160, usWinDescent=288, fsType=0)
    built.setupPost(keepGlyphNames=False)
    built.font["head"].created = built.font["head"].modified = font["head"].modified
    built.font.recalcTimestamp = False
    built.save(out)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(__file__).with_name(f"{NAME}.ttf"))
