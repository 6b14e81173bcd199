"""How many runs at once, and which GPU each of them has: one run a GPU. Finds out without TensorFlow."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.runs import liveness
from core.store.home import Home

VISIBLE = "CUDA_VISIBLE_DEVICES"
CORES_A_RUN = 4  # below that, two runs at once are slower than one after the other


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
    return len(gpus()) or max(1, (os.cpu_count() or 1) // CORES_A_RUN)


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
