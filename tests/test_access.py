"""The access log: one row for each thing that was seen, taken along or decided, none names a shopper, none goes."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from core.access.log import ACTIONS, Access
from core.releases import Releases
from core.runs.forgetting import begin_forgetting
from core.serving.caretaker import Caretaker
from core.settings import AnonymizationSettings
from core.store.home import Home
from core.store.schema import access_log
from core.tables.mapping import Mapping
from core.workspace import Workspace
from tests.made_shop import import_made, make_catalogue, make_interactions
from tests.worked import STUDY, upload, work_now

CANARY = "canary-7f3a"
"""Begins every shopper's id of the shop here."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with one dataset, a row of which was dropped, a study and an export."""
    folder = tmp_path_factory.mktemp("shop")
    ws = Workspace(Home(folder / "home"))
    rows = make_interactions()
    import_made(folder / "files", rows.assign(user_id=CANARY + rows["user_id"]), catalogue=make_catalogue())
    with (folder / "files" / "UserBehavior.csv").open("a") as file:
        file.write(f"{CANARY}x,y,9,never\n")
    behavior, products = (upload(ws, folder / "files" / name) for name in ("UserBehavior.csv", "ProductInfo.csv"))
    work_now(ws, ws.importer.submit_import("Tea shop", behavior, products, Mapping()))
    work_now(ws, ws.submit_study(dataset(ws), STUDY))
    work_now(ws, ws.anonymizer.submit(dataset(ws), AnonymizationSettings()))
    yield ws
    ws.home.close()


def dataset(ws: Workspace) -> str:
    return ws.datasets()[0].id


def run(ws: Workspace, kind: str) -> str:
    return next(run.id for run in ws.runs() if run.kind == kind)


def shopper(ws: Workspace) -> str:
    return ws.shopfront.shoppers(run(ws, "study"))[0]


def rows_of(ws: Workspace, action: Callable[[], object]) -> list[tuple[str, str, str]]:
    """The rows that this adds: who, what, of what."""
    before = len(ws.releases.accesses())
    action()
    now = ws.releases.accesses()
    return [(row.who, row.action, row.subject) for row in now[: len(now) - before]]


def test_what_is_handed_out_is_one_row(shop: Workspace, tmp_path: Path) -> None:
    study, export, out = run(shop, "study"), run(shop, "anonymize"), tmp_path / "lists.csv"
    folder = shop.study(study).path

    assert rows_of(shop, lambda: shop.importer.rejected_csv(dataset(shop), by="a@shop")) == [
        ("a@shop", "data.rejected", dataset(shop))
    ]
    for _ in range(2):  # the second time it is there already, and is taken along once more
        assert rows_of(shop, lambda: shop.anonymizer.export_zip(export, by="a@shop")) == [
            ("a@shop", "files.exported", export)
        ]
    assert rows_of(shop, lambda: shop.recommend_to(folder, "content", 1.0, None, 3, out)) == [
        ("", "lists.downloaded", study)
    ]
    assert CANARY in out.read_text("utf-8"), "the lists do name shoppers; the log must not"


def test_each_decision_is_one_row_with_who_and_about_what(shop: Workspace) -> None:
    study, whose = run(shop, "study"), dataset(shop)
    decisions: list[tuple[Callable[..., object], str]] = [
        (lambda **words: shop.officer.set_cap(50.0, **words), "cap"),
        (shop.officer.renew, "renewal"),
        (lambda **words: shop.releases.request(study, **words), f"request {study}"),
        (lambda **words: shop.releases.refuse(study, **words), f"refusal {study}"),
        (lambda **words: shop.shopfront.allow_gallery(whose, **words), f"permission {whose}"),
        (lambda **words: shop.shopfront.forbid_gallery(whose, **words), f"revocation {whose}"),
    ]
    for decide, subject in decisions:
        assert rows_of(shop, lambda: decide(by="Ada", reason="Why not")) == [("Ada", "decision.taken", subject)]  # noqa: B023
    assert rows_of(shop, lambda: shop.officer.history()) == []


def test_decisions_about_shoppers_name_hashes(shop: Workspace) -> None:
    user = shopper(shop)
    short = shop.consents.name_of(user)[:32]

    assert rows_of(shop, lambda: shop.consents.withdraw(user, by="Ada", reason="request 1")) == [
        ("Ada", "decision.taken", f"withdrawal {short}")
    ]
    assert rows_of(shop, lambda: shop.consents.give_back(user, by="Ada", reason="request 2")) == [
        ("Ada", "decision.taken", f"return {short}")
    ]
    listed = f"UserID\n{user}\n{CANARY}somebody\n".encode()
    assert rows_of(shop, lambda: shop.consents.withdraw_listed(listed, by="Ada", reason="list")) == [
        ("Ada", "decision.taken", "withdrawal ×2")
    ]
    assert rows_of(shop, lambda: shop.consents.withdraw_listed(listed, by="Ada", reason="list")) == []


def test_what_was_refused_is_no_row(shop: Workspace) -> None:
    def refused() -> None:
        with pytest.raises(Exception, match="name of who decides"):
            shop.officer.set_cap(1.0, by="", reason="x")

    assert rows_of(shop, refused) == []


def test_no_row_of_any_kind_holds_a_shoppers_id(shop: Workspace) -> None:
    """After everything the tests above did; the canary does stand in the uploaded rows."""
    shop.importer.rejected_csv(dataset(shop))
    kept = str(shop.releases.accesses())

    assert CANARY not in kept
    assert all(row.action in ACTIONS for row in shop.releases.accesses())


def test_deleting_a_dataset_is_one_row_by_hand_and_by_its_time(home: Home, tmp_path: Path) -> None:
    ws = Workspace(home)
    ws.sample()
    assert rows_of(ws, lambda: ws.importer.delete_dataset(dataset(ws), by="a@shop")) == [
        ("a@shop", "data.deleted", "sample-shop")
    ]
    sample = ws.sample().id
    assert begin_forgetting(home, sample)  # its time is over
    assert rows_of(ws, Caretaker(home).tick) == [("", "data.deleted", sample)]


REPLACED = text("INSERT OR REPLACE INTO access_log (id, created, who, action) VALUES (1, '2026-01-01', 'x', 'y')")


@pytest.mark.parametrize("change", [update(access_log).values(who="nobody"), delete(access_log), REPLACED])
def test_the_database_itself_refuses_to_change_the_log(home: Home, change: object) -> None:
    Releases(home).log("data.seen", "d1", "a@shop")

    with pytest.raises(IntegrityError, match="only grows"), home.write() as connection:
        connection.execute(change)  # type: ignore[call-overload]

    assert [(row.who, row.subject) for row in Releases(home).accesses()] == [("a@shop", "d1")]
    Releases(home).log("data.seen", "d2")
    assert len(Releases(home).accesses()) == 2


def test_a_log_of_before_is_closed_when_its_home_is_opened(home: Home) -> None:
    Releases(home).log("data.seen", "d1")
    with home.write() as connection:
        for what in ("update", "delete", "replace"):
            connection.execute(text(f"DROP TRIGGER access_log_no_{what}"))
    home.close()

    again = Home(home.folder)
    found: list[Access] = Releases(again).accesses()
    with closing(connect(again.folder / "tact.db")) as raw, pytest.raises(Exception, match="only grows"):
        raw.execute("DELETE FROM access_log")
    assert Releases(again).accesses() == found
    assert len(found) == 1
    again.close()
