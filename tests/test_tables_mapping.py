"""A mapping: a person's word on columns, codes and ids."""

from pathlib import Path

import pytest

from core.cli.shared import read_mapping
from core.columns import Columns
from core.errors import DataError, SettingsError
from core.settings import build
from core.tables.importing import import_files
from core.tables.layout import Reading
from core.tables.mapping import Mapping
from core.tables.rules import Rules
from tests.two_files import files


def test_other_names_and_codes_need_no_mapping_where_they_are_plain(tmp_path: Path) -> None:
    text = "user_id,item_id,behavior,timestamp\nu1,p1,buy,1511544070\nu1,p2,cart,1511544071\nu1,p3,PV,1511544072\n"

    dataset = import_files(*files(tmp_path, text), tmp_path / "out")

    assert dataset.interactions()[Columns.EVENT].tolist() == ["purchase", "view", "view"]


def test_a_mapping_counts_columns_where_there_is_no_header(tmp_path: Path) -> None:
    mapping = Mapping(
        behavior={"UserID": "#1", "ProductID": "#2", "Behavior": "#4", "Time": "#5"}, codes={"Cart": "ignore"}
    )
    text = "u1,p1,c,pv,1511544070\nu1,p2,c,cart,1511544071\nu2,p2,c,buy,1511544072\n"

    dataset = import_files(*files(tmp_path, text), tmp_path / "out", mapping=mapping)

    assert dataset.report["behavior"]["rows_in"] == 3
    assert dataset.report["behavior"]["rejected"] == {"ignored_behavior": 1}


def test_a_file_of_purchases_needs_no_behavior_column(tmp_path: Path) -> None:
    mapping = Mapping(behavior={"Behavior": "=purchase"})

    dataset = import_files(*files(tmp_path, "UserID,ProductID\nu1,p1\n"), tmp_path / "out", mapping=mapping)

    assert dataset.report["behavior"]["purchases"] == 1


def test_whole_ids_lose_their_point_zero_where_that_is_mapped(tmp_path: Path) -> None:
    mapping = Mapping(whole_ids=True)

    dataset = import_files(
        *files(tmp_path, "UserID,ProductID,Behavior\n14075.0,p1,1\n"), tmp_path / "o", mapping=mapping
    )

    assert dataset.interactions()[Columns.USER].tolist() == ["14075"]


def test_a_mapped_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mapped to “who”.*It has: UserID, ProductID, Behavior"):
        import_files(*files(tmp_path), tmp_path / "out", mapping=Mapping(behavior={"UserID": "who"}))


def test_shopper_and_product_cannot_be_one_column(tmp_path: Path) -> None:
    behavior, products = files(tmp_path)

    with pytest.raises(DataError, match="UserID and ProductID are mapped to the same column of behavior"):
        import_files(behavior, products, tmp_path / "out", mapping=Mapping(behavior={"UserID": "ProductID"}))


def test_a_mapping_of_unknown_fields_is_refused() -> None:
    with pytest.raises(SettingsError, match="behavior maps Shopper; it may map UserID"):
        build(Mapping, {"behavior": {"Shopper": "x"}})
    with pytest.raises(SettingsError, match="computed names Colour"):
        build(Mapping, {"computed": ["Colour"]})


WRONG = [
    ("[1]", "must hold one JSON object"),
    ("{", "no valid JSON"),
    ("[" * 100_000, "no valid JSON"),
    ('{"behavior": 3}', "behavior must be an object in braces"),
    ('{"behaviour": {}}', "behaviour is no setting that there is"),
    ('{"behavior": {"UserID": 3}}', "behavior.UserID must be a valid string"),
    ('{"codes": {"buy": "bought"}}', "codes.buy must be 'purchase', 'view' or 'ignore'"),
    ('{"reading": {"behaviour": {}}}', "reading.behaviour"),
    ('{"reading": {"behavior": {"delimiter": "x"}}}', "reading.behavior.delimiter must be"),
    ('{"rules": {"returns": "perhaps"}}', "rules.returns must be a valid boolean"),
]


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_a_wrong_file_of_a_mapping_gets_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(text)

    with pytest.raises((DataError, SettingsError), match=words) as caught:
        read_mapping(path)

    assert "\n" not in str(caught.value)


def test_a_mapping_from_before_rules_and_readings_is_still_one() -> None:
    old = {"behavior": {"UserID": "uid"}, "products": {}, "codes": {"b": "purchase"}, "computed": [], "whole_ids": True}

    mapping = build(Mapping, old)

    assert (mapping.reading, mapping.rules) == ({}, Rules())


def test_a_mapping_that_counts_columns_says_that_there_is_no_header() -> None:
    counted = Mapping(behavior={"UserID": "#1"}, reading={"behavior": Reading(delimiter=";")})

    assert counted.reading_of("behavior") == Reading(delimiter=";", has_header=False)
    assert counted.reading_of("products") == Reading()
    assert Mapping(behavior={"UserID": "uid"}).reading_of("behavior") == Reading()


def test_a_header_line_can_be_told_not_to_be_one(tmp_path: Path) -> None:
    """A file of purchases whose first shopper is called "user" looks as if it had a header."""
    text = "user,p1,1\nu2,p1,2\n"
    mapping = Mapping(behavior={"UserID": "#1", "ProductID": "#2", "Behavior": "#3"})

    dataset = import_files(files(tmp_path, text)[0], None, tmp_path / "out", mapping=mapping)

    assert dataset.interactions()[Columns.USER].tolist() == ["user", "u2"]


CODES = [
    ("buy", "purchase"), ("Purchase", "purchase"), ("order", "purchase"), ("transaction", "purchase"),
    ("购买", "purchase"), ("支付", "purchase"), ("1", "purchase"), ("1.0", "purchase"),
    ("pv", "view"), ("view", "view"), ("product_view", "view"), ("浏览", "view"), ("点击", "view"), ("2", "view"),
    ("cart", "view"), ("add_to_cart", "view"), ("addtocart", "view"), ("fav", "view"), ("加购", "view"),
    ("收藏", "view"), ("remove_from_cart", "ignore"),
    ("returned", None), ("3", None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "event"), CODES)
def test_codes_of_any_shop_are_known(code: str, event: str | None) -> None:
    assert Mapping().event_of_code().get(code.lower()) == event
