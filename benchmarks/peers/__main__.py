"""
How fast is our private step beside those of Opacus and jax_privacy?

    python -m benchmarks.peers --batch 128 512 2048 --json

One network, one batch of made-up shoppers, Adam, clip norm 1, noise multiplier 1, on this machine's CPU. The peers run
in environments of their own under ``.venv-peers/``, made here where they are missing. Before anything is timed, each
contender has to give the right sum of clipped gradients on a small problem of many repeated products. Then come rounds:
ours, ghost, hooks, JAX, ours, ghost, ... each a process of its own, which interleaves its private step with the same
framework's step without privacy. Figures are medians over the rounds. Peaks are the largest, with the libraries and a
second form of the network in them: ours its Poisson step, theirs the step without privacy. Run it on a quiet machine:
PyTorch's threads wait for each other, so that beside other work it is slowed far more than the rest; ``load_before``
tells whether it was quiet.

Prints one JSON line last: per batch, each contender's ``ratio`` (private / without privacy, same framework),
``shoppers_per_s`` and peaks, and ``NAME_over_ours``: how many times the shoppers a second of NAME are ours. A
contender that did not finish has ``failed`` instead. The scripts of the peers say what is unfair to whom.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENTS = ROOT / ".venv-peers"
BUSY = 0.5  # processes that run beside this one
SLOW_BATCH = 128
LONGEST = 3600  # seconds of one process
ON_THE_CPU = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}


@dataclass(frozen=True)
class Peer:
    """A contender with an environment of its own.

    Attributes:
        name: In the figures.
        environment: ``requirements-NAME.txt`` and the folder.
        arguments: Script and options; chunks are the fastest found on 2 cores.
        slow: A step takes minutes: only up to SLOW_BATCH shoppers, and in the first round alone.
    """

    name: str
    environment: str
    arguments: tuple[str, ...]
    slow: bool = False


PEERS = (
    Peer("opacus_ghost", "opacus", ("opacus_step", "--mode", "ghost", "--chunk", "512")),
    Peer("opacus_hooks", "opacus", ("opacus_step", "--mode", "hooks", "--chunk", "64")),
    Peer("jax_privacy", "jax", ("jax_step", "--chunk", "1")),
    Peer("jax_privacy_default", "jax", ("jax_step", "--chunk", "0"), slow=True),
)


def main() -> None:
    """Make the environments, check, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, nargs="+", default=[128, 512, 2048], help="shoppers a step")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60, help="that one process may spend on repeats")
    parser.add_argument("--peers", nargs="*", choices=[peer.name for peer in PEERS], help="these alone")
    parser.add_argument("--json", action="store_true", help="print the JSON line alone")
    args = parser.parse_args()
    peers = [peer for peer in PEERS if args.peers is None or peer.name in args.peers]
    for environment in sorted({peer.environment for peer in peers}):
        make_environment(environment)
    load = os.getloadavg()[0]
    if load > BUSY:
        print(f"This machine is busy (load {load:.1f}): the figures will be wrong, PyTorch's most.", file=sys.stderr)
    figures: dict[str, Any] = {"cores": len(os.sched_getaffinity(0)), "load_before": load, "rounds": args.rounds}
    with tempfile.TemporaryDirectory() as folder:
        figures |= {"check": check(peers, Path(folder)), "batch": {}}
        for batch in args.batch:
            figures["batch"][str(batch)] = compare(peers, batch, args.rounds, args.seconds, Path(folder))
            if not args.json:
                print(table(batch, figures["batch"][str(batch)]), flush=True)
    print(json.dumps(figures))


def make_environment(name: str) -> None:
    """Install ``requirements-NAME.txt`` into a folder of its own, unless just that is there."""
    wanted = HERE / f"requirements-{name}.txt"
    stamp = ENVIRONMENTS / name / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted.read_text():
        return
    print(f"Making {ENVIRONMENTS / name} ...", file=sys.stderr)
    venv.create(ENVIRONMENTS / name, with_pip=True, clear=True)
    subprocess.run([python_of(name), "-m", "pip", "install", "--quiet", "-r", str(wanted)], check=True)
    stamp.write_text(wanted.read_text())


def python_of(environment: str) -> str:
    """Give the interpreter of one environment."""
    return str(ENVIRONMENTS / environment / "bin" / "python")


def check(peers: Sequence[Peer], folder: Path) -> dict[str, float]:
    """Have each contender give the right sum of clipped gradients; give the distances, or stop at a wrong one."""
    problem = folder / "check.npz"
    found = write_problem(problem, "--batch", "16", "--items", "40", "--answer")
    distances = {"ours": found["distance"]}
    for peer in peers:
        ragged = ("--chunk", "5") if peer.environment == "opacus" else ()  # JAX takes divisors only
        found = call(peer, problem, "--check", *ragged)
        if "failed" in found:
            raise SystemExit(f"{peer.name} does not take the same step as we do. {found['failed']}")
        distances[peer.name] = found["distance"]
    return distances


def compare(peers: Sequence[Peer], batch: int, rounds: int, seconds: float, folder: Path) -> dict[str, Any]:
    """Run the rounds of one batch size and sum them up."""
    problem = folder / f"{batch}.npz"
    write_problem(problem, "--batch", str(batch))
    seen: dict[str, list[dict[str, Any]]] = {"ours": [], **{peer.name: [] for peer in peers}}
    for _ in range(rounds):
        seen["ours"].append(ours(batch))
        for peer in peers:
            results = seen[peer.name]
            if peer.slow and batch > SLOW_BATCH:
                results.append({"failed": f"not run above {SLOW_BATCH} shoppers: minutes a step"})
            elif not results or not (peer.slow or "failed" in results[-1]):
                results.append(call(peer, problem, "--seconds", str(seconds)))
    figures = {name: summed_up(results, batch) for name, results in seen.items()}
    taken = {name: result["seconds"] for name, result in figures.items() if "failed" not in result}
    if "ours" not in taken:
        return figures
    times = {f"{name}_over_ours": round(taken[name] / taken["ours"], 2) for name in taken if name != "ours"}
    return figures | times


def ours(batch: int) -> dict[str, Any]:
    """Time our own step, in the form that the peers' scripts print."""
    found = last_line([sys.executable, "-m", "benchmarks.dp_step", "--batch", str(batch), "--json"])
    if "failed" in found:
        return found
    private = batch / found["shoppers_per_s"]
    return {"seconds": {"private": private, "without": private / found["ratio"]}, "peak_mb": found["peak_mb"]}


def call(peer: Peer, problem: Path, *options: str) -> dict[str, Any]:
    """Run a peer's script on a problem."""
    script, *arguments = peer.arguments
    command = [python_of(peer.environment), "-W", "ignore", "-m", f"benchmarks.peers.{script}", str(problem)]
    return last_line([*command, *arguments, *options])


def write_problem(path: Path, *options: str) -> dict[str, Any]:
    """Have a process of our own environment write it, so that this one never holds TensorFlow."""
    found = last_line([sys.executable, "-m", "benchmarks.peers.problem", "--out", str(path), *options])
    if "failed" in found:
        raise SystemExit(f"The problem could not be written, or our own step is wrong. {found['failed']}")
    return found


def last_line(command: Sequence[str]) -> dict[str, Any]:
    """Run a process and read its last line as JSON; where there is none, say why under ``failed``."""
    environment = os.environ | ON_THE_CPU
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return {"failed": f"not done after {LONGEST} s"}
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or [""]
        return {"failed": f"exit code {done.returncode}: {said[-1][:200]}"}
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1]) if done.stdout.strip() else {}
    return figures


def summed_up(results: Sequence[dict[str, Any]], batch: int) -> dict[str, Any]:
    """Take medians over the rounds and the largest peaks; a round that failed fails them all."""
    failed = next((result["failed"] for result in results if "failed" in result), None)
    if failed is not None:
        return {"failed": failed}
    each = [result["seconds"] for result in results]
    private = statistics.median(seconds["private"] for seconds in each)
    figures = {
        "ratio": round(statistics.median(seconds["private"] / seconds["without"] for seconds in each), 2),
        "shoppers_per_s": round(batch / private),
        "shoppers_per_s_without": round(batch / statistics.median(seconds["without"] for seconds in each)),
        "seconds": round(private, 5),
        "seconds_by_round": [round(seconds["private"], 4) for seconds in each],
        "peak_mb": max(result["peak_mb"] for result in results),
    }
    kept = ("peak_mb_without", "chunk", "repeats", "threads", "opacus", "torch", "jax", "jax_privacy")
    return figures | {name: results[-1][name] for name in kept if name in results[-1]}


def table(batch: int, figures: dict[str, Any]) -> str:
    """Lay one batch size out for people."""
    lines = [
        f"\n{batch:,} shoppers a step",
        f"{'':>20} {'ms private':>11} {'ratio':>7} {'shoppers/s':>11} {'MB':>7}  ours is",
    ]
    for name, result in figures.items():
        if not isinstance(result, dict):
            continue
        if "failed" in result:
            lines.append(f"{name:>20} {result['failed']}")
            continue
        faster = figures.get(f"{name}_over_ours")
        lines.append(
            f"{name:>20} {1000 * result['seconds']:11.1f} {result['ratio']:7.2f} "
            f"{result['shoppers_per_s']:11,} {result['peak_mb']:7,}  {f'{faster:g} times as fast' if faster else ''}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
