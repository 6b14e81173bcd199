"""Bugs in what is done to rows, in files to hand on, in the grid, and in what lies on the disk."""
# ruff: noqa: E501 - the lines of a program stand here as they are there

from tests.mutants.mutant import Mutant

CAPS = "core/anonymize/caps.py"
EXAM = "core/studies/exam.py"
EXPORTING = "core/anonymize/exporting.py"
GRID = "core/studies/grid.py"
LOCAL = "core/anonymize/local_privacy.py"
SEALED = "core/store/sealed.py"
SETTINGS = "core/settings/anonymization.py"
NO_THRESHOLD = "tests/test_studies_limits.py::test_no_threshold_can_come_before_a_study"
NOTHING_OUTSIDE = "tests/test_grid.py::test_nothing_of_a_grid_is_outside_private_and_nothing_is_charged"

MUTANTS = (
    Mutant(
        name="k-anonymity-before-a-study",
        rule="R8",
        file=SETTINGS,
        old='            "k_anonymity": self.k_anonymity,\n',
        new="",
        test=f"{NO_THRESHOLD}[k_anonymity]",
        why="Whether my rows stay hangs on how many others look like me.",
    ),
    Mutant(
        name="km-anonymity-before-a-study",
        rule="R8",
        file=SETTINGS,
        old='            "km_anonymity": self.km_anonymity,\n',
        new="",
        test=f"{NO_THRESHOLD}[km_anonymity]",
        why="Whether my purchase stays hangs on how many others made it.",
    ),
    Mutant(
        name="event-cap-by-place-in-the-file",
        rule="R8",
        file=CAPS,
        old='    coins[is_above] = Coins(key, "events").of_numbered(uploaded.loc[above], equals)[:, 0]\n',
        new="    coins[is_above] = np.flatnonzero(is_above).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)\n",
        test="tests/test_anonymize_neighbours.py::test_without_one_shopper_the_others_rows_and_the_product_file_are_the_same"
        "[max_events_per_shopper-option9]",
        why="Which of my events are kept hangs on how many rows stand before mine.",
    ),
    Mutant(
        name="true-product-kept-too-often",
        rule="R21",
        file=LOCAL,
        old="        limit = int(grown / (grown + n_products - 1) * _WORD) - 1\n",
        new="        limit = int(grown / (grown + n_products - 2) * _WORD) - 1\n",
        test="tests/test_anonymize_local.py::test_no_two_products_are_told_apart_by_more_than_epsilon",
        why="An answer tells more of the product than the ε on the label.",
    ),
    Mutant(
        name="answers-drawn-anew",
        rule="R36",
        file=LOCAL,
        old="    coins = Coins(key, _purpose(epsilon, list(names)))\n",
        new='    coins = Coins(__import__("secrets").token_bytes(32), _purpose(epsilon, list(names)))\n',
        test="tests/test_anonymize_local.py::test_a_second_export_answers_the_same_whatever_else_was_chosen",
        why="Whoever has many exports takes the commonest answer, which is the truth.",
    ),
    Mutant(
        name="one-coin-for-every-epsilon",
        rule="R36",
        file=LOCAL,
        old='    return f"{_PURPOSE}\\x1f{epsilon!r}\\x1f{listed}"\n',
        new='    return f"{_PURPOSE}\\x1f{listed}"\n',
        test="tests/test_anonymize_local.py"
        "::test_at_another_epsilon_or_with_another_product_the_coins_are_others[2.0-4]",
        why="Two exports at two ε laid side by side tell true products outright.",
    ),
    Mutant(
        name="true-answers-counted",
        rule="R31",
        file=LOCAL,
        old="    n_changed = round(len(rows) * float(1 - probabilities(epsilon, len(names))[0]))\n",
        new="    n_changed = int((answer != true).sum())\n",
        test="tests/test_anonymize_local.py::test_what_is_said_of_the_answers_tells_nothing_of_which_are_true",
        why="Who knows all events but one learns from the certificate whether that answer is true.",
    ),
    Mutant(
        name="original-ids-in-an-export",
        rule="R33",
        file="core/anonymize/rows.py",
        old="    return named, Change(",
        new="    return rows, Change(",
        test="tests/test_anonymize_export.py::test_what_was_promised_holds_in_the_files_themselves",
        why="The certificate says codes, and the file says who.",
    ),
    Mutant(
        name="export-in-the-order-of-the-upload",
        rule="R33",
        file=EXPORTING,
        old="    is_changed = bool(chosen_options(settings))\n",
        new="    is_changed = False\n",
        test="tests/test_anonymize_export.py::test_the_order_of_rows_tells_neither_shopper_nor_time",
        why="Where the upload went by shopper, the first code is the first customer.",
    ),
    Mutant(
        name="days-that-are-gone-taken-for-safety",
        rule="R31",
        file=EXPORTING,
        old="if name in (Uploads.TIME, Columns.TIMESTAMP)),\n",
        new="if name == Uploads.TIME),\n",
        test="tests/test_anonymize_export.py::test_times_that_are_gone_protect_nobody_by_not_being_there",
        why="The certificate says that nobody is singled out, of a file that singles out most.",
    ),
    Mutant(
        name="groups-of-one-less",
        rule="R31",
        file="core/anonymize/k_anonymity.py",
        old="    stays = _group_sizes(values) >= settings.k\n",
        new="    stays = _group_sizes(values) >= settings.k - 1\n",
        test="tests/test_anonymize_k.py::test_every_group_is_large_enough_and_a_second_time_changes_nothing",
        why="I hide among fewer than the certificate says.",
    ),
    Mutant(
        name="coins-rotate-with-names",
        rule="R36",
        file="core/anonymize/pseudonyms.py",
        old="    return current_key(home)[1] + home.key(COINS_KEY)\n",
        new="    return current_key(home)[1] * 2\n",
        test="tests/test_anonymize_pseudonyms.py::test_coins_are_never_rotated",
        why="After each rotation the same events are answered anew, and answers add up to the truth.",
    ),
    Mutant(
        name="grid-figures-outside",
        rule="R31",
        file=GRID,
        old="    write_grid(out, table)\n",
        new='    write_grid(out, table)\n    table.to_csv(out / "grid.csv")\n',
        test=NOTHING_OUTSIDE,
        why="Exact figures of real shoppers may be passed on, and nobody paid for them.",
    ),
    Mutant(
        name="grid-keeps-a-model",
        rule="R24",
        file=GRID,
        old="        cells.append(cell)\n",
        new="        cells.append(cell)\n"
        "        drawer = Drawer(grid.study, grid.numbers, grid.exam.shop, split(grid.exam.training_of(grid.exam.interactions), grid.exam.shop, pd.Index([]))[0], None)  # type: ignore[arg-type]\n"
        '        next(drawer.draw_ceilings(report)).save(out / "models" / str(len(cells)))\n',
        test=NOTHING_OUTSIDE,
        why="A model that no ledger knows of may be passed on.",
    ),
    Mutant(
        name="grid-charged",
        rule="R25",
        file=GRID,
        old="    started, cells = time.monotonic(), []\n",
        new="    from core.privacy.ledger import Ledger\n\n"
        "    for budget in filter(None, grid.budgets.values()):\n"
        '        Ledger(home).charge(budget.charge(), study="grid", purpose="grid", public=False, group="training")\n'
        "    started, cells = time.monotonic(), []\n",
        test=NOTHING_OUTSIDE,
        why="The budget of real releases is spent on what never leaves.",
    ),
    Mutant(
        name="grid-open-to-all",
        rule="R31",
        file="core/studies/grid_file.py",
        old="    target.parent.chmod(0o700)\n",
        new="    target.parent.chmod(0o755)\n",
        test=NOTHING_OUTSIDE,
        why="Other accounts of the machine read exact figures of shoppers.",
    ),
    Mutant(
        name="grid-without-its-mark",
        rule="R31",
        file="pages/shared/grid_parts.py",
        old='    suffix = "curator-NOT-FOR-RELEASE" if is_curator else "sample"\n',
        new='    suffix = "sample"\n',
        test="tests/test_grid_pages.py::test_what_the_curator_takes_along_is_marked",
        why="Exact figures of real shoppers pass for those of the sample.",
    ),
    Mutant(
        name="threshold-with-an-epsilon-in-the-grid",
        rule="R8",
        file=GRID,
        old="        private = self.settings.epsilons if settings.may_precede_a_study else ()\n",
        new="        private = self.settings.epsilons\n",
        test="tests/test_grid.py::test_a_row_with_a_threshold_has_one_figure_no_epsilon_and_the_reason",
        why="An ε is shown for rows that hang on other shoppers.",
    ),
    Mutant(
        name="grid-trains-on-judges",
        rule="R7",
        file=EXAM,
        old="        return interactions[~interactions[Columns.USER].isin(self.judges).to_numpy()]\n",
        new="        return interactions\n",
        test="tests/test_grid.py::test_a_judge_who_is_gone_leaves_every_model_bit_identical_and_a_trainer_does_not",
        why="Judges are asked about what they taught, and every figure flatters.",
    ),
    Mutant(
        name="grid-shows-what-it-asks",
        rule="R7",
        file=EXAM,
        old="    return Exam(judges, hidden, shop, interactions[~is_hidden].reset_index(drop=True))\n",
        new="    return Exam(judges, hidden, shop, interactions)\n",
        test="tests/test_grid.py::test_without_any_change_judges_see_and_guess_what_they_do_in_a_study",
        why="What a judge should be recommended stands in the history that is looked at.",
    ),
    Mutant(
        name="one-nonce-for-all-chunks",
        rule="R19",
        file=SEALED,
        old='    return header[-PREFIX_BYTES:] + number.to_bytes(4, "big") + bytes([is_last])\n',
        new='    return header[-PREFIX_BYTES:] + (0).to_bytes(4, "big") + bytes([is_last])\n',
        test="tests/test_store_sealed.py::test_a_sealed_file_that_was_changed_does_not_open[swapped]",
        why="Chunks under one nonce give each other away, and the key that authenticates them.",
    ),
    Mutant(
        name="one-salt-for-all-files",
        rule="R19",
        file=SEALED,
        old="secrets.token_bytes(SALT_BYTES + PREFIX_BYTES)",
        new="bytes(SALT_BYTES + PREFIX_BYTES)",
        test="tests/test_store_sealed.py::test_two_seals_of_one_content_have_no_byte_in_common_but_chance",
        why="Two files under one key and nonce give each other away.",
    ),
)
