"""One run a GPU, and a page that tells the truth about where a run computes."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.progress import silent
from core.runs import devices
from core.store.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv(devices.VISIBLE, "0,1")  # set, so that the test gives it back as it was
    home = Home(tmp_path / "home")
    yield home
    home.close()


@pytest.mark.parametrize(
    ("chosen", "names"), [("0,1", ["0", "1"]), ("", []), ("-1", []), ("GPU-8932f937", ["GPU-8932f937"])]
)
def test_the_gpus_are_those_that_the_environment_allows(
    monkeypatch: pytest.MonkeyPatch, chosen: str, names: list[str]
) -> None:
    monkeypatch.setenv(devices.VISIBLE, chosen)

    assert devices.gpus() == names


def test_without_a_word_from_the_environment_the_gpus_are_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(devices.VISIBLE, raising=False)
    for name in ("nvidia10", "nvidia0", "nvidia2", "nvidia-uvm", "nvidiactl"):
        (tmp_path / name).touch()

    assert devices.gpus(tmp_path) == ["0", "2", "10"]


@pytest.mark.parametrize(
    ("wish", "gpus", "cores", "limit"),
    [("3", "0", 2, 3), ("", "0,1", 64, 2), ("", "", 2, 1), ("", "", 16, 4), ("many", "", 2, 1)],
)
def test_as_many_runs_at_once_as_the_machine_carries(
    monkeypatch: pytest.MonkeyPatch, wish: str, gpus: str, cores: int, limit: int
) -> None:
    """TACT_WORKERS, else one a GPU, else one for each four cores."""
    monkeypatch.setenv("TACT_WORKERS", wish)
    monkeypatch.setenv(devices.VISIBLE, gpus)
    monkeypatch.setattr(devices, "n_cores", lambda: cores)

    assert devices.default_limit() == limit


def test_two_runs_never_share_a_gpu(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment allows is put back before each run asks, as it is in a process of its own."""
    with devices.own_gpu(home) as first:
        monkeypatch.setenv(devices.VISIBLE, "0,1")
        with devices.own_gpu(home) as second:
            monkeypatch.setenv(devices.VISIBLE, "0,1")
            with devices.own_gpu(home) as third:
                hidden = os.environ[devices.VISIBLE]

    assert (first, second, third) == ("0", "1", None)
    assert hidden == "-1"


def test_a_gpu_is_free_again_after_its_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with devices.own_gpu(home):
        pass
    monkeypatch.setenv(devices.VISIBLE, "0,1")

    with devices.own_gpu(home) as gpu:
        assert gpu == "0"


@pytest.mark.parametrize(
    ("gpu", "seen", "told"),
    [
        ("0", ["gpu"], ["CPU, 2 cores", "NVIDIA H100"]),
        ("0", [], ["CPU, 2 cores"]),  # TensorFlow without CUDA
        (None, ["gpu"], ["CPU, 2 cores"]),
    ],
)
def test_a_run_tells_what_it_computes_on(
    monkeypatch: pytest.MonkeyPatch, gpu: str | None, seen: list[str], told: list[str]
) -> None:
    monkeypatch.setattr(devices, "n_cores", lambda: 2)
    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    facts: list[dict[str, Any]] = []

    report = devices.telling_device(silent, facts.append, gpu)
    report(0.1, "statistics")
    experimental = SimpleNamespace(get_device_details=lambda _device: {"device_name": "NVIDIA H100"})
    config = SimpleNamespace(list_physical_devices=lambda _kind: seen, experimental=experimental)
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=config))
    report(0.5, "hybrid")
    report(0.6, "hybrid")

    assert [fact["device"] for fact in facts] == told
