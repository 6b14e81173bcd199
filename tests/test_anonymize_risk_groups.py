"""k, l, t and the three attackers: textbook tables, and arithmetic."""

import math

import numpy as np
import pandas as pd
import pytest

from core.anonymize.risk import risk
from core.anonymize.risk.attackers import attackers
from core.anonymize.risk.groups import groups
from core.anonymize.risk.report import favourite_products
from core.columns import Columns
from core.errors import SettingsError
from tests.risky_shops import bought, on_days, random_shop

AGES = ["2*", "2*", "2*", "3*", "3*", "3*", "4*", "4*", "4*"]


def table(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype="str")


def sensitive(values: list[str]) -> pd.Series:
    return pd.Series(values, dtype="str", name="illness")


def test_k_is_the_size_of_the_smallest_group() -> None:
    found = groups(table(age=["2*", "2*", "3*", "3*", "3*"]), ["age"], sensitive(["flu"] * 5))

    assert (found["k"], found["n_groups"], found["shoppers"]) == (2, 2, 5)


def test_groups_are_alike_in_every_column() -> None:
    people = table(age=["2*", "2*", "3*", "3*"], zip=["1", "2", "1", "1"])

    assert groups(people, ["age", "zip"], sensitive(list("abcd")))["k"] == 1
    assert groups(people, ["age"], sensitive(list("abcd")))["k"] == 2
    assert groups(people, [], sensitive(list("abcd")))["k"] == 4


def test_a_blank_is_a_value_like_any_other() -> None:
    people = pd.DataFrame({"age": ["2*", None, None, "2*"]})

    assert groups(people, ["age"], sensitive(list("abab")))["k"] == 2
    blanks = pd.DataFrame({"age": ["2*", "2*", "3*"], "zip": ["1", "2", None]})
    assert groups(blanks, ["age", "zip"], sensitive(list("abc")))["n_groups"] == 3


def test_l_and_its_entropy_by_hand() -> None:
    """Machanavajjhala et al. 2007, the attack on homogeneity: everybody in their thirties has cancer."""
    illness = ["heart", "virus", "cancer", "cancer", "cancer", "cancer", "heart", "heart", "virus"]
    found = groups(table(age=AGES), ["age"], sensitive(illness))

    assert (found["k"], found["l"], found["entropy_l"]) == (3, 1, 1.0)

    found = groups(table(age=AGES), ["age"], sensitive(["a", "b", "c", "a", "b", "c", "a", "a", "b"]))
    entropy = -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))
    assert (found["l"], found["entropy_l"]) == (2, round(math.exp(entropy), 4))


def test_t_by_hand() -> None:
    """Half of all have a; nobody in one group has, and all of the other: each is 1/2 away from all."""
    found = groups(table(age=["2*", "2*", "3*", "3*"]), ["age"], sensitive(["a", "a", "b", "c"]))

    assert found["t"] == (abs(1 - 1 / 2) + 1 / 4 + 1 / 4) / 2


def test_groups_that_mirror_everybody_tell_nothing() -> None:
    found = groups(table(age=["2*", "2*", "3*", "3*"]), ["age"], sensitive(["a", "b", "a", "b"]))

    assert (found["l"], found["entropy_l"], found["t"]) == (2, 2.0, 0.0)


def test_t_of_a_textbook_table_with_equal_distances() -> None:
    """The nine salaries of Li et al. 2007, section 4, three in a group; they order them, equal distances do not.

    Each group of three of the nine values is (|1/3 - 1/9| · 3 + 1/9 · 6) / 2 = 2/3 away from all.
    """
    salaries = [f"{n}k" for n in range(3, 12)]

    assert groups(table(age=AGES), ["age"], sensitive(salaries))["t"] == round((3 * 2 / 9 + 6 / 9) / 2, 4)


def test_brute_force_finds_the_same() -> None:
    rng = np.random.default_rng(1)
    people = pd.DataFrame({name: rng.integers(0, 4, 300).astype(str) for name in "abc"}, dtype="str")
    secret = sensitive(list(rng.integers(0, 6, 300).astype(str)))
    found = groups(people, list("abc"), secret)

    overall = secret.value_counts(normalize=True)
    own = [secret[rows].value_counts(normalize=True) for rows in people.groupby(list("abc")).groups.values()]
    distances = [shares.reindex(overall.index, fill_value=0).sub(overall).abs().sum() / 2 for shares in own]
    assert found["k"] == people.groupby(list("abc")).size().min()
    assert found["l"] == min(len(shares) for shares in own)
    assert found["t"] == pytest.approx(max(distances), abs=1e-4)
    assert found["entropy_l"] == pytest.approx(min(math.exp(-(p * np.log(p)).sum()) for p in own), abs=1e-4)


def test_shoppers_are_counted_by_the_size_of_their_group() -> None:
    people = table(age=["a"] * 60 + ["b"] * 7 + ["c"])
    sizes = groups(people, ["age"], sensitive(["x"] * 68))["sizes"]

    assert [size["shoppers"] for size in sizes] == [1, 0, 7, 0, 60]
    assert [(size["from"], size["to"]) for size in sizes] == [(1, 1), (2, 4), (5, 9), (10, 49), (50, None)]


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match="no column shoe"):
        groups(table(age=["2*"]), ["shoe"], sensitive(["a"]))


def test_the_prosecutor_by_hand() -> None:
    """Groups of 1, 4, 5: five shoppers are in groups below 1 / 0.2 = 5; of ten, three (one a group) are guessed."""
    found = attackers(table(age=["a"] + ["b"] * 4 + ["c"] * 5), ["age"])

    assert found["prosecutor"] == {"at_risk": (1 + 4) / 10, "highest": 1.0, "success": 3 / 10}
    assert found["journalist"] == found["prosecutor"]
    assert found["marketer"] == {"success": 3 / 10}
    assert found["population"] is None


def test_the_journalist_hides_the_file_in_a_population_by_hand() -> None:
    """f = 1, 4, 5 shoppers in the file, F = 4, 5, 10 in the population; τ = 0.2, and 1/5 is not above it."""
    published = table(age=["a"] + ["b"] * 4 + ["c"] * 5)
    population = table(age=["a"] * 4 + ["b"] * 5 + ["c"] * 10 + ["elsewhere"] * 50)
    found = attackers(published, ["age"], population)

    named = (1 / 4 + 4 / 5 + 5 / 10) / 10
    assert found["journalist"] == {"at_risk": 1 / 10, "highest": 1 / 4, "success": round(max(3 / 19, named), 4)}
    assert found["marketer"] == {"success": round(named, 4)}
    assert found["prosecutor"]["success"] == 3 / 10
    assert found["population"] == 69


def test_a_population_that_knows_less_than_the_file_lowers_nothing() -> None:
    published = table(age=["a"] * 2 + ["b"] * 3)

    found = attackers(published, ["age"], table(age=["a"]))

    assert found["journalist"] == found["prosecutor"]


def test_suppressed_shoppers_count_for_nobody() -> None:
    """They are not in the file, so they are in no group of it: re-imported files have the same risk."""
    before = table(age=["a"] * 5 + ["b"])

    assert attackers(before, ["age"])["prosecutor"]["highest"] == 1
    assert attackers(before[before["age"] == "a"], ["age"])["prosecutor"]["highest"] == 1 / 5


def test_risk_takes_the_columns_that_it_is_told() -> None:
    data = on_days(bought({"a": "xy", "b": "xz", "c": "x"}), ["2024-01-01"] * 4 + ["2024-02-01"])
    found = risk(data, quasi_identifiers=["first_month"])

    assert found["groups"]["columns"] == ["first_month"]
    assert found["groups"]["sensitive"] == "favourite_product"
    assert found["groups"]["k"] == 1
    assert found["attackers"]["prosecutor"] == {"at_risk": 1.0, "highest": 1.0, "success": round(2 / 3, 4)}


def test_the_favourite_category_is_what_should_not_be_found_out() -> None:
    data = bought({"a": "xx", "b": "y"})
    catalogue = pd.DataFrame({Columns.ITEM: ["x", "y"], Columns.CATEGORY: ["Tea", "Pots"], Columns.PRICE: [1.0, 2.0]})

    assert risk(data, catalogue=catalogue)["groups"]["sensitive"] == "favourite_category"
    assert risk(data, catalogue=catalogue)["groups"]["columns"] == ["events_band"]
    known = risk(data, catalogue=catalogue, quasi_identifiers=["favourite_category"])["groups"]
    assert (known["columns"], known["sensitive"]) == (["favourite_category"], "favourite_product")


def test_the_favourite_product_is_the_commonest_and_of_several_the_best_known() -> None:
    data = bought({"a": "xxyyy", "b": "xz", "c": "xxx"})

    assert favourite_products(data).to_dict() == {"a": "y", "b": "x", "c": "x"}


def test_what_is_known_cannot_be_secret() -> None:
    with pytest.raises(SettingsError, match="both"):
        risk(bought({"a": "x"}), quasi_identifiers=["events_band"], sensitive="events_band")


def test_a_column_that_was_dropped_tells_nobody_apart_afterwards() -> None:
    before = on_days(bought({"a": "x", "b": "x"}), ["2024-01-01", "2024-02-01"])
    after = bought({"a": "x", "b": "x"})

    assert risk(before, quasi_identifiers=["first_month"])["groups"]["k"] == 1
    found = risk(after, original=after, population=after, quasi_identifiers=["first_month"])
    assert (found["groups"]["columns"], found["groups"]["k"]) == ([], 2)
    with pytest.raises(SettingsError, match="first_month"):
        risk(after, quasi_identifiers=["first_month"])


def test_a_population_may_be_rows_or_a_shopper_table() -> None:
    everybody = random_shop(200, 10, seed=1)
    published = everybody[everybody[Columns.USER].isin(everybody[Columns.USER].unique()[:50])]
    found = risk(published, population=everybody, quasi_identifiers=["events_band"])["attackers"]
    bands = everybody.groupby(Columns.USER).size()
    edges = np.array([1, 2, 5, 10, 20])
    people = pd.DataFrame({"band": np.searchsorted(edges, bands, "right")}, index=bands.index).astype("str")

    again = attackers(people.loc[published[Columns.USER].unique()], ["band"], people)
    assert found == again
    assert found["journalist"]["success"] < found["prosecutor"]["success"]
