"""Caps and renewals: rows of the chain, by somebody, for a reason; a period is capped, a lifetime is never lowered."""

import math
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from core.errors import BudgetRefused, DataError, SettingsError
from core.privacy.chain import decision_event
from core.privacy.gdp import epsilon_for
from core.privacy.ledger import GENESIS, RENEWAL_MEANS, Cap, Decision, Entry, Ledger
from core.privacy.mechanisms import GaussianRelease, RandomStopping
from core.privacy.plan import Plan, epsilon_of
from core.privacy.spending import share_used
from core.store import schema
from core.store.home import Home

N, DELTA = 4338, 1e-5
KEPT = Path(__file__).parent / "kept"
CAP = Cap(epsilon=2.0, delta=DELTA)


def plan(mu: float) -> Plan:
    release = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=1 / mu)
    return Plan(epsilon=8.0, delta=DELTA, n_shoppers=N, mechanisms=(release,))


def spend(ledger: Ledger, share: float, **more: Any) -> Entry:
    """Charge this share of the cap's μ²."""
    return ledger.charge(plan(CAP.mu * math.sqrt(share)), study="s", purpose="Model", **more)


def test_a_decision_is_a_row_of_the_chain_with_who_and_why(home: Home) -> None:
    ledger = Ledger(home)
    charge = spend(ledger, 0.1)
    cap = ledger.set_cap(CAP, by="  Ada ", reason="Policy of 2026\n")
    renewal = ledger.renew(by="Ada", reason="The year is over")

    assert ledger.history() == [charge, cap, renewal]
    assert ledger.entries() == [charge]
    assert (cap.kind, cap.by, cap.reason, cap.cap) == ("cap", "Ada", "Policy of 2026", CAP)
    assert (renewal.kind, renewal.reason, renewal.cap) == ("renewal", "The year is over", None)
    assert [charge.previous, cap.previous, renewal.previous] == [GENESIS, charge.hash, cap.hash]
    assert ledger.head() == renewal.hash
    assert ledger.verify_chain()
    assert Ledger(Home(home.folder)).history() == ledger.history()


def test_the_cap_is_what_the_last_decision_about_it_left(home: Home) -> None:
    ledger = Ledger(home)
    assert ledger.cap() is None
    ledger.set_cap(CAP, by="Ada", reason="First")
    ledger.renew(by="Ada", reason="A renewal is no decision about the cap")
    assert ledger.cap() == CAP
    ledger.set_cap(None, by="Ada", reason="Lifted")
    assert ledger.cap() is None


def test_decisions_of_one_population_are_none_of_another(home: Home) -> None:
    Ledger(home, "north").set_cap(CAP, by="Ada", reason="North only")

    assert Ledger(home, "south").cap() is None
    assert Ledger(home, "south").history() == []


@pytest.mark.parametrize(
    ("by", "reason"), [("", "why"), ("  ", "why"), ("Ada", ""), ("Ada", " \n"), ("A" * 201, "why")]
)
@pytest.mark.parametrize("decide", [Ledger.renew, lambda ledger, **words: ledger.set_cap(CAP, **words)])
def test_a_decision_without_a_name_or_a_reason_is_not_written(
    home: Home, decide: Callable[..., Decision], by: str, reason: str
) -> None:
    ledger = Ledger(home)
    with pytest.raises(SettingsError, match="name of who decides"):
        decide(ledger, by=by, reason=reason)

    assert ledger.history() == []


def test_after_a_renewal_the_cap_counts_from_zero_and_the_lifetime_goes_on(home: Home) -> None:
    """Two periods of a whole cap μ: a lifetime of √2 μ, exactly; nothing that was spent is forgotten."""
    ledger = Ledger(home)
    ledger.set_cap(CAP, by="Ada", reason="Policy")
    spend(ledger, 1.0)
    with pytest.raises(BudgetRefused, match="100%"):
        spend(ledger, 0.01)

    ledger.renew(by="Ada", reason="The year is over")
    assert share_used(ledger.history()) == {"training": 0.0, "evaluation": 0.0}
    assert ledger.composed(DELTA) == pytest.approx(epsilon_for(CAP.mu, DELTA))
    spend(ledger, 1.0)

    assert ledger.composed(DELTA) == pytest.approx(epsilon_for(CAP.mu * math.sqrt(2), DELTA))
    with pytest.raises(BudgetRefused, match="100%"):
        spend(ledger, 0.01)


def test_a_renewal_counts_for_both_halves_and_public_data_for_none(home: Home) -> None:
    ledger = Ledger(home)
    ledger.set_cap(CAP, by="Ada", reason="Policy")
    spend(ledger, 0.25)
    spend(ledger, 0.5, group="everyone")
    spend(ledger, 0.9, public=True)

    assert share_used(ledger.history()) == {"training": pytest.approx(0.75), "evaluation": pytest.approx(0.5)}
    ledger.renew(by="Ada", reason="The year is over")
    spend(ledger, 0.25, group="evaluation")
    assert share_used(ledger.history()) == {"training": 0.0, "evaluation": pytest.approx(0.25)}


def test_a_cap_below_what_a_period_has_spent_refuses_all_and_shows_a_full_budget(home: Home) -> None:
    ledger = Ledger(home)
    spend(ledger, 1.0)
    ledger.set_cap(Cap(epsilon=0.5, delta=DELTA), by="Ada", reason="Stricter")

    assert share_used(ledger.history())["training"] == 1.0
    with pytest.raises(BudgetRefused):
        spend(ledger, 1e-6)


def test_a_refused_charge_and_a_refused_decision_leave_the_database_as_it_was(home: Home) -> None:
    ledger = Ledger(home)
    ledger.set_cap(CAP, by="Ada", reason="Policy")
    before = ledger.history()
    for refused in (
        lambda: spend(ledger, 1.01),
        lambda: spend(ledger, 1.01, group="everyone"),
        lambda: ledger.set_cap(Cap(epsilon=-1, delta=DELTA), by="Ada", reason="Typo"),
        lambda: ledger.set_cap(Cap(epsilon=1, delta=DELTA, selection_delta=1.0), by="Ada", reason="Typo"),
        lambda: ledger.renew(by="", reason=""),
    ):
        with pytest.raises((BudgetRefused, SettingsError)):
            refused()

    assert ledger.history() == before


def test_the_best_of_a_random_number_of_trials_has_no_gaussian_cost_and_no_place_under_a_cap(home: Home) -> None:
    trial = GaussianRelease(name="trial", what="One trial", sensitivity=1, noise_std=20)
    best = RandomStopping(name="best", what="The best", base=(trial,), mean=10.0)
    chosen = Plan(epsilon=epsilon_of((best,), DELTA), delta=DELTA, n_shoppers=N, mechanisms=(best,))
    ledger = Ledger(home)
    ledger.set_cap(CAP, by="Ada", reason="Policy")
    with pytest.raises(BudgetRefused, match="adds up Gaussian costs"):
        ledger.charge(chosen, study="s", purpose="Winner")

    ledger.set_cap(None, by="Ada", reason="One winner")
    entry = ledger.charge(chosen, study="s", purpose="Winner")
    assert ledger.entries() == [entry]
    ledger.set_cap(CAP, by="Ada", reason="Policy again")
    assert share_used(ledger.history()) == {"training": 1.0, "evaluation": 0.0}
    with pytest.raises(BudgetRefused, match="cannot count"):
        spend(ledger, 0.01)
    ledger.renew(by="Ada", reason="The year is over")
    spend(ledger, 0.01)


@pytest.mark.parametrize(
    "change",
    [
        {"event": decision_event("cap", "Ada", "Policy", Cap(epsilon=9.0, delta=DELTA))},
        {"event": decision_event("cap", "Eve", "Policy", CAP)},
        {"event": decision_event("cap", "Ada", "Other", CAP)},
        {"group": "training"},
        {"purpose": "renewal"},
    ],
)
def test_a_changed_decision_breaks_the_chain(home: Home, change: dict[str, Any]) -> None:
    ledger = Ledger(home)
    ledger.set_cap(CAP, by="Ada", reason="Policy")
    spend(ledger, 0.1)
    assert ledger.verify_chain()
    with home.write() as connection:
        connection.execute(update(schema.ledger).where(schema.ledger.c.id == 1).values(**change))

    assert not ledger.verify_chain()


def test_a_cap_that_is_taken_out_breaks_the_chain(home: Home) -> None:
    ledger = Ledger(home)
    ledger.set_cap(CAP, by="Ada", reason="Policy")
    spend(ledger, 0.1)
    with home.write() as connection:
        connection.execute(delete(schema.ledger).where(schema.ledger.c.id == 1))

    assert not ledger.verify_chain()


@pytest.mark.parametrize("event", ["", "[]", "{}", '{"kind":"cap","by":"Ada","reason":"x","cap":{"epsilon":1}}'])
def test_a_row_that_means_nothing_any_more_stops_everything_in_a_sentence(home: Home, event: str) -> None:
    """Better no charge than one that does not see what was spent."""
    ledger = Ledger(home)
    ledger.set_cap(CAP, by="Ada", reason="Policy")
    with home.write() as connection:
        connection.execute(update(schema.ledger).values(event=event))

    with pytest.raises(DataError, match="Row 1 of the ledger"):
        ledger.history()
    with pytest.raises(DataError, match="Row 1 of the ledger"):
        spend(ledger, 0.1)
    assert not ledger.verify_chain()


def test_what_a_renewal_means_is_said_in_words() -> None:
    assert "lowers nothing" in RENEWAL_MEANS
    assert "periods together" in RENEWAL_MEANS


def test_a_ledger_of_the_first_version_opens_verifies_and_goes_on(tmp_path: Path) -> None:
    """Its populations have three columns for a cap, which nothing reads any more; its rows keep their hashes."""
    with closing(sqlite3.connect(tmp_path / "tact.db")) as old:
        old.executescript((KEPT / "ledger-1.sql").read_text(encoding="utf-8"))
    home = Home(tmp_path)
    ledger = Ledger(home)

    assert ledger.verify_chain()
    assert [entry.study for entry in ledger.entries()] == ["s1", "s2"]
    assert ledger.by_group(DELTA)["training"] == pytest.approx(epsilon_for(0.25, DELTA))
    ledger.set_cap(CAP, by="Ada", reason="Policy")
    spend(ledger, 0.1)
    Ledger(home, "another").set_cap(CAP, by="Ada", reason="A population that the old table has no row of")
    assert ledger.verify_chain()
    assert ledger.cap() == CAP
    with home.engine.connect() as connection:
        columns = [row[1] for row in connection.execute(text("PRAGMA table_info(populations)"))]
    assert "cap_epsilon" in columns
    home.close()
