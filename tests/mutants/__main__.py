"""
Injects privacy bugs, one at a time, into a copy of the tree, and sees whether the named test notices: ``make mutants``.

The last line is ``killed N of M``. The exit code is 1 where a bug survived, or where its text or its test is not there.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.everything import MUTANTS
from tests.mutants.mutant import Mutant
from tests.mutants.running import Verdict, copy_tree, run_tests, try_out

PROCESSES = 2


def main() -> int:
    """Try every mutant, or those that ``--only`` names; returns the exit code."""
    args = _arguments()
    chosen = [mutant for mutant in MUTANTS if not args.only or any(word in mutant.name for word in args.only)]
    if not chosen:
        print(f"No mutant is named so. There are: {', '.join(mutant.name for mutant in MUTANTS)}")
        return 2
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tact-mutants-") as folder:
        trees = [Path(folder) / f"tree{number}" for number in range(min(args.processes, len(chosen)))]
        for tree in trees:
            copy_tree(tree)
        if not _pass_without_bugs(chosen, trees[0]):
            return 1
        verdicts = _try_all(chosen, trees, args.verbose)
    print(f"{time.monotonic() - started:.0f} s")
    killed = verdicts.count("killed")
    print(f"killed {killed} of {len(chosen)}")
    return int(killed < len(chosen))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="mutants whose name has one of these words in it")
    parser.add_argument("--processes", type=int, default=PROCESSES, help="tests at a time")
    parser.add_argument("--verbose", action="store_true", help="also what the test said")
    return parser.parse_args()


def _pass_without_bugs(chosen: list[Mutant], tree: Path) -> bool:
    """A test that fails anyway would kill every mutant."""
    tests = sorted({mutant.test for mutant in chosen})
    print(f"{len(tests)} tests without a bug ...", flush=True)
    code, said = run_tests(tests, tree)
    if code:
        print(said)
        print("These tests must pass without a bug first.")
    return code == 0


def _try_all(chosen: list[Mutant], trees: list[Path], verbose: bool) -> list[Verdict]:
    free: SimpleQueue[Path] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def one(mutant: Mutant) -> tuple[Mutant, Verdict, str, float]:
        tree, begun = free.get(), time.monotonic()
        try:
            return (mutant, *try_out(mutant, tree), time.monotonic() - begun)
        finally:
            free.put(tree)

    verdicts: list[Verdict] = []
    with ThreadPoolExecutor(len(trees)) as pool:
        for mutant, verdict, said, seconds in pool.map(one, chosen):
            verdicts.append(verdict)
            place = f"{len(verdicts)}/{len(chosen)}"
            print(f"{place:>7}  {verdict:<14}{mutant.rule:<5}{mutant.name:<44}{seconds:5.1f} s", flush=True)
            if verbose or verdict != "killed":
                print(f"{mutant.test}\n{said}", flush=True)
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
