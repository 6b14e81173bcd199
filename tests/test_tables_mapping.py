"""A mapping: a person's word on columns, codes and ids."""

from pathlib import Path

import pytest

from core.columns import Columns
from core.errors import DataError, SettingsError
from core.settings import build
from core.tables.importing import import_files
from core.tables.mapping import Mapping
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


def test_a_mapping_of_unknown_fields_is_refused() -> None:
    with pytest.raises(SettingsError, match="behavior maps Shopper; it may map UserID"):
        build(Mapping, {"behavior": {"Shopper": "x"}})
    with pytest.raises(SettingsError, match="computed names Colour"):
        build(Mapping, {"computed": ["Colour"]})
