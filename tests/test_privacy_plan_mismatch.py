"""What a plan does and what it is charged for cannot be written down as two different things."""

import dataclasses
import json
import math
from typing import Any, ClassVar

import dp_accounting
import pytest

from core.errors import DataError, SettingsError
from core.privacy.mechanisms import DpSgd, GaussianRelease, RandomStopping
from core.privacy.plan import Plan, Relation, one_gaussian
from core.privacy.records import canonical_json, is_consistent, mechanism_from_json, plan_as_json, plan_from_json

DELTA = 1e-5


def sgd(**changes: Any) -> DpSgd:
    values = {"n_shoppers": 1_000, "sampling_prob": 0.1, "train_steps": 5, "clip_norm": 2.0, "noise_multiplier": 3.0}
    return DpSgd(name="network", **{**values, **changes})


def plan(**changes: Any) -> Plan:
    return Plan(**{"epsilon": 1.0, "delta": DELTA, "n_shoppers": 1_000, "mechanisms": (sgd(),), **changes})


@dataclasses.dataclass(frozen=True, kw_only=True)
class OfReplacement(GaussianRelease):
    """A release whose sensitivity was worked out for another neighbouring relation."""

    relation: ClassVar[Relation] = Relation.REPLACE_ONE


def test_the_event_the_noise_and_the_divisor_follow_from_the_numbers_and_cannot_be_set() -> None:
    """Every derived number is a property: there is no second place where another one could stand."""
    settable = {field.name for field in dataclasses.fields(DpSgd)}

    assert settable == {"name", "n_shoppers", "sampling_prob", "train_steps", "clip_norm", "noise_multiplier", "what"}
    for name in ("noise_std", "expected_batch", "mu", "sampler", "event"):
        with pytest.raises(TypeError, match=name):
            sgd(**{name: 1.0})
        with pytest.raises(AttributeError):
            setattr(sgd(), name, 1.0)


@pytest.mark.parametrize("sampling_prob", [0.1, 1.0])
def test_the_event_is_of_the_sampler_that_will_run(sampling_prob: float) -> None:
    step = dp_accounting.GaussianDpEvent(3.0)
    sampled = step if sampling_prob == 1 else dp_accounting.PoissonSampledDpEvent(0.1, step)

    assert sgd(sampling_prob=sampling_prob).event() == dp_accounting.SelfComposedDpEvent(sampled, 5)
    assert sgd(sampling_prob=sampling_prob).expected_batch == 1_000 * sampling_prob


def test_a_shuffling_sampler_has_no_event_and_no_place_to_be_named() -> None:
    with pytest.raises(TypeError, match="sampler"):
        sgd(sampler="shuffle")
    record = json.loads(canonical_json(sgd().as_json()))
    assert record["sampler"] == "poisson"
    assert not is_consistent(record | {"sampler": "shuffle"}, sgd())
    with pytest.raises(DataError, match="no known kind"):
        mechanism_from_json(record | {"kind": "shuffled_sgd"})


@pytest.mark.parametrize("name", ["noise_std", "sensitivity", "count", "mu"])
def test_a_file_whose_derived_numbers_disagree_is_found_out(name: str) -> None:
    steps = sgd(sampling_prob=1.0)

    assert is_consistent(steps.as_json(), steps)
    assert not is_consistent(steps.as_json() | {name: 0.5}, steps)


def test_steps_that_divide_by_more_shoppers_than_there_are_are_refused() -> None:
    """A larger divisor would be harmless to privacy, but the plan would not be the study's."""
    with pytest.raises(SettingsError, match="1,001 shoppers, but only 1,000"):
        plan(mechanisms=(sgd(n_shoppers=1_001),))
    with pytest.raises(SettingsError, match="1,001 shoppers"):
        plan(mechanisms=(RandomStopping(name="w", what="w", base=(sgd(n_shoppers=1_001),), mean=2),))
    assert plan(mechanisms=(sgd(n_shoppers=800),))


def test_neighbours_are_of_one_relation_which_is_named() -> None:
    assert plan().relation == "add or remove one shopper"
    assert plan_as_json(plan())["relation"] == "add or remove one shopper"


def test_mixing_two_neighbouring_relations_is_refused() -> None:
    replaced = OfReplacement(name="sums", what="Sums", sensitivity=2.0, noise_std=9.0)

    with pytest.raises(SettingsError, match=r"sums.*replace one shopper.*add or remove one shopper"):
        plan(mechanisms=(sgd(), replaced))
    with pytest.raises(SettingsError, match="network"):
        plan(mechanisms=(sgd(),), relation=Relation.REPLACE_ONE)


def test_a_file_that_promises_another_relation_is_refused() -> None:
    record = plan_as_json(plan())

    assert plan_from_json({name: value for name, value in record.items() if name != "relation"}) == plan()
    with pytest.raises(SettingsError, match="do not compose"):
        plan_from_json(record | {"relation": "replace one shopper"})
    with pytest.raises(DataError, match="neighbouring relation"):
        plan_from_json(record | {"relation": "change one event"})


def test_noise_that_is_rounded_down_in_a_file_is_not_the_same_plan() -> None:
    """A verifier recomputes from the file's own numbers, so a smaller noise there is a larger ε there."""
    release = one_gaussian(0.3)
    rounded = mechanism_from_json(release.as_json() | {"noise_std": math.floor(release.noise_std * 10) / 10, "mu": 0})

    assert rounded != release
    assert not is_consistent(release.as_json(), rounded)
