"""
The life of a budget, for a privacy officer: what each row of the ledger added, and what is left of a cap.

Rows of public data cost nothing and move nothing; a decision charges nothing, and a renewal starts the period anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import plotly.graph_objects as go

from core.privacy.chain import Cap, Decision, Entry, Kind
from core.privacy.gdp import epsilon_for
from core.privacy.spending import cap_in, period_of, spent_by
from core.report.figures import MARGIN, plain_layout
from core.report.palette import BLUE, ORANGE, SLATE, TEAL, translucent
from core.texts import text

NEWEST = 300  # rows that are added up; nobody reads more, and each costs a composition


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the ledger with what stood below it.

    Attributes:
        row: The charge or the decision.
        kind: ``"charge"``, or which decision.
        lifetime: ε of everything ever charged up to this row, in the half of the shoppers that lost more.
        period: The same since the last renewal.
        cap: ε of the cap in force after this row; None: no cap.
    """

    row: Entry | Decision
    kind: Literal["charge"] | Kind
    lifetime: float
    period: float
    cap: float | None

    @property
    def created(self) -> datetime:
        """When the row was written, naive UTC."""
        return self.row.created


def lines_of(history: Sequence[Entry | Decision], delta: float, newest: int = NEWEST) -> list[Line]:
    """Add up the ledger row by row, at one δ; oldest first, the ``newest`` rows only."""
    found: list[Line] = []
    for n, row in enumerate(history, 1):
        if n <= len(history) - newest:
            continue
        upto = history[:n]
        if found and not _moves(row):
            lifetime, period = found[-1].lifetime, found[-1].period
        else:
            charges = [each for each in upto if isinstance(each, Entry)]
            lifetime = max(spent_by(charges, delta).values())
            period = max(spent_by(period_of(upto), delta).values())
        cap = cap_in(upto)
        kind: Literal["charge"] | Kind = "charge" if isinstance(row, Entry) else row.kind
        found.append(Line(row=row, kind=kind, lifetime=lifetime, period=period, cap=cap.epsilon if cap else None))
    return found


def _moves(row: Entry | Decision) -> bool:
    """Whether a row changes what was spent, in a lifetime or in the period."""
    return not row.public if isinstance(row, Entry) else row.kind == "renewal"


def still_fits(cap: Cap, used: float) -> float:
    """Return the ε at the cap's δ of the largest single plan that still fits, rounded by nobody.

    Example:
        >>> cap = Cap(epsilon=2.0, delta=1e-5)
        >>> round(still_fits(cap, 0.0), 4), still_fits(cap, 1.0)
        (2.0, 0.0)
    """
    left = max(0.0, 1 - used)
    return epsilon_for(cap.mu * left**0.5, cap.delta) if left else 0.0


def over_time(lines: Sequence[Line]) -> go.Figure:
    """Draw ε over charges and decisions: the lifetime's, the period's, the cap, and where something was decided.

    Charges of public data, and decisions about releases and consent, are left out: they move nothing.
    """
    lines = [line for line in lines if line.kind in ("charge", "cap", "renewal")]
    lines = [line for line in lines if not getattr(line.row, "public", False)]
    numbers = list(range(1, len(lines) + 1))
    written = [f"{line.created:%Y-%m-%d %H:%M}" for line in lines]
    figure = go.Figure()
    shown = [("lifetime", ORANGE, "solid")]
    if any(line.kind == "renewal" for line in lines):
        shown.append(("period", BLUE, "dot"))
    for name, colour, dash in shown:
        figure.add_scatter(
            x=numbers,
            y=[getattr(line, name) for line in lines],
            mode="lines+markers",
            line={"color": colour, "width": 3, "dash": dash, "shape": "hv"},
            marker={"color": colour, "size": 6},
            name=text(f"audit.time.{name}"),
            customdata=written,
            hovertemplate="%{customdata}: ε %{y:.3g}<extra></extra>",
        )
    if any(line.cap is not None for line in lines):
        figure.add_scatter(
            x=[*numbers, numbers[-1] + 0.5],  # past the last row: a cap that was set there holds from there on
            y=[*(line.cap for line in lines), lines[-1].cap],
            mode="lines",
            line={"color": SLATE, "width": 2, "dash": "dash", "shape": "hv"},
            name=text("audit.time.cap"),
            hovertemplate="ε %{y:.3g}<extra></extra>",
        )
    decided = [(n, line) for n, line in zip(numbers, lines, strict=True) if line.kind != "charge"]
    if decided:
        figure.add_scatter(
            x=[n for n, _ in decided],
            y=[line.lifetime for _, line in decided],
            mode="markers",
            marker={"color": TEAL, "size": 13, "symbol": "diamond"},
            name=text("audit.time.decision"),
            text=[text(f"audit.line.{line.kind}") for _, line in decided],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    plain_layout(figure, text("audit.time.x"), "ε", 320)
    if len(numbers) < 12:
        figure.update_xaxes(tickvals=numbers)
    return figure.update_layout(legend={"y": -0.22, "yanchor": "top"}, margin={**MARGIN, "t": 16})


def left_of(used: dict[str, float]) -> go.Figure:
    """Draw which share of a cap's budget each half of the shoppers has used; keys are labels, values are in 0..1."""
    labels = [text("audit.left.label", half=half, used=f"{100 * share:.1f}") for half, share in used.items()]
    figure = go.Figure()
    for name, colour, values in (
        ("audit.left.used", ORANGE, [100 * share for share in used.values()]),
        ("audit.left.free", translucent(TEAL, 0.35), [100 * (1 - share) for share in used.values()]),
    ):
        figure.add_bar(
            x=values,
            y=labels,
            orientation="h",
            name=text(name),
            marker_color=colour,
            hovertemplate="%{x:.1f} %<extra></extra>",
        )
    plain_layout(figure, text("audit.left.x"), "", 190)
    figure.update_layout(legend={"traceorder": "normal"})
    figure.update_xaxes(range=[0, 100])
    figure.update_yaxes(type="category", rangemode=None, autorange="reversed")
    return figure.update_layout(barmode="stack", margin={**MARGIN, "t": 30})
