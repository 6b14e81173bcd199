"""What Tact does, in one picture: the way of a shop's files through the curator's room, past ε, to the outside."""

from base64 import b64encode
from html import escape

from core.texts import text

# One drawing a station, 48 by 40: a mask, since drawings themselves do not pass the page's sanitiser.
ICONS = {
    "files": '<path d="M8 4h14l6 6v26H8zM22 4v6h6M12 16h12M12 22h12M12 28h8M32 10h8v26H24"/>',
    "clean": '<path d="M6 8h36M6 16h36M6 24h36M6 32h36"/><path stroke-width="2.6" d="M14 16h12M30 24h10M10 32h8"/>',
    "protect": '<path d="M24 4l14 5v11c0 9-6 14-14 17-8-3-14-8-14-17V9z"/>'
    '<path stroke-width="2.6" d="M17 21c2-6 4 6 7 0s5-6 7 0"/>',
    "model": '<path d="M10 10l14 10M10 30l14-10M24 20h14M10 10v20"/>'
    '<circle fill="#000" cx="10" cy="10" r="4"/><circle fill="#000" cx="10" cy="30" r="4"/>'
    '<circle fill="#000" cx="24" cy="20" r="4"/><circle fill="#000" cx="40" cy="20" r="4"/>',
    "curve": '<path d="M6 4v32h38"/><path stroke-width="2.6" d="M10 32c8-1 10-18 32-22"/>'
    '<circle fill="#000" cx="20" cy="22" r="3.4"/>',
    "list": '<path d="M18 9h22M18 20h22M18 31h16"/><circle fill="#000" cx="9" cy="9" r="3.4"/>'
    '<circle fill="#000" cx="9" cy="20" r="3.4"/><circle fill="#000" cx="9" cy="31" r="3.4"/>',
}
INSIDE = ("files", "clean", "protect")
OUTSIDE = ("model", "curve", "list")

STYLE = """
.way {display:flex; gap:.75rem; align-items:stretch; margin:.25rem 0 .5rem}
.way section {flex:1; border:1.5px solid; border-radius:.75rem; padding:.6rem .8rem .8rem; display:flex;
  flex-direction:column}
.way .inside {border-style:dashed; border-color:light-dark(#b4532a,#e0763a)}
.way .outside {border-color:light-dark(#0f766e,#5cc9bd)}
.way .room {font-weight:600; font-size:.8rem; letter-spacing:.02em}
.way .room.in {color:light-dark(#8a3f1d,#ffb48f)} .way .room.out {color:light-dark(#0b5c55,#7cd4cb)}
.way ol {list-style:none; display:flex; gap:.4rem; margin:.4rem 0 0; padding:0; flex:1}
.way li {flex:1; margin:0; padding:0; min-width:0}
.way i {display:block; width:48px; height:40px; background:light-dark(#0f766e,#5cc9bd)}
.way b {display:block; font-weight:600; line-height:1.25; margin:.15rem 0}
.way small {display:block; font-size:.8rem; line-height:1.35; opacity:.85}
.way .gate {align-self:center; font-size:1.5rem; line-height:1; text-align:center; flex:none}
@media (max-width:760px) {
  .way {flex-direction:column; gap:.35rem} .way ol {flex-direction:column}
  .way li {display:grid; grid-template-columns:56px 1fr; align-items:center}
  .way li i {grid-row:span 2} .way .gate {transform:rotate(90deg)}
}
"""


def way() -> str:
    """Return the picture as HTML in the spoken language: its words are text, so they wrap, and are read aloud."""
    return (
        f'<style>{STYLE}{"".join(map(_mask, (*INSIDE, *OUTSIDE)))}</style><div class="way">'
        f"{_room('inside', 'in', INSIDE)}"
        '<div class="gate" aria-hidden="true">→</div>'
        f"{_room('outside', 'out', OUTSIDE)}</div>"
    )


def _room(name: str, short: str, stations: tuple[str, ...]) -> str:
    listed = "".join(_station(station) for station in stations)
    words = escape(text(f"way.{name}"))
    return f'<section class="{name}"><div class="room {short}">{words}</div><ol>{listed}</ol></section>'


def _station(name: str) -> str:
    title, what = escape(text(f"way.{name}")), escape(text(f"way.{name}.what"))
    icon = f'<i class="{name}" aria-hidden="true"></i>'
    return f"<li>{icon}<b>{title}</b><small>{what}</small></li>"


def _mask(name: str) -> str:
    """Write the rule that cuts a station's drawing out of the accent's colour; it needs no request."""
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 40" fill="none" stroke="#000" stroke-width="1.8" '
        f'stroke-linecap="round" stroke-linejoin="round">{ICONS[name]}</svg>'
    )
    address = f"url(data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()})"
    return f".way i.{name} {{-webkit-mask:{address} no-repeat; mask:{address} no-repeat}}"
