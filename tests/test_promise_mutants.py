"""The injected bugs: each still fits its place and has its test, so that ``make mutants`` cannot rot."""

from pathlib import Path

import pytest

from tests.mutants.everything import MUTANTS
from tests.mutants.mutant import ROOT, Mutant, is_test
from tests.mutants.running import copy_tree, try_out

HARMLESS = Mutant(
    name="harmless",
    rule="none",
    file="core/errors.py",
    old='"""A sentence for the person, safe to show: it quotes names and settings, never shoppers\' rows."""',
    new='"""A sentence."""',
    test="tests/test_evaluation.py::test_the_figures_of_a_curve_are_named_by_metric_and_length",
    why="Changes nothing that anybody could notice.",
)


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    assert len(MUTANTS) >= 45
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_bug_still_fits_in_one_place_and_is_a_program(mutant: Mutant) -> None:
    source = (ROOT / mutant.file).read_text("utf-8")

    compile(mutant.applied(source), mutant.file, "exec")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_bug_has_its_test_its_rule_and_its_reason(mutant: Mutant) -> None:
    assert is_test(mutant.test)
    assert mutant.rule in {f"R{number}" for number in range(1, 37)}
    assert mutant.why.endswith(".")


def test_what_does_not_stand_exactly_once_is_not_injected() -> None:
    with pytest.raises(ValueError, match="2 times"):
        HARMLESS.applied(2 * HARMLESS.old)
    with pytest.raises(ValueError, match="0 times"):
        HARMLESS.applied("")


@pytest.mark.slow
def test_a_survivor_and_a_bug_without_its_place_are_told_apart(tmp_path: Path) -> None:
    """The score is worth something only if the runner can say that a bug was not noticed."""
    copy_tree(tmp_path)
    elsewhere = Mutant(**{**vars(HARMLESS), "file": "core/progress.py"})
    unknown = Mutant(**{**vars(HARMLESS), "test": "tests/test_evaluation.py::test_that_is_not_there"})

    assert try_out(HARMLESS, tmp_path)[0] == "SURVIVED"
    assert try_out(elsewhere, tmp_path)[0] == "DID NOT APPLY"
    assert try_out(unknown, tmp_path)[0] == "DID NOT RUN"
    assert (tmp_path / HARMLESS.file).read_text() == (ROOT / HARMLESS.file).read_text()
