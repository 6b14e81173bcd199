"""Times as shops write them."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from core.columns import Columns
from core.tables import reading
from core.tables.importing import import_files
from core.tables.times import date_formats, plausible_sql, time_sql
from tests.two_files import files

TIMES = [
    ("2010-12-01 08:26:00", "2010-12-01 08:26:00"),
    ("2014/9/1 19:36", "2014-09-01 19:36:00"),
    ("2014-9-1", "2014-09-01"),
    ("2018-12-01 11:40:29 UTC", "2018-12-01 11:40:29"),
    ("2020-01-01T08:00:00Z", "2020-01-01 08:00:00"),
    ("2020-01-01T08:00:00.250Z", "2020-01-01 08:00:00.25"),
    ("2020-01-01T08:00:00+02:00", "2020-01-01 06:00:00"),
    ("2020-01-01 08:00:00-0530", "2020-01-01 13:30:00"),
    ("2020-01-01 08:00+02", "2020-01-01 06:00:00"),
    ("2020-01-01 08:00:00.5 +0200", "2020-01-01 06:00:00.5"),
    ("1511544070", "2017-11-24 17:21:10"),
    ("1511544070.0", "2017-11-24 17:21:10"),
    ("1511544070.25", "2017-11-24 17:21:10.25"),
    ("1511544070123", "2017-11-24 17:21:10.123"),
    ("881250949", "1997-12-04 15:55:49"),
    ("20141218", "2014-12-18"),
    ("2014-12-18 02", "2014-12-18 02:00:00"),
    ("20181201114029", "2018-12-01 11:40:29"),
    ("201812011140", "2018-12-01 11:40:00"),
    ("881250949123", "1997-12-04 15:55:49.123"),
    ("2018-12-01T11:40", "2018-12-01 11:40:00"),
    ("2017-11-24 17:21:10.123456", "2017-11-24 17:21:10.123456"),
    ("2017-11-24T17:21:10.123456+08:00", "2017-11-24 09:21:10.123456"),
    ("2018-12-01 11:40:29 GMT", "2018-12-01 11:40:29"),
    ("2014年9月1日", "2014-09-01"),
    ("2014年09月01日 19:36:05", "2014-09-01 19:36:05"),
    ("Dec 1, 2018", "2018-12-01"),
    ("31/12/2010 08:26", "2010-12-31 08:26:00"),
    ("31-12-2010 08:26:01", "2010-12-31 08:26:01"),
    ("12/31/2010 8:26 PM", "2010-12-31 20:26:00"),
    ("31.12.2010", "2010-12-31"),
    ("2020-13-01", None),
    ("2018-02-30 10:00:00", None),
    ("2018-12-01 11:40:29 CET", None),  # a name of a zone is no offset: it would be an hour off, unnoticed
    ("31/12/10 08:26", None),  # which of the three is the year
    ("2020-01-01 08:00:00 Europe/Berlin", None),
    ("infinity", None),
    ("epoch", None),
    ("1", None),
    ("01/02/2010", None),  # alone it does not show which is the month
    ("2920-01-01", None),
    ("99999999999999999999", None),
]


@pytest.mark.parametrize(("written", "expected"), TIMES)
def test_times_are_read_as_shops_write_them(written: str, expected: str | None) -> None:
    sql = f"select {plausible_sql('time')} from (select {time_sql('cell', date_formats([written]))} as time from cells)"
    with duckdb.connect() as connection:
        connection.execute("create table cells as select ?::varchar as cell", [written])
        ((found,),) = connection.execute(sql).fetchall()

    assert found == (None if expected is None else pd.Timestamp(expected))


def test_a_text_that_is_no_time_costs_its_row_and_a_blank_one_does_not(tmp_path: Path) -> None:
    text = "UserID,ProductID,Behavior,Time\nu1,p1,1,2014/9/1 19:36\nu1,p1,1,soon\nu1,p1,1,\n"

    dataset = import_files(*files(tmp_path, text), tmp_path / "out")

    assert dataset.report["behavior"]["rejected"] == {"bad_time": 1}
    times = dataset.interactions()[Columns.TIMESTAMP]
    assert times[0] == pd.Timestamp("2014-09-01 19:36:00")
    assert times.isna().tolist() == [False, True]


def test_the_sample_tells_whether_day_or_month_comes_first(tmp_path: Path) -> None:
    """The 13th of a month anywhere in the sample settles it for the whole column."""
    head = "UserID,ProductID,Behavior,Time\n"
    day_first = import_files(*files(tmp_path, f"{head}u1,p1,1,13/02/2010\nu1,p1,1,01/02/2010\n"), tmp_path / "one")
    month_first = import_files(*files(tmp_path, f"{head}u1,p1,1,02/13/2010\nu1,p1,1,01/02/2010\n"), tmp_path / "two")

    assert day_first.interactions()[Columns.TIMESTAMP][1] == pd.Timestamp("2010-02-01")
    assert month_first.interactions()[Columns.TIMESTAMP][1] == pd.Timestamp("2010-01-02")


def test_times_in_two_forms_are_read_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quick way of the usual form is left for a block that has another: every row is read, and none twice.

    2024-03-01 00:00:00 UTC is 1,709,251,200 seconds since 1970; blocks are of a few rows.
    """
    monkeypatch.setattr(reading, "BLOCK_CHARS", 90)
    lines = [f"u{n},p{n},1,{'2024-03-01 00:00:00' if n % 7 else '1709251200'}" for n in range(60)]
    file = tmp_path / "two.csv"
    file.write_text("UserID,ProductID,Behavior,Time\n" + "\n".join([*lines, "u,p,1,no time"]) + "\n")

    dataset = import_files(file, None, tmp_path / "out")

    assert dataset.report["behavior"]["rejected"] == {"bad_time": 1}
    assert dataset.interactions()["user_id"].tolist() == [f"u{n}" for n in range(60)]
    assert set(dataset.interactions()["timestamp"]) == {pd.Timestamp("2024-03-01")}
