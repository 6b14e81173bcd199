"""
Injects privacy bugs, one at a time, into a copy of the tree, and sees whether the named test notices: ``make mutants``.

The last line is ``killed N of M``. The exit code is 1 where a bug survived, or where its text or its test is not there.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.mutants.everything import MUTANTS
from tests.mutants.mutant import Mutant
from tests.mutants.running import Trial, Verdict, copy_tree, injected, load_libraries, verdict_of

PROCESSES = 2
WITHOUT_BUGS_S = 1_800.0


def main() -> int:
    """Try every mutant, or those that ``--only`` names; returns the exit code."""
    args = _arguments()
    chosen = [mutant for mutant in MUTANTS if not args.only or any(word in mutant.name for word in args.only)]
    if not chosen:
        print(f"No mutant is named so. There are: {', '.join(mutant.name for mutant in MUTANTS)}")
        return 2
    started = time.monotonic()
    load_libraries()
    with tempfile.TemporaryDirectory(prefix="tact-mutants-") as folder:
        trees = [Path(folder) / f"tree{number}" for number in range(args.processes)]
        for tree in trees:
            copy_tree(tree)
        if not _pass_without_bugs(chosen, trees):
            return 1
        print(f"{len(chosen)} bugs ...", flush=True)
        verdicts = []
        for mutant, verdict, said, seconds in _try_all(chosen, trees):
            verdicts.append(verdict)
            place = f"{len(verdicts)}/{len(chosen)}"
            print(f"{place:>8}  {verdict:<14}{mutant.rule:<5}{mutant.name:<50}{seconds:5.1f} s", flush=True)
            if args.verbose or verdict != "killed":
                print(f"          {mutant.test}\n{said}", flush=True)
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


def _pass_without_bugs(chosen: Sequence[Mutant], trees: Sequence[Path]) -> bool:
    """A test that fails anyway would kill every mutant; a test of chance may fail once in a thousand, but not twice."""
    tests = sorted({mutant.test for mutant in chosen})
    print(f"{len(tests)} tests without a bug ...", flush=True)
    size = -(-len(tests) // len(trees))
    shares = [tests[start : start + size] for start in range(0, len(tests), size)]  # neighbours share fixtures
    for _ in range(2):
        trials = [Trial.start(share, tree, WITHOUT_BUGS_S) for share, tree in zip(shares, trees, strict=False)]
        results = [trial.wait() for trial in trials]
        for code, said in results:
            if code:
                print(f"{said}\nThese tests must pass without a bug first.", flush=True)
        shares = [share for share, (code, _) in zip(shares, results, strict=True) if code]
        if not shares:
            return True
    return False


def _try_all(chosen: Sequence[Mutant], trees: Sequence[Path]) -> Iterator[tuple[Mutant, Verdict, str, float]]:
    """Try the mutants, as many at a time as there are trees, and yield each as it is done."""
    waiting, free = list(chosen), list(trees)
    working: list[tuple[Mutant, Path, Trial, ExitStack]] = []
    while waiting or working:
        while waiting and free:
            mutant, stack = waiting.pop(0), ExitStack()
            try:
                stack.enter_context(injected(mutant, free[-1]))
            except ValueError as error:
                yield mutant, "DID NOT APPLY", str(error), 0.0
                continue
            tree = free.pop()
            working.append((mutant, tree, Trial.start([mutant.test], tree), stack))
        for mutant, tree, trial, stack in list(working):
            result = trial.result()
            if result is None:
                continue
            stack.close()
            working = [each for each in working if each[0] is not mutant]
            free.append(tree)
            yield mutant, verdict_of(result[0]), result[1], time.monotonic() - trial.begun
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main())
