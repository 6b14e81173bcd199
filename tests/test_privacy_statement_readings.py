"""Readings of a statement: what is printed beside the claim follows from the mechanisms, or verify says no."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import DataError
from core.privacy import readings
from core.privacy.calibrate import dp_sgd_noise
from core.privacy.description import Facts
from core.privacy.gdp import epsilon_for, power
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, RandomStopping, Selection
from core.privacy.plan import Plan, epsilon_of
from core.privacy.statement import write_statement
from core.privacy.verify import MAX_MECHANISMS, verify_content, verify_statement
from core.store.home import Home

N, DELTA = 4338, 1e-5
KEPT = Path(__file__).parent / "kept"
RELEASE = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=4)
STEPS = DpSgd(
    name="network",
    n_shoppers=N,
    sampling_prob=0.2,
    train_steps=60,
    clip_norm=1.0,
    noise_multiplier=dp_sgd_noise(1.0, DELTA, 0.2, 60),
)


def write(home: Home, path: Path, *mechanisms: Mechanism) -> dict[str, Any]:
    plan = Plan(epsilon=epsilon_of(mechanisms, DELTA), delta=DELTA, n_shoppers=N, mechanisms=mechanisms)
    charge = Ledger(home).charge(plan, study="s", purpose="Model")
    facts = Facts(shoppers_declared=True, catalogue="file")
    return write_statement(path, plan, method="m", facts=facts, charge=charge, key=home.signing_key())


def verify(statement: dict[str, Any]) -> dict[str, Any]:
    """Check it as somebody who only has the file, unsigned."""
    unsigned = {name: value for name, value in statement.items() if name != "signature"}
    return verify_content(json.dumps(unsigned).encode(), "s.json")


@pytest.fixture
def gaussian(home: Home, tmp_path: Path) -> dict[str, Any]:
    return write(home, tmp_path / "s.json", RELEASE)


@pytest.fixture
def sampled(home: Home, tmp_path: Path) -> dict[str, Any]:
    return write(home, tmp_path / "s.json", STEPS)


def test_readings_of_gaussian_noise_are_exact(gaussian: dict[str, Any]) -> None:
    """μ = 1/4; a household of k is k μ apart."""
    assert gaussian["mu"] == 0.25
    assert [each["delta"] for each in gaussian["epsilon_at"]] == [DELTA, DELTA / 10, DELTA / 100]
    for each in gaussian["epsilon_at"]:
        assert each["epsilon"] == pytest.approx(epsilon_for(0.25, each["delta"]), rel=1e-3)
    assert gaussian["tpr_at_fpr_1_percent"] == pytest.approx(power(0.25, 0.01))
    assert gaussian["tpr_at_fpr_0_1_percent"] == pytest.approx(power(0.25, 0.001))
    assert [each["epsilon"] for each in gaussian["group_privacy"]] == [
        pytest.approx(epsilon_for(people * 0.25, DELTA)) for people in (2, 3, 4)
    ]
    assert gaussian["epsilon_without_amplification"] is None


def test_where_shoppers_were_sampled_the_epsilon_without_that_stands_beside(sampled: dict[str, Any]) -> None:
    """The same 60 steps on all shoppers: μ = √60 / σ."""
    mu = math.sqrt(60) / STEPS.noise_multiplier

    assert sampled["epsilon_without_amplification"] == pytest.approx(epsilon_for(mu, DELTA))
    assert sampled["epsilon_without_amplification"] > 5 * sampled["epsilon"]
    assert sampled["mu"] is None
    (network,) = sampled["mechanisms"]
    assert network["divisor"] == 0.2 * N
    assert network["sampling_scheme"].startswith("Poisson")
    assert "clipped gradients" in network["noise_added"]


def test_a_mechanism_that_selects_the_best_of_sampled_trials_has_its_plain_epsilon_too() -> None:
    best = RandomStopping(name="best", what="The best", base=(STEPS,), mean=5.0)
    plain = RandomStopping(
        name="best",
        what="The best",
        base=(DpSgd(**{**STEPS.__dict__, "sampling_prob": 1.0}),),
        mean=5.0,
    )

    found = readings.epsilon_without_amplification((best, RELEASE), DELTA)

    assert found == pytest.approx(epsilon_of((plain, RELEASE), DELTA), rel=1e-2)


def test_what_a_verifier_does_not_compute_again_it_names(gaussian: dict[str, Any], sampled: dict[str, Any]) -> None:
    assert verify(gaussian)["not_recomputed"] == []
    assert verify(gaussian | {"population_epsilon": 3.0})["not_recomputed"] == ["population_epsilon"]
    assert verify(sampled)["not_recomputed"] == ["group_privacy"]


def lower(name: str) -> Callable[[dict[str, Any]], None]:
    def change(statement: dict[str, Any]) -> None:
        statement[name] *= 0.98

    return change


def lower_second(name: str) -> Callable[[dict[str, Any]], None]:
    def change(statement: dict[str, Any]) -> None:
        statement[name][1]["epsilon"] *= 0.98

    return change


DOCTORED: dict[str, Callable[[dict[str, Any]], None]] = {
    "mu": lower("mu"),
    "epsilon_spent": lower("epsilon_spent"),
    "tpr_at_fpr_1_percent": lower("tpr_at_fpr_1_percent"),
    "tpr_at_fpr_0_1_percent": lower("tpr_at_fpr_0_1_percent"),
    "epsilon_at": lower_second("epsilon_at"),
    "group_privacy": lower_second("group_privacy"),
    "epsilon_without_amplification": lambda statement: statement.update(epsilon_without_amplification=1.0),
}


@pytest.mark.parametrize("name", DOCTORED)
def test_a_doctored_reading_of_an_unsigned_statement_is_found_out(gaussian: dict[str, Any], name: str) -> None:
    assert verify(gaussian)["ok"]
    DOCTORED[name](gaussian)
    found = verify(gaussian)

    assert found["ok"] is False
    assert found["reason"] == f"Its numbers contradict each other: {name}."
    assert found["epsilon_recomputed"] <= found["epsilon_claimed"]


@pytest.mark.parametrize("name", ["tpr_at_fpr_1_percent", "epsilon_at", "epsilon_without_amplification"])
def test_a_doctored_reading_of_sampled_steps_is_found_out(sampled: dict[str, Any], name: str) -> None:
    DOCTORED[name](sampled)

    assert name in verify(sampled)["reason"]


@pytest.mark.parametrize("value", [None, "0.25", True, [], {}, [0.25], -0.25, 1e308])
@pytest.mark.parametrize("name", ["mu", "epsilon_at", "group_privacy"])
def test_a_reading_of_another_shape_is_a_contradiction_and_no_crash(
    gaussian: dict[str, Any], name: str, value: Any
) -> None:
    assert verify(gaussian | {name: value})["ok"] is False


def test_a_doctored_reading_of_a_foreign_statement_is_found_out_by_its_signature_first(
    gaussian: dict[str, Any],
) -> None:
    content = json.dumps(gaussian | {"mu": 0.2}).encode()

    assert verify_content(content, "s.json")["signature"] == "altered"


@pytest.mark.parametrize("kind", ["gaussian", "sampled"])
def test_a_claim_is_held_against_the_recomputed_epsilon_without_any_tolerance(
    kind: str, request: pytest.FixtureRequest
) -> None:
    statement = request.getfixturevalue(kind)
    spent = verify(statement)["epsilon_recomputed"]

    assert verify(statement | {"epsilon": spent})["ok"] is True
    assert verify(statement | {"epsilon": math.nextafter(spent, 0)})["ok"] is False


def test_a_reading_that_another_version_of_the_accountant_gives_a_little_differently_is_let_through(
    gaussian: dict[str, Any],
) -> None:
    gaussian["epsilon_at"][2]["epsilon"] *= 1 + readings.TOLERANCE / 2

    assert verify(gaussian)["ok"]


def test_a_statement_of_the_first_version_is_still_read() -> None:
    content = (KEPT / "statement-1.json").read_bytes()
    key = json.loads(content)["signature"]["public_key"]

    here, elsewhere = verify_content(content, "s.json", [key]), verify_content(content, "s.json")

    assert (here["ok"], here["signature"]) == (True, "intact")
    assert (elsewhere["ok"], elsewhere["signature"]) == (True, "foreign")
    assert here["epsilon_recomputed"] == pytest.approx(epsilon_for(0.25, 1e-5), rel=1e-3)
    assert here["not_recomputed"] == ["population_epsilon"]


def test_a_doctored_reading_of_the_first_version_is_found_out_too() -> None:
    statement = json.loads((KEPT / "statement-1.json").read_bytes())

    assert verify(statement)["ok"]
    assert verify(statement | {"tpr_at_fpr_1_percent": 0.011})["ok"] is False


def test_a_format_of_the_future_is_refused_in_a_sentence(gaussian: dict[str, Any]) -> None:
    with pytest.raises(DataError, match="not known here"):
        verify(gaussian | {"format": "tact-privacy-statement-9"})


@pytest.mark.parametrize("unit", ["one event", "", None, 3])
def test_a_statement_about_another_unit_is_refused(gaussian: dict[str, Any], unit: Any) -> None:
    with pytest.raises(DataError, match="all events"):
        verify(gaussian | {"unit": unit})


def test_more_mechanisms_than_any_model_has_are_refused_before_they_are_accounted_for(gaussian: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=re.escape("1,001")):
        verify(gaussian | {"mechanisms": gaussian["mechanisms"] * 1_001})
    assert MAX_MECHANISMS == 100


def test_the_delta_of_a_selection_is_taken_off_every_reading(home: Home, tmp_path: Path) -> None:
    chosen = Selection(name="names", noise_std=10, delta=DELTA / 4, max_items=20)
    statement = write(home, tmp_path / "s.json", chosen)

    assert statement["epsilon_at"][0]["epsilon"] == pytest.approx(epsilon_for(0.1, DELTA * 3 / 4), rel=1e-3)
    assert [each["epsilon"] for each in statement["epsilon_at"][1:]] == [None, None]  # δ/10 is less than it spends
    assert [each["epsilon"] for each in statement["group_privacy"]] == [None, None, None]
    assert verify(statement)["ok"]


def test_the_winner_of_random_trials_is_stated_and_verified_with_the_accountant_that_knows_it(
    home: Home, tmp_path: Path
) -> None:
    trial = GaussianRelease(name="trial", what="One trial", sensitivity=1, noise_std=10)
    best = RandomStopping(name="best", what="The best", base=(trial,), mean=5.0)
    statement = write(home, tmp_path / "s.json", best)

    assert statement["accountant"]["name"] == "RDP"
    assert statement["mu"] is None
    assert "only the best" in statement["mechanisms"][0]["noise_added"]
    assert verify_statement(tmp_path / "s.json", home.public_keys())["ok"]
    assert verify(statement | {"epsilon": statement["epsilon"] * 0.99})["ok"] is False
