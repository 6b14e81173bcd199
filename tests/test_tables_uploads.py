"""Uploads as people make them: a table of bytes, what is understood, and what a refusal says."""

from pathlib import Path
from typing import Any

import pytest

from core.columns import Columns
from core.errors import DataError
from core.tables.dataset import Dataset
from core.tables.importing import import_files

HEADER = "UserID,ProductID,Behavior,Time\n"
ROWS = "u1,p1,1,2024-01-01\nu2,p2,2,2024-01-02\n"
PRODUCTS = "ProductID,Category,Price,Rating\np1,Tea,1.5,4\np2,Café,2,\n"
CAFE = "UserID,ProductID,Behavior,City\nu1,p1,1,Orléans\nu2,p2,2,Besançon\n"
CHINESE = "UserID,ProductID,Behavior,城市\nu1,p1,1,北京\nu2,p2,2,上海\n"


def imported(folder: Path, behavior: bytes, products: bytes | None = PRODUCTS.encode(), **more: Any) -> Dataset:
    """Import two files given as bytes."""
    first, second = folder / "UserBehavior.csv", folder / "ProductInfo.csv"
    first.write_bytes(behavior)
    if products is not None:
        second.write_bytes(products)
    return import_files(first, None if products is None else second, folder / "out", **more)


REFUSED = [
    # behaviour file, product file, what the one sentence must name
    (b"", PRODUCTS.encode(), ["UserBehavior.csv is empty"]),
    (b" \r\n \n", PRODUCTS.encode(), ["UserBehavior.csv is empty"]),
    (HEADER.encode(), PRODUCTS.encode(), ["UserBehavior.csv", "no rows"]),
    ((HEADER + ROWS).encode(), b"", ["ProductInfo.csv is empty"]),
    ((HEADER + ROWS).encode(), b"ProductID,Category\n", ["ProductInfo.csv", "no rows"]),
    (b"UserID,Behavior\nu1,1\n", PRODUCTS.encode(), ["no column for ProductID", "It has: UserID, Behavior", "map"]),
    (b"who,what,how\na,b,c\n", PRODUCTS.encode(), ["no column for UserID, ProductID, Behavior", "who, what, how"]),
    ((HEADER + ROWS).encode(), b"Category,Price\nTea,1\n", ["ProductInfo.csv", "no column for ProductID"]),
    (PRODUCTS.encode(), (HEADER + ROWS).encode(), ["look swapped", "behaviour file first"]),
    (b"u1,p1,1\nu2,p2,2\n", PRODUCTS.encode(), ["no header line", "#1"]),
    (b"ann,lamp,buy\nbob,pot,view\n", PRODUCTS.encode(), ["no header line (its first line has 3 cells)"]),
    (b"PK\x03\x04" + bytes(100), PRODUCTS.encode(), ["damaged", "export it anew"]),
    (bytes(range(256)) * 20, PRODUCTS.encode(), ["binary file", "CSV UTF-8"]),
    ((HEADER + "u1,p1,9,\nu2,p2,x,\n").encode(), PRODUCTS.encode(), ["None of the 2 rows", "unknown_behavior", "map"]),
    ((HEADER + "u1,q,1,\n").encode(), PRODUCTS.encode(), ["None of the 1 rows", "not in the product file"]),
    ((HEADER + "u1,p1,1,soon\n").encode(), PRODUCTS.encode(), ["bad_time", "2010-12-31 08:26:00"]),
    (b"user_id,customer_id,item,event\na,b,p1,1\n", PRODUCTS.encode(), ["no column for UserID"]),
]


@pytest.mark.parametrize(("behavior", "products", "words"), REFUSED)
def test_a_wrong_file_gets_one_sentence_and_leaves_nothing(
    tmp_path: Path, behavior: bytes, products: bytes, words: list[str]
) -> None:
    with pytest.raises(DataError) as caught:
        imported(tmp_path, behavior, products)

    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ProductInfo.csv", "UserBehavior.csv"]


READ = [
    # behaviour file, its encoding, its delimiter
    ((HEADER + ROWS).encode(), "utf-8", ","),
    ((HEADER + ROWS).replace(",", ";").encode(), "utf-8", ";"),
    ((HEADER + ROWS).replace(",", "\t").encode(), "utf-8", "\t"),
    ((HEADER + ROWS).replace(",", "|").encode(), "utf-8", "|"),
    ((HEADER + ROWS).replace("\n", "\r\n").encode(), "utf-8", ","),
    ((HEADER + ROWS).replace("\n", "\r").encode(), "utf-8", ","),
    ((HEADER + ROWS).rstrip("\n").encode(), "utf-8", ","),
    ((HEADER + ROWS).encode("utf-8-sig"), "utf-8-sig", ","),
    ((HEADER + ROWS).encode("utf-16"), "utf-16", ","),
    ((HEADER + ROWS).encode("utf-16-le"), "utf-16-le", ","),
    ((HEADER + ROWS).encode("utf-16-be"), "utf-16-be", ","),
    (CAFE.encode(), "utf-8", ","),
    (CAFE.encode("latin-1"), "latin-1", ","),
    (CAFE.replace("Besançon", "“Besançon”").encode("cp1252"), "cp1252", ","),
    (CHINESE.encode("gb18030"), "gb18030", ","),
    (CHINESE.encode(), "utf-8", ","),
    (b"user_id;item_id;event_type;timestamp\nu1;p1;buy;1511544070\nu2;p2;pv;1511544071\n", "utf-8", ";"),
    (b"UserID, ProductID ,Behavior\n u1 ,p1,1\nu2,\tp2,2 \n", "utf-8", ","),
    (b'UserID,ProductID,Behavior\n"u1","p1","1"\n\n"u2","p2","2"\n', "utf-8", ","),
    ((HEADER + ROWS).encode().replace(b"u1", b"u\x001"), "utf-8", ","),
]


@pytest.mark.parametrize(("behavior", "encoding", "delimiter"), READ)
def test_encoding_delimiter_and_line_ends_are_found_out(
    tmp_path: Path, behavior: bytes, encoding: str, delimiter: str
) -> None:
    dataset = imported(tmp_path, behavior)

    facts = dataset.report["behavior"]
    assert (facts["encoding"], facts["delimiter"]) == (encoding, delimiter)
    assert (facts["rows_in"], facts["rows_kept"], facts["rejected"]) == (2, 2, {})
    assert dataset.interactions()[[Columns.USER, Columns.ITEM, Columns.EVENT]].to_numpy().tolist() == [
        ["u1", "p1", "purchase"],
        ["u2", "p2", "view"],
    ]


def test_text_in_other_encodings_arrives_unharmed(tmp_path: Path) -> None:
    french = imported(tmp_path, CAFE.encode("latin-1")).interactions()
    chinese = imported(tmp_path, CHINESE.encode("gb18030")).interactions()

    assert french["City"].tolist() == ["Orléans", "Besançon"]
    assert chinese["城市"].tolist() == ["北京", "上海"]


def test_ids_stay_text(tmp_path: Path) -> None:
    """As numbers, 19 digits would merge and leading zeros vanish."""
    ids = ["007", "7", "1924719191579951782", "1924719191579951783", "14075.0", "85123A", "85123a"]
    rows = "".join(f"{identifier},{identifier},1\n" for identifier in ids)
    products = "ProductID\n" + "".join(f"{identifier}\n" for identifier in ids)

    dataset = imported(tmp_path, f"UserID,ProductID,Behavior\n{rows}".encode(), products.encode())

    assert dataset.interactions()[Columns.USER].tolist() == ids
    assert dataset.report["behavior"]["users"] == dataset.report["behavior"]["items"] == len(ids)


def test_unknown_codes_and_products_are_rejected_one_by_one(tmp_path: Path) -> None:
    rows = "u1,p1,1,\nu1,p1,3,\nu2,p9,2,\nu2,p2,2,\n,p1,1,\nu3,,1,\nu3,p1,1,never\nu3,p1\nu3,p1,,\nnull,p1,1,\n"

    dataset = imported(tmp_path, (HEADER + rows).encode())

    facts = dataset.report["behavior"]
    assert facts["rows_in"] == rows.count("\n")
    assert facts["rows_kept"] == 2
    assert facts["rejected"] == {
        "unknown_behavior": 2,
        "missing_user": 2,
        "product_not_in_catalogue": 1,
        "missing_product": 1,
        "bad_time": 1,
        "malformed": 1,
    }
    rejected = dataset.rejected()
    assert rejected["file"].unique().tolist() == ["behavior"]
    assert rejected["record"].tolist() == [2, 3, 5, 6, 7, 8, 9, 10]
    assert rejected["raw"].tolist()[:2] == ["u1,p1,3,", "u2,p9,2,"]
    assert rejected["raw"].tolist()[5] == "u3,p1"


def test_one_shopper_alone_imports(tmp_path: Path) -> None:
    assert imported(tmp_path, (HEADER + "u1,p1,1,\n").encode()).report["behavior"]["users"] == 1


def test_fewer_than_50_shoppers_import(tmp_path: Path) -> None:
    """Too few for a study, which says so; not for looking at the data."""
    rows = "".join(f"u{n},p1,1,\n" for n in range(49))

    assert imported(tmp_path, (HEADER + rows).encode()).report["behavior"]["users"] == 49


def test_a_quoted_cell_may_hold_delimiters_quotes_and_newlines(tmp_path: Path) -> None:
    products = b'ProductID,Title,Maker\np1,"Pot, ""blue""\nand lid",A\np2,24" rail,"B"\n'

    catalogue = imported(tmp_path, (HEADER + ROWS).encode(), products).catalogue()

    assert catalogue is not None
    assert catalogue[Columns.TITLE].tolist() == ['Pot, "blue" and lid', '24" rail']
    assert catalogue["Maker"].tolist() == ["A", "B"]


def test_a_quote_that_never_closes_costs_one_row(tmp_path: Path) -> None:
    rows = 'u1,p1,1,\n"u2,p2,1,\n' + "u3,p2,2,\n" * 60

    facts = imported(tmp_path, (HEADER + rows).encode()).report["behavior"]

    assert (facts["rows_in"], facts["rows_kept"], facts["rejected"]) == (62, 61, {"malformed": 1})


def test_a_quote_open_at_the_end_costs_one_row(tmp_path: Path) -> None:
    dataset = imported(tmp_path, (HEADER + ROWS + 'u3,"p1,1,\nu4,p1,1,\n').encode())

    assert dataset.report["behavior"]["rejected"] == {"malformed": 1}
    assert dataset.rejected()[["record", "raw"]].to_numpy().tolist() == [[3, 'u3,"p1,1,']]


def test_a_character_cut_at_the_end_does_not_change_the_encoding(tmp_path: Path) -> None:
    facts = imported(tmp_path, CHINESE.encode() * 20 + "u3,p1,1,北".encode()[:-1]).report["behavior"]

    assert (facts["encoding"], facts["undecodable_characters"]) == ("utf-8", 1)


def test_the_latin_city_of_a_catalogue_is_not_taken_for_chinese(tmp_path: Path) -> None:
    """One high byte and a letter are a character of GBK, too."""
    city = "ProductID,Title\np1,Mère Éstér\np2,Ångström Çéré\n"

    facts = imported(tmp_path, (HEADER + ROWS).encode(), city.encode("latin-1")).report["products"]

    assert facts["encoding"] == "latin-1"
