"""Every field that an audit document must have stands in a statement, stated or "not stated"."""

import re
from pathlib import Path
from typing import Any

import pytest

from core.errors import SettingsError
from core.privacy import software
from core.privacy.deployment import (
    NOT_STATED,
    Deployment,
    read_audit,
    read_deployment,
    write_audit,
    write_deployment,
)
from core.privacy.description import Facts
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import GaussianRelease
from core.privacy.plan import Plan
from core.privacy.statement import write_statement
from core.settings import AnonymizationSettings, StudySettings, build
from core.store.home import Home

N, DELTA = 4338, 1e-5
ABOUT = Deployment(
    product="Suggestions of spring",
    purpose="To show each shopper more that fits",
    curator="Example Ltd",
    region="EU",
    published="2026-11-24",
    data_domain="Purchases and views of a shop",
    collection="By contract; views by consent",
    retention="25 months",
    release_plan="Every quarter; renewed each year",
    actors="Two analysts",
    access="Two named persons",
    encryption="Disk encrypted",
    key_custody="The officer",
    deletion="Within 30 days of a wish",
    justification="ε 1 by policy; 0.5 was too noisy",
    validation="On the sample shop",
    bias="Not known",
    signed_off_by=("Ada", "Grace"),
)


def state(home: Home, path: Path, facts: Facts, delta: float = DELTA) -> dict[str, Any]:
    release = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=4)
    plan = Plan(epsilon=2.0, delta=delta, n_shoppers=N, mechanisms=(release,))
    first = Ledger(home).charge(plan, study="s", purpose="Names")
    charge = Ledger(home).charge(plan, study="s", purpose="Model")
    return write_statement(path, plan, method="m", facts=facts, charge=charge, also=[first], key=home.signing_key())


@pytest.fixture
def stated(home: Home, tmp_path: Path) -> dict[str, Any]:
    settings = StudySettings().model_dump(mode="json")
    audit = {"method": "statistics", "epsilon_lower": 0.3, "canaries": 400, "confidence": 0.95, "date": "2026-11-24"}
    facts = Facts(
        shoppers_declared=True,
        catalogue="file",
        deployment=ABOUT,
        settings=settings,
        anonymization=AnonymizationSettings(coarsen_time="day"),
        audit=audit,
    )
    return state(home, tmp_path / "s.json", facts)


@pytest.fixture
def silent(home: Home, tmp_path: Path) -> dict[str, Any]:
    return state(home, tmp_path / "s.json", Facts(shoppers_declared=True, catalogue="file"))


FIELDS = [
    "format",
    "epsilon",
    "delta",
    "delta_reason",
    "epsilon_spent",
    "epsilon_at",
    "mu",
    "tpr_at_fpr_1_percent",
    "tpr_at_fpr_0_1_percent",
    "epsilon_without_amplification",
    "group_privacy",
    "dp_variant",
    "unit",
    "unit_in_columns",
    "neighbouring_relation",
    "neighbouring_relation_in_rows",
    "contribution_bounding",
    "dropped",
    "unprotected_quantities",
    "not_covered",
    "product",
    "data",
    "data_domain",
    "collection",
    "retention",
    "shoppers",
    "window",
    "catalogue_columns",
    "trust_model",
    "actors",
    "releases",
    "mechanisms",
    "sampling",
    "accountant",
    "post_processing",
    "preprocessing",
    "tuning",
    "early_stopping_and_validation",
    "rng",
    "floating_point",
    "timing",
    "platform",
    "audit",
    "steps_without_epsilon",
    "bias",
    "security",
    "justification",
    "sign_off",
    "libraries",
    "code",
    "population",
    "population_epsilon",
    "ledger_entry",
    "ledger_head",
    "ledger_extract",
    "created",
    "method",
    "warnings",
    "remarks",
    "signature",
]


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_stands_in_every_statement(silent: dict[str, Any], name: str) -> None:
    assert name in silent
    assert silent[name] != ""


def test_what_the_curator_says_stands_where_it_belongs(stated: dict[str, Any]) -> None:
    assert stated["product"] == {
        "name": "Suggestions of spring",
        "description": NOT_STATED,
        "purpose": "To show each shopper more that fits",
        "curator": "Example Ltd",
        "region": "EU",
        "date": "2026-11-24",
    }
    assert (stated["data_domain"], stated["collection"], stated["retention"]) == (
        "Purchases and views of a shop",
        "By contract; views by consent",
        "25 months",
    )
    assert stated["releases"]["stated"] == "Every quarter; renewed each year"
    assert stated["security"]["key_custody"] == "The officer"
    assert stated["justification"]["stated"] == "ε 1 by policy; 0.5 was too noisy"
    assert stated["sign_off"] == ["Ada", "Grace"]


def test_what_nobody_said_is_not_made_up(silent: dict[str, Any]) -> None:
    assert set(silent["product"].values()) == {NOT_STATED}
    assert silent["sign_off"] == NOT_STATED
    assert silent["security"]["access"] == NOT_STATED
    assert silent["audit"]["result"] == "none yet"
    assert silent["code"]["sha256_of_settings"] == NOT_STATED


def test_an_audit_is_shown_with_its_bound_and_is_called_no_proof(stated: dict[str, Any]) -> None:
    assert (stated["audit"]["epsilon_lower"], stated["audit"]["canaries"]) == (0.3, 400)
    assert "not a certificate" in stated["audit"]["sentence"]


def test_steps_without_an_epsilon_are_labelled_so(stated: dict[str, Any]) -> None:
    assert stated["steps_without_epsilon"]["settings"]["coarsen_time"] == "day"
    assert "no ε" in stated["steps_without_epsilon"]["sentence"]


def test_the_entries_that_paid_are_listed_and_the_last_is_the_head(stated: dict[str, Any], home: Home) -> None:
    entries = Ledger(home).entries()

    assert [each["hash"] for each in stated["ledger_extract"]] == [entry.hash for entry in entries]
    assert [each["purpose"] for each in stated["ledger_extract"]] == ["Names", "Model"]
    assert stated["ledger_head"] == entries[-1].hash


@pytest.mark.parametrize(("delta", "reason"), [(1e-5, "the default"), (1e-6, "chosen by the curator")])
def test_the_reason_for_delta_is_told(home: Home, tmp_path: Path, delta: float, reason: str) -> None:
    """N = 4338: min(1e-5, 1 / 43380) = 1e-5 is the default."""
    statement = state(home, tmp_path / "s.json", Facts(shoppers_declared=True, catalogue="file"), delta)

    assert reason in statement["delta_reason"]
    assert "below 1 / N = 0.00023" in statement["delta_reason"]


def test_the_code_and_the_settings_have_a_hash_and_the_data_have_none(stated: dict[str, Any]) -> None:
    assert re.fullmatch("[0-9a-f]{64}", stated["code"]["sha256_of_core"])
    assert stated["code"]["sha256_of_settings"] == software.settings_hash(StudySettings().model_dump(mode="json"))
    assert stated["code"]["sha256_of_settings"] != software.settings_hash(
        StudySettings(epsilons=(1.0,)).model_dump(mode="json")
    )
    assert "guess" in stated["code"]["sha256_of_data"]


def test_one_changed_byte_of_the_code_changes_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(software, "CORE", tmp_path)
    found = set()
    for name, content in [("a.py", "x = 1\n"), ("a.py", "x = 2\n"), ("b.py", "x = 2\n")]:
        (tmp_path / name).write_text(content)
        software.code_hash.cache_clear()
        found.add(software.code_hash())
    software.code_hash.cache_clear()

    assert len(found) == 3


def test_texts_are_kept_for_the_statements_to_come(home: Home) -> None:
    assert read_deployment(home) == Deployment()
    assert read_audit(home) is None
    write_deployment(home, ABOUT)
    write_audit(home, {"epsilon_lower": 0.3})

    assert read_deployment(Home(home.folder)) == ABOUT
    assert read_audit(home) == {"epsilon_lower": 0.3}


@pytest.mark.parametrize(
    ("values", "named"),
    [({"product": ""}, "product"), ({"published": "24.11.2026"}, "published"), ({"budget": "much"}, "budget")],
)
def test_a_text_that_cannot_be_is_refused_by_name(values: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        build(Deployment, values)
