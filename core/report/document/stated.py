"""The fields of a report: everything that an audit asks for, from a statement and from what the curator said."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.privacy.deployment import NOT_STATED, Deployment
from core.report.document.model import Field
from core.texts import said, text

PROCESSING = (
    "product", "description", "purpose", "curator", "region", "date", "data_domain", "collection", "retention",
    "shoppers", "window", "catalogue",
)  # fmt: skip
PROMISE = (
    "variant", "unit", "unit_in_columns", "neighbours", "contribution", "dropped", "epsilon_delta", "delta_reason",
    "mu", "profile", "odds", "household", "unprotected", "trust", "actors", "releases", "mechanisms", "sampling",
    "accountant", "post_processing", "preprocessing", "tuning", "early_stopping", "rng", "floating_point", "timing",
    "platform",
)  # fmt: skip
RISKS = ("audit", "non_dp", "bias")
MEASURES = ("security", "access", "encryption", "key_custody", "deletion")
NECESSITY = ("justification", "validation", "sources")
MAKING = ("code", "settings", "libraries", "ledger_head", "signature")
_NUMBERS = (
    "sensitivity", "noise_std", "noise_multiplier", "clip_norm", "sampling_prob", "count", "divisor", "threshold",
    "train_steps",
)  # fmt: skip


def fields_of(names: Iterable[str], statement: Mapping[str, Any] | None, about: Deployment) -> tuple[Field, ...]:
    """Return these fields; what nobody stated, or an old statement lacks, is “not stated”.

    Args:
        names: Of the constants above.
        statement: Signed, of a private model; none where the study has none.
        about: What the curator says today; it stands before what the statement carried.
    """
    found = _words(statement or {}, about)
    return tuple(Field(name, text(f"document.field.{name}"), found.get(name) or _nothing()) for name in names)


def _nothing() -> str:
    return text("document.not_stated")


def _words(statement: Mapping[str, Any], about: Deployment) -> dict[str, str]:
    """Every field's words, by name; missing where nothing is known."""
    found = {**_of_curator(statement, about)}
    for name, make in {
        **{key: _sentence(place) for key, place in _SENTENCES.items()},
        **_COMPUTED,
    }.items():
        try:
            found[name] = make(statement)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue  # an older statement, or none: said to be not stated
    for name, place in _JOINED.items():
        found[name] = _join(_at(statement, (*place, "always")), found.get(name), _at(statement, (*place, "stated")))
    return found


_SENTENCES = {
    "variant": ("dp_variant",),
    "unit": ("unit",),
    "unit_in_columns": ("unit_in_columns",),
    "contribution": ("contribution_bounding",),
    "dropped": ("dropped",),
    "delta_reason": ("delta_reason",),
    "trust": ("trust_model",),
    "post_processing": ("post_processing",),
    "preprocessing": ("preprocessing",),
    "tuning": ("tuning",),
    "early_stopping": ("early_stopping_and_validation",),
    "rng": ("rng",),
    "floating_point": ("floating_point",),
    "timing": ("timing",),
    "platform": ("platform",),
    "non_dp": ("steps_without_epsilon", "sentence"),
    "security": ("security", "always"),
    "window": ("window",),
    "code": ("code", "sha256_of_core"),
    "settings": ("code", "sha256_of_settings"),
    "ledger_head": ("ledger_head",),
}
_JOINED = {"actors": ("actors",), "releases": ("releases",), "bias": ("bias",)}


def _sentence(place: tuple[str, ...]) -> Any:
    return lambda statement: _said(_at(statement, place))


def _at(statement: Mapping[str, Any], place: tuple[str, ...]) -> str:
    found: Any = statement
    for name in place:
        found = found.get(name, {}) if isinstance(found, Mapping) else {}
    return str(found) if isinstance(found, str) else ""


def _said(words: str) -> str:
    return "" if words in ("", NOT_STATED) else said(words)


def _join(*parts: str | None) -> str:
    """What Tact always says and what the curator adds, each once."""
    told = [said(part) for part in parts if part and part != NOT_STATED]
    return "\n".join(dict.fromkeys(told))


def _of_curator(statement: Mapping[str, Any], about: Deployment) -> dict[str, str]:
    """Free texts as they were written: today's, or those that the statement carried."""
    carried = {
        "product": ("product", "name"), "description": ("product", "description"), "purpose": ("product", "purpose"),
        "curator": ("product", "curator"), "region": ("product", "region"), "date": ("product", "date"),
        "data_domain": ("data_domain",), "collection": ("collection",), "retention": ("retention",),
        "justification": ("justification", "stated"), "validation": ("justification", "validated"),
        "sources": ("justification", "sources"), "access": ("security", "access"),
        "encryption": ("security", "encryption"), "key_custody": ("security", "key_custody"),
        "deletion": ("security", "deletion"),
    }  # fmt: skip
    today = {"date": about.published, "releases": about.release_plan}
    found = {}
    for name in (*carried, "actors", "bias", "releases"):
        now = today.get(name) or getattr(about, name)
        then = _at(statement, carried[name]) if name in carried else ""
        found[name] = next((words for words in (now, then) if words not in ("", NOT_STATED)), "")
    found["sign_off"] = ", ".join(about.signed_off_by)
    return found


# computed from a statement's numbers


def _shoppers(statement: Mapping[str, Any]) -> str:
    found = statement["shoppers"]
    how = text("document.value.declared" if found["declared"] else "document.value.counted")
    return text("document.value.shoppers", n=found["number"], how=how)


def _catalogue(statement: Mapping[str, Any]) -> str:
    columns = statement["catalogue_columns"]
    none = text("document.none")
    names = {key: ", ".join(columns[key]) or none for key in ("published", "computed")}
    return text("document.value.catalogue", **names)


def _neighbours(statement: Mapping[str, Any]) -> str:
    return f"{said(statement['neighbouring_relation'])}\n{said(statement['neighbouring_relation_in_rows'])}"


def _epsilon_delta(statement: Mapping[str, Any]) -> str:
    numbers = {"epsilon": statement["epsilon"], "delta": statement["delta"], "spent": statement["epsilon_spent"]}
    return text("document.value.epsilon_delta", **numbers)


def _mu(statement: Mapping[str, Any]) -> str:
    mu = statement["mu"]
    return text("document.value.no_mu") if mu is None else text("document.value.mu", mu=mu)


def _profile(statement: Mapping[str, Any]) -> str:
    rows = statement["epsilon_at"]
    return "\n".join(text("document.value.at", epsilon=_number(each["epsilon"]), delta=each["delta"]) for each in rows)


def _odds(statement: Mapping[str, Any]) -> str:
    one, tenth = statement["tpr_at_fpr_1_percent"], statement["tpr_at_fpr_0_1_percent"]
    return text("document.value.odds", one=one, tenth=tenth)


def _household(statement: Mapping[str, Any]) -> str:
    rows = statement["group_privacy"]
    return "\n".join(text("document.value.household", n=r["people"], epsilon=_number(r["epsilon"])) for r in rows)


def _number(value: float | None) -> str:
    return text("document.no_bound") if value is None else f"{value:.4g}"


def _unprotected(statement: Mapping[str, Any]) -> str:
    return "\n".join(said(each) for each in statement["unprotected_quantities"])


def _mechanisms(statement: Mapping[str, Any]) -> str:
    return "\n".join(_mechanism(each) for each in statement["mechanisms"])


def _mechanism(record: Mapping[str, Any]) -> str:
    numbers = ", ".join(f"{name} {record[name]:.6g}" for name in _NUMBERS if isinstance(record.get(name), int | float))
    line = text("document.value.mechanism", name=said(record["name"]), kind=record["kind"], numbers=numbers)
    return "\n".join([line, *(f"  {said(record[key])}" for key in ("what", "noise_added") if record.get(key))])


def _sampling(statement: Mapping[str, Any]) -> str:
    schemes = dict.fromkeys(said(m["sampling_scheme"]) for m in statement["mechanisms"] if "sampling_scheme" in m)
    lines = [*schemes, said(statement["sampling"])]
    without = statement["epsilon_without_amplification"]
    if without is not None:
        lines.append(text("document.value.sampling", scheme="", epsilon=_number(without)).strip())
    return "\n".join(lines)


def _accountant(statement: Mapping[str, Any]) -> str:
    found = statement["accountant"]
    return text(
        "document.value.accountant",
        name=found["name"],
        library=found["library"],
        version=found["version"],
        composition=said(found["composition"]).rstrip("。."),
        cover=said(statement["mechanisms_cover"]),
    )


def _audit(statement: Mapping[str, Any]) -> str:
    """Bounds of attacks on the public sample, as the statement carries them; a low one is not a proof."""
    found = statement["audit"]
    lines = [
        text(
            "document.value.bound",
            method=text(f"method.{each['method']}"),
            claimed=each["epsilon_claimed"],
            lower=each["epsilon_lower"],
            date=str(found["date"])[:10],
        )
        for each in found.get("bounds", ())
    ]
    return "\n".join([*(lines or [text("document.value.no_audit")]), said(found["sentence"])])


def _libraries(statement: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {version}" for name, version in statement["libraries"].items())


def _signature(statement: Mapping[str, Any]) -> str:
    found = statement["signature"]
    return f"{found['algorithm'].split(' ')[0]}, {found['public_key']}"


_COMPUTED: dict[str, Any] = {
    "shoppers": _shoppers, "catalogue": _catalogue, "neighbours": _neighbours, "epsilon_delta": _epsilon_delta,
    "mu": _mu, "profile": _profile, "odds": _odds, "household": _household, "unprotected": _unprotected,
    "mechanisms": _mechanisms, "sampling": _sampling, "accountant": _accountant, "audit": _audit,
    "libraries": _libraries, "signature": _signature,
}  # fmt: skip
