"""k-anonymity over columns of the shopper table, and that table."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.anonymize.hierarchies import ANY, build_hierarchy
from core.anonymize.k_anonymity import k_anonymize, smallest_group
from core.anonymize.shopper_table import default_quasi_identifiers, facts_of, quasi_identifiers, shopper_table
from core.columns import Columns
from core.errors import SettingsError
from core.settings.anonymization import GroupSettings


def shoppers(**columns: list[str]) -> pd.DataFrame:
    """Shopper u<n> has two rows with the n-th value of each column, on 5 January 2024."""
    n = len(next(iter(columns.values())))
    return pd.DataFrame(
        {
            Columns.USER: pd.Series([f"u{number}" for number in range(n)] * 2, dtype="str"),
            Columns.ITEM: pd.Series(["i"] * n + ["j"] * n, dtype="str"),
            Columns.EVENT: pd.Series(["purchase"] * 2 * n, dtype="str"),
            Columns.TIMESTAMP: pd.Series([pd.Timestamp("2024-01-05")] * 2 * n, dtype="datetime64[us]"),
            **{name: pd.Series(values * 2, dtype="str") for name, values in columns.items()},
        }
    )


def products(categories: dict[str, str], prices: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            Columns.ITEM: pd.Series(list(prices), dtype="str"),
            Columns.CATEGORY: pd.Series([categories.get(item) for item in prices], dtype="str"),
            Columns.PRICE: list(prices.values()),
        }
    )


def chosen(k: int, *columns: str, how: str = "generalize") -> GroupSettings:
    return GroupSettings.model_validate({"k": k, "columns": columns, "how": how})


# the shopper table


def test_a_shopper_is_one_row_of_what_may_be_known() -> None:
    rows = pd.DataFrame(
        {
            Columns.USER: ["b", "a", "a", "a"],
            Columns.ITEM: ["x", "x", "y", "y"],
            Columns.EVENT: "view",
            Columns.TIMESTAMP: pd.to_datetime(["NaT", "2024-03-31", "2023-12-01", "2024-01-02"]).astype(
                "datetime64[us]"
            ),
            "Town": [None, "Rome", "Bern", "Bern"],
        }
    )

    table = shopper_table(rows, products({"x": "Tea", "y": "Pots"}, {"x": 4.0, "y": 5.0}))

    assert table.index.tolist() == ["b", "a"]  # in order of appearance
    assert table.T["a"].to_dict() == {
        "events_band": "2-4",
        "first_month": "2023-12",
        "last_month": "2024-03",
        "favourite_category": "Pots",
        "price_band": "5-10",  # the median of 4, 5, 5
        "Town": "Bern",
    }
    assert list(table.loc["b"].to_numpy()) == ["1", "", "", "Tea", "2-5", ""]


def test_ties_go_to_the_first_by_name_and_blanks_do_not_count() -> None:
    rows = shoppers(Town=["Rome"])
    rows["Town"] = ["Rome", "Bern"]
    more = pd.concat([rows, rows.assign(Town="").iloc[:2]], ignore_index=True)

    assert shopper_table(rows)["Town"].tolist() == shopper_table(more)["Town"].tolist() == ["Bern"]


@pytest.mark.parametrize(
    ("n_events", "band"), [(1, "1"), (2, "2-4"), (4, "2-4"), (5, "5-9"), (999, "500-999"), (1000, "1000+")]
)
def test_bands_of_events_are_fixed(n_events: int, band: str) -> None:
    rows = shoppers(Town=["x"]).iloc[[0] * n_events].reset_index(drop=True)

    assert shopper_table(rows)["events_band"].tolist() == [band]


def test_the_form_lists_the_columns_that_there_are() -> None:
    rows = shoppers(Town=["x"])
    facts = facts_of(rows, None)
    listed = quasi_identifiers(list(rows.columns), **facts)

    assert [one.name for one in listed] == list(shopper_table(rows).columns)
    assert {one.name for one in listed if one.can_generalize} == {"Town"}
    assert default_quasi_identifiers(rows, None) == ("events_band", "first_month")


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match=r"no column Age .* There are events_band, first_month, last_month, Town"):
        k_anonymize(shoppers(Town=["x"]), None, chosen(2, "Age"))


# hierarchies


@pytest.mark.parametrize(
    ("values", "kind", "steps"),
    [
        (["2024-03-09", "2023-01-01"], "date", ["2024-03", "2024-Q1", "2024", ANY]),
        (["2024-12", "2023-01"], "date", ["2024-Q4", "2024", ANY]),
        (["01234", "56789"], "code", ["0123*", "012**", "01***", "0****", ANY]),
        (["23", "20", "70"], "number", ["23 to 24", "20 to 25", "20 to 30", ANY]),
        (["Home|Tea|Green", "Home|Pots", "Car|Oil"], "path", ["Home|Tea", "Home", ANY]),
        (["France", "Malta"], "text", [ANY]),
        (["France", ""], "text", [ANY]),
    ],
)
def test_values_become_general_step_by_step(values: list[str], kind: str, steps: list[str]) -> None:
    hierarchy = build_hierarchy(values)
    way = [values[0]]
    while way[-1] in hierarchy.above:
        way.append(hierarchy.above[way[-1]])

    assert (hierarchy.kind, way[1:]) == (kind, steps)
    penalties = [hierarchy.penalty[value] for value in way]
    assert penalties == sorted(penalties)
    assert (penalties[0], penalties[-1]) == (0, 1)


def test_the_penalty_is_the_share_of_values_that_a_cell_may_stand_for() -> None:
    hierarchy = build_hierarchy(["2024-01-01", "2024-02-01", "2024-05-01", "2025-01-01"])

    assert hierarchy.penalty["2024-Q1"] == pytest.approx((2 - 1) / (4 - 1))
    assert hierarchy.penalty["2024"] == pytest.approx((3 - 1) / (4 - 1))


# groups


def test_rare_values_become_general_and_nobody_is_left_out() -> None:
    data = shoppers(Country=["UK"] * 6 + ["Malta", "Chad", "Fiji"])

    found = k_anonymize(data, None, chosen(3, "Country"))

    assert found.interactions["Country"].value_counts().to_dict() == {"UK": 12, ANY: 6}
    assert (found.n_users_left_out, found.n_users_generalized, found.n_cells_changed) == (0, 3, 6)
    assert found.loss == 3  # three cells that say nothing


def test_where_being_left_out_loses_less_shoppers_are_left_out() -> None:
    """Malta alone as "*" is a group of one: it stays too small, so nothing is gained by making it general."""
    data = shoppers(Country=["UK"] * 6 + ["Malta"])

    found = k_anonymize(data, None, chosen(3, "Country"))

    assert found.interactions["Country"].unique().tolist() == ["UK"]
    assert (found.n_users_left_out, found.n_rows_left_out, found.loss) == (1, 2, 1.0)


def test_no_more_is_made_general_than_needed() -> None:
    """The quarter is enough for two of them; the third needs the year; those of a large group stay as they are."""
    data = shoppers(Joined=["2024-01", "2024-02"] + ["2025-01"] * 2)

    assert k_anonymize(data, None, chosen(2, "Joined")).interactions["Joined"].tolist()[:4] == [
        "2024-Q1",
        "2024-Q1",
        "2025-01",
        "2025-01",
    ]


def test_suppressing_leaves_out_and_changes_no_value() -> None:
    data = shoppers(Country=["UK"] * 3 + ["Malta", "Chad"])

    found = k_anonymize(data, None, chosen(3, "Country", how="suppress"))

    assert found.interactions["Country"].unique().tolist() == ["UK"]
    assert found.n_users_left_out == 2


def test_what_is_computed_from_rows_is_suppressed() -> None:
    """The fourth shopper alone began in February: no cell says so, so the shopper goes."""
    data = shoppers(Country=["UK"] * 4)
    data.loc[data[Columns.USER] == "u3", Columns.TIMESTAMP] = pd.Timestamp("2024-02-01")

    found = k_anonymize(data, None, chosen(3, "first_month", "Country"))

    assert found.n_users_left_out == 1
    assert smallest_group(found.interactions, None, ("first_month", "Country")) == 3


def test_a_shopper_shows_one_value_in_a_chosen_column() -> None:
    """Bern hides among many, but a single row with Rome would single u0 out all the same."""
    data = shoppers(Town=["Bern"] * 3)
    data = pd.concat([data, data.iloc[:1].assign(Town="Rome")], ignore_index=True)

    found = k_anonymize(data, None, chosen(3, "Town", how="suppress"))

    assert found.interactions["Town"].tolist() == ["Bern"] * 7
    assert found.n_cells_changed == 1


TOWNS = st.lists(
    st.tuples(st.sampled_from(["A|x", "A|y", "B|x", ""]), st.sampled_from("1234")), min_size=1, max_size=20
)


@settings(max_examples=50)
@given(people=TOWNS, k=st.integers(2, 5), how=st.sampled_from(["suppress", "generalize"]))
def test_every_group_is_large_enough_and_a_second_time_changes_nothing(
    people: list[tuple[str, str]], k: int, how: str
) -> None:
    data = shoppers(Town=[town for town, _ in people], Age=[age for _, age in people])
    wanted = chosen(k, "Town", "Age", how=how)

    once = k_anonymize(data, None, wanted)
    twice = k_anonymize(once.interactions, None, wanted, once.hierarchies) if len(once.interactions) else once

    assert not len(once.interactions) or smallest_group(once.interactions, None, ("Town", "Age")) >= k
    pd.testing.assert_frame_equal(once.interactions, twice.interactions)
    left_out = data[Columns.USER].nunique() - once.interactions[Columns.USER].nunique()
    assert once.n_users_left_out == left_out
    suppressed = k_anonymize(data, None, chosen(k, "Town", "Age", how="suppress"))
    assert left_out <= suppressed.n_users_left_out
    assert once.loss <= suppressed.loss
