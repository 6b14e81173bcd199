"""The certificate as HTML that stands alone and can be printed. Every value is escaped: names come from files."""

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from core.anonymize.certificate_picture import unicity_picture

# The colours of the app on white paper (core/report/palette.py), which this room may not import.
_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #2b333a; background: #fff; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { color: #0f766e; font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; } caption { text-align: left; color: #57606a; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #d8dee4; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.room { border-left: 4px solid #d7754f; background: #fdf3ee; padding: .6rem .9rem; }
.promise { border-left: 4px solid #0f766e; background: #eef7f6; padding: .6rem .9rem; }
code { font-size: .85em; overflow-wrap: anywhere; } svg { max-width: 100%; height: auto; }
@media print { body { margin: 0; max-width: none; font-size: 11px; } h2 { break-after: avoid; }
  tr, svg { break-inside: avoid; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # whatever slips in can fetch nothing and run nothing
_ALL = "all"


def page(found: Mapping[str, Any]) -> str:
    """Return the whole page; ``found`` is what ``certificate`` returns."""
    body = "\n".join(
        [
            "<h1>Certificate of anonymisation</h1>",
            f"<p>Made on {_text(found['date'])}.</p>",
            f'<p class="room">{_text(found["room"])}</p>',
            *_options(found),
            *_tables(found),
            *_risk(found),
            *_distortion(found),
            "<h2>What it promises about ε</h2>",
            *(f'<p class="promise">{_text(sentence)}</p>' for sentence in found["epsilon"]["sentences"]),
            "<h2>Limits</h2>",
            _list(found["limits"]),
            *_files(found),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Certificate of anonymisation</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _options(found: Mapping[str, Any]) -> list[str]:
    rows = [(one["option"], _value(one["value"]), one["meaning"]) for one in found["options"]]
    key = found["pseudonyms"]
    said = ["<h2>What was done</h2>", "<p>In this order:</p>", _table(("Option", "Value", "Meaning"), rows)]
    if not rows:
        said = ["<h2>What was done</h2>", "<p>Nothing: the rows are as they were imported.</p>"]
    if key:
        version = f", version {key['version']}" if key.get("version") else ""
        said.append(f"<p>Key of the pseudonyms: <code>{_text(key['fingerprint'])}</code>{_text(version)}. The ")
        said.append("fingerprint tells keys apart and does not give the key away.</p>")
    if found["rounds"]:
        said.append(f"<p>The thresholds went round {found['rounds']:,} times, until all of them held at once.</p>")
    return said


def _tables(found: Mapping[str, Any]) -> list[str]:
    before, after = found["tables"]["before"], found["tables"]["after"]
    rows = [(name, f"{before[name]:,}", f"{after[name]:,}") for name in ("rows", "shoppers", "products")]
    return ["<h2>The data before and after</h2>", _table(("", "Before", "After"), rows, n_numbers=2)]


def _risk(found: Mapping[str, Any]) -> list[str]:
    before, after = found["risk"]["before"], found["risk"]["after"]
    names = {"unicity": "with the day", "unicity_products": "without the day"}
    rows = [
        (f"{n} known purchase{'' if n == '1' else 's'} {said}", _estimate(before, key, n), _estimate(after, key, n))
        for key, said in names.items()
        for n in sorted(before[key])
        if key == "unicity_products" or before["has_days"] or after["has_days"]
    ]
    old, new = (_interval(risk["linkage"]["rate"], risk["linkage"]["interval"]) for risk in (before, after))
    rows.append(("two halves of one history put together rightly", old, new))
    groups = [("smallest group (k)", "k"), ("different sensitive values in a group (l)", "l"), ("distance (t)", "t")]
    exact = [(said, *(_plain(risk["groups"][key]) for risk in (before, after))) for said, key in groups]
    threshold = _share(after["attackers"]["threshold"])
    for name, knows in found["attackers"].items():
        for key, said in (("at_risk", f"at risk above {threshold}"), ("highest", "highest"), ("success", "success")):
            if key in before["attackers"][name]:
                both = [_share(risk["attackers"][name][key]) for risk in (before, after)]
                exact.append((f"{name} ({knows}): {said}", *both))
    columns = ", ".join(after["groups"]["columns"]) or "no column"
    about = f"Over shoppers who are alike in {columns}; sensitive: {after['groups']['sensitive']}. Exact."
    return [
        "<h2>Risk before and after</h2>",
        _list(found["risk"]["sentences"]),
        unicity_picture(before, after),
        _table(("Share of shoppers singled out", "Before", "After"), rows, n_numbers=2, caption="95 % intervals"),
        _table(("Groups and attackers", "Before", "After"), exact, n_numbers=2, caption=about),
    ]


def _distortion(found: Mapping[str, Any]) -> list[str]:
    rows = [
        (
            "everything" if row["option"] == _ALL else row["option"],
            *(_share(row[f"{name}_kept"]) for name in ("rows", "shoppers", "products")),
            f"{row['cells_changed']:,}",
            "" if row["information_loss"] is None else f"{_share(row['information_loss'])} ({row['measure']})",
        )
        for row in found["distortion"]
    ]
    head = ("Option", "Rows kept", "Shoppers kept", "Products kept", "Cells changed", "Information lost")
    about = (
        "Each against what it was given; the last line against the original. entropy: share of the entropy of the "
        "columns that it changed; ncp: normalised certainty penalty, a row or shopper left out counting 1."
    )
    said = [change["sentence"] for change in found["changes"]]
    return ["<h2>What it cost</h2>", _table(head, rows, n_numbers=5, caption=about), _list(said)]


def _files(found: Mapping[str, Any]) -> list[str]:
    rows = [(name, f"{about['bytes']:,}", f"SHA-256 {about['sha256']}") for name, about in found["files"].items()]
    made = ", ".join(f"{name} {version}" for name, version in found["software"].items())
    return ["<h2>Files</h2>", _table(("File", "Bytes", "Hash"), rows), f"<p>Made with Tact; {_text(made)}.</p>"]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], *, n_numbers: int = 0, caption: str = "") -> str:
    """A table whose last ``n_numbers`` columns hold numbers."""

    def line(cells: Sequence[str], tag: str) -> str:
        first_number = len(cells) - n_numbers
        marks = [' class="n"' if place >= first_number else "" for place in range(len(cells))]
        return "".join(f"<{tag}{mark}>{_text(cell)}</{tag}>" for cell, mark in zip(cells, marks, strict=True))

    body = "".join(f"<tr>{line(row, 'td')}</tr>\n" for row in rows)
    about = f"<caption>{_text(caption)}</caption>" if caption else ""
    return f"<table>{about}<thead><tr>{line(head, 'th')}</tr></thead>\n<tbody>{body}</tbody></table>"


def _list(sentences: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(sentence)}</li>\n" for sentence in sentences) + "</ul>"


def _estimate(risk: Mapping[str, Any], key: str, n: str) -> str:
    return _interval(risk[key][n], risk[f"{key}_interval"][n])


def _interval(share: float, interval: Sequence[float]) -> str:
    return f"{_share(share)} ({_share(interval[0])} to {_share(interval[1])})"


def _share(share: float) -> str:
    return f"{share:.1%}"


def _plain(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:.3f}"


def _value(value: Any) -> str:
    if value is True:
        return "on"
    return str(value) if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False)


def _text(value: Any) -> str:
    return escape(str(value))
