"""The injected bugs: each still fits its place and has its test, so that ``make mutants`` cannot rot."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants.everything import MUTANTS
from tests.mutants.mutant import ROOT, Mutant, is_test

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


TRY = """
import sys
from pathlib import Path
from tests.mutants.__main__ import _try_all
from tests.mutants.running import copy_tree, load_libraries
from tests.test_promise_mutants import HARMLESS, changed

tree = Path(sys.argv[1])
copy_tree(tree)
load_libraries()
tried = (
    HARMLESS,
    changed(HARMLESS, file="core/progress.py"),
    changed(HARMLESS, test="tests/test_evaluation.py::test_that_is_not_there"),
    changed(HARMLESS, file="core/recommend/evaluation.py", old="ndcg", new="nothing"),
    changed(HARMLESS, file="core/recommend/evaluation.py", old="CUTOFFS = (10, 20)", new="CUTOFFS = (10, 21)"),
)
print("".join(f"{verdict}|" for _, verdict, _, _ in _try_all(tried, [tree])))
"""


def changed(mutant: Mutant, **changes: str) -> Mutant:
    return replace(mutant, **changes)


@pytest.mark.slow
def test_a_survivor_and_a_bug_without_its_place_are_told_apart(tmp_path: Path) -> None:
    """The score is worth something only if the runner can say that a bug was not noticed."""
    done = subprocess.run(
        [sys.executable, "-c", TRY, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.splitlines()[-1:] == ["SURVIVED|DID NOT APPLY|DID NOT RUN|DID NOT APPLY|killed|"], done.stderr
    assert (tmp_path / HARMLESS.file).read_text() == (ROOT / HARMLESS.file).read_text()
