"""One picture in the certificate: shoppers singled out by what is known of them, before and after."""

from collections.abc import Mapping
from typing import Any

BEFORE, AFTER, GRID, INK = "#d7754f", "#0f766e", "#d8dee4", "#2b333a"
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 640, 240, 48, 26, 34


def unicity_picture(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Bars with 95 % intervals as inline SVG: 1 to 5 known purchases, without their days where no time is known."""
    key = "unicity" if before["has_days"] or after["has_days"] else "unicity_products"
    parts = [_grid(share) for share in (0, 0.25, 0.5, 0.75, 1)]
    step = (_WIDTH - _LEFT) / len(before[key])
    for place, known in enumerate(sorted(before[key])):
        left = _LEFT + place * step + step * 0.18
        for number, (risk, colour) in enumerate(((before, BEFORE), (after, AFTER))):
            parts.append(_bar(left + number * step * 0.32, step * 0.28, risk, key, known, colour))
        parts.append(f'<text x="{left + step * 0.3:.1f}" y="{_HEIGHT - 14}" text-anchor="middle">{int(known)}</text>')
    for number, (said, colour) in enumerate((("before", BEFORE), ("after", AFTER))):
        x = _LEFT + number * 90
        parts.append(
            f'<rect x="{x}" y="4" width="12" height="12" fill="{colour}"/><text x="{x + 17}" y="14">{said}</text>'
        )
    days = "product and day" if key == "unicity" else "product"
    label = f"Share of shoppers singled out by 1 to 5 known purchases ({days}), before and after"
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" role="img" aria-label="{label}" font-size="12" '
        f'font-family="system-ui, sans-serif" fill="{INK}">{"".join(parts)}</svg><p>{label}; lines: 95 % intervals.</p>'
    )


def _y(share: float) -> float:
    return _TOP + (1 - share) * (_HEIGHT - _TOP - _BOTTOM)


def _grid(share: float) -> str:
    y = _y(share)
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>'
    )


def _bar(x: float, width: float, risk: Mapping[str, Any], key: str, known: str, colour: str) -> str:
    share, (low, high) = float(risk[key][known]), risk[f"{key}_interval"][known]
    middle, top = x + width / 2, _y(share)
    return (
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{width:.1f}" height="{_y(0) - top:.1f}" fill="{colour}"/>'
        f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="{_y(low):.1f}" y2="{_y(high):.1f}" stroke="{INK}"/>'
    )
