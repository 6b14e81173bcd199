"""What a statement says, one function a subject: the promise, the data, the people, the mechanisms, the making."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Literal

from core.privacy import wording
from core.privacy.chain import Entry
from core.privacy.deployment import NOT_STATED, Deployment
from core.privacy.mechanisms import DpSgd, Mechanism
from core.privacy.noise import FLOATING_POINT_LIMIT
from core.privacy.plan import Plan, delta_spent
from core.privacy.readings import finite, readings_of
from core.privacy.software import code_hash, library_versions, settings_hash
from core.settings import AnonymizationSettings, default_delta


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a statement says about the data, all of it public or declared.

    Attributes:
        shoppers_declared: The curator declared the number; otherwise it was counted and is treated as public.
        catalogue: Where the product list comes from; "none": names were chosen by partition selection.
        published: Catalogue columns that the method may use.
        computed: Columns computed from these shoppers: not used.
        window: The declared time window, in words.
        remarks: Further sentences, for instance how the budget was shared out.
        public: The data are public (the sample): nothing was spent.
        anonymization: What was done to shoppers' own rows before; it lowers no ε.
        settings: Of the study, as JSON; only their hash is told.
        deployment: What the curator says about the release.
        audit: The last audit by attack, as a JSON object; none yet by default.
    """

    shoppers_declared: bool
    catalogue: Literal["file", "list", "none"]
    published: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    window: str | None = None
    remarks: tuple[str, ...] = ()
    public: bool = False
    anonymization: AnonymizationSettings | None = None
    settings: dict[str, Any] | None = None
    deployment: Deployment = field(default_factory=Deployment)
    audit: dict[str, Any] | None = None


def describe(
    plan: Plan, method: str, facts: Facts, charges: Sequence[Entry], population_epsilon: float | None
) -> dict[str, Any]:
    """Return everything that a statement says, but for its signature; ``charges`` paid, the last one now."""
    return {
        "format": wording.FORMAT,
        "epsilon": plan.epsilon,
        "delta": plan.delta,
        "method": method,
        **readings_of(plan.mechanisms, plan.delta),
        **_promise(plan),
        **_data(plan, facts),
        **_people(facts),
        **_mechanisms(plan),
        **_conduct(facts),
        **_ledger(charges, population_epsilon),
        **_making(facts),
        "not_covered": list(wording.NOT_COVERED),
        "warnings": list(plan.warnings),
        "remarks": list(facts.remarks),
    }


def _promise(plan: Plan) -> dict[str, Any]:
    """Whom the ε is about, and how much of anybody can count."""
    is_usual = plan.delta == default_delta(plan.n_shoppers)
    reason = "min(1e-5, 1 / (10 N)), the default" if is_usual else "chosen by the curator"
    return {
        "dp_variant": wording.VARIANT,
        "unit": wording.UNIT,
        "unit_in_columns": wording.UNIT_IN_COLUMNS,
        "neighbouring_relation": wording.RELATION,
        "neighbouring_relation_in_rows": wording.RELATION_IN_ROWS,
        "contribution_bounding": wording.BOUNDING,
        "dropped": wording.DROPPED,
        "delta_reason": f"δ = {plan.delta:g}: {reason}, below 1 / N = {1 / plan.n_shoppers:.2g} for N = "
        f"{plan.n_shoppers:,} shoppers, so that publishing a whole shopper now and then is no way to keep the promise.",
    }


def _data(plan: Plan, facts: Facts) -> dict[str, Any]:
    """What the data are, and which of it is public."""
    about = facts.deployment
    how = "declared by the curator" if facts.shoppers_declared else "taken from the data and treated as public"
    return {
        "data": "public sample" if facts.public else "private",
        "shoppers": {"number": plan.n_shoppers, "declared": facts.shoppers_declared, "sentence": f"N {how}"},
        "window": facts.window,
        "catalogue_columns": {
            "catalogue": facts.catalogue,
            "published": list(facts.published),
            "computed": list(facts.computed),
        },
        "unprotected_quantities": list(wording.UNPROTECTED),
        "data_domain": about.data_domain,
        "collection": about.collection,
        "retention": about.retention,
    }


def _people(facts: Facts) -> dict[str, Any]:
    """Who answers for the release, who sees what, and who agreed."""
    about = facts.deployment
    return {
        "product": {
            "name": about.product,
            "description": about.description,
            "purpose": about.purpose,
            "curator": about.curator,
            "region": about.region,
            "date": about.published,
        },
        "trust_model": wording.TRUST,
        "actors": {"always": wording.ACTORS, "stated": about.actors},
        "releases": {"always": wording.RELEASES, "stated": about.release_plan},
        "security": {
            "always": wording.SECURITY,
            "access": about.access,
            "encryption": about.encryption,
            "key_custody": about.key_custody,
            "deletion": about.deletion,
        },
        "justification": {"stated": about.justification, "validated": about.validation, "sources": about.sources},
        "sign_off": list(about.signed_off_by) or NOT_STATED,
    }


def _mechanisms(plan: Plan) -> dict[str, Any]:
    """What was drawn, how shoppers were sampled, and how the costs were added up."""
    accounting = plan.accounting
    delta_apart = delta_spent(plan.mechanisms)
    sentence = accounting.sentence
    if delta_apart:
        sentence += f" δ {delta_apart:.3g} of partition selection is taken off δ before, as the accountant knows none."
    return {
        "mechanisms": [_mechanism(mechanism) for mechanism in plan.mechanisms],
        "mechanisms_cover": wording.COVERAGE,
        "sampling": wording.SAMPLING_MATCHES,
        "accountant": {
            "name": accounting.name,
            "library": "dp-accounting",
            "version": metadata.version("dp-accounting"),
            "discretization": accounting.discretization,
            "delta_outside_the_accountant": delta_apart,
            "composition": sentence,
        },
    }


def _mechanism(mechanism: Mechanism) -> dict[str, Any]:
    record = mechanism.as_json() | {"noise_added": wording.NOISE_ADDED[mechanism.kind]}
    if isinstance(mechanism, DpSgd):
        record["divisor"] = mechanism.expected_batch
        record["sampling_scheme"] = wording.SCHEMES[mechanism.sampling_prob < 1]
    return record


def _conduct(facts: Facts) -> dict[str, Any]:
    """What came before and after the mechanisms, and what was looked at on the way."""
    audit = facts.audit or {"result": wording.NO_AUDIT}
    done = facts.anonymization.model_dump(mode="json") if facts.anonymization else {}
    return {
        "post_processing": wording.POST_PROCESSING,
        "preprocessing": wording.PREPROCESSING,
        "tuning": wording.TUNING,
        "early_stopping_and_validation": wording.VALIDATION,
        "steps_without_epsilon": {"settings": done, "sentence": wording.NON_DP},
        "bias": {"always": wording.BIAS, "stated": facts.deployment.bias},
        "audit": {**audit, "sentence": wording.AUDIT_MEANS},
    }


def _ledger(charges: Sequence[Entry], population_epsilon: float | None) -> dict[str, Any]:
    """Which entries paid, and where the chain stood."""
    last = charges[-1]
    return {
        "population": last.population,
        "population_epsilon": finite(population_epsilon),
        "ledger_entry": last.id,
        "ledger_head": last.hash,
        "ledger_extract": [
            {
                "entry": charge.id,
                "group": charge.group,
                "purpose": charge.purpose,
                "epsilon": charge.plan.epsilon,
                "delta": charge.plan.delta,
                "hash": charge.hash,
            }
            for charge in charges
        ],
        "created": last.created.isoformat(timespec="seconds") + "Z",
    }


def _making(facts: Facts) -> dict[str, Any]:
    """With what it was made."""
    return {
        "rng": wording.RNG,
        "floating_point": FLOATING_POINT_LIMIT,
        "timing": wording.TIMING,
        "platform": wording.PLATFORM,
        "libraries": library_versions(),
        "code": {
            "sha256_of_core": code_hash(),
            "sha256_of_settings": NOT_STATED if facts.settings is None else settings_hash(facts.settings),
            "sha256_of_data": wording.NO_DATA_HASH,
        },
    }
