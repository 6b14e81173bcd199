"""What attacks through the real pipeline have proved, beside what was claimed: a verdict in words, and a picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.audit.report import AuditReport, Finding
from core.privacy.gdp import epsilon_for, mu_for
from core.report.figures import MARGIN, plain_layout
from core.report.palette import BLUE, OLIVE, PINK, SLATE, TEAL
from core.texts import text

LOOKS = {"white-box": (TEAL, "circle"), "black-box": (BLUE, "square"), "recommendations": (PINK, "diamond")}
FOR_ANY_MECHANISM = "one-run"  # the other bounds presume Gaussian noise


@dataclass(frozen=True)
class Verdict:
    """What an audit says.

    Attributes:
        bugs: Findings that prove more than was claimed.
        highest: The largest share of its claim that a bound reached, of those with a claim; 0 where there is none.
        without_noise: The largest ε proved where there was no noise; None where that was not tried.
        is_awake: Had the pipeline of the smallest claim forgotten its noise, this audit would have shown it; None where
            that was not tried.
    """

    bugs: tuple[Finding, ...]
    highest: float
    without_noise: float | None
    is_awake: bool | None


def verdict_of(report: AuditReport) -> Verdict:
    """Hold every bound against its claim, and the attack against a pipeline without noise."""
    claimed = [found for found in report.findings if math.isfinite(found.epsilon_claimed)]
    bare = [found.epsilon_lower for found in report.findings if math.isinf(found.epsilon_claimed)]
    least = min((found.epsilon_claimed for found in claimed), default=0.0)
    return Verdict(
        bugs=tuple(found for found in claimed if found.is_refuted),
        highest=max((found.epsilon_lower / found.epsilon_claimed for found in claimed), default=0.0),
        without_noise=max(bare) if bare else None,
        is_awake=max(bare) > least if bare else None,
    )


def most_provable(canaries: int, confidence: float) -> float:
    """Return about the largest ε that right guesses alone can prove: all ``canaries`` guessed, all of them rightly.

    At δ 0 that has a chance of (e^ε / (1 + e^ε))^canaries (Steinke, Nasr and Jagielski, 2023,
    https://arxiv.org/abs/2305.08846, Theorem 3.1).

    Example:
        >>> round(most_provable(400, 0.95), 2)
        4.89
    """
    chance = (1 - confidence) ** (1 / canaries)
    return math.log(chance / (1 - chance))


def cost_of(epsilons: Sequence[float], n_methods: int, delta: float) -> float:
    """Return about the ε at δ that attacking each claim once with each method costs private shoppers.

    Example:
        >>> round(cost_of((1.0,), 1, 1e-5), 3), round(cost_of((1.0, 2.0), 2, 1e-5), 2)
        (1.0, 3.41)
    """
    mu = math.hypot(*(mu_for(epsilon, delta) for epsilon in epsilons)) * n_methods**0.5
    return epsilon_for(mu, delta)


def claims_and_bounds(report: AuditReport) -> go.Figure:
    """Draw for each claim how much the attacks have proved, with the claim as a line that no dot may pass."""
    claims = sorted({found.epsilon_claimed for found in report.findings})
    places = {claim: n for n, claim in enumerate(claims)}
    finite = [claim for claim in claims if math.isfinite(claim)]
    figure = go.Figure()
    for n, claim in enumerate(finite):
        figure.add_scatter(
            x=[places[claim] - 0.4, places[claim] + 0.4],
            y=[claim, claim],
            mode="lines",
            line={"color": SLATE, "width": 3},
            name=text("audit.attack.claim"),
            showlegend=n == 0,
            hoverinfo="skip",
        )
    top = 1.25 * max(finite, default=max(found.epsilon_lower for found in report.findings) or 1.0)
    attacks = list(dict.fromkeys(found.attack for found in report.findings))
    for n, attack in enumerate(attacks):
        own = [found for found in report.findings if found.attack == attack]
        aside = (n - (len(attacks) - 1) / 2) * 0.22  # dots of different attacks stand beside each other
        _add_bounds(figure, own, [places[found.epsilon_claimed] + aside for found in own], top)
    plain_layout(figure, text("audit.attack.x"), text("audit.attack.y"), 380)
    labels = [f"{claim:g}" if math.isfinite(claim) else text("audit.attack.noiseless.label") for claim in claims]
    figure.update_xaxes(tickvals=list(places.values()), ticktext=labels, range=[-0.6, len(claims) - 0.4])
    figure.update_yaxes(range=[-0.02 * top, 1.04 * top], rangemode=None)
    return figure.update_layout(legend={"y": -0.2, "yanchor": "top"}, margin={**MARGIN, "t": 16})


def _add_bounds(figure: go.Figure, own: list[Finding], x: list[float], top: float) -> None:
    """Add the bounds of one attack, filled where they hold for any mechanism; beyond the top they stand at its edge."""
    colour, symbol = LOOKS.get(own[0].attack, (OLIVE, "x"))
    passes = [found.epsilon_lower > top for found in own]
    figure.add_scatter(
        x=x,
        y=[min(found.epsilon_lower, top) for found in own],
        mode="markers",
        marker={
            "color": colour,
            "symbol": [
                "triangle-up" if beyond else symbol if found.bound == FOR_ANY_MECHANISM else f"{symbol}-open"
                for found, beyond in zip(own, passes, strict=True)
            ],
            "size": 11,
        },
        name=text(f"audit.attack.kind.{own[0].attack}"),
        customdata=[
            [f"{text(f'method.{found.method}')}, {found.bound}", f"{found.epsilon_lower:.3g}"] for found in own
        ],
        hovertemplate="%{customdata[0]}: ε ≥ %{customdata[1]}<extra></extra>",
        cliponaxis=False,
    )
