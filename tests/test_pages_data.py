"""The Data page: files of any kind, how they are read, rules, versions, how long they stay."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.settings import AnonymizationSettings
from core.tables import cleaning, rules
from core.tables.mapping import Mapping
from core.texts import text
from core.texts.en import TEXTS
from core.workspace import Workspace
from pages.shared import places
from pages.shared.frame import dataset_names
from pages.shared.uploads import unique_lines
from tests.opened_pages import draw_frame, open_page, sound, words_of, work_now

SALES = b"""Customer;Item;Date;Quantity;UnitPrice;InvoiceNo
1.0;A1;2024-03-01;2;3,50;500
1.0;A1;2024-03-01;2;3,50;500
2.0;B2;2024-03-02;-1;4,00;C501
2.0;POST;2024-03-02;1;0,00;502
"""


@pytest.fixture(autouse=True)
def _frame_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def drop(app: AppTest, content: bytes, name: str = "log.csv", role: str = "behavior", turn: int = 0) -> AppTest:
    """Drop a file on a field of the page."""
    app.file_uploader(key=f"{role}_{turn}").upload(name, content, "application/octet-stream")
    return sound(app.run())


def labelled(widgets: object, label: str) -> object:
    """Find a widget by its label."""
    return next(widget for widget in widgets if widget.label == label)  # type: ignore[attr-defined]


def test_an_upload_is_on_disk_and_gets_a_proposal(home: Path) -> None:
    app = open_page(places.DATA)

    app.file_uploader(key="behavior_0").upload("log.csv", b"uid,sku,action\n007,a,buy\n8,b,pv\n", "text/csv")
    sound(app.run())

    assert [path.read_bytes()[:3] for path in home.rglob("*.csv")] == [b"uid"]
    chosen = {box.label: box.value for box in app.selectbox}
    assert chosen[text("data.field.UserID")] == "uid"
    assert chosen[text("data.field.Behavior")] == "action"


def test_own_files_are_imported_in_the_background(home: Path) -> None:
    app = open_page(places.DATA)
    app.file_uploader(key="behavior_0").upload("log.csv", b"uid,sku,action\n007,a,buy\n8,b,pv\n", "text/csv")
    app.run()

    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)
    sound(app.run())

    assert [info.name for info in Workspace().datasets()] == [text("data.name.default")]
    assert app.metric[0].value == "2"
    assert text("data.adds_up", rows=2, kept=2, dropped=0) in words_of(app)


def test_an_unreadable_file_gets_one_sentence(home: Path) -> None:
    app = open_page(places.DATA)

    app.file_uploader(key="behavior_0").upload("log.csv", b"", "text/csv")
    sound(app.run())

    assert len(app.error) == 1
    assert "empty" in app.error[0].value


def test_without_products_the_page_says_where_they_come_from(home: Path) -> None:
    app = open_page(places.DATA)
    app.file_uploader(key="behavior_0").upload("log.csv", b"uid,sku,action\n007,a,buy\n", "text/csv")
    app.run()

    app.radio(key="data.no_products").set_value("list").run()

    assert app.button(key="import").disabled, "the list is still empty"
    app.text_area(key="products.pasted").set_value("a\nb").run()
    assert not app.button(key="import").disabled


def test_every_reason_of_a_dropped_row_is_said_in_words() -> None:
    assert all(f"reason.{reason}" in TEXTS for reason in (*cleaning.CURES, cleaning.DUPLICATE_PRODUCT))


def test_a_code_that_nobody_explained_is_asked_for_by_name(home: Path) -> None:
    rows = "".join(f"u{n},i{n},{'buy' if n % 2 else ''},2024-01-01\n" for n in range(10))
    app = open_page(places.DATA)

    app.file_uploader[0].upload("mine.csv", f"UserID,ProductID,Behavior,Time\n{rows}".encode(), "text/csv").run()
    blank = text("data.mapping.codes.blank")
    meaning = text("data.mapping.codes.meaning", code=blank)
    assert [box.value for box in app.warning] == [text("data.mapping.open", missing=meaning)]
    assert app.button(key="import").disabled

    field = next(box for box in app.selectbox if blank in box.label)
    sound(field.set_value("ignore").run())
    assert not app.warning
    assert text("data.mapping.guessed") in words_of(app)
    assert not app.button(key="import").disabled


def test_two_files_given_the_wrong_way_round_are_swapped(home: Path) -> None:
    behavior = b"UserID,ProductID,Behavior,Time\n" + b"u1,i1,1,2024-01-01\n" * 5
    products = b"ProductID,Category,Price,Title\ni1,Tea,1.5,Pot\n"
    app = open_page(places.DATA)
    app.file_uploader(key="behavior_0").upload("ProductInfo.csv", products, "text/csv").run()
    app.file_uploader(key="products_0").upload("UserBehavior.csv", behavior, "text/csv").run()
    assert "swapped" in app.error[0].value
    assert app.error[0].value.endswith(".")

    sound(app.button(key="swap").click().run())

    assert not app.error
    assert text("data.mapping.certain") in words_of(app)


def test_a_pasted_list_loses_blanks_and_repeats() -> None:
    assert unique_lines('b\n\n "a" \nb') == ["b", "a"]


def test_files_of_many_days_are_one_dataset(home: Path) -> None:
    """Two rows a day, the second file with its columns in another order: four rows."""
    app = drop(open_page(places.DATA), b"uid,sku,action\n1,a,buy\n2,b,pv\n", "monday.csv")
    app = drop(app, b"action,uid,sku\nbuy,3,a\npv,1,c\n", "tuesday.csv", turn=1)

    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)

    (info,) = Workspace().datasets()
    assert (info.n_events, info.n_users) == (4, 3)
    assert info.sources == ("monday.csv", "tuesday.csv")


def test_one_of_several_files_can_be_taken_back(home: Path) -> None:
    app = drop(open_page(places.DATA), b"uid,sku,action\n1,a,buy\n", "monday.csv")
    app = drop(app, b"nothing of this kind", "wrong.csv", turn=1)
    assert app.error

    sound(app.button(key="remove_behavior_1").click().run())

    assert not app.error
    assert [path.name for path in home.rglob("*.csv")] == ["monday.csv"]


def test_a_wrong_encoding_is_corrected_by_a_person(home: Path) -> None:
    """In GBK the name is a word; read as Latin-1 it is not."""
    rows = "UserID,ProductID,Behavior\nu1,茶壶,1\n".encode("gb18030")
    app = drop(open_page(places.DATA), rows)
    box = labelled(app.selectbox, text("data.reading.encoding"))

    sound(box.set_value("latin-1").run())  # type: ignore[attr-defined]
    assert "latin-1" in words_of(app)
    box = labelled(app.selectbox, text("data.reading.encoding"))
    sound(box.set_value("gb18030").run())  # type: ignore[attr-defined]
    assert "gb18030" in words_of(app)
    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)

    assert Workspace().datasets()[0].report["behavior"]["encoding"] == "gb18030"


@pytest.mark.slow
def test_nothing_is_left_out_unless_a_person_turns_it_on(home: Path) -> None:
    """One repeat, one return, one row of postage: kept, said, and left out by the next version."""
    app = drop(open_page(places.DATA), SALES, "sales.csv")
    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)
    app.run()
    first = Workspace().datasets()[0]
    assert first.report["behavior"]["rejected"] == {}
    assert first.n_events == 4

    for rule in ("duplicates", "returns"):
        app.toggle(key=f"again.{first.id}.{rule}").set_value(True).run()
    sound(app.button(key="again").click().run())
    work_now(Workspace().runs()[0].id)
    sound(app.run())

    newest = Workspace().datasets()[0]
    assert newest.report["behavior"]["rejected"] == {"duplicate": 1, "return": 1}
    assert (newest.version, newest.parent, newest.n_events) == (2, first.id, 2)
    assert text("data.versions", n=2) in [box.label for box in app.expander]


def test_a_rule_can_be_turned_on_before_the_import(home: Path) -> None:
    app = drop(open_page(places.DATA), SALES, "sales.csv")

    labelled(app.toggle, text("data.rule.returns")).set_value(True).run()  # type: ignore[attr-defined]
    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)

    assert Workspace().datasets()[0].report["behavior"]["rejected"] == {"return": 1}


def test_ids_with_a_point_and_a_zero_are_offered_as_whole_numbers(home: Path) -> None:
    app = drop(open_page(places.DATA), SALES, "sales.csv")

    assert labelled(app.toggle, text("data.mapping.whole_ids")).value  # type: ignore[attr-defined]


def test_a_way_of_reading_is_saved_and_used_again(home: Path) -> None:
    """The recipe says that “x” is a purchase; the next file needs no word from a person."""
    app = drop(open_page(places.DATA), b"who,what,did\n1,a,x\n2,b,x\n")
    ways = {"UserID": "who", "ProductID": "what", "Behavior": "did"}
    mapping = Mapping(behavior=ways, codes={"x": "purchase"})
    Workspace().importer.save_recipe("Till", mapping)
    sound(app.run())

    labelled(app.selectbox, text("data.recipe")).set_value("Till").run()  # type: ignore[attr-defined]

    assert not app.warning
    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)
    assert Workspace().datasets()[0].report["behavior"]["purchases"] == 2


def test_data_can_be_given_an_end(home: Path) -> None:
    app = drop(open_page(places.DATA), b"uid,sku,action\n1,a,buy\n")
    app.number_input(key="data.days").set_value(30).run()
    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)
    sound(app.run())

    (info,) = Workspace().datasets()
    assert info.expires is not None
    assert (info.expires - info.created).days in (29, 30)
    assert text("data.keep.until", day=f"{info.expires:%Y-%m-%d}") in words_of(app)


def test_every_rule_and_its_reason_have_words() -> None:
    assert all(f"data.rule.{name}" in TEXTS for name in rules.NAMES)
    assert all(f"reason.{reason}" in TEXTS for reason in rules.REASON_OF.values())


@pytest.mark.slow
def test_after_a_reload_the_newest_version_is_worked_on_and_named(home: Path) -> None:
    app = drop(open_page(places.DATA), SALES, "sales.csv")
    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)
    app.run()
    first = Workspace().datasets()[0]
    work_now(Workspace().anonymizer.submit(first.id, AnonymizationSettings()))
    app.toggle(key=f"again.{first.id}.duplicates").set_value(True).run()
    app.button(key="again").click().run()
    work_now(Workspace().runs()[0].id)

    again = open_page(places.DATA)  # a new session

    name = text("frame.dataset.version", name=first.name, version=2)
    assert name in words_of(again)
    assert set(dataset_names(Workspace().datasets()).values()) == {first.name, name}
    kept = 4 - 1
    assert again.metric[2].value == str(kept)


def test_a_log_of_behaviour_as_product_file_is_warned_of_and_nothing_of_it_is_published(home: Path) -> None:
    """Its average prices are of the very shoppers who are to be protected."""
    log = b"UserID,ProductID,Behavior,Price\nu1,p1,1,3\nu2,p2,1,4\n"
    app = drop(drop(open_page(places.DATA), log), log, "again.csv", "products")

    assert text("data.mapping.of_shoppers") in [warning.value for warning in app.warning]
    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)

    schema = Workspace().datasets()[0].schema
    assert (schema.published, schema.computed) == ((), ("price",))


def test_what_was_passed_over_or_left_out_is_said(home: Path) -> None:
    app = drop(open_page(places.DATA), b"Sales of May\nuid,sku,action\n1,a,buy\n", "may.csv")
    app = drop(app, b"uid,sku,action,till\n2,a,buy,7\n", "june.csv", turn=1)
    sound(app.button(key="import").click().run())
    work_now(Workspace().runs()[0].id)
    sound(app.run())

    assert text("data.report.above", n=1) in words_of(app)
    assert text("data.report.left_out", columns="till") in words_of(app)
