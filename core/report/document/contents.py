"""The contents of a report, ordered as a data protection impact assessment asks: one function a section."""

from core.privacy.deployment import NOT_STATED
from core.privacy.explain import odds
from core.report.document import parts
from core.report.document.gather import Material
from core.report.document.model import Block, Document, Fields, Paragraph, Section, Signatures, Table
from core.report.document.pictures import household_picture, odds_picture
from core.report.document.stated import NECESSITY, PROCESSING, PROMISE, fields_of
from core.texts import LANGUAGES, said, speaking, text

__all__ = ["compose"]


def compose(material: Material, language: str) -> Document:
    """Write the document: the same material in the same language is the same document.

    Args:
        material: What is known, for its room.
        language: ``en`` or ``zh``.
    """
    with speaking(language):
        is_draft = material.room == "releasable" and material.status != "approved"
        statement = material.chosen or {}
        is_sample = material.name == LANGUAGES["en"]["frame.dataset.sample"]  # as it is stored
        name = text("frame.dataset.sample") if is_sample else material.name
        stated = statement.get("product", {}).get("name")
        product = _either(material.deployment.product, name if stated == material.name else stated, name)
        created = str(statement.get("created", ""))[:19].replace("T", " ")
        subtitle = text(
            "document.subtitle",
            study=str(material.about.get("study", ""))[:40],
            dataset=name,
            created=created or text("document.not_stated"),
            room=text(f"report.room.{material.room}"),
        )
        author = _either(material.deployment.curator, statement.get("product", {}).get("curator"))
        return Document(
            title=text("document.title", product=product),
            subtitle=subtitle,
            language=language,
            room=material.room,
            is_draft=is_draft,
            mark=_mark(material, is_draft=is_draft),
            author=author or text("document.not_stated"),
            created=created,
            sections=_sections(material),
            words={name: text(f"document.words.{name}") for name in ("contents", "lacking")},
            statements=material.statements,
        )


def _either(*texts: str | None) -> str:
    return next((each for each in texts if each and each != NOT_STATED), "")


def _mark(material: Material, *, is_draft: bool) -> str:
    """The words on every page."""
    if material.room == "curator":
        return text("document.mark.curator")
    sample = text("document.mark.sample") if material.about["public"] else ""
    return " · ".join(filter(None, (text("document.mark.draft") if is_draft else "", sample)))


def _sections(material: Material) -> tuple[Section, ...]:
    makers = {
        "summary": _summary,
        "processing": _processing,
        "necessity": _necessity,
        "promise": _promise,
        "risks": parts.risks,
        "ledger": parts.ledger,
        "limits": parts.limits,
        "decisions": parts.decisions,
        "signatures": _signatures,
        "annex": parts.annex,
    }
    return tuple(
        Section(name, text(f"document.section.{name}"), tuple(make(material))) for name, make in makers.items()
    )


def _summary(material: Material) -> list[Block]:
    """What is promised, as odds, and what it cost; in plain words."""
    blocks: list[Block] = [Paragraph(text(f"document.room.{material.room}"), "warning")]
    if material.room == "releasable":
        is_approved = material.status == "approved"
        status = text(f"document.status.{material.status}")
        told = text("document.approved") if is_approved else text("document.draft", status=status)
        blocks.append(Paragraph(told, "plain" if is_approved else "warning"))
    statement = material.chosen
    if statement is None:
        return [*blocks, Paragraph(text("document.summary.none"))]
    epsilon, delta = float(statement["epsilon"]), float(statement["delta"])
    method = text(f"method.{statement['method']}")
    blocks.append(Paragraph(text("document.summary.promise", method=method, epsilon=epsilon, delta=delta), "promise"))
    blocks.append(parts.bullets(said(sentence) for sentence in odds(epsilon, delta).sentences))
    blocks.append(odds_picture(odds(epsilon, delta), float(statement["tpr_at_fpr_1_percent"])))
    blocks += [Paragraph(parts.total(material)), *parts.everything(material)]
    return [*blocks, *parts.cost(material, statement)]


def _processing(material: Material) -> list[Block]:
    counts = material.inside.counts if material.inside else {}
    if counts:
        told = [Paragraph(text("document.processing.counts", **counts))]
    else:
        told = [] if material.inside else [Paragraph(text("document.processing.counts.out"))]
    return [*told, Fields(fields_of(PROCESSING, material.chosen, material.deployment))]


def _necessity(material: Material) -> list[Block]:
    """Every alternative that was seen, and why this one."""
    fields = list(fields_of(NECESSITY, material.chosen, material.deployment))
    if material.advice:
        fields.insert(0, parts.field("advice", said(material.advice.sentence)))
    found = parts.alternatives(material)
    lead = "document.necessity.lead" if found else "document.necessity.none"
    return [Paragraph(text(lead)), *found, Fields(tuple(fields))]


def _promise(material: Material) -> list[Block]:
    statement = material.chosen
    if statement is None:
        return [Paragraph(text("document.summary.none")), Fields(fields_of(PROMISE, None, material.deployment))]
    name = f"{text('method.' + statement['method'])}, ε {statement['epsilon']:g}"
    columns = ("method", "epsilon", "delta", "mu", "found")
    head = tuple(text(f"document.column.{column}") for column in columns)
    rows = [
        (
            text(f"method.{each['method']}"),
            f"{each['epsilon']:g}",
            f"{each['delta']:g}",
            "–" if each.get("mu") is None else f"{each['mu']:.3f}",
            f"{100 * each['tpr_at_fpr_1_percent']:.2f}",
        )
        for each in sorted(material.statements.values(), key=lambda one: (one["method"], one["epsilon"]))
    ]
    blocks: list[Block] = [
        Table(text("document.promise.table"), head, tuple(rows), 4),
        Paragraph(text("document.promise.lead", name=name)),
        Fields(fields_of(PROMISE, statement, material.deployment)),
    ]
    several = [(each["people"], each["epsilon"]) for each in statement.get("group_privacy", [])]
    known = [(people, float(epsilon)) for people, epsilon in several if epsilon is not None]
    return [*blocks, household_picture(float(statement["epsilon"]), known)] if known else blocks


def _signatures(material: Material) -> list[Block]:
    stated = fields_of(("sign_off",), material.chosen, material.deployment)
    return [Fields(stated), Signatures((text("document.sign.first"), text("document.sign.second")))]
