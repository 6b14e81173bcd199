"""The ledger when everything goes wrong: killed processes, races, failures half way, databases put back."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import BudgetRefused
from core.privacy import ledger as ledger_module
from core.privacy.gdp import epsilon_for
from core.privacy.ledger import Cap, Ledger
from core.privacy.statement import Facts, write_statement
from core.privacy.verify import verify_statement
from core.store.home import Home
from tests.charging import PLAN, RELEASE

DELTA, ROOT = 1e-5, Path(__file__).resolve().parents[1]
FACTS = Facts(shoppers_declared=True, catalogue="file")
TEN = Cap(epsilon=epsilon_for(RELEASE.mu * 10**0.5, DELTA) * (1 + 1e-9), delta=DELTA)
"""Ten charges of the plan fit, an eleventh does not."""


@pytest.fixture
def ledger(home: Home) -> Ledger:
    ledger = Ledger(home)
    assert ledger.head() == "0" * 64  # makes the tables
    return ledger


def run_children(mode: str, ledger: Ledger, draws: Path, count: int) -> list[str]:
    """Let children charge and draw; returns the lines that they drew."""
    command = [sys.executable, "-m", "tests.charging", mode, str(ledger.home.folder), str(draws), str(count)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    return draws.read_text(encoding="utf-8").split() if draws.exists() else []


def test_whenever_a_process_is_killed_each_draw_has_been_paid_for(ledger: Ledger, tmp_path: Path) -> None:
    """Thirty kills without warning, at random moments of charging and drawing."""
    drawn = run_children("charges-first", ledger, tmp_path / "draws", 30)

    paid = {entry.hash for entry in ledger.entries()}
    assert len(drawn) >= 20
    assert set(drawn) <= paid
    assert len(drawn) == len(set(drawn))
    assert len(paid) - len(drawn) <= 30  # a child that is killed leaves at most one charge without its draw
    assert ledger.verify_chain()


def test_that_test_would_see_a_draw_before_its_charge(ledger: Ledger, tmp_path: Path) -> None:
    """The same kills of a machine that draws first: draws remain that nobody paid for."""
    drawn = run_children("draws-first", ledger, tmp_path / "draws", 15)

    assert len(drawn) > len(ledger.entries())


def test_processes_that_race_for_the_last_of_a_cap_never_pass_it(ledger: Ledger, tmp_path: Path) -> None:
    ledger.set_cap(TEN, by="Ada", reason="Ten and no more")
    drawn = run_children("race", ledger, tmp_path / "draws", 6)

    assert len(ledger.entries()) == 10
    assert sorted(drawn) == sorted(entry.hash for entry in ledger.entries())
    assert ledger.verify_chain()
    assert ledger.composed(DELTA) <= TEN.epsilon


def test_two_tabs_that_press_the_button_at_once_never_pass_the_cap(ledger: Ledger) -> None:
    """Threads of one server share its connections."""
    ledger.set_cap(TEN, by="Ada", reason="Ten and no more")

    def press(number: int) -> bool:
        try:
            Ledger(ledger.home).charge(PLAN, study=f"tab {number}", purpose="Model")
        except BudgetRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as tabs:
        allowed = list(tabs.map(press, range(24)))

    assert sum(allowed) == len(ledger.entries()) == 10
    assert ledger.verify_chain()


def test_a_failure_half_way_writes_nothing_and_the_next_charge_follows_the_same_row(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ledger.charge(PLAN, study="s", purpose="Model")

    def fail(_: object) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger_module, "row_hash", fail)
        with pytest.raises(OSError, match="disk"):
            ledger.charge(PLAN, study="s", purpose="Lost")

    assert ledger.entries() == [first]
    assert ledger.charge(PLAN, study="s", purpose="Again").previous == first.hash


def test_a_failure_after_the_charge_leaves_it_paid_and_the_retry_pays_again(ledger: Ledger) -> None:
    def draw() -> None:
        ledger.charge(PLAN, study="s", purpose="Model")
        raise RuntimeError("killed by an exception before anything was drawn")

    for _ in range(2):
        with pytest.raises(RuntimeError):
            draw()

    assert ledger.composed(DELTA) == pytest.approx(epsilon_for(RELEASE.mu * 2**0.5, DELTA))


def test_a_database_put_back_to_an_older_copy_is_found_out_by_a_later_statement(ledger: Ledger, tmp_path: Path) -> None:
    home, database = ledger.home, ledger.home.folder / "tact.db"
    early = ledger.charge(PLAN, study="s", purpose="Early")
    write_statement(tmp_path / "early.json", PLAN, method="m", facts=FACTS, charge=early, key=home.signing_key())
    with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        now.backup(copy)
    late = ledger.charge(PLAN, study="s", purpose="Late")
    write_statement(tmp_path / "late.json", PLAN, method="m", facts=FACTS, charge=late, key=home.signing_key())

    def reason(name: str) -> str:
        found = verify_statement(tmp_path / name, home.public_keys(), Ledger(home).knows)
        assert found["signature"] == "intact"
        return str(found["reason"])

    assert reason("late.json") == "Signed by this installation and unchanged."
    home.close()
    for old in home.folder.glob("tact.db*"):
        old.unlink()
    database.write_bytes((tmp_path / "copy.db").read_bytes())

    assert Ledger(home).verify_chain()  # a shorter chain is whole in itself
    assert reason("early.json") == "Signed by this installation and unchanged."
    assert "put back to an older state" in reason("late.json")
    Ledger(home).charge(PLAN, study="s", purpose="Going on as if nothing had been")
    assert "put back to an older state" in reason("late.json")


def test_a_newest_row_that_is_taken_out_is_found_out_even_where_another_takes_its_number(
    ledger: Ledger, tmp_path: Path
) -> None:
    home = ledger.home
    entries = [ledger.charge(PLAN, study="s", purpose=f"Draw {number}") for number in range(3)]
    write_statement(tmp_path / "s.json", PLAN, method="m", facts=FACTS, charge=entries[-1], key=home.signing_key())
    with home.write() as connection:
        connection.exec_driver_sql("DELETE FROM ledger WHERE id = 3")
    again = ledger.charge(PLAN, study="s", purpose="Draw 2")

    assert again.id == entries[-1].id
    assert ledger.verify_chain()
    assert not ledger.knows(entries[-1].hash)
    found = verify_statement(tmp_path / "s.json", home.public_keys(), ledger.knows)
    assert "put back to an older state" in found["reason"]
