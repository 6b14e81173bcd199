"""
Measure the figures of README one by one: real data at $TACT_BENCH_DATA, their scorer at $TACT_YARDSTICK.

With $TACT_BENCH_PEERS also the steps of Opacus and jax_privacy, for which environments of some GB are made.
"""

import os
import subprocess
import sys

ALWAYS = (("dp_step", "--batch", "2048", "--json"), ("study", "sample"), ("server",), ("importing",))
ON_REAL_DATA = (
    ("risk",),
    ("study", "online_retail"),
    ("quality", "online_retail", "--epsilons", "0.5", "1", "2", "4", "8"),
    ("quality", "ml1m"),
    ("quality", "retailrocket"),
)


def main() -> None:
    """Run every benchmark that has what it needs; say which have not."""
    wanted = list(ALWAYS)
    if os.environ.get("TACT_BENCH_DATA") and os.environ.get("TACT_YARDSTICK"):
        wanted += ON_REAL_DATA
    else:
        print("Without TACT_BENCH_DATA and TACT_YARDSTICK nothing is measured on real data.", file=sys.stderr)
    if os.environ.get("TACT_BENCH_PEERS"):
        wanted.append(("peers", "--json"))
    else:
        print("Without TACT_BENCH_PEERS nothing is measured beside Opacus and jax_privacy.", file=sys.stderr)
    for name, *arguments in wanted:
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", *arguments], stdout=subprocess.PIPE, text=True, check=False
        )
        print(done.stdout.strip().splitlines()[-1] if done.stdout.strip() else f"{name} failed", flush=True)


if __name__ == "__main__":
    main()
