"""
A statement as an entry of the OpenDP Deployments Registry.

The shape below was written from reading the schema and the tier-3 entries of September 2026 at
https://github.com/opendp/deployments-registry-data (MIT licence); nothing of them is copied.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DataError, NotFound
from core.privacy.calibrate import dp_sgd_noise
from core.privacy.deployment import NOT_STATED, Deployment
from core.privacy.description import Facts
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import DpSgd, GaussianRelease, Selection
from core.privacy.plan import Plan, epsilon_of
from core.privacy.registry import registry_entry
from core.privacy.statement import write_statement
from core.privacy.yaml_text import as_yaml
from core.store.home import Home

N, DELTA = 4338, 1e-5
ABOUT = Deployment(product="Suggestions: “spring”", curator="Example Ltd", signed_off_by=("Ada",), sector="Technology")
TIER_3: dict[str, Any] = {
    "url_slug": str,
    "status": ("Draft",),
    "tier": (3,),
    "deployment": {
        "basic": {
            "name": str,
            "data_curators": [{"data_curator_name": str, "data_curator_type": str}],
            "intended_use": str,
            "data_product_type": ("Summary statistics", "Machine learning model", "Dataset", "Synthetic data"),
            "data_product_region": str,
            "description": str,
            "publication_date": re.compile(r"\d{4}-\d{2}-\d{2}"),
        },
        "dp_variant": {
            "variant_name": ("Pure DP", "Approximate DP", "Zero-concentrated DP", "Renyi DP"),
            "data_domain": str,
            "unprotected_quantities": str,
        },
        "privacy_loss": {
            "privacy_unit": str,
            "privacy_unit_details": str,
            "privacy_parameters": {"epsilon": float, "delta": float},
            "privacy_parameters_details": str,
        },
        "deployment_model": {
            "model_name": ("Local", "Central", "Shuffle", "Federated"),
            "model_name_details": str,
            "actors": str,
            "release_type": ("One release", "Many releases"),
            "release_type_details": str,
            "data_source_type": ("Static", "Dynamic"),
            "data_source_type_details": str,
            "access_type": ("Interactive", "Non-interactive"),
            "access_type_details": str,
        },
        "accounting": {"post_processing": str, "composition": str},
        "implementation": {
            "preprocessing_and_hyperparameter_tuning": str,
            "mechanisms": str,
            "justification": str,
        },
        "administrative": {"sources": str, "registry_authors": [str]},
    },
}
OPTIONAL = {"data_product_sector"}


def hold(found: Any, wanted: Any, where: str = "entry") -> None:
    """Assert that a value has this shape, its keys in this order."""
    if isinstance(wanted, dict):
        assert [name for name in found if name not in OPTIONAL] == list(wanted), where
        for name, inside in wanted.items():
            hold(found[name], inside, f"{where}.{name}")
    elif isinstance(wanted, list):
        assert found, where
        for each in found:
            hold(each, wanted[0], where)
    elif isinstance(wanted, tuple):
        assert found in wanted, where
    elif isinstance(wanted, re.Pattern):
        assert wanted.fullmatch(found), where
    else:
        assert isinstance(found, wanted), where
        assert found, where


def write(home: Home, path: Path, *mechanisms: Any, facts: Facts | None = None) -> Path:
    plan = Plan(epsilon=epsilon_of(mechanisms, DELTA), delta=DELTA, n_shoppers=N, mechanisms=mechanisms)
    charge = Ledger(home).charge(plan, study="s", purpose="Model")
    facts = facts or Facts(shoppers_declared=True, catalogue="file")
    spent = Ledger(home).composed(DELTA)
    write_statement(
        path, plan, method="hybrid", facts=facts, charge=charge, key=home.signing_key(), population_epsilon=spent
    )
    return path


RELEASE = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=4)
PLANS = {
    "gaussian": (RELEASE,),
    "sampled": (
        DpSgd(
            name="network",
            n_shoppers=N,
            sampling_prob=0.2,
            train_steps=60,
            clip_norm=1.0,
            noise_multiplier=dp_sgd_noise(1.0, DELTA, 0.2, 60),
        ),
    ),
    "names": (Selection(name="names", noise_std=10, delta=DELTA / 4, max_items=20), RELEASE),
}


@pytest.mark.parametrize("kind", PLANS)
@pytest.mark.parametrize("about", [Deployment(), ABOUT])
def test_an_entry_has_every_field_of_tier_3_in_the_order_that_is_asked_for(
    home: Home, tmp_path: Path, kind: str, about: Deployment
) -> None:
    entry = yaml.safe_load(registry_entry(write(home, tmp_path / "s.json", *PLANS[kind]), about))

    hold(entry, TIER_3)


@pytest.fixture
def entry(home: Home, tmp_path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(registry_entry(write(home, tmp_path / "s.json", RELEASE), ABOUT))
    return loaded


def test_the_numbers_are_the_statements(entry: dict[str, Any]) -> None:
    loss = entry["deployment"]["privacy_loss"]

    assert loss["privacy_parameters"] == {"epsilon": epsilon_of((RELEASE,), DELTA), "delta": DELTA}
    assert "μ = 0.25" in loss["privacy_parameters_details"]
    assert "ε 0.9263" in loss["privacy_parameters_details"]
    assert "noise_std 4" in entry["deployment"]["implementation"]["mechanisms"]
    assert "every row (UserID" in loss["privacy_unit_details"]


def test_what_the_curator_says_goes_before_and_what_nobody_said_is_not_stated(entry: dict[str, Any]) -> None:
    basic = entry["deployment"]["basic"]

    assert basic["name"] == "Suggestions: “spring”"
    assert basic["data_curators"] == [{"data_curator_name": "Example Ltd", "data_curator_type": NOT_STATED}]
    assert basic["intended_use"] == NOT_STATED
    assert basic["data_product_sector"] == "Technology"
    assert entry["deployment"]["administrative"]["registry_authors"] == ["Ada"]
    assert re.fullmatch(r"suggestions-spring-\d{4}", entry["url_slug"])


def test_texts_inside_the_statement_stand_where_no_others_are_given(home: Home, tmp_path: Path) -> None:
    facts = Facts(shoppers_declared=True, catalogue="file", deployment=Deployment(curator="Inside", retention="1 year"))
    path = write(home, tmp_path / "s.json", RELEASE, facts=facts)

    def curator(about: Deployment) -> str:
        basic = yaml.safe_load(registry_entry(path, about))["deployment"]["basic"]
        return str(basic["data_curators"][0]["data_curator_name"])

    assert curator(Deployment()) == "Inside"
    assert curator(Deployment(curator="Outside")) == "Outside"


def test_without_amplification_a_sampled_mechanism_is_said_to_cost_more(home: Home, tmp_path: Path) -> None:
    entry = registry_entry(write(home, tmp_path / "s.json", *PLANS["sampled"]), ABOUT)

    assert "Without amplification by sampling the ε would be 5.9" in entry


def test_a_statement_of_the_first_version_lacks_what_an_entry_needs_and_says_so() -> None:
    with pytest.raises(DataError, match="lacks what an entry"):
        registry_entry(Path(__file__).parent / "kept" / "statement-1.json", ABOUT)


def test_a_file_that_is_not_there_or_no_statement_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        registry_entry(tmp_path / "gone.json", ABOUT)
    (tmp_path / "s.json").write_text(json.dumps({"epsilon": 1}))
    with pytest.raises(DataError):
        registry_entry(tmp_path / "s.json", ABOUT)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LINES = st.lists(st.text("ab: #-'\"|>&*", max_size=8), max_size=4).map("\n".join)
SCALARS = TEXTS | LINES | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.none()
KEYS = st.from_regex(r"[a-z][a-z_]{1,8}x", fullmatch=True)
MAPPINGS = st.dictionaries(
    KEYS,
    st.recursive(SCALARS, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=3)),
    min_size=1,
)


@given(MAPPINGS)
def test_what_is_written_is_read_back_by_another_library(value: dict[str, Any]) -> None:
    """PyYAML reads YAML 1.1, the older and stranger of the two."""
    assert yaml.safe_load(as_yaml(value)) == value


def test_texts_of_several_lines_are_blocks_that_people_can_read() -> None:
    assert as_yaml({"name": "- one\n- two", "small": 1e-05}) == "name: |-\n  - one\n  - two\nsmall: 1.0e-05\n"
