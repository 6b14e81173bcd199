"""The tab of consent: an id is looked up, marked after a question, and stands in no address."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.texts import en, text, zh
from core.workspace import Workspace
from pages.shared import places
from tests.opened_pages import draw_frame, make_studied, open_page, sound, words_of

TAB = """
import streamlit as st
from core.texts import speak
from pages.shared import state
from pages.shared.consent_parts import consent
speak(st.query_params.get("lang", "en"))
consent(state.workspace())
"""


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture
def ws(studied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("TACT_HOME", str(studied))
    workspace = Workspace()
    yield workspace
    for mark in workspace.consents.marked():  # one home for all tests of this file
        from core.privacy.ledger import Ledger

        Ledger(workspace.home).decide("return", by="test", reason="over", subject=mark.subject)


@pytest.fixture
def user(ws: Workspace) -> str:
    return str(ws._open("sample-shop").interactions()["user_id"].iloc[0])


def opened(language: str = "en") -> AppTest:
    app = AppTest.from_string(TAB, default_timeout=60)
    app.query_params["lang"] = language
    return sound(app.run())


def looked_up(user: str, language: str = "en") -> AppTest:
    app = opened(language)
    app.text_input(key="consent.id").set_value(user)
    return sound(app.button(key="consent.look").click().run())


def withdraw(app: AppTest, reason: str = "request 17") -> AppTest:
    app.text_input(key="consent.one.by").set_value("Olga *Officer*")
    app.text_area(key="consent.one.reason").set_value(reason)
    return sound(app.button(key="consent.mark").click().run())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shopper_who_is_looked_up_is_told_in_words(ws: Workspace, user: str, language: str) -> None:
    app = looked_up(user, language)

    words, texts = words_of(app), en.TEXTS if language == "en" else zh.TEXTS
    assert texts["consent.is.given"] in words
    assert texts["consent.remains.private"].split("{")[0] in words
    table = app.dataframe[0].value
    assert len(table) == len(ws.consents.uses(user).runs) >= 1
    assert table.iloc[0].astype(str).str.contains("1, 4").any()


def test_nothing_is_written_before_the_question_is_answered(ws: Workspace, user: str) -> None:
    app = withdraw(looked_up(user))

    assert text("consent.sure") in words_of(app)
    assert "Olga \\*Officer\\*" in words_of(app)
    assert ws.consents.marked() == []
    sound(app.button(key="consent.no").click().run())
    assert ws.consents.marked() == []

    app = sound(withdraw(app).button(key="consent.yes").click().run())
    (mark,) = ws.consents.marked()
    assert (mark.by, mark.reason) == ("Olga *Officer*", "request 17")
    assert text("consent.done.withdraw") in [each.value for each in app.success]
    assert app.button(key="consent.mark").label == text("consent.decide.return")


def test_a_reason_that_names_the_shopper_is_one_sentence_and_nothing_is_written(ws: Workspace, user: str) -> None:
    app = sound(withdraw(looked_up(user), f"{user} wrote to us").button(key="consent.yes").click().run())
    assert any("id stands in the name" in error.value for error in app.error)
    assert ws.consents.marked() == []


def test_without_a_name_or_a_reason_nothing_is_asked(ws: Workspace, user: str) -> None:
    app = looked_up(user)
    sound(app.button(key="consent.mark").click().run())
    assert [error.value for error in app.error] == [text("consent.missing")]
    assert ws.consents.marked() == []


def test_the_id_is_in_no_address_and_no_log(ws: Workspace, user: str, caplog: pytest.LogCaptureFixture) -> None:
    app = sound(withdraw(looked_up(user)).button(key="consent.yes").click().run())
    assert user not in json.dumps(dict(app.query_params))
    assert user not in caplog.text
    with ws.home.engine.connect() as connection:
        logged = connection.exec_driver_sql("select action, subject from access_log order by id").all()
    assert ("consent.looked_up", ws.consents.name_of(user)[:16]) in [tuple(row) for row in logged]
    assert user not in str(logged)
    sound(app.button(key="consent.clear").click().run())
    assert "consent.asked" not in app.session_state


def test_somebody_unknown_is_said_to_be_nowhere(ws: Workspace) -> None:
    assert text("consent.none") in words_of(looked_up("nobody at all"))


def test_a_list_is_marked_with_its_counts(ws: Workspace) -> None:
    app = opened()
    app.session_state["consent.pending"] = {
        "kind": "list",
        "by": "Olga",
        "reason": "campaign",
        "name": "list.csv",
        "content": io.BytesIO(b"UserID\na-1234\nb-2345\n").getvalue(),
    }
    sound(app.run())
    app = sound(app.button(key="consent.yes").click().run())
    assert text("consent.done.list", now=2, already=0) in [each.value for each in app.success]
    assert len(ws.consents.marked()) == 2


def test_both_languages_have_the_same_sentences() -> None:
    english, chinese = ([key for key in texts if key.startswith("consent.")] for texts in (en.TEXTS, zh.TEXTS))
    assert english == chinese


def test_an_erasure_says_what_is_left_and_stays_on_the_page(ws: Workspace) -> None:
    user = str(ws._open("sample-shop").interactions()["user_id"].iloc[-1])
    app = looked_up(user)
    app.text_input(key="consent.one.by").set_value("Olga")
    app.text_area(key="consent.one.reason").set_value("request 18")
    sound(app.button(key="consent.erase").click().run())
    assert int((ws._open("sample-shop").interactions()["user_id"] == user).sum()) > 0, "not before the answer"

    app = sound(sound(app.button(key="consent.yes").click().run()).run())

    assert int((ws._open("sample-shop").interactions()["user_id"] == user).sum()) == 0
    assert text("consent.left") in "".join(each.value for each in app.success)
    assert text("consent.erased") in words_of(app)
    assert text("consent.remains.histories") not in words_of(app)


def test_the_audit_page_holds_the_tab_and_a_ledger_with_withdrawals(
    ws: Workspace, user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_frame(monkeypatch)
    ws.consents.withdraw(user, by="Olga", reason="request 19")
    for tab in ("consent", "ledger"):
        app = open_page(places.AUDIT, **{"audit.tab": tab})
        assert (tab == "consent") == ("consent.id" in [each.key for each in app.text_input])
        assert user not in words_of(app)
    assert "request 19" in app.dataframe[0].value.to_string()
