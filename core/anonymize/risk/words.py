"""Two risk reports in plain words."""

from collections.abc import Sequence

from core.anonymize.risk.report import RiskReport
from core.texts import text

KNOWN = "3"  # purchases: what a neighbour may have seen


def compare(before: RiskReport, after: RiskReport) -> list[str]:
    """Say what changed, one sentence a risk; estimates with their 95 % intervals.

    Where two intervals overlap the sentence says that the sample leaves the difference open.
    """
    sentences = [
        _shares(f"risk.words.{name}", before, after, key, n=KNOWN)
        for name, key in (("day", "unicity"), ("products", "unicity_products"))
        if key == "unicity_products" or before["has_days"] or after["has_days"]
    ]
    old, new = before["linkage"], after["linkage"]
    if old["n"] and new["n"]:
        guess = _percent(new["guess"])
        sentences.append(
            text("risk.words.linkage", before=_percent(old["rate"]), after=_percent(new["rate"]), guess=guess,
                 before_interval=_interval(old["interval"]), after_interval=_interval(new["interval"]))
            + _open(old["interval"], new["interval"])
        )  # fmt: skip
    sentences += _about_groups(before, after)
    return sentences


def _shares(name: str, before: RiskReport, after: RiskReport, key: str, n: str) -> str:
    old, new = before[f"{key}_interval"][n], after[f"{key}_interval"][n]  # type: ignore[literal-required]
    return text(
        name,
        n=n,
        before=_percent(before[key][n]),  # type: ignore[literal-required]
        after=_percent(after[key][n]),  # type: ignore[literal-required]
        before_interval=_interval(old),
        after_interval=_interval(new),
    ) + _open(old, new)


def _about_groups(before: RiskReport, after: RiskReport) -> list[str]:
    old, new = before["groups"], after["groups"]
    columns = ", ".join(new["columns"]) or text("risk.words.nothing")
    sentences = [text("risk.words.groups", columns=columns, before=old["k"], after=new["k"])]
    if old["columns"] != new["columns"]:
        sentences.append(text("risk.words.other_columns", columns=", ".join(old["columns"])))
    sentences.append(
        text(
            "risk.words.attackers",
            threshold=_percent(after["attackers"]["threshold"]),
            before=_percent(before["attackers"]["prosecutor"]["at_risk"]),
            after=_percent(after["attackers"]["prosecutor"]["at_risk"]),
            named_before=_percent(before["attackers"]["marketer"]["success"]),
            named_after=_percent(after["attackers"]["marketer"]["success"]),
        )
    )
    return sentences


def _percent(share: float) -> str:
    """A share as a person writes it: never 0 where there is something, never 100 where somebody is left.

    Example:
        >>> _percent(0.714), _percent(0.004), _percent(0.998), _percent(0.0002), _percent(1.0)
        ('71 %', '0.4 %', '99.8 %', '0.02 %', '100 %')
    """
    of_100 = 100 * share
    digits = 0 if 1 <= of_100 <= 99 else 1 if of_100 >= 0.1 else 2
    written = f"{of_100:.{digits}f}"
    if float(written) in (0, 100):
        written = "100" if of_100 == 100 else "0" if of_100 == 0 else "over 99.9" if of_100 > 50 else "under 0.01"
    return f"{written} %"


def _interval(ends: Sequence[float]) -> str:
    low, high = (_percent(end) for end in ends)
    return low if low == high else f"{low.removesuffix(' %')}–{high}"


def _open(old: Sequence[float], new: Sequence[float]) -> str:
    """A closing sentence where the intervals overlap and are no points."""
    overlap = max(old[0], new[0]) <= min(old[1], new[1])
    return f" {text('risk.words.open')}" if overlap and (old != new or old[0] != old[1]) else ""
