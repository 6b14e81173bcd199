"""Statements and their verification: what is claimed can be recomputed, and a changed file is found out."""

import json
import math
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dp_accounting
import pytest
from dp_accounting.pld import PLDAccountant

from core.errors import DataError, NotFound, SettingsError
from core.privacy.calibrate import dp_sgd_noise, gaussian_mu
from core.privacy.ledger import Entry, Ledger
from core.privacy.plan import DpSgd, GaussianRelease, Mechanism, Plan, Selection, one_gaussian
from core.privacy.statement import Facts, write_statement
from core.privacy.verify import verify_statement
from core.store.home import Home

N, DELTA = 4338, 1e-5
FACTS = Facts(shoppers_declared=True, catalogue="file", published=("category", "price"), computed=("rating",))


def hybrid(mu: float) -> tuple[Mechanism, ...]:
    """Popularity 10 %, topped up by 10 %, co-occurrence 75 %, the head 5 % of μ²."""
    shares = {"popularity": 0.1, "popularity top-up": 0.1, "co-occurrence": 0.75}
    releases = [
        GaussianRelease(name=name, what="Noisy sums", sensitivity=1.0, noise_std=1 / (mu * math.sqrt(share)))
        for name, share in shares.items()
    ]
    head = DpSgd(
        name="head",
        n_shoppers=N,
        sampling_prob=1,
        train_steps=60,
        clip_norm=2.0,
        noise_multiplier=math.sqrt(60 / 0.05) / mu,
    )
    return (*releases, head)


def steps(epsilon: float) -> tuple[Mechanism, ...]:
    noise = dp_sgd_noise(epsilon, DELTA, 0.2, 60)
    return (
        DpSgd(name="network", n_shoppers=N, sampling_prob=0.2, train_steps=60, clip_norm=1.0, noise_multiplier=noise),
    )


def plan(*mechanisms: Mechanism, epsilon: float = 1.0) -> Plan:
    return Plan(epsilon=epsilon, delta=DELTA, n_shoppers=N, mechanisms=mechanisms)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    home.close()


@pytest.fixture
def written(home: Home, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """A statement of an adaptive plan: μ charged as one, four mechanisms drawn."""
    mu = gaussian_mu(1.0, DELTA, [hybrid])
    charge = Ledger(home).charge(plan(one_gaussian(mu)), study="s", purpose="Model")
    return tmp_path / "hybrid-1.json", write(home, tmp_path / "hybrid-1.json", plan(*hybrid(mu)), charge)


def write(home: Home, path: Path, drawn: Plan, charge: Entry, facts: Facts = FACTS) -> dict[str, Any]:
    return write_statement(path, drawn, method="hybrid", facts=facts, charge=charge, key=home.signing_key())


def rewrite(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    statement = json.loads(path.read_text(encoding="utf-8"))
    change(statement)
    path.write_text(json.dumps(statement), encoding="utf-8")


def test_a_statement_verifies_under_the_home_that_signed_it(written: tuple[Path, dict[str, Any]], home: Home) -> None:
    found = verify_statement(written[0], home.public_keys())

    assert found["ok"] is True
    assert found["signature"] == "intact"
    assert found["epsilon_claimed"] == 1.0
    assert 0.999 <= found["epsilon_recomputed"] <= 1.0


def test_the_file_says_every_field_that_an_officer_needs(written: tuple[Path, dict[str, Any]], home: Home) -> None:
    path, statement = written
    assert json.loads(path.read_text(encoding="utf-8")) == statement

    assert (statement["epsilon"], statement["delta"]) == (1.0, DELTA)
    assert statement["method"] == "hybrid"
    assert statement["neighbouring_relation"] == "add or remove one shopper"
    assert statement["shoppers"] == {"number": N, "declared": True, "sentence": "N declared by the curator"}
    assert [each["name"] for each in statement["mechanisms"]][-1] == "head"
    assert all(each["noise_std"] > 0 and each["sensitivity"] > 0 for each in statement["mechanisms"])
    assert statement["accountant"]["name"] == "PLD"
    assert statement["accountant"]["version"]
    assert [each["delta"] for each in statement["epsilon_at"]] == [DELTA, DELTA / 10, DELTA / 100]
    assert [each["people"] for each in statement["group_privacy"]] == [2, 3, 4]
    assert statement["group_privacy"][0]["epsilon"] == pytest.approx(2.15, abs=0.02)
    assert 0.01 < statement["tpr_at_fpr_1_percent"] < 0.05
    assert statement["catalogue_columns"]["computed"] == ["rating"]
    assert statement["ledger_head"] == Ledger(home).head()
    assert statement["libraries"]["dp-accounting"]
    assert any("order of day and month" in sentence for sentence in statement["not_covered"])
    assert "theoretical" in statement["floating_point"]


def test_dp_accounting_alone_recomputes_the_claim_from_the_file(written: tuple[Path, dict[str, Any]]) -> None:
    """Nothing of Tact is needed: the events are rebuilt from the numbers by hand."""
    accountant = PLDAccountant()
    for each in written[1]["mechanisms"]:
        noise_multiplier = each["noise_std"] / each["sensitivity"]
        draw = dp_accounting.GaussianDpEvent(noise_multiplier)
        if each.get("sampling_prob", 1) < 1:
            draw = dp_accounting.PoissonSampledDpEvent(each["sampling_prob"], draw)
        accountant.compose(dp_accounting.SelfComposedDpEvent(draw, each["count"]))

    assert accountant.get_epsilon(written[1]["delta"]) <= written[1]["epsilon"]


def test_a_counted_number_of_shoppers_is_said_to_be_treated_as_public(home: Home, tmp_path: Path) -> None:
    drawn = plan(one_gaussian(0.2))
    charge = Ledger(home).charge(drawn, study="s", purpose="Model")
    statement = write(home, tmp_path / "s.json", drawn, charge, Facts(shoppers_declared=False, catalogue="list"))

    assert statement["shoppers"]["sentence"] == "N taken from the data and treated as public"


def test_sampled_training_is_stated_and_verified_too(home: Home, tmp_path: Path) -> None:
    drawn = plan(*steps(4.0), epsilon=4.0)
    statement = write(home, tmp_path / "s.json", drawn, Ledger(home).charge(drawn, study="s", purpose="Network"))

    assert verify_statement(tmp_path / "s.json", home.public_keys())["ok"]
    assert statement["mu"] is None
    assert statement["mechanisms"][0]["sampler"] == "poisson"
    assert 8 < statement["group_privacy"][0]["epsilon"] < statement["group_privacy"][1]["epsilon"]


def test_the_delta_of_a_selection_is_named_apart(home: Home, tmp_path: Path) -> None:
    chosen = Selection(name="names", noise_std=10, delta=DELTA / 4, max_items=20)
    drawn = plan(chosen, one_gaussian(0.1))
    facts = Facts(shoppers_declared=True, catalogue="none")
    statement = write(home, tmp_path / "s.json", drawn, Ledger(home).charge(drawn, study="s", purpose="Names"), facts)

    assert statement["accountant"]["delta_outside_the_accountant"] == DELTA / 4
    assert "taken off δ" in statement["accountant"]["composition"]
    assert verify_statement(tmp_path / "s.json", home.public_keys())["ok"]


def set_epsilon(statement: dict[str, Any]) -> None:
    statement["epsilon"] = 0.5


def halve_noise(statement: dict[str, Any]) -> None:
    statement["mechanisms"][0]["noise_std"] /= 2


def silence(statement: dict[str, Any]) -> None:
    statement["mechanisms"][0]["noise_std"] = 0


def drop_mechanism(statement: dict[str, Any]) -> None:
    del statement["mechanisms"][0]


def raise_delta(statement: dict[str, Any]) -> None:
    statement["delta"] = 0.1


def swap_key(statement: dict[str, Any]) -> None:
    statement["signature"]["public_key"] = "00" * 32


def garble(statement: dict[str, Any]) -> None:
    statement["signature"] = "yes"


CHANGES = [set_epsilon, halve_noise, silence, drop_mechanism, raise_delta, swap_key, garble]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_statement_is_found_out(
    written: tuple[Path, dict[str, Any]], home: Home, change: Callable[[dict[str, Any]], None]
) -> None:
    rewrite(written[0], change)
    found = verify_statement(written[0], home.public_keys())

    assert found["signature"] == "altered"
    assert found["ok"] is False


def unsign(statement: dict[str, Any]) -> None:
    del statement["signature"]


@pytest.mark.parametrize("change", [set_epsilon, halve_noise, silence, raise_delta])
def test_an_unsigned_statement_that_claims_too_much_is_found_out_by_its_arithmetic(
    written: tuple[Path, dict[str, Any]], change: Callable[[dict[str, Any]], None]
) -> None:
    rewrite(written[0], unsign)
    assert verify_statement(written[0])["ok"] is True
    rewrite(written[0], change)
    found = verify_statement(written[0])

    assert (found["ok"], found["signature"]) == (False, "none")


def test_a_derived_number_that_contradicts_the_others_is_found_out(home: Home, tmp_path: Path) -> None:
    drawn = plan(*steps(1.0))
    write(home, tmp_path / "s.json", drawn, Ledger(home).charge(drawn, study="s", purpose="Network"))
    rewrite(tmp_path / "s.json", unsign)
    rewrite(tmp_path / "s.json", lambda statement: statement["mechanisms"][0].update(noise_std=99.0))

    assert "contradict" in verify_statement(tmp_path / "s.json")["reason"]


def test_a_statement_of_another_installation_is_checked_by_arithmetic_and_says_so(
    written: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    found = verify_statement(written[0], Home(tmp_path / "other").public_keys())

    assert (found["ok"], found["signature"]) == (True, "foreign")
    assert "another installation" in found["reason"]


def test_a_ledger_that_was_put_back_does_not_know_what_a_later_statement_paid_with(
    written: tuple[Path, dict[str, Any]], home: Home, tmp_path: Path
) -> None:
    shutil.copytree(home.folder / "keys", tmp_path / "older" / "keys")
    older = Home(tmp_path / "older")

    here = verify_statement(written[0], home.public_keys(), Ledger(home).knows)
    there = verify_statement(written[0], older.public_keys(), Ledger(older).knows)

    assert here["reason"] == "Signed by this installation and unchanged."
    assert (there["ok"], there["signature"]) == (True, "intact")
    assert "older state" in there["reason"]
    older.close()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        (b"[]", "no privacy statement"),
        (b"{}", "no privacy statement"),
        (b'{"epsilon": 1}', "add or remove"),
        (b"[" * 100_000, "JSON"),
        (b" " * (2 << 20), "too large"),
    ],
)
def test_a_file_that_is_no_statement_is_refused_in_a_sentence(tmp_path: Path, content: bytes, named: str) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)

    with pytest.raises(DataError, match=named):
        verify_statement(path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{", '{"epsilon": 0.1, '),
        ("{", '{"\\u0065psilon": 0.1, '),
        ('"number"', '"number": 1, "number"'),
        ('"kind"', '"noise_std": 99.0, "kind"'),
    ],
)
def test_a_field_that_stands_twice_is_refused_though_the_signature_fits_the_second(
    written: tuple[Path, dict[str, Any]], home: Home, before: str, after: str
) -> None:
    written[0].write_text(written[0].read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")

    with pytest.raises(DataError, match="stands twice"):
        verify_statement(written[0], home.public_keys())


@pytest.mark.parametrize("name", ["epsilon", "delta", "mechanisms", "shoppers"])
@pytest.mark.parametrize("value", [None, "1", True, math.nan, [], 10**400])
def test_a_missing_or_foolish_field_is_refused_by_name(
    written: tuple[Path, dict[str, Any]], name: str, value: Any
) -> None:
    rewrite(written[0], lambda statement: statement.update({name: value}))

    with pytest.raises(DataError, match=name):
        verify_statement(written[0])


@pytest.mark.parametrize("change", [{"kind": "magic"}, {"noise_std": None}, {"count": 1.5}, {"count": "many"}])
def test_a_foolish_mechanism_is_refused(written: tuple[Path, dict[str, Any]], change: dict[str, Any]) -> None:
    rewrite(written[0], lambda statement: statement["mechanisms"][0].update(change))

    with pytest.raises(DataError):
        verify_statement(written[0])


def test_noise_too_small_to_account_for_is_answered_at_once(written: tuple[Path, dict[str, Any]]) -> None:
    rewrite(written[0], lambda statement: statement["mechanisms"][0].update(noise_std=1e-9))

    assert verify_statement(written[0])["epsilon_recomputed"] == math.inf


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="gone"):
        verify_statement(tmp_path / "gone.json")


def test_nothing_is_stated_that_the_ledger_was_not_charged_for(home: Home, tmp_path: Path) -> None:
    charge = Ledger(home).charge(plan(one_gaussian(0.2)), study="s", purpose="Less")

    for drawn in (plan(one_gaussian(0.21)), plan(*steps(1.0))):
        with pytest.raises(SettingsError, match="not charged"):
            write(home, tmp_path / "s.json", drawn, charge)


def test_a_charge_covers_a_part_of_itself(home: Home, tmp_path: Path) -> None:
    """popularity's statement: one of the mechanisms that the joint release paid for."""
    whole = plan(*hybrid(gaussian_mu(1.0, DELTA, [hybrid])))
    charge = Ledger(home).charge(whole, study="s", purpose="Joint release")
    write(home, tmp_path / "s.json", plan(whole.mechanisms[0]), charge)

    assert verify_statement(tmp_path / "s.json", home.public_keys())["ok"]


def test_verifying_takes_less_than_a_second(written: tuple[Path, dict[str, Any]], home: Home) -> None:
    start = time.perf_counter()
    verify_statement(written[0], home.public_keys())
    assert time.perf_counter() - start < 1.0
