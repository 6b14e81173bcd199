"""The privacy officer's verbs: ledger, cap, renewal, statements, registry; and the same on the command line."""

import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import update

from core.__main__ import main
from core.audit.report import AuditReport, Finding
from core.errors import BudgetRefused, DataError, NotFound, SettingsError
from core.officer import Cap, Decision, Deployment, Entry, Officer, Spent
from core.privacy.chain import Group
from core.privacy.description import Facts
from core.privacy.gdp import epsilon_for
from core.privacy.ledger import Ledger
from core.privacy.mechanisms import GaussianRelease
from core.privacy.plan import Plan
from core.privacy.statement import write_statement
from core.runs.queue import Runs
from core.store import schema
from core.store.home import Home
from core.workspace import Workspace

N, DELTA = 4338, 1e-5
RELEASE = GaussianRelease(name="release", what="Counts", sensitivity=1, noise_std=4)
PLAN = Plan(epsilon=1.0, delta=DELTA, n_shoppers=N, mechanisms=(RELEASE,))


@pytest.fixture
def officer(home: Home) -> Officer:
    return Workspace(home).officer


def charge(home: Home, **more: Any) -> Entry:
    return Ledger(home).charge(PLAN, study="s", purpose="Model", **more)


def state(home: Home, path: Path) -> dict[str, Any]:
    facts = Facts(shoppers_declared=True, catalogue="file")
    return write_statement(path, PLAN, method="m", facts=facts, charge=charge(home), key=home.signing_key())


def test_an_empty_ledger_has_spent_nothing(officer: Officer) -> None:
    nothing: dict[Group, float] = {"training": 0.0, "evaluation": 0.0}

    assert officer.history() == []
    assert officer.spent(DELTA) == Spent(
        delta=DELTA,
        lifetime=nothing,
        period=nothing,
        cap=None,
        used=nothing,
        renewed=None,
        head="0" * 64,
        chain_ok=True,
    )


def test_what_is_spent_is_told_by_half_for_the_period_and_for_the_lifetime(officer: Officer, home: Home) -> None:
    """μ = 1/4 a charge: two in the first period and one in the second make √3 / 4; the cap is ε 2."""
    charge(home)
    charge(home)
    officer.set_cap(2.0, by="Ada", reason="Policy")
    officer.renew(by="Ada", reason="The year is over")
    last = charge(home)
    charge(home, public=True)
    found = officer.spent(DELTA)

    assert found.lifetime["training"] == pytest.approx(epsilon_for(math.sqrt(3) / 4, DELTA))
    assert found.period["training"] == pytest.approx(epsilon_for(1 / 4, DELTA))
    assert found.lifetime["evaluation"] == found.period["evaluation"] == 0
    assert found.cap == Cap(epsilon=2.0, delta=DELTA)
    assert found.used["training"] == pytest.approx((0.25 / Cap(epsilon=2.0, delta=DELTA).mu) ** 2)
    assert found.renewed is not None
    assert timedelta(0) <= datetime.now(UTC).replace(tzinfo=None) - found.renewed < timedelta(minutes=5)
    assert found.head != last.hash
    assert [type(row) for row in officer.history()] == [Entry, Entry, Decision, Decision, Entry, Entry]


def test_a_cap_holds_for_whoever_charges_next_until_it_is_lifted(officer: Officer, home: Home) -> None:
    officer.set_cap(0.5, by="Ada", reason="Policy")
    with pytest.raises(BudgetRefused):
        charge(home)
    decision = officer.set_cap(None, by="Ada", reason="A trial was agreed on")
    charge(home)

    assert (decision.by, decision.reason, decision.cap) == ("Ada", "A trial was agreed on", None)


@pytest.mark.parametrize(("epsilon", "delta"), [(0.0, 1e-5), (-1.0, 1e-5), (math.nan, 1e-5), (1.0, 0.0), (1.0, 1.0)])
def test_a_cap_out_of_range_is_refused(officer: Officer, epsilon: float, delta: float) -> None:
    with pytest.raises(SettingsError):
        officer.set_cap(epsilon, delta, by="Ada", reason="Policy")

    assert officer.history() == []


def test_a_changed_row_shows(officer: Officer, home: Home) -> None:
    charge(home)
    with home.write() as connection:
        connection.execute(update(schema.ledger).values(purpose="Harmless"))

    assert officer.spent(DELTA).chain_ok is False


def test_a_statement_is_verified_from_a_path_and_from_what_was_uploaded(
    officer: Officer, home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "s.json"
    state(home, path)

    here = officer.verify(path)
    assert here == officer.verify_content(path.read_bytes(), "upload.json") == Workspace(home).verify(path)
    assert (here["ok"], here["signature"]) == (True, "intact")
    with pytest.raises(DataError, match="“upload"):
        officer.verify_content(b"no", "upload.json")
    with pytest.raises(NotFound, match="gone"):
        officer.verify(tmp_path / "gone.json")


def test_a_run_that_is_no_finished_study_has_no_statements(officer: Officer, home: Home) -> None:
    run = Runs(home).submit("study", "A study", None, {})

    with pytest.raises(NotFound):
        officer.statements(run)
    with pytest.raises(NotFound):
        officer.statements("no such run")


def test_an_entry_takes_the_workspaces_texts_unless_others_are_given(
    officer: Officer, home: Home, tmp_path: Path
) -> None:
    state(home, tmp_path / "s.json")
    officer.set_deployment(Deployment(curator="Ours"))

    def curator(about: Deployment | None) -> str:
        entry = yaml.safe_load(officer.registry_entry(tmp_path / "s.json", about))
        return str(entry["deployment"]["basic"]["data_curators"][0]["data_curator_name"])

    assert officer.deployment().curator == "Ours"
    assert curator(None) == "Ours"
    assert curator(Deployment(curator="Theirs")) == "Theirs"


def test_an_audits_largest_bounds_go_into_statements_and_what_had_no_noise_does_not() -> None:
    def finding(claimed: float, bound: str, lower: float) -> Finding:
        return Finding("statistics", claimed, "white-box", bound, lower, auc=0.7, tpr_at_fpr=0.1)

    found = (finding(1.0, "one-run", 0.1), finding(1.0, "Gaussian DP", 0.4), finding(math.inf, "one-run", 5.0))
    report = AuditReport(found, 400, 0.95, DELTA, True, "2026-11-24T08:00:00+00:00", 1.0, ())

    assert report.summary() == {
        "data": "public sample",
        "date": "2026-11-24T08:00:00+00:00",
        "canaries": 400,
        "confidence": 0.95,
        "delta": DELTA,
        "bounds": [{"method": "statistics", "epsilon_claimed": 1.0, "epsilon_lower": 0.4}],
    }


# the command line


@pytest.fixture
def tact(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("TACT_HOME", str(home.folder))

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as left:
            code = int(str(left.code))
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_ledger_is_printed_with_every_decision(tact: Any, home: Home) -> None:
    paid = charge(home)
    assert tact("cap", "2", "--by", "Ada", "--reason", "Policy")[0] == 0
    assert tact("renew", "--by", "Ada", "--reason", "Year over")[0] == 0
    code, out, err = tact("ledger", "--delta", "1e-6")
    found = json.loads(out)

    assert (code, err) == (0, "")
    assert [row["kind"] for row in found["history"]] == ["charge", "cap", "renewal"]
    assert found["history"][0]["hash"] == paid.hash
    assert found["history"][0]["mechanisms"][0]["noise_std"] == 4
    assert found["history"][1]["cap"] == {"epsilon": 2.0, "delta": DELTA, "selection_delta": 0.0}
    assert found["spent"]["lifetime"]["training"] == pytest.approx(epsilon_for(0.25, 1e-6))
    assert found["spent"]["period"]["training"] == 0
    assert found["spent"]["renewed"].endswith("Z")


def test_a_renewal_says_on_the_command_line_what_it_means(tact: Any) -> None:
    code, out, _ = tact("renew", "--by", "Ada", "--reason", "Year over")

    assert code == 0
    assert "lowers nothing" in json.loads(out)["means"]


def test_a_cap_is_lifted_on_the_command_line(tact: Any, home: Home) -> None:
    tact("cap", "2", "--by", "Ada", "--reason", "Policy")
    code, out, _ = tact("cap", "none", "--by", "Ada", "--reason", "Trial")

    assert (code, json.loads(out)["cap"]) == (0, None)
    assert Ledger(home).cap() is None


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("cap", "much", "--by", "A", "--reason", "B"), "“much”"),
        (("cap", "-1", "--by", "A", "--reason", "B"), "ε above 0"),
        (("cap", "nan", "--by", "A", "--reason", "B"), "nan"),
        (("cap", "2", "--by", "A"), "--reason"),
        (("cap", "2", "--by", " ", "--reason", "B"), "name of who decides"),
        (("renew", "--reason", "B"), "--by"),
        (("ledger", "--delta", "2"), "--delta"),
        (("registry", "gone.json"), "gone.json"),
        (("deployment", "gone.json"), "gone.json"),
    ],
)
def test_wrong_words_are_one_sentence_and_exit_code_2(
    tact: Any, home: Home, words: tuple[str, ...], named: str
) -> None:
    code, out, err = tact(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert named in err
    assert Ledger(home).history() == []


def test_a_broken_chain_is_exit_code_1(tact: Any, home: Home) -> None:
    charge(home)
    with home.write() as connection:
        connection.execute(update(schema.ledger).values(purpose="Harmless"))
    code, out, _ = tact("ledger")

    assert code == 1
    assert json.loads(out)["spent"]["chain_ok"] is False


def test_texts_are_kept_and_an_entry_is_printed(tact: Any, home: Home, tmp_path: Path) -> None:
    state(home, tmp_path / "s.json")
    (tmp_path / "about.json").write_text(json.dumps({"curator": "Ours"}))
    (tmp_path / "other.json").write_text(json.dumps({"curator": "Theirs"}))

    assert json.loads(tact("deployment", str(tmp_path / "about.json"))[1])["curator"] == "Ours"
    assert json.loads(tact("deployment")[1])["curator"] == "Ours"
    code, out, err = tact("registry", str(tmp_path / "s.json"))
    assert (code, err) == (0, "")
    assert yaml.safe_load(out)["tier"] == 3
    assert '"Ours"' in out
    assert '"Theirs"' in tact("registry", str(tmp_path / "s.json"), "--about", str(tmp_path / "other.json"))[1]


def test_a_text_that_no_registry_knows_is_refused_by_name(tact: Any, tmp_path: Path) -> None:
    (tmp_path / "about.json").write_text(json.dumps({"budget": "much"}))
    code, _, err = tact("deployment", str(tmp_path / "about.json"))

    assert code == 2
    assert "budget" in err
