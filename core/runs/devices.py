"""How many runs at once, and which GPU each of them has: one run a GPU. Finds out without TensorFlow."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.progress import Report
from core.runs import liveness
from core.store.home import Home

VISIBLE = "CUDA_VISIBLE_DEVICES"
CORES_A_RUN = 4  # below that, two runs at once are slower than one after the other


def n_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def gpus(devices: Path = Path("/dev")) -> list[str]:
    """Return the GPUs that this machine offers, as ``CUDA_VISIBLE_DEVICES`` names them."""
    chosen = os.environ.get(VISIBLE)
    if chosen is not None:
        return [name.strip() for name in chosen.split(",") if name.strip() not in ("", "-1")]
    found = (path.name.removeprefix("nvidia") for path in devices.glob("nvidia[0-9]*"))
    return sorted((name for name in found if name.isdigit()), key=int)


def default_limit() -> int:
    """Return how many runs may work at once: ``TACT_WORKERS``, else one a GPU, else one for each four cores."""
    wish = os.environ.get("TACT_WORKERS", "")
    if wish.isdigit() and int(wish) > 0:
        return int(wish)
    return len(gpus()) or max(1, n_cores() // CORES_A_RUN)


@contextmanager
def own_gpu(home: Home) -> Iterator[str | None]:
    """Keep the first free GPU for this process as long as the block lasts; without one it computes on the CPU.

    To be entered before TensorFlow is imported: it reads the environment once.
    """
    names = gpus()
    for number, name in enumerate(names):
        with liveness.held(home.runs_folder / f"gpu-{number}.lock", within_s=0.1) as is_ours:
            if is_ours:
                os.environ[VISIBLE] = name
                yield name
                return
    if names:
        os.environ[VISIBLE] = "-1"
    yield None


def device(gpu: str | None) -> str:
    """Name what a run computes on now: a GPU only once TensorFlow is there, was given one and sees it."""
    tensorflow: Any = sys.modules.get("tensorflow")  # asked for by name: importing it is the networks' business
    seen = tensorflow.config.list_physical_devices("GPU") if gpu is not None and tensorflow is not None else []
    if seen:
        details = tensorflow.config.experimental.get_device_details(seen[0])
        return str(details.get("device_name", "GPU"))
    return f"CPU, {n_cores()} cores" if n_cores() > 1 else "CPU, 1 core"


def telling_device(report: Report, facts: Callable[[dict[str, Any]], None], gpu: str | None) -> Report:
    """Let a run's reports say what it computes on, at once and again when TensorFlow comes in."""
    told = device(gpu)
    facts({"device": told})

    def tell(progress: float, message: str) -> None:
        nonlocal told
        report(progress, message)
        if gpu is not None and told != (new := device(gpu)):
            facts({"device": new})
            told = new

    return tell
