"""A release outside the house: asked for by one, approved by two others, bound to what was approved."""

from pathlib import Path

import pytest

from core.errors import NotFound, SettingsError
from core.privacy.deployment import Deployment
from core.privacy.ledger import Ledger
from core.settings import StudySettings
from core.store.home import Home
from core.workspace import Workspace
from tests.opened_pages import work_now


@pytest.fixture
def studied(home: Path) -> tuple[Workspace, str]:
    """A workspace with one finished study; its id."""
    ws = Workspace()
    run_id = ws.submit_study(ws.sample().id, StudySettings(methods=("popularity", "content"), epsilons=(1.0,)))
    work_now(run_id)
    return ws, run_id


def test_two_persons_who_did_not_ask_make_a_release(studied: tuple[Workspace, str]) -> None:
    releases, run_id = studied[0].releases, studied[1]
    stands = [releases.state(run_id).status]
    releases.request(run_id, by="Ada", reason="For the board")
    stands.append(releases.state(run_id).status)
    assert releases.pending() == [run_id]
    releases.approve(run_id, by="Bea", reason="Checked the statement")
    stands.append(releases.state(run_id).status)
    assert releases.state(run_id).is_draft
    releases.approve(run_id, by="Cy", reason="Checked it too")

    assert [*stands, releases.state(run_id).status] == ["none", "requested", "approved once", "approved"]
    assert not releases.state(run_id).is_draft
    assert releases.pending() == []
    assert [row.kind for row in releases.state(run_id).decisions] == ["request", "approval", "approval"]


@pytest.mark.parametrize("second", ["ada ", " BEA", "Bea\u200b", "\uff21da"])
def test_nobody_counts_twice(studied: tuple[Workspace, str], second: str) -> None:
    """Neither whoever asked nor whoever has approved already, however they write their name."""
    releases, run_id = studied[0].releases, studied[1]
    releases.request(run_id, by="Ada", reason="r")
    releases.approve(run_id, by="Bea", reason="r")
    before = len(releases.state(run_id).decisions)

    with pytest.raises(SettingsError, match=r"second person|cannot approve"):
        releases.approve(run_id, by=second, reason="r")

    assert len(releases.state(run_id).decisions) == before


def test_one_refusal_ends_it_and_a_new_request_begins_at_none(studied: tuple[Workspace, str]) -> None:
    releases, run_id = studied[0].releases, studied[1]
    releases.request(run_id, by="Ada", reason="r")
    releases.approve(run_id, by="Bea", reason="r")
    releases.refuse(run_id, by="Cy", reason="Too few shoppers")
    assert releases.state(run_id).status == "refused"
    with pytest.raises(SettingsError, match="Nobody has asked"):
        releases.approve(run_id, by="Dan", reason="r")

    releases.request(run_id, by="Ada", reason="Mended")

    assert releases.state(run_id).status == "requested"
    releases.approve(run_id, by="Bea", reason="Again")
    assert releases.state(run_id).status == "approved once"


@pytest.mark.parametrize("changed", ["curve.csv", "study.json", "models", "shop", "statements", "texts"])
def test_what_changed_since_is_not_what_was_approved(studied: tuple[Workspace, str], changed: str) -> None:
    """A study that was run again under its id has other files; and one who approves has read the texts."""
    ws, run_id = studied
    ws.releases.request(run_id, by="Ada", reason="r")
    for person in ("Bea", "Cy"):
        ws.releases.approve(run_id, by=person, reason="r")
    folder = ws.study(run_id).path
    assert ws.releases.state(run_id).status == "approved"

    if changed == "texts":
        ws.officer.set_deployment(Deployment(purpose="Something else"))
    else:
        files = [folder / changed] if "." in changed else [p for p in (folder / changed).rglob("*") if p.is_file()]
        files[0].write_bytes(files[0].read_bytes() + b"\n")

    assert ws.releases.state(run_id).status == "none"


def test_a_report_in_other_words_is_a_draft(studied: tuple[Workspace, str]) -> None:
    ws, run_id = studied
    ws.releases.request(run_id, by="Ada", reason="r")
    for person in ("Bea", "Cy"):
        ws.releases.approve(run_id, by=person, reason="r")

    other = ws.releases.document(run_id, room="releasable", about=Deployment(purpose="Something else"))

    assert other.is_draft
    assert not ws.releases.document(run_id, room="releasable", about=Deployment()).is_draft


def test_decisions_stand_in_the_chain_and_cost_nothing(studied: tuple[Workspace, str]) -> None:
    ws, run_id = studied
    spent = ws.officer.spent(1e-5).lifetime

    ws.releases.request(run_id, by="Ada", reason="r")

    after = ws.officer.spent(1e-5)
    assert after.chain_ok
    assert after.lifetime == spent


def test_a_study_that_is_not_there_cannot_be_asked_for(home: Path) -> None:
    with pytest.raises(NotFound):
        Workspace().releases.request("nothing", by="Ada", reason="r")


def test_the_access_log_keeps_the_newest_first(home: Path) -> None:
    releases = Workspace().releases
    releases.log("shopper.seen", "study-1", who="ada@shop")
    releases.log("lists.downloaded", "study-1")

    assert [(row.who, row.action, row.subject) for row in releases.accesses()] == [
        ("", "lists.downloaded", "study-1"),
        ("ada@shop", "shopper.seen", "study-1"),
    ]


def test_a_refusal_is_not_overtaken_and_the_asker_never_counts(studied: tuple[Workspace, str]) -> None:
    """Rows as two persons may write them at the same moment, past the checks of the verbs."""
    releases, run_id = studied[0].releases, studied[1]
    subject = releases.request(run_id, by="Ada", reason="r").subject
    chain = Ledger(Home())
    for kind, by in (("approval", "Ada"), ("approval", "Bea")):
        chain.decide(kind, by=by, reason="r", subject=subject)  # type: ignore[arg-type]
    assert releases.state(run_id).status == "approved once"
    chain.decide("refusal", by="Cy", reason="r", subject=subject)

    chain.decide("approval", by="Dan", reason="r", subject=subject)

    assert releases.state(run_id).status == "refused"


def test_a_request_for_what_is_no_longer_there_waits_for_nobody(studied: tuple[Workspace, str]) -> None:
    ws, run_id = studied
    ws.releases.request(run_id, by="Ada", reason="r")
    curve = ws.study(run_id).curve_file
    kept = curve.read_text()
    curve.write_text(kept + "x\n")
    assert ws.releases.pending() == []
    curve.write_text(kept)
    assert ws.releases.pending() == [run_id]

    (ws.study(run_id).path / "study.json").unlink()

    assert ws.releases.pending() == []
