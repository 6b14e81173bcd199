"""Proposals: what names and cells tell of a file, and what stays a guess."""

from pathlib import Path

import pytest

from core.tables.mapping import Mapping
from core.tables.proposal import propose
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
