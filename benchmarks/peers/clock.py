"""What the peers' scripts share: arguments, a memory cap, the check and the timing. Needs NumPy alone."""

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

WARM_UP = 2
SPARE_BYTES = 1 << 30  # left to the rest of the machine
CHECK_TOLERANCE = 1e-3  # of the norm of the right answer

Step = Callable[[], None]


def arguments(doc: str | None, modes: tuple[str, ...] = ()) -> argparse.Namespace:
    """Parse what every peer takes; ``modes`` where one library has several ways."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problem", type=Path, help="written by benchmarks.peers.problem")
    if modes:
        parser.add_argument("--mode", choices=modes, default=modes[0])
    parser.add_argument("--chunk", type=int, default=0, help="shoppers in memory at a time; 0: the batch")
    parser.add_argument("--repeats", type=int, default=15, help="of each step, at most")
    parser.add_argument("--seconds", type=float, default=60, help="that the repeats may take; there is at least one")
    parser.add_argument("--check", action="store_true", help="compare the clipped sum with the file's answer instead")
    return parser.parse_args()


def cap_memory() -> None:
    """Let this process fail with a message rather than the machine with none."""
    available = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemAvailable"))
    most = 1024 * int(available.split()[1]) - SPARE_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def threads() -> int:
    """Give the cores that this process may use; each framework gets all of them."""
    return len(os.sched_getaffinity(0))


def peak_mb() -> int:
    """Give the most memory that this process has held so far."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def print_check(sums: Mapping[str, np.ndarray], problem: Mapping[str, np.ndarray]) -> None:
    """Compare clipped sums with the answer, print the largest distance as JSON and fail where it is too large.

    The distance of a variable is the norm of the difference over the norm of its right sum.
    """
    distances = {
        name: float(np.linalg.norm(total - problem[f"answer/{name}"]) / np.linalg.norm(problem[f"answer/{name}"]))
        for name, total in sums.items()
    }
    if len(distances) != sum(name.startswith("answer/") for name in problem):
        raise SystemExit(f"The answer has other variables than {sorted(distances)}.")
    worst = max(distances, key=distances.__getitem__)
    print(json.dumps({"distance": distances[worst], "variable": worst}))
    if not distances[worst] < CHECK_TOLERANCE:  # NaN fails too
        raise SystemExit(f"The clipped sum of {worst} is {distances[worst]:.2g} away from the right one.")


def print_times(
    build_without: Callable[[], Step],
    build_private: Callable[[], Step],
    args: argparse.Namespace,
    about: dict[str, Any],
) -> None:
    """Time both steps, interleaved, and print medians and peaks as one JSON line.

    The step without privacy is built and warmed up first, so that the peak before the private one exists is its own.
    """
    without = build_without()
    _warm_up(without)
    peak_without = peak_mb()
    private = build_private()
    slow = _warm_up(private)
    repeats = max(1, min(args.repeats, int(args.seconds / slow)))
    taken: dict[str, list[float]] = {"private": [], "without": []}
    for _ in range(repeats):
        for name, step in (("private", private), ("without", without)):
            started = time.perf_counter()
            step()
            taken[name].append(time.perf_counter() - started)
    figures = {
        "seconds": {name: round(statistics.median(times), 5) for name, times in taken.items()},
        "peak_mb": peak_mb(),
        "peak_mb_without": peak_without,
        "repeats": repeats,
        "chunk": args.chunk,
        "threads": threads(),
    }
    print(json.dumps(figures | about))


def _warm_up(step: Step) -> float:
    """Compile, fill the caches, and give the seconds of the last step."""
    started = 0.0
    for _ in range(WARM_UP):
        started = time.perf_counter()
        step()
    return time.perf_counter() - started
