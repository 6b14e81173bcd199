"""Rules that a person turns on: each under a reason of its own, and counted while it is off."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.columns import Columns
from core.errors import DataError, SettingsError
from core.settings import build
from core.tables.dataset import Dataset
from core.tables.importing import import_files
from core.tables.mapping import Mapping
from core.tables.rules import NAMES, Rules
from tests.two_files import files

HEAD = "UserID,ProductID,Behavior,Time,Quantity,UnitPrice,InvoiceNo\n"
ROWS = (
    "u1,85123A,1,2010-12-01 08:26:00,6,2.55,536365\n"
    "u1,85123A,1,2010-12-01 08:26:00,6,2.55,536365\n"  # a duplicate
    "u2,85123A,1,2010-12-01 08:26:00,6,2.55,536365\n"  # another shopper's
    "u1,85123A,1,2010-12-01 08:26:00,6,2.55, 536365\n"  # not the same character by character
    "u1,85123a,1,2010-12-02 08:26:00,1,2.55,536366\n"  # the same product in another case
    "u2,85123A,,2010-12-03 08:26:00,-1,2.55,C536367\n"  # a cancellation without behaviour
    "u2,22423,1,2010-12-04 08:26:00,-2,12.75,536368\n"  # a return
    "u2,POST,1,2010-12-05 08:26:00,1,18.00,536369\n"
    "u3,22423,1,2010-12-06 08:26:00,1,0.0,536370\n"
    "u3,22423,1,2010-12-06 08:26:00,1,-11062.06,536371\n"
    "u3,22423,1,2010-12-06 08:26:00,1,,536372\n"  # no price is no impossible one
    "u3,22423,1,1970-01-01 00:00:00,1,12.75,536373\n"
    ",22423,1,2010-12-06 08:26:00,1,0,536374\n"  # no shopper, and no price above 0
)
N = ROWS.count("\n")
CATALOGUE = "ProductID\n85123A\n22423\nPOST\n"


def imported(folder: Path, rows: str = ROWS, *, products: str | None = None, **rules: Any) -> Dataset:
    """Import ``rows`` by some rules; the identity holds always."""
    behavior, catalogue = files(folder, HEAD + rows, products or CATALOGUE)
    mapping = Mapping(rules=build(Rules, rules))
    dataset = import_files(behavior, catalogue if products else None, folder / "out", mapping=mapping)
    facts = dataset.report["behavior"]
    assert facts["rows_in"] == rows.count("\n") == facts["rows_kept"] + sum(facts["rejected"].values())
    assert len(dataset.interactions()) == facts["rows_kept"]
    return dataset


def test_no_rule_is_on_unless_a_person_turns_it_on(tmp_path: Path) -> None:
    facts = imported(tmp_path).report["behavior"]

    assert facts["rejected"] == {"unknown_behavior": 1, "missing_user": 1}
    assert {name: facts["rules"][name]["on"] for name in NAMES} == dict.fromkeys(NAMES, False)


def test_the_report_says_what_each_rule_that_is_off_would_reject(tmp_path: Path) -> None:
    """Rows that fit the rule, and how many of them were kept: not the cancellation, nor the row without shopper."""
    rules = imported(tmp_path).report["behavior"]["rules"]

    found = {name: (rules[name]["rows"], rules[name]["of_kept"], rules[name]["estimate"]) for name in NAMES}
    assert found == {
        "duplicates": (1, 1, False),
        "returns": (2, 1, False),
        "non_products": (1, 1, False),
        "impossible_prices": (3, 2, False),
        "times": (1, 1, False),
        "fold_case": (1, 1, False),
    }
    assert rules["returns"]["cancellations"] == 1
    assert rules["non_products"]["codes"] == {"POST": 1}
    assert (rules["fold_case"]["codes"], rules["fold_case"]["n_codes"]) == ({"85123A": 1}, 1)


ALONE = [
    # a rule, and what it rejects under its reason
    ({"duplicates": True}, {"duplicate": 1}),
    ({"returns": True}, {"return": 2}),
    ({"non_products": ["POST", "D"]}, {"no_product": 1}),
    ({"impossible_prices": True}, {"impossible_price": 3}),
    ({"max_price": 12.5}, {"impossible_price": 1 + 2}),  # POST at 18; 12.75 twice
    ({"impossible_prices": True, "max_price": 12.5}, {"impossible_price": 3 + 3}),
    ({"earliest": "2010-12-02"}, {"time_out_of_range": 1 + 4}),
    ({"latest": "9999-12-31"}, {}),
    ({"latest": "2010-12-04"}, {"time_out_of_range": 4}),  # the last day is within; not the row without shopper
    ({"fold_case": True}, {}),
]


@pytest.mark.parametrize(("rules", "rejected"), ALONE)
def test_a_rule_rejects_what_it_names_and_nothing_else(
    tmp_path: Path, rules: dict[str, Any], rejected: dict[str, int]
) -> None:
    facts = imported(tmp_path, **rules).report["behavior"]

    own = {reason: n for reason, n in facts["rejected"].items() if reason not in ("unknown_behavior", "missing_user")}
    assert own == rejected
    (name,) = {name for name in NAMES if facts["rules"].get(name, {}).get("on")}
    assert facts["rules"][name] == {"on": True, "rows": sum(rejected.values())}


def test_of_several_reasons_a_row_has_the_first(tmp_path: Path) -> None:
    """Rules come before what is missing, so that a cancellation without behaviour is called a return."""
    dataset = imported(
        tmp_path, duplicates=True, returns=True, non_products=["POST"], impossible_prices=True, earliest="1990-01-01"
    )

    rejected = dataset.rejected()
    assert list(zip(rejected["record"], rejected["reason"], strict=True)) == [
        (2, "duplicate"),
        (6, "return"),
        (7, "return"),
        (8, "no_product"),
        (9, "impossible_price"),
        (10, "impossible_price"),
        (12, "time_out_of_range"),
        (13, "impossible_price"),
    ]
    assert rejected["line"].tolist() == [n + 1 for n in rejected["record"]]  # the header is line 1
    assert rejected["raw"][0] == ROWS.split("\n")[1]


def test_the_first_of_several_same_rows_stays_wherever_blocks_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row n of 60 is the same as row n - 20: the first 20 stay."""
    rows = "".join(f"u{n % 20},p1,1,,1,2.50,{n % 20}\n" for n in range(60))
    monkeypatch.setattr("core.tables.reading.BLOCK_CHARS", 301)

    dataset = imported(tmp_path, rows, duplicates=True)

    assert dataset.report["behavior"]["rejected"] == {"duplicate": 60 - 20}
    assert dataset.interactions()["InvoiceNo"].tolist() == [str(n) for n in range(20)]
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir()) == []


def test_cells_do_not_run_into_each_other_when_rows_are_compared(tmp_path: Path) -> None:
    rows = "u1,p1,1,,1,2.50,\nu1,p1,1,,12,.50,\nu1,p1,1,,1,2.5,0\n,,1,,1,1,1\n,,1,,1,1,1\n"

    facts = imported(tmp_path, rows, duplicates=True).report["behavior"]

    assert facts["rejected"] == {"missing_user": 1, "duplicate": 1}


def test_ids_that_differ_in_case_become_one_in_both_files(tmp_path: Path) -> None:
    products = "ProductID,Price\n85123a,1\n85123A,2\n22423,3\npost,4\n"

    apart = imported(tmp_path, products=products)
    folded = imported(tmp_path, products=products, fold_case=True)

    assert apart.report["behavior"]["rejected"]["product_not_in_catalogue"] == 1  # POST
    assert "product_not_in_catalogue" not in folded.report["behavior"]["rejected"]
    catalogue = folded.catalogue()
    assert catalogue is not None
    assert catalogue[[Columns.ITEM, Columns.PRICE]].to_numpy().tolist() == [["85123A", 1], ["22423", 3], ["POST", 4]]
    assert set(folded.interactions()[Columns.ITEM]) == {"85123A", "22423", "POST"}


def test_a_pasted_list_is_folded_too(tmp_path: Path) -> None:
    behavior, _ = files(tmp_path, HEAD + ROWS)
    mapping = Mapping(rules=Rules(fold_case=True))

    dataset = import_files(behavior, None, tmp_path / "out", mapping=mapping, product_list=["85123a", "22423", "post"])

    assert "product_not_in_catalogue" not in dataset.report["behavior"]["rejected"]


def test_columns_that_only_rules_look_at_stay_under_their_own_names(tmp_path: Path) -> None:
    columns = imported(tmp_path, returns=True, impossible_prices=True).interactions().columns.tolist()

    assert columns == [*Columns.INTERACTIONS, "Quantity", "UnitPrice", "InvoiceNo"]


def test_a_rule_without_its_column_rejects_nothing_and_is_not_in_the_report(tmp_path: Path) -> None:
    text = "UserID,ProductID,Behavior\nu1,p1,1\n"
    mapping = Mapping(rules=Rules(returns=True, impossible_prices=True))

    facts = import_files(files(tmp_path, text)[0], None, tmp_path / "out", mapping=mapping).report["behavior"]

    assert facts["rejected"] == {}
    assert facts["rules"]["returns"] == {"on": True, "rows": 0}


def test_prices_of_rows_are_read_as_shops_write_them(tmp_path: Path) -> None:
    rows = "".join(f'u1,p1,1,,1,"{price}",1\n' for price in ("€ 1.234,56", "0,00 €", "-3,50 €", "gratis", "€ 12,50"))

    facts = imported(tmp_path, rows, impossible_prices=True, max_price=1000).report["behavior"]

    assert facts["rejected"] == {"impossible_price": 4}  # above 1,000; 0; below 0; no number
    assert facts["decimals"]["Price"]["mark"] == ","


def test_rules_that_leave_nothing_say_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"None of the 1 rows.*1 time_out_of_range.*widen its dates"):
        imported(tmp_path, "u1,p1,1,2010-12-01,1,1,1\n", earliest="2020-01-01")


WRONG = [
    ({"max_price": -1}, "max_price must be greater than 0"),
    ({"earliest": "2020-01-02", "latest": "2020-01-01"}, "earliest is 2020-01-02, after latest"),
    ({"earliest": "soon"}, "earliest must be a valid date"),
    ({"duplicate": True}, "duplicate is no setting that there is"),
    ({"non_products": "POST"}, "non_products must be a list in brackets"),
]


@pytest.mark.parametrize(("rules", "words"), WRONG)
def test_a_wrong_rule_gets_one_sentence(rules: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        build(Mapping, {"rules": rules})

    assert "\n" not in str(caught.value)


def test_rules_are_part_of_the_mapping_that_is_saved() -> None:
    rules = Rules(duplicates=True, non_products=("POST",), earliest=date(2010, 1, 1), max_price=99.5)

    assert build(Mapping, Mapping(rules=rules).model_dump(mode="json")) == Mapping(rules=rules)
