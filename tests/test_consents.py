"""An officer answers a shopper: where they are, that they are out from now on, and evidence of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.errors import DataError, SettingsError
from core.privacy.chain import Cap
from core.privacy.consent import hash_of
from core.privacy.ledger import Ledger
from core.settings import AnonymizationSettings, StudySettings
from core.store.home import Home
from core.workspace import Workspace
from tests.opened_pages import work_now

WHY: dict[str, Any] = {"by": "Olga Officer", "reason": "request 17 by letter"}


@pytest.fixture
def ws() -> Workspace:
    workspace = Workspace()
    workspace.sample()
    return workspace


def someone(ws: Workspace, place: int = 0) -> str:
    return str(ws._open(ws.sample().id).interactions()["user_id"].iloc[place])


def study(ws: Workspace) -> str:
    settings = StudySettings(methods=("popularity", "content"), epsilons=(1.0, 4.0), ceiling=True)
    run_id = ws.submit_study(ws.sample().id, settings)
    work_now(run_id)
    assert ws.run(run_id).status == "done", ws.run(run_id).error
    return run_id


def test_a_study_before_the_withdrawal_used_the_shopper_and_one_after_it_did_not(ws: Workspace) -> None:
    user = someone(ws)
    first = study(ws)
    ws.consents.withdraw(user, **WHY)
    second = study(ws)

    found = ws.consents.uses(user)

    assert {use.run.id: use.role in ("trained", "judged") for use in found.studies} == {first: True, second: False}
    assert {use.run.id: use.role == "left out" for use in found.studies} == {first: False, second: True}
    assert [use.epsilons for use in found.studies] == [(1.0, 4.0)] * 2
    assert all(use.has_ceiling and use.has_private for use in found.studies)
    assert [use.info.id for use in found.datasets] == ["sample-shop"]
    rows = ws._open("sample-shop").interactions()["user_id"]
    assert found.datasets[0].rows == int((rows == user).sum())


def test_the_coin_says_who_trained_and_who_judged(ws: Workspace) -> None:
    run_id = study(ws)
    from core.studies.preparing import COIN
    from core.studies.shoppers import is_judge

    users = ws._open("sample-shop").interactions()["user_id"].unique()[:40]
    share = ws.study(run_id).about()["numbers"]["share"]
    judges = is_judge(users, ws.home.key(COIN), share)
    assert 0 < judges.sum() < 40

    for place in (int(judges.argmax()), int((~judges).argmax())):
        (use,) = ws.consents.uses(users[place]).studies
        assert use.role == ("judged" if judges[place] else "trained")


def test_releases_and_reports_of_a_shoppers_study_are_told(ws: Workspace) -> None:
    """Their rows name the run and more: a digest of what was approved, the room of a report."""
    user, run_id = someone(ws), study(ws)
    assert ws.consents.uses(user).reports == ()

    ws.releases.request(run_id, by="Ada", reason="partner")
    ws.releases.approve(run_id, by="Ben", reason="read")
    ws.releases.log("report.downloaded", f"{run_id} releasable", "ada@shop")

    told = [(each.who, each.action, each.subject) for each in ws.consents.uses(user).reports]
    assert told == [
        ("Ada", "request", run_id),
        ("Ben", "approval", run_id),
        ("ada@shop", "report.downloaded", run_id),
    ]


def test_an_unknown_shopper_is_nowhere(ws: Workspace) -> None:
    study(ws)
    found = ws.consents.uses("nobody at all")
    assert (found.datasets, found.runs, found.withdrawal) == ((), (), None)


def test_an_export_is_told_and_its_zip_holds_no_record(ws: Workspace) -> None:
    user = someone(ws)
    ws.consents.withdraw(user, **WHY)
    run_id = ws.anonymizer.submit("sample-shop", AnonymizationSettings(coarsen_time="day"))
    work_now(run_id)

    (use,) = ws.consents.uses(user).exports
    assert use.role == "left out"
    assert b"excluded" not in ws.anonymizer.export_zip(run_id).read_bytes()


def test_the_ledger_keeps_a_hash_and_never_the_id_and_stays_whole(ws: Workspace) -> None:
    user = someone(ws)
    with pytest.raises(SettingsError, match="id stands in the name or in the reason") as refused:
        ws.consents.withdraw(user, by="Olga", reason=f"shopper {user.upper()} called")
    assert user not in str(refused.value)
    assert Ledger(ws.home).history() == []

    Ledger(ws.home).set_cap(Cap(epsilon=8.0, delta=1e-5), by="Olga", reason="a row of before")
    decision = ws.consents.withdraw(f"  {user} ", **WHY)

    assert decision.subject == hash_of(user, ws.home)
    assert ws.consents.is_withdrawn(user)
    assert [row.subject for row in ws.consents.marked()] == [decision.subject]
    assert Ledger(ws.home).verify_chain()
    assert Ledger(ws.home).composed(1e-5) == 0.0, "a withdrawal spends nothing"


def test_short_ids_are_looked_for_as_words(ws: Workspace) -> None:
    with pytest.raises(SettingsError, match="id stands"):
        ws.consents.withdraw("17", **WHY)
    ws.consents.withdraw("1", **WHY)
    assert ws.consents.is_withdrawn("1")


def test_twice_is_refused_and_giving_back_what_was_not_withdrawn_too(ws: Workspace) -> None:
    user = someone(ws)
    with pytest.raises(SettingsError, match="not withdrawn"):
        ws.consents.give_back(user, **WHY)
    ws.consents.withdraw(user, **WHY)
    with pytest.raises(SettingsError, match="withdrawn already"):
        ws.consents.withdraw(user, **WHY)
    ws.consents.give_back(user, **WHY)
    assert not ws.consents.is_withdrawn(user)
    assert ws.consents.marked() == []


def test_another_home_has_another_hash(ws: Workspace, home: Home) -> None:
    assert hash_of("u1", ws.home) != hash_of("u1", home)
    assert hash_of("u1", ws.home) == hash_of("u1", ws.home)


def test_a_list_marks_each_shopper_once_and_is_not_kept(ws: Workspace) -> None:
    ws.consents.withdraw("b-2", **WHY)
    content = b"UserID\na-1\nb-2\nc-3\na-1\n"

    told = ws.consents.withdraw_listed(content, **WHY)

    assert (told.now, told.already) == (2, 1)
    assert len(ws.consents.marked()) == 3
    assert not any(ws.home.uploads_folder.iterdir())
    with pytest.raises(SettingsError, match="id stands"):
        ws.consents.withdraw_listed(b"UserID\nd-4\nletter\n", **WHY)
    assert len(ws.consents.marked()) == 3, "all or nobody"
    with pytest.raises(DataError, match="no column UserID"):
        ws.consents.withdraw_listed(b"a\nb\n", **WHY)


def test_evidence_says_what_was_before_and_after_and_breaks_when_changed(ws: Workspace) -> None:
    user = someone(ws)
    first = study(ws)
    ws.consents.withdraw(user, **WHY)
    second = study(ws)

    found = ws.consents.evidence(user)

    assert user not in json.dumps(found)
    assert found["withdrawn"] is True
    assert found["chain_ok"] is True
    assert [(run["run"], run["shopper"]) for run in found["runs_before"]] == [(first, "not on the list")]
    assert [(run["run"], run["shopper"]) for run in found["runs_since"]] == [(second, "left out")]
    assert found["runs_since"][0]["list_read_at"] == found["decisions"][0]["hash"]

    content = json.dumps(found).encode()
    assert ws.consents.check_evidence(content, user) == {
        "ok": True,
        "signature": "intact",
        "reason": "Signed by this installation and unchanged.",
        "is_about": True,
    }
    assert ws.consents.check_evidence(content, "somebody else")["ok"] is False
    forged = content.replace(b'"not on the list"', b'"left out"')
    assert ws.consents.check_evidence(forged)["signature"] == "altered"
    assert ws.consents.check_evidence(forged)["ok"] is False
    with pytest.raises(DataError, match="no evidence"):
        ws.consents.check_evidence(b"{}")


def test_evidence_of_another_home_or_of_a_ledger_set_back_is_not_ours(ws: Workspace, home: Home) -> None:
    from core.consents import Consents

    other = Consents(home)
    other.withdraw("u-1234", **WHY)
    found = ws.consents.check_evidence(json.dumps(other.evidence("u-1234")).encode())
    assert (found["ok"], found["signature"]) == (False, "foreign")

    ws.consents.withdraw("u-1234", **WHY)
    content = json.dumps(ws.consents.evidence("u-1234")).encode()
    with ws.home.write() as connection:
        connection.exec_driver_sql("delete from ledger")
    assert "older state" in ws.consents.check_evidence(content)["reason"]


def test_models_without_noise_go_and_the_record_stays(ws: Workspace) -> None:
    user = someone(ws)
    ws.consents.withdraw(user, **WHY)
    run_id = study(ws)

    ws.consents.forget_private(run_id)

    (use,) = ws.consents.uses(user).studies
    assert (use.role, use.has_ceiling) == ("left out", False)
    assert not list((ws.study(run_id).path / "private").glob("*-none"))
    assert ws.study(run_id).curve_file.exists(), "what left with an ε stays"
    assert ws.consents.cost_of_retraining(run_id).epsilon_training >= 0


def test_the_command_line_withdraws_asks_and_proves(
    ws: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    user = someone(ws)
    assert main(["consent", "withdraw", user, "--by", "Olga", "--reason", "by letter"]) == 0
    assert user not in capsys.readouterr().out
    assert main(["consent", "uses", user]) == 0
    assert json.loads(capsys.readouterr().out)["withdrawn"] is True
    assert main(["consent", "evidence", user]) == 0
    (tmp_path / "e.json").write_text(capsys.readouterr().out)
    assert main(["consent", "check", str(tmp_path / "e.json"), "--user", user]) == 0
    assert main(["consent", "check", str(tmp_path / "e.json"), "--user", "other"]) == 1
    assert main(["consent", "return", user, "--by", "Olga", "--reason", "by phone"]) == 0
    assert main(["consent", "return", user, "--by", "Olga", "--reason", "by phone"]) == 2


def test_without_the_key_of_the_hashes_nothing_starts(ws: Workspace) -> None:
    """A new key would fit no withdrawal: everybody would be back without a word."""
    user = someone(ws)
    ws.consents.withdraw(user, **WHY)
    key = next(ws.home.folder.rglob("consent.key"))
    kept = key.read_bytes()
    key.unlink()

    with pytest.raises(SettingsError, match=r"consent\.key"):
        ws.consents.is_withdrawn(user)
    run_id = ws.submit_study(ws.sample().id, StudySettings(methods=("popularity",), epsilons=(1.0,)))
    work_now(run_id)
    assert ws.run(run_id).status == "failed"

    assert not key.exists()
    key.write_bytes(kept)
    assert ws.consents.is_withdrawn(user)


def test_an_erasure_after_the_withdrawal_names_nobody_either(ws: Workspace) -> None:
    user = someone(ws)
    ws.consents.withdraw(user, **WHY)

    for words in ({"by": user, "reason": "r"}, {"by": "Olga", "reason": user}, {"by": "Olga", "reason": " "}):
        with pytest.raises(SettingsError):
            ws.consents.erase(user, **words)

    assert len(ws._open(ws.sample().id).interactions().query("user_id == @user")) > 0
