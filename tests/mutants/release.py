"""Bugs in the two statistics and in what is made of them."""

from tests.mutants.mutant import Mutant

RELEASE = "core/recommend/release.py"

MUTANTS = (
    Mutant(
        name="popularity-counts-events",
        rule="R7",
        file=RELEASE,
        old="    weights = MARGIN / np.sqrt(np.maximum(sizes, 1))\n",
        new="    weights = MARGIN * np.ones(len(sizes))\n",
        test="tests/test_release.py::test_one_shopper_moves_popularity_by_at_most_one",
        why="A shopper with 400 products moves the sum by 20 and not by 1.",
    ),
)
