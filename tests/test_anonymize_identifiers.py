"""Direct identifiers: found by name and by pattern, masked cell by cell, and ids, times and prices left alone."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.anonymize.column_names import identifier_kind
from core.anonymize.identifiers import MASK, find_identifiers, kinds_in, mask_identifiers
from core.columns import Columns

HIDDEN = [
    ("ask ann.lee+shop@mail.example.org first", f"ask {MASK} first", "email"),
    ("+44 20 7946 0958", MASK, "phone"),
    ("tel: +8613800138000.", f"tel: {MASK}.", "phone"),
    ("(020) 7946 0958", MASK, "phone"),
    ("call 555-123-4567 now", f"call {MASK} now", "phone"),
    ("手机 138 0013 8000", f"手机 {MASK}", "phone"),
    ("ring 13800138000", f"ring {MASK}", "phone"),
    ("4111 1111 1111 1111", MASK, "card"),
    ("4111111111111111", MASK, "card"),
    ("3782-822463-10005", MASK, "card"),
    ("GB82 WEST 1234 5698 7654 32", MASK, "iban"),
    ("DE89370400440532013000", MASK, "iban"),
    ("from 192.168.1.17", f"from {MASK}", "ip"),
    ("2001:db8::8a2e:370:7334", MASK, "ip"),
    ("10 Downing Street, London", f"{MASK}, London", "address"),
    ("Lindenstraße 5b", MASK, "address"),
    ("中山路12号", MASK, "address"),
]
LEFT = [
    *("", "536365", "C536379", "-11062.06", "85123A", "2.55", "United Kingdom", "jewelry.earring", "1.2.3"),
    *("1543000000", "1543000000123", "13800138000", "0012345678", "20101201", "12:30:45", "2019-10-01"),
    *("2018-12-01 11:40:29 UTC", "01/12/2010 08:26", "1924899396621697920", "2103807459595387724"),
    *("72d76fde-8bb3-4e00-8c23-a032dfed738c", "WHITE METAL LANTERN 12", "pack 10 20 30 cm", "@home", "a::b"),
    *(
        "4111 1111 1111 1112",
        "GB82 WEST 1234 5698 7654 33",
        "999.1.1.1",
        "+1,200.50",
        "6 STREET LAMPS",
        "AB12-3456-7890",
    ),
]


def masked(cells: list[str | None], name: str = "Note") -> tuple[list[object], int]:
    """What masking makes of a column, blank cells as None, and how many cells it says it changed."""
    rows = pd.DataFrame({name: pd.Series(cells, dtype="str")})
    after, change = mask_identifiers(rows)
    return [None if pd.isna(cell) else cell for cell in after[name]], change.n_changed


@pytest.mark.parametrize(("cell", "expected", "kind"), HIDDEN)
def test_an_identifier_in_a_cell_is_masked(cell: str, expected: str, kind: str) -> None:
    assert masked([cell, "x", None]) == ([expected, "x", None], 1)
    assert kinds_in(cell) == {kind}


@pytest.mark.parametrize("cell", LEFT)
def test_what_is_none_stays(cell: str) -> None:
    assert masked([cell]) == ([cell], 0)
    assert kinds_in(cell) == set()


NAMES = [
    *[("Email", "email"), ("e_mail_address", "email"), ("customerPhone", "phone"), ("mobile", "phone")],
    *[("IPAddress", "ip"), ("credit_card_number", "card"), ("IBAN", "iban"), ("shipping_address", "address")],
    *[("Zip", "postcode"), ("postal_code", "postcode"), ("DateOfBirth", "birth date"), ("dob", "birth date")],
    *[("CustomerName", "name"), ("first_name", "name"), ("Name", "name"), ("userName", "name"), ("ssn", "id card")],
    *[("姓名", "name"), ("收货人地址", "address"), ("手机号", "phone"), ("电子邮箱", "email"), ("身份证号", "id card")],
    *[("product_name", None), ("商品名字", None), ("brand", None), ("InvoiceNo", None), ("Country", None)],
    *[("UnitPrice", None), ("Quantity", None), ("event_time", None), ("user_session", None), ("category_id", None)],
    *[("RawBehavior", None), ("Stars", None), ("cardinality", None), ("shipping", None), ("telling", None)],
]


@pytest.mark.parametrize(("name", "kind"), NAMES)
def test_a_columns_name_says_what_it_holds(name: str, kind: str | None) -> None:
    assert identifier_kind(name) == kind


def test_a_column_named_after_an_identifier_becomes_blank_and_stays_a_column() -> None:
    assert masked(["Ann Lee", None, "x"], "customer_name") == ([None, None, None], 2)


def test_tacts_own_columns_are_never_masked() -> None:
    own = {name: ["a@b.example"] for name in (*Columns.INTERACTIONS, *Columns.CATALOGUE)}

    after, change = mask_identifiers(pd.DataFrame(own, dtype="str"))

    assert change.n_changed == 0
    assert (after == "a@b.example").all(axis=None)


def shop(n_shoppers: int = 60) -> pd.DataFrame:
    """Three rows a shopper, with columns that are one and the same within a shopper, and others."""
    firsts, lasts = ("Ann", "Bob", "Carla", "Dan", "Eva", "Finn"), ("Lee", "Gray", "O'Hara", "Lind", "Moss")
    numbers = [number for number in range(n_shoppers) for _ in range(3)]
    return pd.DataFrame(
        {
            Columns.USER: [f"u{number}" for number in numbers],
            "Feld7": [f"{firsts[n % 6]} {lasts[n // 6 % 5]}{'x' * (n // 30)}" for n in numbers],
            "Token": [f"{n * 7919:08x}" for n in numbers],
            "Country": ["United Kingdom" if n % 9 else "New Zealand" for n in numbers],
            "Invoice": [str(536365 + place) for place in range(3 * n_shoppers)],
            "Contact": [f"139{n:08d}" for n in numbers],
            "Note": ["-" if n else "a@b.example" for n in numbers],
            "Spent": [1.5] * (3 * n_shoppers),
        }
    ).astype({"Feld7": "str"})


def test_columns_that_only_their_content_gives_away_are_found() -> None:
    assert find_identifiers(shop()) == {
        "Feld7": "name",
        "Token": "code of the shopper",
        "Contact": "phone",
        "Note": "email",
    }


def test_without_shoppers_or_with_few_of_them_nothing_is_said_of_names() -> None:
    assert "Feld7" not in find_identifiers(shop().drop(columns=Columns.USER))
    assert "Token" not in find_identifiers(shop(10))


def test_masking_never_hangs_on_what_stands_in_other_cells() -> None:
    cells = [cell for cell, _, _ in HIDDEN] + LEFT
    together, _ = masked(list(cells))

    assert together == [masked([cell])[0][0] for cell in cells]


@given(st.lists(st.text(max_size=60), max_size=10))
def test_no_text_stops_it_and_rows_and_columns_stay(cells: list[str]) -> None:
    after, n_changed = masked(list(cells))

    assert len(after) == len(cells)
    assert n_changed == sum(new != old for new, old in zip(after, cells, strict=True))


REAL = {
    "online_retail/UserBehavior.csv": ["Quantity", "UnitPrice", "InvoiceNo", "Country", "Time"],
    "taobao/UserBehavior.csv": ["Time", "RawBehavior", "ProductID"],
    "jewelry/raw_no_header.csv": [str(column) for column in range(13)],
    "rees46/raw.csv": ["event_time", "product_id", "category_id", "category_code", "brand", "price", "user_session"],
}


@pytest.mark.parametrize("name", list(REAL))
def test_no_column_of_a_real_shop_is_taken_for_one(name: str) -> None:
    """19-digit ids, epoch times, invoice numbers, prices, sessions: not a single cell is masked."""
    if "TACT_BENCH_DATA" not in os.environ:
        pytest.skip("TACT_BENCH_DATA is not set: the real data sets are not part of the project.")
    path = Path(os.environ["TACT_BENCH_DATA"]) / name
    header = None if "no_header" in name else 0
    rows = pd.read_csv(path, dtype="str", header=header, nrows=100_000, on_bad_lines="skip")
    rows.columns = [str(column) for column in rows.columns]

    found = rows[REAL[name]]

    assert find_identifiers(found) == {}
    assert mask_identifiers(found)[1].n_changed == 0
