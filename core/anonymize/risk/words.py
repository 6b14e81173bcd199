"""Risk reports in plain words."""

from collections.abc import Sequence

from core.anonymize.risk.report import RiskReport
from core.texts import text

KNOWN = "3"  # purchases: what a neighbour may have seen


def compare(before: RiskReport, after: RiskReport) -> list[str]:
    """Say what changed, one sentence a risk; estimates with their 95 % intervals.

    Where two intervals overlap the sentence says that the sample leaves the difference open.
    """
    return list(sentences(before, after).values())


def sentences(before: RiskReport, after: RiskReport | None = None) -> dict[str, str]:
    """Say each risk in words, before and after, or as the data are where ``after`` is None.

    Keys: "day" (only where there are times), "products", "linkage", "groups", "attackers".
    """
    return {
        **({"day": _singled_out("unicity", before, after)} if _has_days(before, after) else {}),
        "products": _singled_out("unicity_products", before, after),
        "linkage": _about_linkage(before, after),
        "groups": _about_groups(before, after),
        "attackers": _about_attackers(before, after),
    }


def percent(share: float) -> str:
    """A share as a person writes it: never 0 where there is something, never 100 where somebody is left.

    Example:
        >>> percent(0.714), percent(0.004), percent(0.998), percent(0.0002), percent(1.0), percent(0.99999)
        ('71 %', '0.4 %', '99.8 %', '0.02 %', '100 %', 'over 99.9 %')
    """
    of_100 = 100 * share
    digits = 0 if 1 <= of_100 <= 99 else 1 if of_100 >= 0.1 else 2
    written = f"{of_100:.{digits}f}"
    if float(written) in (0, 100):
        written = "100" if of_100 == 100 else "0" if of_100 == 0 else "over 99.9" if of_100 > 50 else "under 0.01"
    return f"{written} %"


def _singled_out(key: str, before: RiskReport, after: RiskReport | None) -> str:
    # mypy knows a report's keys by their literal names only; ``key`` is one of two.
    shares, ends = dict(before)[key][KNOWN], dict(before)[f"{key}_interval"][KNOWN]  # type: ignore[index]
    name = "risk.words.day" if key == "unicity" else "risk.words.products"
    old = {"n": KNOWN, "before": percent(shares), "before_interval": _interval(ends)}
    if after is None:
        return text(f"{name}.one", **old)
    new, new_ends = dict(after)[key][KNOWN], dict(after)[f"{key}_interval"][KNOWN]  # type: ignore[index]
    said = text(name, **old, after=percent(new), after_interval=_interval(new_ends))
    wrong = dict(after)[f"{key}_wrong"][KNOWN]  # type: ignore[index]
    return said + _wrong(wrong) + _difference((shares, *ends), (new, *new_ends))


def _about_linkage(before: RiskReport, after: RiskReport | None) -> str:
    old = before["linkage"]
    new = old if after is None else after["linkage"]
    if not old["n"] or not new["n"]:
        return text("risk.words.linkage.none")
    found = {"before": percent(old["rate"]), "before_interval": _interval(old["interval"])}
    if after is None:
        return text("risk.words.linkage.one", **found, guess=percent(old["guess"]))
    found |= {"after": percent(new["rate"]), "after_interval": _interval(new["interval"])}
    said = text("risk.words.linkage", **found, guess=percent(new["guess"]))
    return said + _difference((old["rate"], *old["interval"]), (new["rate"], *new["interval"]))


def _about_groups(before: RiskReport, after: RiskReport | None) -> str:
    old = before["groups"]
    new = old if after is None else after["groups"]
    columns = ", ".join(new["columns"]) or text("risk.words.nothing")
    if after is None:
        return text("risk.words.groups.one", columns=columns, before=old["k"])
    said = text("risk.words.groups", columns=columns, before=old["k"], after=new["k"])
    if old["columns"] != new["columns"]:
        said += f" {text('risk.words.other_columns', columns=', '.join(old['columns']))}"
    return said


def _about_attackers(before: RiskReport, after: RiskReport | None) -> str:
    old = before["attackers"]
    found = {
        "threshold": percent(old["threshold"]),
        "before": percent(old["prosecutor"]["at_risk"]),
        "named_before": percent(old["marketer"]["success"]),
    }
    if after is None:
        return text("risk.words.attackers.one", **found)
    new = after["attackers"]
    found |= {"after": percent(new["prosecutor"]["at_risk"]), "named_after": percent(new["marketer"]["success"])}
    return text("risk.words.attackers", **found)


def _has_days(before: RiskReport, after: RiskReport | None) -> bool:
    return before["has_days"] or (after is not None and after["has_days"])


def _interval(ends: Sequence[float]) -> str:
    low, high = (percent(end) for end in ends)
    if low == high and ends[0] != ends[1]:  # a narrow one: what it says begins behind the point
        low, high = (f"{100 * end:.1f} %" for end in ends)
    return low if low == high else f"{low.removesuffix(' %')}–{high}"


def _wrong(share: float) -> str:
    return f" {text('risk.words.wrong', wrong=percent(share))}" if share >= 0.005 else ""


def _difference(old: Sequence[float], new: Sequence[float]) -> str:
    """A closing sentence on two estimates, each with its interval, where their difference needs one."""
    if old == new:
        return f" {text('risk.words.same')}"
    if new[1] > old[2]:
        return f" {text('risk.words.rose')}"
    if new[2] >= old[1]:
        return f" {text('risk.words.open')}"
    return ""
