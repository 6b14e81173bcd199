"""The page of rules: all 36 are there once, and every test that it names exists."""

import re

import pytest

from tests.mutants.everything import MUTANTS
from tests.mutants.mutant import ROOT, is_test

LINE = re.compile(r"^\| (R\d+) \| (.+) \| (.+) \|$")
TEST = re.compile(r"`(test_\w+\.py::test_\w+)`")
PAGE = (ROOT / "docs" / "RULES.md").read_text("utf-8")
ROWS = {found[1]: found[3] for line in PAGE.splitlines() if (found := LINE.match(line))}
UNBROKEN = {"R15", "R18", "R23", "R26", "R29", "R34", "R35"}
"""Rules that nothing in the code could break in one place: what they forbid is not there, or is only said or shown."""


def test_all_rules_are_there_in_order() -> None:
    assert list(ROWS) == [f"R{number}" for number in range(1, 37)]


@pytest.mark.parametrize("rule", list(ROWS))
def test_every_rule_is_held_by_tests_that_exist(rule: str) -> None:
    named = TEST.findall(ROWS[rule])

    assert named
    assert [test for test in named if not is_test(f"tests/{test}")] == []


def test_every_rule_that_can_be_broken_is_broken_by_a_mutant() -> None:
    assert {mutant.rule for mutant in MUTANTS} == set(ROWS) - UNBROKEN
