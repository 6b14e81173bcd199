"""Bugs around a study: consent, closer looks, the shop's own lists."""
# ruff: noqa: E501 - the lines of a program stand here as they are there

from tests.mutants.mutant import Mutant

PREPARING = "core/studies/preparing.py"
GRID = "core/studies/grid.py"
CLOSER = "core/studies/closer.py"
FOLDER = "core/studies/folder.py"
PRESENT = "core/studies/present.py"

MUTANTS = (
    Mutant(
        name="withdrawn-in-a-study",
        rule="R8",
        file=PREPARING,
        old="    uploaded, left_out = keep_consenting(study.dataset.interactions(), study.home)\n",
        new="    uploaded, (_, left_out) = study.dataset.interactions(), keep_consenting(study.dataset.interactions(), study.home)\n",
        test="tests/test_consent_runs.py::test_a_study_after_the_withdrawal_starts_from_what_a_file_without_that_shopper_gives",
        why="Whoever withdrew trains all the same.",
    ),
    Mutant(
        name="withdrawn-in-a-grid",
        rule="R8",
        file=GRID,
        old="    interactions, left_out = keep_consenting(dataset.interactions(), home)\n",
        new="    interactions, (_, left_out) = dataset.interactions(), keep_consenting(dataset.interactions(), home)\n",
        test="tests/test_consent_runs.py::test_a_grid_leaves_them_out_and_says_so_inside",
        why="Whoever withdrew is in the grid all the same.",
    ),
    Mutant(
        name="groups-outside",
        rule="R30",
        file=FOLDER,
        old='        return self.path / "private" / "groups.csv"\n',
        new='        return self.path / "groups.csv"\n',
        test="tests/test_studies_closer.py::test_nothing_of_it_leaves",
        why="Exact figures of small groups leave with the study.",
    ),
    Mutant(
        name="closer-columns-in-the-curve",
        rule="R30",
        file=CLOSER,
        old='    exact.merge(more, on=["method", "epsilon", "repeat"], how="left").to_csv(folder.exact_file, index=False)\n',
        new='    exact.merge(more, on=["method", "epsilon", "repeat"], how="left").to_csv(folder.exact_file, index=False)\n'
        '    exact.merge(more, on=["method", "epsilon", "repeat"], how="left").to_csv(folder.curve_file, index=False)\n',
        test="tests/test_studies_closer.py::test_nothing_of_it_leaves",
        why="Novelty, bias and churn of real shoppers leave without noise.",
    ),
    Mutant(
        name="withdrawn-judges-handed-out",
        rule="R8",
        file=PRESENT,
        old="        if marked:\n",
        new="        if False:\n",
        test="tests/test_analyst_present.py::test_a_judge_who_withdrew_is_judged_and_handed_out_no_more",
        why="The rows of somebody who withdrew are handed out in a file.",
    ),
)
