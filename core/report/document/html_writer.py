"""A report as HTML that stands alone: nothing is fetched, nothing runs, every word is escaped."""

from html import escape

from core.report.document.drawing import as_svg
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

_STYLE = """
body { font: 15px/1.55 system-ui, "Noto Sans SC", sans-serif; color: #2b333a; background: #fff; max-width: 54rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { color: #0f766e; font-size: 1.7rem; margin: .2rem 0; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
.sub { color: #57606a; margin-top: 0; } nav a { color: #0f766e; } nav ol { columns: 2; padding-left: 1.2rem; }
.mark { position: sticky; top: 0; background: #9c3d1c; color: #fff; font-weight: 600; padding: .35rem .9rem; }
.warning { border-left: 4px solid #d7754f; background: #fdf3ee; padding: .6rem .9rem; }
.promise { border-left: 4px solid #0f766e; background: #eef7f6; padding: .6rem .9rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin: .6rem 0; }
caption { text-align: left; color: #57606a; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0;
  border-bottom: 1px solid #d8dee4; overflow-wrap: anywhere; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
dt { font-weight: 600; margin-top: .7rem; } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
figure { margin: 1rem 0; } figcaption { color: #57606a; } svg { max-width: 100%; height: auto; }
.sign { margin-top: 3.2rem; border-top: 1px solid #2b333a; max-width: 26rem; padding-top: .2rem; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; }
  tr, figure { break-inside: avoid; } .mark { position: fixed; left: 0; right: 0; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # whatever slips in can fetch nothing and run nothing
_LANGUAGES = {"en": "en", "zh": "zh-CN"}


def to_html(document: Document) -> bytes:
    """Return the report as one page of HTML in UTF-8; the same contents are the same bytes."""
    parts = "\n".join(_section(section) for section in document.sections)
    links = "".join(f'<li><a href="#{escape(s.name)}">{escape(s.title)}</a></li>' for s in document.sections)
    mark = f'<div class="mark" role="note">{escape(document.mark)}</div>\n' if document.mark else ""
    return (
        f'<!doctype html>\n<html lang="{_LANGUAGES[document.language]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="author" content="{escape(document.author)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{mark}"
        f'<h1>{escape(document.title)}</h1>\n<p class="sub">{escape(document.subtitle)}</p>\n'
        f'<nav aria-label="{escape(document.words["contents"])}"><ol>{links}</ol></nav>\n<main>\n{parts}\n</main>\n'
        f'<script type="application/json" id="report">{_inside_script(document)}</script>\n</body>\n</html>\n'
    ).encode()


def _inside_script(document: Document) -> str:
    """The JSON with every < written as an escape, so that no word in it can end the element."""
    return to_json(document).decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _section(section: Section) -> str:
    blocks = "\n".join(_block(block) for block in section.blocks)
    return f'<section id="{escape(section.name)}">\n<h2>{escape(section.title)}</h2>\n{blocks}\n</section>'


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return f'<p class="{block.tone}">{escape(block.text)}</p>'
        case Bullets():
            return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in block.items) + "</ul>"
        case Fields():
            return (
                "<dl>"
                + "".join(f"<dt>{escape(f.label)}</dt><dd>{escape(f.value)}</dd>" for f in block.fields)
                + "</dl>"
            )
        case Table():
            return _table(block)
        case Picture():
            return f"<figure>{as_svg(block)}<figcaption>{escape(block.caption)}</figcaption></figure>"
        case Signatures():
            return "".join(f'<p class="sign">{escape(label)}</p>' for label in block.labels)


def _table(table: Table) -> str:
    def line(cells: tuple[str, ...], tag: str) -> str:
        first = len(cells) - table.n_numbers
        scope = ' scope="col"' if tag == "th" else ""
        marks = [' class="n"' if place >= first else "" for place in range(len(cells))]
        return "".join(f"<{tag}{scope}{mark}>{escape(cell)}</{tag}>" for cell, mark in zip(cells, marks, strict=True))

    body = "".join(f"<tr>{line(row, 'td')}</tr>\n" for row in table.rows)
    return (
        f'<div class="wide"><table><caption>{escape(table.caption)}</caption><thead><tr>{line(table.head, "th")}</tr>'
        f"</thead>\n<tbody>{body}</tbody></table></div>"
    )
