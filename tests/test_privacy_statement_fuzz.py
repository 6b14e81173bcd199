"""Whatever is in a statement's file: a sentence or an answer, and never "ok" for a claim that is too large."""

import copy
import json
import math
from functools import lru_cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from dp_accounting import GaussianDpEvent, PoissonSampledDpEvent, SelfComposedDpEvent
from dp_accounting.pld import PLDAccountant
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.privacy.calibrate import dp_sgd_noise
from core.privacy.description import Facts
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import DpSgd, GaussianRelease, Mechanism, RandomStopping, Selection
from core.privacy.plan import Plan, epsilon_of
from core.privacy.statement import write_statement
from core.privacy.verify import verify_content
from core.store.home import Home

N, DELTA = 4338, 1e-5
RELEASE = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=4)
KINDS: dict[str, tuple[Mechanism, ...]] = {
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
    "best": (RandomStopping(name="best", what="The best", base=(RELEASE,), mean=5.0),),
}
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2, 0.5, 1e-9, 1e9, 1e-300, 1e300, -0.0, 10**30, "", "1", "gaussian_release", "inf", [],
    {}, [[]], {"kind": "dp_sgd"}, math.nan, math.inf, "\ud800", "x" * 300,
]  # fmt: skip


@lru_cache(maxsize=len(KINDS))
def signed(kind: str) -> str:
    """A signed statement of each kind of plan, as JSON."""
    plan = Plan(epsilon=epsilon_of(KINDS[kind], DELTA), delta=DELTA, n_shoppers=N, mechanisms=KINDS[kind])
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        charge = Ledger(home).charge(plan, study="s", purpose="Model")
        facts = Facts(shoppers_declared=True, catalogue="file")
        path = home.folder / "s.json"
        write_statement(path, plan, method="m", facts=facts, charge=charge, key=home.signing_key())
        home.close()
        return path.read_text(encoding="utf-8")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value, containers included."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, each in inside for place in places(each, (*path, name)))]


def mutate(statement: dict[str, Any], random: Random) -> None:
    """Change, drop, wrap or double one thing somewhere; what makes numbers is changed most often."""
    every = [place for place in places(statement) if place]
    numbers = [place for place in every if place[0] in ("epsilon", "delta", "mechanisms", "shoppers", "signature")]
    *path, last = random.choice(random.choice([every, numbers]) or every)
    holder: Any = statement
    for name in path:
        holder = holder[name]
    old = holder[last]
    how = random.choice(["odd", "number", "scale", "scale", "drop", "copy", "wrap"])
    if how == "drop":
        del holder[last]
    elif how == "copy":
        holder[last] = copy.deepcopy(statement[random.choice(list(statement))])
    elif how == "wrap":
        holder[last] = [old]
    elif how == "scale" and isinstance(old, int | float) and not isinstance(old, bool):
        holder[last] = old * random.choice([0.5, 0.99, 1.01, 2, -1, 1e-6, 1e6])
    elif how == "number":
        holder[last] = random.choice(
            [random.uniform(-1, 10), 10 ** random.uniform(-300, 300), random.randint(-5, 10**6)]
        )
    else:
        holder[last] = copy.deepcopy(random.choice(ODD))


def honest(statement: dict[str, Any]) -> float | None:
    """ε at δ from the Gaussian and sampled mechanisms, by dp-accounting and without any of Tact's code."""
    accountant = PLDAccountant(value_discretization_interval=1e-3)
    for each in statement["mechanisms"]:
        if each["kind"] not in ("gaussian_release", "dp_sgd"):
            return None
        is_steps = each["kind"] == "dp_sgd"
        noise = each["noise_multiplier"] if is_steps else each["noise_std"] / each["sensitivity"]
        draw = GaussianDpEvent(noise)
        if is_steps and each["sampling_prob"] < 1:
            draw = PoissonSampledDpEvent(each["sampling_prob"], draw)
        accountant.compose(SelfComposedDpEvent(draw, int(each["train_steps" if is_steps else "count"])))
    return float(accountant.get_epsilon(statement["delta"]))


def answer(content: str, *keys: str) -> dict[str, Any] | str:
    """What verify says, or the sentence with which it refuses to say anything."""
    try:
        return verify_content(content.encode("utf-8", "surrogatepass"), "s.json", keys)
    except DataError as error:
        return str(error)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(list(KINDS)),
    is_signed=st.booleans(),
    n_changes=st.integers(1, 3),
    seed=st.integers(0, 2**32),
)
def test_a_mutated_statement_never_crashes_and_never_gets_away_with_too_large_a_claim(
    kind: str, is_signed: bool, n_changes: int, seed: int
) -> None:
    statement = json.loads(signed(kind))
    key = statement["signature"]["public_key"]
    if not is_signed:
        del statement["signature"]
    before = copy.deepcopy(statement)
    random = Random(seed)
    for _ in range(n_changes):
        mutate(statement, random)
    found = answer(json.dumps(statement), key)

    if isinstance(found, str):
        assert found.endswith(".")
        return
    if found["ok"]:
        assert found["epsilon_recomputed"] <= found["epsilon_claimed"] == statement["epsilon"]
        assert 0 < statement["delta"] < 1
        apart = honest(statement)
        assert apart is None or apart <= statement["epsilon"] * (1 + 1e-3)
    if is_signed and statement.get("signature") == before["signature"] and statement != before:
        assert not found["ok"]
        assert found["signature"] == "altered"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_sentence(content: bytes) -> None:
    with pytest.raises(DataError):
        verify_content(content, "s.json")


NAMES = st.sampled_from(["epsilon", "delta", "mechanisms", "shoppers", "kind", "signature"]) | st.text(max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside) | st.dictionaries(NAMES, inside),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_sentence(value: Any) -> None:
    with pytest.raises(DataError):
        verify_content(json.dumps(value).encode("utf-8", "surrogatepass"), "s.json")


@pytest.mark.parametrize("depth", [500, 900, 5_000, 100_000])
def test_a_file_as_deep_as_a_well_is_a_sentence_or_an_answer(depth: int) -> None:
    whole = json.dumps(json.loads(signed("gaussian")))
    content = whole.replace('"remarks": []', f'"remarks": {"[" * depth}{"]" * depth}')
    assert content != whole
    found = answer(content)

    assert "JSON" in found if isinstance(found, str) else found["ok"] is False


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("best", "shape", 1e9),  # the accountant's arithmetic overflows
        ("best", "mean", 1e300),
        ("gaussian", "noise_std", 1e-300),
        ("gaussian", "sensitivity", 1e300),
        ("gaussian", "count", 1e300),
        ("sampled", "train_steps", 1e15),
        ("sampled", "noise_multiplier", 1e-9),
        ("names", "max_items", 10**6),
        ("names", "noise_std", 1e-12),
    ],
)
def test_a_number_beyond_all_arithmetic_is_an_answer(kind: str, name: str, value: float) -> None:
    statement = json.loads(signed(kind))
    del statement["signature"]
    statement["mechanisms"][0][name] = value

    found = answer(json.dumps(statement))

    assert isinstance(found, dict)
    assert found["ok"] is False
