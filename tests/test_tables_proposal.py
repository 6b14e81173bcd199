"""Proposals: what names and cells tell of a file, and what stays a guess."""

import random
from pathlib import Path

import pytest

from core.tables.importing import import_files
from core.tables.layout import Reading
from core.tables.proposal import Proposal, propose
from core.tables.rules import Rules
from tests.two_files import files


def test_a_proposal_is_filled_in_from_names_and_cells(tmp_path: Path) -> None:
    text = "visitorid;itemid;event;timestamp\n1.0;p1;view;1\n2.0;p1;addtocart;1\n3.0;p1;returned;1\n"

    found = propose(*files(tmp_path, text))

    assert found.mapping.behavior == {
        "UserID": "visitorid",
        "ProductID": "itemid",
        "Behavior": "event",
        "Time": "timestamp",
    }
    assert found.mapping.codes == {"view": "view", "addtocart": "view"}
    assert found.mapping.whole_ids
    assert found.unknown_codes == {"returned": 1}
    assert not found.is_certain
    assert found.behavior.source.delimiter == ";"
    assert found.behavior.sample_rows[0] == ("1.0", "p1", "view", "1")


def test_a_proposal_without_header_goes_by_the_cells(tmp_path: Path) -> None:
    found = propose(files(tmp_path, "1,2268318,2520377,pv,1511544070\n1,2333346,2520771,buy,1511561733\n")[0], None)

    assert found.mapping.behavior == {"UserID": "#1", "ProductID": "#2", "Behavior": "#4", "Time": "#5"}
    assert not found.is_certain


def test_the_fixed_schema_is_certain(tmp_path: Path) -> None:
    assert propose(*files(tmp_path)).is_certain


def proposed(folder: Path, behavior: str) -> Proposal:
    """What is proposed for a behaviour file alone."""
    return propose(files(folder, behavior)[0], None)


NAMES = [
    # a header, and what its columns are taken for
    ("用户ID,商品ID,行为类型,时间戳", ["UserID", "ProductID", "Behavior", "Time"]),
    ("下单时间,买家ID,商品编号,用户行为,数量,单价,订单号",
     ["Time", "UserID", "ProductID", "Behavior", "Quantity", "Price", "Order"]),
    ("Invoice No,Stock Code,Quantity,Invoice Date,Unit Price,Customer ID,action",
     ["Order", "ProductID", "Quantity", "Time", "Price", "UserID", "Behavior"]),
    ("visitor_id,item_id,event,timestamp,transaction_id", ["UserID", "ProductID", "Behavior", "Time", "Order"]),
    ("member_no,SKU,event_name,ts", ["UserID", "ProductID", "Behavior", "Time"]),
]  # fmt: skip


@pytest.mark.parametrize(("header", "fields"), NAMES)
def test_names_in_english_and_chinese_are_known(tmp_path: Path, header: str, fields: list[str]) -> None:
    cells = {"Behavior": "buy", "Time": "1511544070"}
    row = ",".join(cells.get(field, f"x{place}") for place, field in enumerate(fields))

    found = proposed(tmp_path, f"{header}\n{row}\n")

    assert found.mapping.behavior == dict(zip(fields, header.split(","), strict=True))
    assert (found.behavior.guessed, found.is_certain) == ((), True)


def log(n_rows: int, *, header: str = "") -> str:
    """A made shop's log in the order of time: session, time, category, price, product, code, shopper, blank."""
    coins = random.Random(3)
    products = {f"{1000 + n}": (f"home.{n % 7}x", f"{5 + n % 40}.{n % 90 + 10}") for n in range(60)}
    rows = []
    for n in range(n_rows):
        shopper = f"{555_000 + coins.randrange(80)}"
        session = f"72d56fde-8bb3-4e00-8c23-{int(shopper) * 10 + n // 150:012}"
        product = coins.choice(list(products))
        category, price = products[product]
        code = coins.choice(["view", "view", "cart", "purchase"])
        rows.append(f"{session},{1_511_544_070 + 37 * n},{category},{price},{product},{code},{shopper},")
    return header + "\n".join(rows) + "\n"


@pytest.mark.parametrize("header", ["", "a,b,c,d,e,f,g,h\n", "col1,col2,col3,col4,col5,col6,col7,col8\n"])
def test_columns_without_telling_names_are_told_by_their_cells(tmp_path: Path, header: str) -> None:
    """The product tells category and price; a session tells the shopper and is neither."""
    names = header.strip().split(",") if header else [f"#{n}" for n in range(1, 9)]
    path = files(tmp_path, log(1_000, header=header))[0]

    found = propose(path, None)

    assert found.mapping.behavior == {
        "UserID": names[6],
        "ProductID": names[4],
        "Behavior": names[5],
        "Time": names[1],
        "Price": names[3],
    }
    assert set(found.behavior.guessed) == set(found.mapping.behavior)
    assert not found.is_certain
    facts = import_files(path, None, tmp_path / "out", mapping=found.mapping).report["behavior"]
    assert facts["rows_kept"] == 1_000


def test_orders_without_behaviour_are_proposed_as_purchases(tmp_path: Path) -> None:
    found = proposed(tmp_path, "order_id,customer_id,sku,qty\nA1,c1,p1,2\nA1,c1,p2,1\n")

    assert found.mapping.behavior["Behavior"] == "=purchase"
    assert found.behavior.guessed == ("Behavior",)
    assert not found.is_certain


def test_a_log_of_who_and_what_alone_leaves_the_behaviour_open(tmp_path: Path) -> None:
    found = proposed(tmp_path, "userid,itemid\nc1,p1\n")

    assert found.behavior.open_fields == ("Behavior",)


def test_codes_from_1_to_4_are_not_taken_for_those_of_the_fixed_schema(tmp_path: Path) -> None:
    """Such files count 1 view, 2 favourite, 3 cart, 4 purchase: read as 1 purchase they would be upside down."""
    codes = ["1"] * 6 + ["2", "3", "4"]
    rows = "".join(f"u{n},p{n},{code}\n" for n, code in enumerate(codes))

    found = proposed(tmp_path, "user_id,item_id,behavior_type\n" + rows)

    assert found.mapping.codes == {"1": "view", "2": "view", "3": "view", "4": "purchase"}
    assert found.behavior.guessed == ("Behavior",)
    assert not found.is_certain


def test_a_code_in_the_first_line_is_no_header(tmp_path: Path) -> None:
    found = proposed(tmp_path, "u1,p1,order\nu2,p2,view\n")

    assert not found.behavior.source.has_header


def test_whole_ids_are_offered_with_their_number(tmp_path: Path) -> None:
    found = proposed(tmp_path, "UserID,ProductID,Behavior\n14075.0,p1,1\n14076.0,p1,1\n14075.0,p2,1\n")

    assert (found.mapping.whole_ids, found.n_whole_ids) == (True, 2)
    assert found.whole_ids_sentence.startswith("2 ids end in .0")


def test_one_id_without_point_zero_and_nothing_is_offered(tmp_path: Path) -> None:
    found = proposed(tmp_path, "UserID,ProductID,Behavior\n14075.0,p1,1\nu76,p1,1\n")

    assert (found.mapping.whole_ids, found.n_whole_ids, found.whole_ids_sentence) == (False, 0, "")


def test_rules_are_proposed_and_never_turned_on(tmp_path: Path) -> None:
    head = "UserID,ProductID,Behavior,Quantity,Price,InvoiceNo\n"
    rows = "u1,85123A,1,1,2.5,7\n" * 2 + "u2,85123a,1,-1,0,C8\n" + "u2,POST,1,1,18,9\n"
    rows += "".join(f"u3,{n},1,1,2.5,{n}\n" for n in range(1_000, 1_030))

    found = proposed(tmp_path, head + rows)

    assert found.mapping.rules == Rules()
    rules = {rule.rule: rule for rule in found.rules}
    assert {name: rule.n for name, rule in rules.items()} == {
        "duplicates": 1,
        "returns": 1,
        "non_products": 1,
        "impossible_prices": 1,
        "fold_case": 1,
    }
    assert {(rule.of, rule.is_estimate) for rule in found.rules} == {(34, False)}
    assert rules["non_products"].examples == ("POST",)
    assert rules["returns"].examples == ("-1",)
    assert rules["non_products"].sentence.startswith("Of all 34 rows, 1 are of ids that look like postage")
    assert not any("u1" in rule.sentence or "u2" in rule.sentence for rule in found.rules)


def test_what_a_person_corrects_of_the_reading_stays_in_the_mapping(tmp_path: Path) -> None:
    path = files(tmp_path, "user;p1;1\nu2;p1;2\n")[0]

    found = propose(path, None, reading={"behavior": Reading(has_header=False)})

    assert not found.behavior.source.has_header
    assert found.mapping.reading == {"behavior": Reading(has_header=False)}


def test_a_product_file_without_header_is_told_by_its_cells(tmp_path: Path) -> None:
    rows = "".join(f"Pot number {n},home.{n % 3}x,{n}.50,p{n}\n" for n in range(40))

    found = propose(*files(tmp_path, "UserID,ProductID,Behavior\nu1,p1,1\n", rows))

    assert found.products is not None
    assert found.mapping.products == {"ProductID": "#4", "Category": "#2", "Price": "#3", "Title": "#1"}
