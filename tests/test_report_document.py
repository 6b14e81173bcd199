"""The report of a study: every field has its place, and outside nothing is in it that may not leave."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import jsonschema
import pytest
from pypdf import PdfReader

from core.errors import SettingsError
from core.privacy.deployment import NOT_STATED, Deployment
from core.privacy.explain import of_100
from core.privacy.gdp import mu_for, power
from core.report.document import Document, Room, compose, gather, to_html, to_json, to_pdf
from core.report.document.lines import wrapped
from core.report.document.model import Bullets, Paragraph, Table
from core.report.document.pictures import ticks
from core.report.document.schema import SCHEMA
from core.settings import build
from core.studies.folder import StudyFolder
from core.texts import speaking, text
from tests.made_shop import users
from tests.worked import Studied, studied_workspace

# What an audit document has to say (NIST SP 800-226, the OpenDP registry's schema, WP29's three tests).
FIELDS = {
    "product", "purpose", "curator", "region", "date",
    "variant", "unit", "unit_in_columns", "neighbours", "contribution", "dropped",
    "epsilon_delta", "delta_reason", "mu", "profile", "odds", "household",
    "unprotected", "data_domain", "collection", "retention", "trust", "actors", "releases",
    "mechanisms", "sampling", "accountant", "post_processing", "preprocessing", "tuning", "early_stopping",
    "rng", "floating_point", "timing", "platform", "audit", "non_dp", "bias",
    "security", "access", "encryption", "key_custody", "deletion",
    "justification", "validation", "sign_off", "code", "settings", "data",
}  # fmt: skip
ORDER = [
    "summary",
    "processing",
    "necessity",
    "promise",
    "risks",
    "ledger",
    "limits",
    "decisions",
    "signatures",
    "annex",
]
HOSTILE = "<script>alert(1)</script> ]]> =cmd|' /C calc'!A0 </script> \" onload=x & 龘\U0001f600"


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studied]:
    yield from studied_workspace(tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def study(studied: Studied) -> StudyFolder:
    return studied.ws.study(studied.run)


def document(studied: Studied, room: Room = "releasable", language: str = "en", **about: str) -> Document:
    return studied.ws.releases.document(studied.run, room=room, language=language, about=build(Deployment, about))


def pages_of(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def squeezed(words: str) -> str:
    """A page's words without what lines and spaces do to them."""
    return re.sub(r"\s", "", words)


@pytest.mark.parametrize("room", ["releasable", "curator"])
def test_every_field_of_an_audit_document_has_a_place(studied: Studied, room: Room) -> None:
    found = document(studied, room)

    assert {field.name for field in found.fields()} >= FIELDS
    assert [section.name for section in found.sections] == ORDER


def test_what_the_curator_did_not_say_is_not_stated(studied: Studied) -> None:
    found = {field.name: field.value for field in document(studied, purpose="Spring mailing").fields()}

    assert found["purpose"] == "Spring mailing"
    assert found["retention"] == NOT_STATED


def test_outside_the_report_is_the_same_without_the_private_folder(studied: Studied, tmp_path: Path) -> None:
    """Whatever it says comes from files that may leave."""
    source = studied.ws.study(studied.run)
    shutil.copytree(source.path, tmp_path / "outside", ignore=shutil.ignore_patterns("private"))
    state = studied.ws.releases.state(studied.run)

    def made(folder: Path) -> bytes:
        material = gather(StudyFolder(folder), name="Tea", room="releasable", deployment=Deployment(), **vars(state))
        return to_json(compose(material, "en")) + to_html(compose(material, "zh"))

    assert not (tmp_path / "outside" / "private").exists()
    assert made(tmp_path / "outside") == made(source.path)


def figures(found: Document) -> list[str]:
    """The figures of every point, as the report tells them."""
    necessity = next(section for section in found.sections if section.name == "necessity")
    return sorted(row[2] for block in necessity.blocks if isinstance(block, Table) for row in block.rows)


def test_outside_the_report_has_no_exact_figure_no_count_and_no_shopper(studied: Studied) -> None:
    inside, n_rows = studied.ws.study(studied.run), studied.ws.dataset(studied.dataset).n_events
    outside, curator = document(studied), document(studied, "curator")
    said = to_json(outside).decode()

    assert figures(outside) == sorted(f"{value:.4f}" for value in inside.curve()["ndcg_at_10"])
    assert figures(curator) == sorted(f"{value:.4f}" for value in inside.exact()["ndcg_at_10"])
    assert figures(outside) != figures(curator)
    assert f"{n_rows:,} rows" not in said
    assert f"{n_rows:,} rows" in to_json(curator).decode()
    assert not [user for user in users() if user in said]


def test_the_sample_room_refuses_real_shoppers(studied: Studied) -> None:
    with pytest.raises(SettingsError, match="sample shop only"):
        document(studied, "sample")


@pytest.mark.parametrize(("room", "key"), [("curator", "curator"), ("releasable", "draft")])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_mark_stands_on_every_page(studied: Studied, room: Room, key: str, language: str) -> None:
    """Across the page and at its top: a single sheet says what it is."""
    pages = pages_of(to_pdf(document(studied, room, language)))
    with speaking(language):
        mark = squeezed(text(f"document.mark.{key}"))

    assert len(pages) > 3
    assert [squeezed(page).count(mark) >= 2 for page in pages] == [True] * len(pages)
    assert [f"{n}/{len(pages)}" in squeezed(page) for n, page in enumerate(pages, 1)] == [True] * len(pages)


def test_two_approvals_end_the_draft(studied: Studied) -> None:
    """Neither by who asked; the names stand under Decisions."""
    releases = studied.ws.releases
    before = document(studied)
    releases.request(studied.run, by="Ada", reason="Spring mailing")
    releases.approve(studied.run, by="Ben", reason="Read it")
    once = document(studied)
    releases.approve(studied.run, by="Cleo", reason="Read it too")
    after = document(studied)

    assert (before.is_draft, once.is_draft, after.is_draft) == (True, True, False)
    assert "DRAFT" not in after.mark
    assert all(name in to_json(after).decode() for name in ("Ada", "Ben", "Cleo", "Spring mailing"))


def test_chinese_is_printed_with_a_font_of_our_own(studied: Studied) -> None:
    found = document(studied, language="zh", purpose="为购物者推荐商品")
    reader = PdfReader(BytesIO(to_pdf(found)))
    words = squeezed("".join(page.extract_text() for page in reader.pages))

    assert "为购物者推荐商品" in words
    assert squeezed(found.title) in words
    assert [section.title for section in found.sections if section.title not in words] == []
    assert "□" not in words


def test_a_pdf_says_what_it_is_and_carries_the_json(studied: Studied) -> None:
    found = document(studied, curator="Tea Ltd")
    reader = PdfReader(BytesIO(to_pdf(found)))

    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (found.title, "Tea Ltd")
    assert str(reader.root_object["/Lang"]) == "en"
    assert [mark.title for mark in reader.outline if not isinstance(mark, list)] == [s.title for s in found.sections]
    assert reader.attachments["report.json"] == [to_json(found)]


def test_the_same_contents_are_the_same_bytes(studied: Studied) -> None:
    assert to_json(document(studied)) == to_json(document(studied))
    assert to_html(document(studied)) == to_html(document(studied))


@pytest.mark.parametrize("room", ["releasable", "curator"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_json_has_the_shape_that_is_written_down(studied: Studied, room: Room, language: str) -> None:
    record = json.loads(to_json(document(studied, room, language)))

    jsonschema.Draft202012Validator(SCHEMA).validate(record)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(record | {"room": "anybody"})


def test_html_fetches_nothing_and_escapes_hostile_names(studied: Studied) -> None:
    found = document(studied, product=HOSTILE, purpose=HOSTILE, curator=HOSTILE)
    page = to_html(found).decode()
    embedded = page.split('id="report">')[1].split("</script>")[0]

    assert page.count("<script") == 1
    assert "<script>" not in page
    assert json.loads(embedded) == json.loads(to_json(found))
    before = page.split("<script")[0]
    assert re.findall(r"""(?:src|href|action)=(?!["']#)|url\(|@import|http-equiv="refresh""", before) == []
    assert "default-src 'none'" in page


def test_a_letter_that_the_font_lacks_is_marked_and_listed(studied: Studied) -> None:
    words = squeezed("".join(pages_of(to_pdf(document(studied, purpose=HOSTILE)))))

    assert "□" in words
    assert "U+9F98" in words
    assert "U+1F600" in words


def test_a_long_text_goes_over_pages_and_loses_no_word(studied: Studied) -> None:
    """5,000 letters are what a field may hold; nothing is clipped."""
    long = " ".join(f"word{n:04d}" for n in range(540))
    words = "".join(pages_of(to_pdf(document(studied, justification=long))))

    assert [n for n in range(540) if f"word{n:04d}" not in words] == []


def test_a_study_without_a_private_model_promises_nothing(study: StudyFolder) -> None:
    material = gather(study, name="Tea", room="releasable", deployment=Deployment())
    found = compose(replace(material, statements={}, hashes={}, advice=None), "en")

    assert "nothing is promised" in to_json(found).decode()
    assert {field.name: field.value for field in found.fields()}["unit"] == NOT_STATED
    assert to_pdf(found).startswith(b"%PDF")


def test_the_summary_also_says_what_the_whole_study_tells(studied: Studied) -> None:
    """The report shows every point, and its figures were drawn on shoppers set apart: one model's odds are not all."""
    about = studied.ws.study(studied.run).about()
    delta = about["numbers"]["delta"]
    sides = {"training": about["epsilon_training"], "evaluation": about["epsilon_evaluation"]}
    found = {side: of_100(power(mu_for(epsilon, delta), 0.01)) for side, epsilon in sides.items()}

    summary = next(section for section in document(studied).sections if section.name == "summary")
    told = " ".join(block.text for block in summary.blocks if isinstance(block, Paragraph))

    assert all(text(f"document.summary.everything.{side}", n=n) in told for side, n in found.items())


def test_outside_the_ledger_also_has_the_charge_for_the_figures(studied: Studied) -> None:
    about = studied.ws.study(studied.run).about()
    ledger = next(section for section in document(studied).sections if section.name == "ledger")
    (table,) = [block for block in ledger.blocks if isinstance(block, Table)]

    assert table.rows[-1][2:4] == (text("document.group.evaluation"), f"{about['epsilon_evaluation']:.4g}")


def test_no_limit_is_told_twice(studied: Studied) -> None:
    limits = next(section for section in document(studied).sections if section.name == "limits")
    told = next(block for block in limits.blocks if isinstance(block, Bullets)).items

    assert len(told) == len(set(told))


@pytest.mark.parametrize(
    ("ends", "expected"),
    [((-0.0163, 0.0808), [0.0, 0.02, 0.04, 0.06, 0.08]), ((0.0, 1.0), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])],
)
def test_an_axis_has_round_numbers(ends: tuple[float, float], expected: list[float]) -> None:
    assert ticks(*ends) == expected


def test_an_opening_bracket_does_not_end_a_line() -> None:
    assert wrapped("人们自己写（文字", 6, len) == ["人们自己写", "（文字"]
