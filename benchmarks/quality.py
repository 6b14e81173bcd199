"""
Quality of recommendations on a real data set, scored by a program that shares no code with Tact.

    TACT_BENCH_DATA=… TACT_YARDSTICK=…/yardstick.py python -m benchmarks.quality online_retail --epsilons 1 4 --draws 5

The yardstick hides each shopper's last products, and scores what ``python -m core`` recommends without having seen them
(NDCG@20). Every draw is a study of its own in a home of its own: the means and standard errors are over private noise.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

METHODS = ("popularity", "content", "statistics", "hybrid", "best")


def main() -> None:
    """Run the draws and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", help="a folder of $TACT_BENCH_DATA")
    parser.add_argument("--epsilons", nargs="+", default=["1", "4"])
    parser.add_argument("--draws", type=int, default=5)
    parser.add_argument(
        "--evaluate", action="store_true", help="set evaluation shoppers apart, as by default on the CLI"
    )
    args = parser.parse_args()
    data = Path(os.environ["TACT_BENCH_DATA"]) / args.dataset
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        _run([os.environ["TACT_YARDSTICK"], "split", str(data / "UserBehavior.csv"), str(place / "split")])
        scores: dict[str, list[float]] = {}
        advised: dict[str, set[str]] = {}
        baseline = 0.0
        for draw in range(args.draws):
            baseline = _one_draw(place, data, args, draw, scores, advised)
    print(json.dumps(_figures(args, scores, advised, baseline)))


def _one_draw(
    place: Path,
    data: Path,
    args: argparse.Namespace,
    draw: int,
    scores: dict[str, list[float]],
    advised: dict[str, set[str]],
) -> float:
    """One study and the scores of all its lists; returns the yardstick's own popularity list."""
    split, study = place / "split", place / f"study-{draw}"
    command = ["-m", "core", "study", str(split / "history.csv"), str(data / "ProductInfo.csv"), "--out", str(study)]
    command += ["--epsilons", *args.epsilons, *([] if args.evaluate else ["--no-evaluation"])]
    _run(command, home=place / "home")
    baseline = 0.0
    for epsilon in args.epsilons:
        for method in METHODS:
            lists = place / "lists.csv"
            command = ["-m", "core", "recommend", str(study), "--epsilon", epsilon, "--method", method]
            command += ["--users", str(split / "users.csv"), "--out", str(lists)]
            told = _run(command, home=place / "home", may_fail=True)
            if told is None:  # this data has nothing for the method, as content without text
                continue
            score = json.loads(_run([os.environ["TACT_YARDSTICK"], "score", str(split), str(lists)]) or "")
            scores.setdefault(f"{method} {epsilon}", []).append(score["ndcg"])
            advised.setdefault(epsilon, set()).add(json.loads(told)["method"]) if method == "best" else None
            baseline = score["popularity"]["ndcg"]
    return baseline


def _run(arguments: list[str], *, home: Path | None = None, may_fail: bool = False) -> str | None:
    environment = os.environ | ({"TACT_HOME": str(home)} if home else {})
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False)
    if done.returncode == 2 and may_fail:
        return None
    done.check_returncode()
    return done.stdout


def _figures(
    args: argparse.Namespace, scores: dict[str, list[float]], advised: dict[str, set[str]], baseline: float
) -> dict[str, Any]:
    """Mean and standard error over draws of every method at every ε."""
    rows = {
        name: {
            "mean": round(statistics.mean(found), 4),
            "se": round(statistics.stdev(found) / len(found) ** 0.5, 4) if len(found) > 1 else None,
        }
        for name, found in scores.items()
    }
    return {
        "figure": "ndcg_at_20",
        "dataset": args.dataset,
        "draws": args.draws,
        "evaluate": args.evaluate,
        "popularity_exact": baseline,
        "advised": {epsilon: sorted(methods) for epsilon, methods in advised.items()},
        "scores": rows,
    }


if __name__ == "__main__":
    main()
