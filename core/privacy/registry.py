"""
A statement as a tier-3 entry of the OpenDP Deployments Registry.

The registry (https://registry.opendp.org) collects what is known of deployments of differential privacy. Its data and
its schema are at https://github.com/opendp/deployments-registry-data (MIT licence); the fields here are those of the
tier-3 entries published there in September 2026, in the order that its checks ask for. An entry becomes public when
its people accept it: what is written here is a draft, and "not stated" stands wherever nobody said anything.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import DataError
from core.privacy.deployment import NOT_STATED, Deployment
from core.privacy.verify import read_statement
from core.privacy.yaml_text import as_yaml

__all__ = ["Deployment", "registry_entry", "registry_record"]

KIND = "Machine learning model"
VARIANT = "Approximate DP"


def registry_entry(statement: Path | Mapping[str, Any], about: Deployment) -> str:
    """Return the YAML of an entry.

    Args:
        statement: A statement, or its file; whether it holds is for ``verify`` to say.
        about: What only the curator can say; where it says nothing, the texts inside the statement stand.

    Raises:
        NotFound: there is no such file.
        DataError: it is no statement, or too old to say what an entry needs.
    """
    found = read_statement(statement) if isinstance(statement, Path) else statement
    try:
        return as_yaml(registry_record(found, about))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DataError(
            "This statement lacks what an entry of the registry needs. Please take one that this version of Tact wrote."
        ) from error


def registry_record(statement: Mapping[str, Any], about: Deployment) -> dict[str, Any]:
    """Return an entry as nested mappings, in the registry's order."""
    return {
        "url_slug": _slug(about.product, str(statement["created"])),
        "status": "Draft",
        "tier": 3,
        "deployment": {
            "basic": _basic(statement, about),
            "dp_variant": {
                "variant_name": VARIANT,
                "data_domain": _either(about.data_domain, statement["data_domain"]),
                "unprotected_quantities": _listed(statement["unprotected_quantities"]),
            },
            "privacy_loss": _privacy_loss(statement),
            "deployment_model": _model(statement, about),
            "accounting": {
                "post_processing": statement["post_processing"],
                "composition": _composition(statement),
            },
            "implementation": _implementation(statement, about),
            "administrative": {
                "sources": _either(about.sources, statement["justification"]["sources"]),
                "registry_authors": list(about.registry_authors or about.signed_off_by) or [NOT_STATED],
            },
        },
    }


def _basic(statement: Mapping[str, Any], about: Deployment) -> dict[str, Any]:
    product = statement["product"]
    description = (
        f"Recommendations of products by the method “{statement['method']}”, trained under differential privacy."
    )
    basic = {
        "name": _either(about.product, product["name"]),
        "data_curators": [
            {
                "data_curator_name": _either(about.curator, product["curator"]),
                "data_curator_type": about.curator_type,
            }
        ],
        "intended_use": _either(about.purpose, product["purpose"]),
        "data_product_type": KIND,
        "data_product_region": _either(about.region, product["region"]),
        "description": _either(about.description, product["description"], description),
        "publication_date": _either(about.published, product["date"], str(statement["created"])[:10]),
    }
    return basic if about.sector == NOT_STATED else basic | {"data_product_sector": about.sector}


def _privacy_loss(statement: Mapping[str, Any]) -> dict[str, Any]:
    other = "; ".join(
        f"ε {each['epsilon']:.4g} at δ {each['delta']:.3g}"
        for each in statement["epsilon_at"]
        if each["epsilon"] is not None
    )
    attack = statement["tpr_at_fpr_1_percent"]
    mu = statement["mu"]
    lifetime = statement["population_epsilon"]
    details = [
        statement["delta_reason"],
        f"Recomputed from the mechanisms: {other}.",
        "Not a Gaussian mechanism as a whole: no μ." if mu is None else f"Gaussian differential privacy: μ = {mu:.4g}.",
        f"An attack that wrongly accuses 1 in 100 finds at most {100 * attack:.3g} in 100 of those who were there.",
    ]
    if lifetime is not None:
        details.append(f"All charges of these shoppers' ledger until then compose to ε {lifetime:.4g} at the same δ.")
    return {
        "privacy_unit": "Shopper-level (one user id, all events)",
        "privacy_unit_details": _listed(
            [
                f"Neighbours: {statement['neighbouring_relation']}; {statement['neighbouring_relation_in_rows']}.",
                statement["unit_in_columns"],
                statement["contribution_bounding"],
                statement["dropped"],
                *statement["not_covered"],
            ]
        ),
        "privacy_parameters": {"epsilon": float(statement["epsilon"]), "delta": float(statement["delta"])},
        "privacy_parameters_details": _listed(details),
    }


def _model(statement: Mapping[str, Any], about: Deployment) -> dict[str, Any]:
    plan = _either(about.release_plan, statement["releases"]["stated"])
    return {
        "model_name": "Central",
        "model_name_details": statement["trust_model"],
        "actors": _listed([statement["actors"]["always"], _either(about.actors, statement["actors"]["stated"])]),
        "release_type": "One release",
        "release_type_details": _listed([statement["releases"]["always"], plan]),
        "data_source_type": "Static",
        "data_source_type_details": "One file of events, as uploaded; a new upload is a new release and a new charge.",
        "access_type": "Non-interactive",
        "access_type_details": statement["releases"]["always"],
    }


def _composition(statement: Mapping[str, Any]) -> str:
    accountant = statement["accountant"]
    return _listed(
        [
            f"{accountant['name']}, {accountant['library']} {accountant['version']}: {accountant['composition']}",
            statement["mechanisms_cover"],
            f"Ledger of {statement['population']}, entry {statement['ledger_entry']}, head {statement['ledger_head']}.",
        ]
    )


def _implementation(statement: Mapping[str, Any], about: Deployment) -> dict[str, Any]:
    mechanisms = [_mechanism(each) for each in statement["mechanisms"]]
    security = statement["security"]
    without = statement["epsilon_without_amplification"]
    sampling = [] if without is None else [f"Without amplification by sampling the ε would be {without:.4g}."]
    audit = statement["audit"]
    told = json.dumps({name: value for name, value in audit.items() if name != "sentence"}, ensure_ascii=False)
    return {
        "preprocessing_and_hyperparameter_tuning": _listed(
            [statement["preprocessing"], statement["tuning"], statement["early_stopping_and_validation"]]
        ),
        "mechanisms": _listed(
            [
                *mechanisms,
                *sampling,
                f"Random numbers: {statement['rng']}.",
                f"Floating point: {statement['floating_point']}",
                f"Timing: {statement['timing']}",
                f"Platform: {statement['platform']}",
                f"Security: {security['always']}",
                f"Access: {_either(about.access, security['access'])}. Encryption: "
                f"{_either(about.encryption, security['encryption'])}. Keys: "
                f"{_either(about.key_custody, security['key_custody'])}. Deletion: "
                f"{_either(about.deletion, security['deletion'])}.",
                f"Audit by attack: {told}. {audit['sentence']}",
                f"Code: SHA-256 {statement['code']['sha256_of_core']}; libraries {_versions(statement['libraries'])}.",
            ]
        ),
        "justification": _listed(
            [
                _either(about.justification, statement["justification"]["stated"]),
                f"Validated: {_either(about.validation, statement['justification']['validated'])}",
                f"Bias: {statement['bias']['always']} {_either(about.bias, statement['bias']['stated'])}",
                f"Signed off by: {_names(about.signed_off_by or statement['sign_off'])}",
            ]
        ),
    }


def _mechanism(record: Mapping[str, Any]) -> str:
    names = (
        "sensitivity",
        "noise_std",
        "noise_multiplier",
        "clip_norm",
        "sampling_prob",
        "count",
        "divisor",
        "threshold",
    )
    numbers = ", ".join(f"{name} {record[name]:.6g}" for name in names if isinstance(record.get(name), int | float))
    return f"{record['name']} ({record['kind']}): {record['what']}; noise is added {record['noise_added']}. {numbers}"


def _versions(libraries: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in libraries.items())


def _either(*texts: str) -> str:
    """The first text that says something."""
    return next((text for text in texts if text != NOT_STATED), NOT_STATED)


def _listed(lines: Any) -> str:
    """Markdown, one point a line; what nobody stated only where nothing else is said."""
    said = [line for line in lines if line != NOT_STATED] or [NOT_STATED]
    return "\n".join(f"- {' '.join(str(line).split())}" for line in said)


def _slug(product: str, created: str) -> str:
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in product.lower()).split()
    return "-".join([*words, created[:4]]) if product != NOT_STATED else f"tact-{created[:10]}"


def _names(names: Any) -> str:
    return names if isinstance(names, str) else ", ".join(names)
