"""Parts of a report that are computed from a study's figures and from the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.audit.report import AuditReport
from core.privacy.chain import Entry
from core.privacy.explain import odds, of_100
from core.privacy.spending import spent_by
from core.report.curve import metric_label, metrics_of, summarize
from core.report.document.gather import Material
from core.report.document.model import Block, Bullets, Field, Fields, Paragraph, Table
from core.report.document.pictures import curve_picture, ledger_picture
from core.report.document.schema import VERSION
from core.report.document.stated import MAKING, MEASURES, RISKS, fields_of
from core.studies.curve import FIGURES
from core.texts import said, text

MOST_CHARGES = 200  # rows of a printed ledger; all of them are in the ledger itself


def field(name: str, value: str) -> Field:
    """Return one field with its label."""
    return Field(name, text(f"document.field.{name}"), value)


def bullets(sentences: Iterable[str]) -> Bullets:
    """Return sentences, one a line."""
    return Bullets(tuple(sentences))


def _column(material: Material) -> str | None:
    """The figure that is reported: NDCG@10 where there is one."""
    found = metrics_of(material.curve)
    for metric in ("ndcg", "recall", "hit_rate"):
        if found.get(metric):
            return f"{metric}_at_{found[metric][0]}"
    return None


def cost(material: Material, statement: Mapping[str, Any]) -> list[Block]:
    """Say what the promise cost in quality: beside a popularity list, what is free, and, inside, no protection."""
    column = _column(material)
    points = summarize(material.curve, column) if column else pd.DataFrame()
    own = _at(points, statement["method"], statement["epsilon"])
    if own is None or column is None:
        return [Paragraph(text("document.summary.no_figure"))]
    name, _, k = column.partition("_at_")
    metric, what = metric_label(column), text(f"metric.{name}.what", k=k)
    told = [text("document.summary.cost", metric=metric, what=what, **own)]
    floor = _at(points, "popularity", statement["epsilon"])
    if floor and statement["method"] != "popularity":
        told.append(text("document.summary.floor", **floor))
        if own["low"] <= floor["high"]:
            told.append(text("document.summary.overlap"))
    if free := _at(points, "content", 0.0):
        told.append(text("document.summary.free", **free))
    ceilings = points[np.isposinf(points["epsilon"])]
    if len(ceilings):
        best = ceilings.iloc[int(ceilings["mean"].argmax())]
        if best["mean"] > 0:
            numbers = {"value": best["mean"], "low": best["low"], "high": best["high"]}
            told.append(text("document.summary.ceiling", share=own["value"] / best["mean"], **numbers))
    return [bullets(told)]


def _at(points: pd.DataFrame, method: str, epsilon: float) -> dict[str, float] | None:
    """The figure of one point with its interval; none where it has none."""
    if points.empty:
        return None
    rows = points[(points["method"] == method) & np.isclose(points["epsilon"], epsilon)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    return {"value": float(row["mean"]), "low": float(row["low"]), "high": float(row["high"])}


def total(material: Material) -> str:
    """Say what the whole study adds up to."""
    about = material.about
    if about["public"]:
        return text("document.summary.total_free")
    numbers = {"training": about["epsilon_training"], "evaluation": about["epsilon_evaluation"]}
    return text("document.summary.total", delta=about["numbers"]["delta"], **numbers)


def everything(material: Material) -> list[Block]:
    """Say what whoever sees the whole study can learn: its report shows every point, not the advised model alone."""
    about = material.about
    spent = {"training": about["epsilon_training"], "evaluation": about["epsilon_evaluation"]}
    if about["public"] or not any(spent.values()):
        return []
    delta = float(about["numbers"]["delta"])
    found = {side: of_100(odds(each, delta).tpr_at_fpr_1_percent) for side, each in spent.items() if each}
    sides = " · ".join(text(f"document.summary.everything.{side}", n=n) for side, n in found.items())
    return [Paragraph(text("document.summary.everything", sides=sides), "warning")]


def alternatives(material: Material) -> list[Block]:
    """Every point of the curve, drawn and as a table; empty where there are no figures."""
    column = _column(material)
    if column is None:
        return []
    points, metric = summarize(material.curve, column), metric_label(column)
    names = ("method", "epsilon", "figure", "from", "to")
    rows = [
        (
            text(f"method.{row['method']}"),
            text("document.ceiling") if np.isposinf(row["epsilon"]) else f"{row['epsilon']:g}",
            *(f"{row[key]:.4f}" for key in ("mean", "low", "high")),
        )
        for row in points.sort_values(["method", "epsilon"]).to_dict("records")
    ]
    head = tuple(text(f"document.column.{name}") for name in names)
    table = Table(text("document.necessity.table", metric=metric), head, tuple(rows), 4)
    drawn = curve_picture(points, metric)
    return [drawn, table] if drawn else [table]


def risks(material: Material) -> list[Block]:
    """Risk of the rows, attacks on models, who pays, and the measures against all that."""
    blocks: list[Block] = [*_rows_at_risk(material), *_audits(material), *_pays(material)]
    blocks.append(Fields(fields_of(RISKS, material.chosen, material.deployment)))
    blocks.append(Paragraph(text("document.risks.measures") + ":"))
    blocks.append(Fields(fields_of(MEASURES, material.chosen, material.deployment)))
    return blocks


def _rows_at_risk(material: Material) -> list[Block]:
    if material.inside is None:
        return [Paragraph(text("document.risks.rows.out"))]
    if not material.inside.risk:
        return [Paragraph(text("document.risks.rows.none"))]
    return [Paragraph(text("document.risks.rows")), bullets(said(each) for each in material.inside.risk)]


def _audits(material: Material) -> list[Block]:
    means = Paragraph(text("document.risks.audit.means"))
    if material.inside is None:
        return [Paragraph(text("document.risks.audit.out")), means]
    if not material.inside.audits:
        return [Paragraph(text("document.risks.audit.none")), means]
    return [*(_audit(each) for each in material.inside.audits), means]


def _audit(report: AuditReport) -> Table:
    """The largest bound of each attack beside what is claimed."""
    bounds: dict[tuple[str, float, str], float] = {}
    for each in report.findings:
        key = each.method, each.epsilon_claimed, each.attack
        bounds[key] = max(bounds.get(key, 0.0), each.epsilon_lower)
    rows = [
        (text(f"method.{method}"), attack, _epsilon(claimed), f"{low:.2f}")
        for (method, claimed, attack), low in bounds.items()
    ]
    head = tuple(text(f"document.column.{name}") for name in ("method", "attack", "claimed", "lower"))
    facts = {"confidence": report.confidence, "canaries": report.canaries, "date": report.created[:10]}
    return Table(text("document.risks.audit", **facts), head, tuple(rows), 2)


def _epsilon(value: float) -> str:
    return text("document.ceiling") if np.isinf(value) else f"{value:g}"


def _pays(material: Material) -> list[Block]:
    """Quality by group at the chosen point; inside only."""
    if material.inside is None:
        return [Paragraph(text("document.risks.pays.out"))]
    groups, statement = material.groups, material.chosen
    if groups.empty or statement is None:
        return [Paragraph(text("document.risks.pays.none"))]
    rows = groups[(groups["method"] == statement["method"]) & np.isclose(groups["epsilon"], statement["epsilon"])]
    found = rows[rows["repeat"] == 0].to_dict("records")
    cells = [
        (_group(row["grouping"], row["group"]), f"{row['n']:,.0f}", _figure(row["ndcg_at_10"], row["ndcg_at_10_se"]))
        for row in found
    ]
    method = text(f"method.{statement['method']}")
    caption = text("document.risks.pays", metric="NDCG@10", method=method, epsilon=statement["epsilon"])
    head = tuple(text(f"document.column.{name}") for name in ("group", "n", "figure"))
    return [Table(caption, head, tuple(cells), 2)]


def _group(grouping: str, group: str) -> str:
    """Name a group: of shoppers by how active they are, of hidden products by the rest."""
    name = text(f"document.group.{group}") if grouping == "head" else group
    return text(f"document.grouping.{grouping}", group=name)


def _figure(mean: float, error: float) -> str:
    return "–" if np.isnan(mean) else f"{mean:.3f} ± {2 * error:.3f}"


# ledger, limits, decisions, annex


def ledger(material: Material) -> list[Block]:
    """What was charged for this study; inside also what remains."""
    blocks: list[Block] = [Paragraph(text("document.ledger.lead")), Fields((field("study_total", total(material)),))]
    rows = _charges(material)
    if rows:
        head = tuple(text(f"document.column.{name}") for name in ("entry", "what", "who", "epsilon", "delta"))
        blocks.append(Table(text("document.ledger.table"), head, tuple(rows), 2))
    if material.inside is None:
        return [*blocks, Paragraph(text("document.ledger.out"))]
    return [*blocks, *_remaining(material)]


def _charges(material: Material) -> list[tuple[str, ...]]:
    """Charges that the statements name; inside, all of the study's."""
    if material.inside and material.inside.charges:
        rows = [
            (each.id, each.purpose, each.group, each.plan.epsilon, each.plan.delta) for each in material.inside.charges
        ]
    else:
        extract = {row["entry"]: row for each in material.statements.values() for row in each.get("ledger_extract", ())}
        keys = ("entry", "purpose", "group", "epsilon", "delta")
        rows = [tuple(extract[entry][key] for key in keys) for entry in sorted(extract)]
        rows += _figures_outside(material)
    return [
        (str(entry), said(purpose), text(f"document.group.{group}"), f"{epsilon:.4g}", f"{delta:.3g}")
        for entry, purpose, group, epsilon, delta in rows[:MOST_CHARGES]
    ]


def _figures_outside(material: Material) -> list[tuple[Any, ...]]:
    """The charge for the noisy figures of the curve, as the study tells it: no statement names it."""
    about = material.about
    if about["public"] or material.curve.empty or about.get("winner") or not about["epsilon_evaluation"]:
        return []
    return [("–", FIGURES, "evaluation", about["epsilon_evaluation"], float(about["numbers"]["delta"]))]


def _remaining(material: Material) -> list[Block]:
    """The picture of what was spent, the lifetime, the cap, and whether the chain is whole."""
    inside, delta = material.inside, float(material.about["numbers"]["delta"])
    assert inside is not None
    blocks: list[Block] = []
    private = [each for each in inside.charges if not each.public]
    if private:
        blocks.append(ledger_picture(_running(private, delta)))
    told = []
    if inside.lifetime:
        told.append(text("document.ledger.lifetime", delta=delta, **inside.lifetime))
        if inside.cap:
            epsilon, at = inside.cap
            told.append(text("document.ledger.cap", epsilon=epsilon, delta=at, **inside.left))
        else:
            told.append(text("document.ledger.no_cap"))
        told.append(text(f"document.ledger.chain.{'ok' if inside.chain_ok else 'broken'}"))
    return [*blocks, bullets(told)] if told else blocks


def _running(charges: Sequence[Entry], delta: float) -> list[float]:
    """Composed ε after each charge."""
    return [max(spent_by(charges[: n + 1], delta).values()) for n in range(min(len(charges), 24))]


def limits(material: Material) -> list[Block]:
    """What the promise does not cover, in its statement's words."""
    statement = material.chosen or {}
    covered = [said(each) for each in statement.get("not_covered", ())]
    also = [said(str(each)) for key in ("warnings", "remarks") for each in statement.get(key, ())]
    also += [said(each) for each in material.about.get("notes", ())]
    told = bullets(dict.fromkeys([*covered, *also]))  # a study's notes may be its statement's remarks
    blocks: list[Block] = [Paragraph(text("document.limits.lead")), told]
    unprotected = [said(each) for each in statement.get("unprotected_quantities", ())]
    return [*blocks, Paragraph(text("document.limits.unprotected")), bullets(unprotected)] if unprotected else blocks


def decisions(material: Material) -> list[Block]:
    """Who asked, who approved or refused, when and why."""
    rule = Paragraph(text("document.decisions.rule"))
    if not material.decisions:
        return [Paragraph(text("document.decisions.none")), rule]
    head = tuple(text(f"document.column.{name}") for name in ("time", "decision", "by", "reason"))
    rows = tuple(
        (f"{each.created:%Y-%m-%d %H:%M}", text(f"document.decision.{each.kind}"), each.by, each.reason)
        for each in material.decisions
    )
    return [Table(text("document.decisions.table"), head, rows), rule]


def annex(material: Material) -> list[Block]:
    """With what it was made, and hashes of what goes with it."""
    made = list(fields_of(MAKING, material.chosen, material.deployment))
    if material.data_hash:
        made.append(field("data", text("document.value.data_hash", hash=material.data_hash)))
    elif material.chosen:
        made.append(field("data", said(material.chosen["code"]["sha256_of_data"])))
    head = tuple(text(f"document.column.{name}") for name in ("statement", "hash"))
    rows = tuple((f"{name}.json", digest) for name, digest in sorted(material.hashes.items()))
    table: list[Block] = [Table(text("document.annex.statements"), head, rows)] if rows else []
    notes = bullets([text("document.annex.attached", schema=VERSION), text("document.annex.verify")])
    return [Fields(tuple(made)), *table, notes]
