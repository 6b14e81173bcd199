"""The certificate: it says what was done, what is left to find, and what is not promised; and it runs nothing."""

import hashlib
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from core.anonymize import certificate_words as words
from core.anonymize.certificate import certificate_html, chosen_options
from core.anonymize.exporting import anonymize_files
from core.anonymize.pseudonyms import fingerprint
from core.settings import AnonymizationSettings
from core.tables.dataset import Dataset
from core.tables.importing import import_files

KEY = b"k" * 32
EVIL = "<img src=x onerror=alert(1)>"
THRESHOLDS: dict[str, object] = {
    "suppress_items_below": 2,
    "k_anonymity": {"k": 3, "columns": ["Town"]},
    "km_anonymity": {"k": 3, "m": 2},
}


def dataset(folder: Path) -> Dataset:
    """24 shoppers, four products in common; a town and a column named by somebody who means harm."""
    rows = "".join(
        f"u{n},i{item},1,2024-01-{1 + item:02},{'Bern' if n % 2 else EVIL},{n}\n"
        for n in range(24)
        for item in range(4)
    )
    (folder / "b.csv").write_text(f"UserID,ProductID,Behavior,Time,Town,{EVIL}\n" + rows)
    (folder / "p.csv").write_text("ProductID,Category,Price\n" + "".join(f"i{n},Tea,{n}\n" for n in range(4)))
    return import_files(folder / "b.csv", folder / "p.csv", folder / "dataset")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with many options, a hostile column among the quasi-identifiers."""
    folder = tmp_path_factory.mktemp("certificate")
    settings = AnonymizationSettings.model_validate(
        {**THRESHOLDS, "coarsen_time": "week", "k_anonymity": {"k": 3, "columns": ["Town", EVIL, "first_month"]}}
    )
    anonymize_files(dataset(folder), settings, KEY, folder / "out", key_version=7)
    return folder / "out"


@pytest.fixture(scope="module")
def paper(exported: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((exported / "certificate.json").read_text("utf-8"))
    return found


def paper_of(folder: Path, **values: object) -> dict[str, Any]:
    """The certificate of an export with these options."""
    settings = AnonymizationSettings.model_validate({"pseudonymize": False} | values)
    anonymize_files(dataset(folder), settings, KEY, folder / "out")
    found: dict[str, Any] = json.loads((folder / "out/certificate.json").read_text("utf-8"))
    return found


def test_every_option_has_a_meaning() -> None:
    only_forms = {"pseudonym_format"}

    assert set(words.MEANINGS) == set(AnonymizationSettings.model_fields) - only_forms
    assert list(words.MEANINGS) == [name for name in AnonymizationSettings.model_fields if name not in only_forms]
    assert list(chosen_options(AnonymizationSettings())) == ["pseudonymize"]


def test_it_names_what_was_done_in_order(paper: dict[str, Any]) -> None:
    order = ["pseudonymize", "coarsen_time", "suppress_items_below", "k_anonymity", "km_anonymity"]

    assert [one["option"] for one in paper["options"]] == order
    assert paper["options"][3]["value"]["k"] == 3
    assert [change["option"] for change in paper["changes"]] == order
    assert [cost["option"] for cost in paper["distortion"]] == [*order, "all"]


def test_it_holds_the_risk_of_every_attacker_before_and_after(paper: dict[str, Any]) -> None:
    """A certificate without them says how data was changed, but not what for."""
    for moment in ("before", "after"):
        risk = paper["risk"][moment]
        assert set(paper["attackers"]) == {"prosecutor", "journalist", "marketer"} <= set(risk["attackers"])
        for known in "12345":
            low, high = risk["unicity_products_interval"][known]
            assert low <= risk["unicity_products"][known] <= high
        assert risk["groups"]["columns"] == ["Town", EVIL, "first_month"]
    assert (paper["risk"]["before"]["groups"]["k"], paper["risk"]["after"]["groups"]["k"] >= 3) == (1, True)
    assert paper["risk"]["sentences"]


def test_it_counts_rows_shoppers_and_products(paper: dict[str, Any]) -> None:
    assert paper["tables"]["before"] == {"rows": 24 * 4, "shoppers": 24, "products": 4}
    assert paper["tables"]["after"]["shoppers"] <= 24


def test_its_hashes_are_of_the_files_beside_it(paper: dict[str, Any], exported: Path) -> None:
    assert set(paper["files"]) == {"UserBehavior.csv", "ProductInfo.csv"}
    for name, about in paper["files"].items():
        content = (exported / name).read_bytes()
        assert about == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_it_names_the_key_without_giving_it_away(paper: dict[str, Any], exported: Path) -> None:
    assert paper["pseudonyms"] == {"fingerprint": fingerprint(KEY), "version": 7}
    text = (exported / "certificate.json").read_text() + (exported / "certificate.html").read_text()
    assert KEY.hex() not in text
    assert KEY.decode() not in text


def test_it_shows_no_epsilon_for_thresholds_and_says_why(paper: dict[str, Any]) -> None:
    assert paper["epsilon"]["of_the_files"] is None
    assert not {"of_an_event", "of_a_shopper"} & set(paper["epsilon"])
    said = " ".join(paper["epsilon"]["sentences"])
    assert "buys no ε" in said
    assert "suppress_items_below, k_anonymity, km_anonymity: with a threshold over shoppers" in said


def test_an_event_epsilon_never_stands_without_the_shoppers(tmp_path: Path) -> None:
    """Four events of ε 2 each are ε 8 for a shopper; a cap of three makes it 6."""
    (tmp_path / "capped").mkdir()
    free, capped = (
        paper_of(tmp_path, local_epsilon=2.0),
        paper_of(tmp_path / "capped", local_epsilon=2.0, max_events_per_shopper=3),
    )

    assert (free["epsilon"]["of_an_event"], free["epsilon"]["of_a_shopper"]) == (2, 2 * 4)
    assert capped["epsilon"]["of_a_shopper"] == 2 * 3
    for found in (free, capped):
        assert found["epsilon"]["of_the_files"] is None
        sentence = next(one for one in found["epsilon"]["sentences"] if "an event" in one)
        assert f"ε 2 an event, and {found['epsilon']['of_a_shopper']:g} for the shopper" in sentence


def test_randomised_answers_are_promised_of_the_rows_and_not_of_the_risk_that_stands_beside_them(
    tmp_path: Path,
) -> None:
    """Risk before and after is worked out of the true products: whoever reads it sees more than ε allows."""
    said = " ".join(paper_of(tmp_path, local_epsilon=2.0)["epsilon"]["sentences"])

    assert "It is said of UserBehavior.csv alone" in said
    assert "exact figures of the true products" in said


def test_linked_halves_are_said_to_be_those_of_the_file(paper: dict[str, Any]) -> None:
    """After randomised answers at ε 4, true halves linked ten times as many shoppers as published ones did."""
    said = next(sentence for sentence in paper["risk"]["sentences"] if "halves" in sentence)

    assert "as the file has them: whoever knows what was really bought, or has a better attack, may reach more" in said


def test_limits_speak_of_what_was_chosen(tmp_path: Path, paper: dict[str, Any]) -> None:
    (tmp_path / "plain").mkdir()
    plain = paper_of(tmp_path / "plain")

    assert "not a proof" in plain["limits"][0]
    assert words.LIMIT_GROUPS in paper["limits"]
    assert words.LIMIT_BASKETS in paper["limits"]
    assert not {words.LIMIT_GROUPS, words.LIMIT_BASKETS} & set(plain["limits"])
    assert plain["pseudonyms"] is None
    assert plain["options"] == []


def test_it_says_where_it_belongs_and_when_and_with_what_it_was_made(paper: dict[str, Any]) -> None:
    assert "curator's room" in paper["room"]
    assert paper["date"].endswith("UTC")
    assert {"python", "pandas", "numpy"} <= set(paper["software"])


class _Page(HTMLParser):
    """Tags with their attributes, and the text that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.shown += data


def test_the_page_runs_nothing_and_asks_for_nothing_from_outside(exported: Path, paper: dict[str, Any]) -> None:
    html = (exported / "certificate.html").read_text("utf-8")
    page = _Page()
    page.feed(html)

    assert html == certificate_html(paper)
    assert not {tag for tag, _ in page.tags} & {"img", "script", "link", "iframe", "object", "a", "form", "input"}
    assert not {name for _, attributes in page.tags for name in attributes if name.startswith("on")}
    assert not {name for _, attributes in page.tags for name in attributes} & {"src", "href", "srcset", "action"}
    assert "url(" not in html
    assert "@import" not in html
    policy = next(attributes for tag, attributes in page.tags if attributes.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert EVIL in page.shown  # as text


def test_the_page_says_what_the_file_says(exported: Path, paper: dict[str, Any]) -> None:
    page = _Page()
    page.feed((exported / "certificate.html").read_text("utf-8"))

    said = [*paper["limits"], *paper["epsilon"]["sentences"], *paper["risk"]["sentences"], paper["room"], paper["date"]]
    said += [change["sentence"] for change in paper["changes"]] + [one["meaning"] for one in paper["options"]]
    said += [about["sha256"] for about in paper["files"].values()] + [fingerprint(KEY), "prosecutor", "version 7"]
    assert [sentence for sentence in said if sentence not in page.shown] == []
    assert "<svg" in (exported / "certificate.html").read_text("utf-8")
    assert "@media print" in (exported / "certificate.html").read_text("utf-8")
