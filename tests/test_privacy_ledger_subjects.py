"""Decisions about something: their subject is hashed with them, and rows of before there were subjects read on."""

import json
import sqlite3
from contextlib import closing

import pytest

from core.__main__ import main
from core.privacy.chain import Kind
from core.privacy.ledger import GENESIS, Cap, Decision, Ledger
from core.store.home import Home

FIRST = "57ec0e571822563f1c6315fd662ba4ea93c787f749ea1896f61628744bf800d3"
SECOND = "90ac55e3450fd23b18d6826173d3cfd8bfa66a8edffb07e7536efa81f2327329"
CAP_EVENT = (
    '{"by":"Ada","cap":{"delta":1e-05,"epsilon":2.0,"selection_delta":0.0},"kind":"cap","reason":"Policy of 2026"}'
)
RENEWAL_EVENT = '{"by":"Ada","cap":null,"kind":"renewal","reason":"The year is over"}'
OLD_ROWS = (
    (1, "main", "2026-11-24 17:22:10.436311", "decision", "", "cap", 0, CAP_EVENT, GENESIS, FIRST),
    (2, "main", "2026-11-24 17:22:10.439334", "decision", "", "renewal", 0, RENEWAL_EVENT, FIRST, SECOND),
)
"""Byte for byte what Tact wrote when a decision had no subject."""
ABOUT: tuple[tuple[Kind, str], ...] = (
    ("request", "run-1 0123"),
    ("approval", "run-1 0123"),
    ("refusal", "run-1 0123"),
    ("withdrawal", "a1b2"),
    ("return", "a1b2"),
    ("permission", "dataset-1"),
    ("revocation", "dataset-1"),
)


def raw(home: Home) -> sqlite3.Connection:
    return sqlite3.connect(home.folder / "tact.db")


def test_rows_of_before_there_were_subjects_read_and_verify_as_they_are(home: Home) -> None:
    ledger = Ledger(home)
    ledger.history()  # makes the tables
    with closing(raw(home)) as database, database:
        database.executemany(f"INSERT INTO ledger VALUES ({', '.join('?' * 10)})", OLD_ROWS)

    cap, renewal = ledger.history()

    assert ledger.verify_chain()
    assert isinstance(cap, Decision)
    assert isinstance(renewal, Decision)
    assert (cap.kind, cap.by, cap.reason, cap.subject) == ("cap", "Ada", "Policy of 2026", "")
    assert cap.cap == Cap(epsilon=2.0, delta=1e-5)
    assert (renewal.kind, renewal.subject, renewal.hash) == ("renewal", "", SECOND)
    ledger.decide("permission", by="Ada", reason="Demo", subject="dataset-1")
    assert ledger.verify_chain(), "a new row follows the old ones"


def test_a_decision_about_nothing_is_written_as_it_was_before(home: Home) -> None:
    ledger = Ledger(home)
    ledger.set_cap(Cap(epsilon=2.0, delta=1e-5), by="Ada", reason="Policy of 2026")
    ledger.renew(by="Ada", reason="The year is over")

    with closing(raw(home)) as database:
        events = [row[0] for row in database.execute("SELECT event FROM ledger ORDER BY id")]
    assert events == [CAP_EVENT, RENEWAL_EVENT]


def test_a_changed_subject_breaks_the_chain(home: Home) -> None:
    ledger = Ledger(home)
    ledger.decide("permission", by="Ada", reason="Demo", subject="dataset-1")
    assert ledger.verify_chain()
    with closing(raw(home)) as database, database:
        database.execute("UPDATE ledger SET event = replace(event, 'dataset-1', 'dataset-2')")

    assert not ledger.verify_chain()


def test_decisions_are_found_by_their_kind_in_their_order(home: Home) -> None:
    ledger = Ledger(home)
    for kind, subject in ABOUT:
        ledger.decide(kind, by="Ada", reason="r", subject=subject)
    Ledger(home, "another shop").decide("permission", by="Bea", reason="r", subject="dataset-9")

    assert [row.kind for row in ledger.decisions("permission", "request")] == ["request", "permission"]
    assert [(row.kind, row.subject) for row in ledger.history() if isinstance(row, Decision)] == list(ABOUT)
    assert ledger.decisions("cap") == []


def test_the_command_line_prints_every_kind_with_what_it_is_about(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TACT_HOME", str(home.folder))
    for kind, subject in ABOUT:
        Ledger(home).decide(kind, by="Ada", reason="r", subject=subject)
    Ledger(home).renew(by="Ada", reason="r")

    assert main(["ledger"]) == 0

    rows = json.loads(capsys.readouterr().out)["history"]
    assert [(row["kind"], row["subject"]) for row in rows] == [*ABOUT, ("renewal", "")]
