"""Bugs in the two statistics and in how shoppers come into them."""
# ruff: noqa: E501 - the lines of a program stand here as they are there

from tests.mutants.mutant import Mutant

RELEASE = "core/recommend/release.py"
SUMS = "core/privacy/exact_sums.py"
T = "tests/test_release.py::"

MUTANTS = (
    Mutant(
        name="popularity-without-unit-norm",
        rule="R7",
        file=SUMS,
        old="    shares = np.floor(MARGIN / UNIT_STEP / np.sqrt(np.maximum(sizes, 1))).astype(np.int64)\n",
        new="    shares = np.full(len(sizes), MARGIN / UNIT_STEP).astype(np.int64)\n",
        test=T + "test_one_shopper_moves_popularity_by_at_most_one",
        why="A shopper with 400 products moves the sum by 20 and not by 1.",
    ),
    Mutant(
        name="no-room-for-rounding",
        rule="R20",
        file=SUMS,
        old="MARGIN = 1 - 1e-5  #",
        new="MARGIN = 1.0  #",
        test="tests/test_release_exact.py::test_whoever_joins_moves_the_co_occurrence_by_at_most_one",
        why="With every rounding on top a shopper moves the sum by more than what is charged.",
    ),
    Mutant(
        name="noise-of-popularity-too-small",
        rule="R17",
        file=RELEASE,
        old="    return exact if np.isinf(mu) else noise.release(exact, 1 / mu)\n",
        new="    return exact if np.isinf(mu) else noise.release(exact, 0.9 / mu)\n",
        test=T + "test_every_draw_asks_for_noise_of_one_over_mu",
        why="The noise is a tenth less than was charged.",
    ),
    Mutant(
        name="off-diagonal-stretched-the-wrong-way",
        rule="R7",
        file=RELEASE,
        old="    stretch = np.where(upper[0] == upper[1], 1, np.sqrt(2))\n",
        new="    stretch = np.where(upper[0] == upper[1], 1, 2.0)\n",
        test=T + "test_the_noise_of_the_co_occurrence_is_one_over_mu_in_the_coordinates_of_its_sensitivity",
        why="Entries off the diagonal stand twice in the square and get less noise than they need.",
    ),
    Mutant(
        name="what-is-left-is-scaled-beyond-one",
        rule="R7",
        file=RELEASE,
        old="(np.maximum(sizes, 1) * np.maximum(left, SHORTEST))\n",
        new="(np.maximum(sizes, 1) * np.maximum(left, SHORTEST) ** 1.5)\n",
        test="tests/test_release_exact.py::test_whoever_joins_moves_the_co_occurrence_by_at_most_one",
        why="A shopper of whom little is left moves the matrix by more than 1.",
    ),
    Mutant(
        name="sums-in-the-order-of-shoppers",
        rule="R20",
        file=RELEASE,
        old="        mixed=np.asarray(ones.T @ np.rint(a * t).astype(np.int64)),\n",
        new="        mixed=np.asarray(pattern.T @ (a * t)),\n",
        test="tests/test_release_exact.py::test_the_order_of_shoppers_changes_no_bit_of_what_is_released",
        why="Floating-point sums move by more than their sensitivity, and tell who came first.",
    ),
    Mutant(
        name="direction-of-exact-popularity",
        rule="R30",
        file=RELEASE,
        old="    direction = np.maximum(popularity.values[head], 0)\n",
        new="    direction = np.asarray(histories.matrix[:, head].sum(axis=0)).ravel()\n",
        test="tests/test_promise_interference.py"
        "::test_with_the_noise_held_fixed_everything_that_leaves_is_the_same_for_neighbours",
        why="Exact counts leave as the direction that is taken out.",
    ),
    Mutant(
        name="head-of-exact-counts",
        rule="R30",
        file=RELEASE,
        old='    head = np.argsort(-popularity.values, kind="stable")[:size]\n',
        new='    head = np.argsort(-np.asarray(histories.matrix.sum(axis=0)).ravel(), kind="stable")[:size]\n',
        test="tests/test_promise_interference.py"
        "::test_with_the_noise_held_fixed_everything_that_leaves_is_the_same_for_neighbours",
        why="Which products are most popular is known exactly.",
    ),
    Mutant(
        name="head-size-of-counted-shoppers",
        rule="R5",
        file="core/studies/releasing.py",
        old="    size = head_size(n_shoppers, budget.release_mu, training.n_items)\n",
        new="    size = head_size(training.n_users, budget.release_mu, training.n_items)\n",
        test="tests/test_promise_noise.py::test_the_size_of_the_head_hangs_on_the_declared_number_alone",
        why="The length of an array tells how many shoppers there are.",
    ),
    Mutant(
        name="hidden-by-others",
        rule="R8",
        file="core/recommend/histories.py",
        old="    mixed = np.repeat(users, histories.sizes) * np.uint64(0x9E3779B97F4A7C15) ^ items[histories.matrix.indices]\n",
        new="    mixed = np.arange(histories.matrix.nnz, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ items[\n"
        "        histories.matrix.indices\n"
        "    ]\n",
        test="tests/test_histories.py::test_what_is_hidden_of_a_shopper_is_the_same_whoever_else_is_there",
        why="What one shopper learns from hangs on who stands before them in the file.",
    ),
    Mutant(
        name="scores-round-by-how-many-there-are",
        rule="R9",
        file="core/recommend/content.py",
        old="        self._n_all = max(histories.n_users, FEW_USERS + 1) if is_study else histories.n_users\n",
        new="        self._n_all = histories.n_users\n",
        test="tests/test_promise_noise.py::test_few_shoppers_are_scored_as_many_are",
        why="With one more shopper everybody else's signals round differently, and clipping bounds one gradient only.",
    ),
    Mutant(
        name="vocabulary-of-behaviour",
        rule="R28",
        file="core/studies/preparing.py",
        old="    if catalogue is not None:\n        return shop, None\n",
        new="    if catalogue is not None:\n"
        "        touched = set(study.dataset.rejected()['raw'].astype(str).str.split(',').str[1])\n"
        "        return replace(shop, item_ids=np.array([*shop.item_ids[: -len(touched)], *sorted(touched)])), None\n",
        test="tests/test_promise_interference.py"
        "::test_no_file_that_leaves_and_no_message_knows_a_shopper_or_a_product_of_theirs_alone",
        why="A product that one shopper alone touched leaves as a name of the model.",
    ),
    Mutant(
        name="names-without-selection",
        rule="R28",
        file="core/studies/preparing.py",
        old="    return replace(shop, item_ids=np.array(names)), charge\n",
        new="    return replace(shop, item_ids=everything), charge\n",
        test="tests/test_studies_sides.py::test_without_a_catalogue_names_are_chosen_privately_and_a_lone_one_never_leaves",
        why="Every product that anybody touched is named.",
    ),
)
