"""Bugs in how noise is drawn and sums are added: what floating point can give away."""

from tests.mutants.mutant import Mutant

NOISE = "core/privacy/noise.py"
GAUSSIAN = "core/privacy/rounded_gaussian.py"
T = "tests/test_privacy_noise.py::"
G = "tests/test_privacy_rounded_gaussian.py::"

MUTANTS = (
    Mutant(
        name="noise-of-floating-point",
        rule="R20",
        file=NOISE,
        old="        return np.asarray((np.rint(steps).astype(np.int64) + noise) * step, np.float64)\n",
        new="        return np.asarray(exact + noise * step * (1 + 1e-9), np.float64)\n",
        test=T + "test_last_bits_give_a_naive_release_away_and_ours_not",
        why="The last bits of a release tell neighbours apart.",
    ),
    Mutant(
        name="a-grid-that-follows-the-data",
        rule="R20",
        file="core/privacy/selection.py",
        old=", n_moved=selection.max_items)\n",
        new=")\n",
        test="tests/test_privacy_selection.py::test_the_grid_does_not_know_how_many_products_were_touched",
        why="Every output shows how many products were touched.",
    ),
    Mutant(
        name="a-grid-too-coarse-for-many-entries",
        rule="R20",
        file=NOISE,
        old="    widest = min(ROUNDING * sensitivity / math.sqrt(max(n_moved, 1)), _COARSEST * noise_std)\n",
        new="    widest = min(ROUNDING * sensitivity, _COARSEST * noise_std)\n",
        test=T + "test_the_grid_adds_a_ten_millionth_to_the_sensitivity_at_most",
        why="Rounding adds up over entries and passes the margin.",
    ),
    Mutant(
        name="a-draw-decided-by-rounding",
        rule="R20",
        file=GAUSSIAN,
        old="<= error) | (heads == 0)\n",
        new="<= 0) | (heads == 0)\n",
        test=G + "test_the_bits_around_a_boundary_are_told_apart",
        why="Float64 decides on which side of a boundary a draw lies, and is wrong near it.",
    ),
    Mutant(
        name="zero-counted-once-for-each-sign",
        rule="R17",
        file=GAUSSIAN,
        old="np.where(words & np.uint64(1), sizes, -sizes)\n",
        new="np.where(words & np.uint64(1), sizes, -sizes - 1)\n",
        test=G + "test_draws_have_the_law_of_the_rounded_gaussian",
        why="The noise has another law than the one accounted for.",
    ),
    Mutant(
        name="weaker-bits-where-the-system-has-none",
        rule="R19",
        file=GAUSSIAN,
        old="    content = os.urandom(8 * count)\n",
        new="    content = np.random.default_rng().bytes(8 * count)\n",
        test=G + "test_a_bit_source_that_fails_or_gives_too_little_stops_the_draw",
        why="Noise comes from a generator that can be run backwards.",
    ),
    Mutant(
        name="floating-point-sums",
        rule="R20",
        file="core/recommend/release.py",
        old="    ones = pattern.astype(np.int64)\n",
        new="    ones, a = pattern.astype(np.float64), a / 3\n",
        test="tests/test_release_exact.py::test_the_order_of_shoppers_changes_no_bit_of_what_is_released",
        why="A sum depends on the order of shoppers, and one of them moves it by more than 1.",
    ),
)
