"""The server: it looks after the runs from its first moment to its last, and its looks can be read by everybody."""

import asyncio
import gc
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from core.runs.queue import ACTIVE, Runs
from core.serving.lifespan import lifespan
from core.store.home import Home

ROOT = Path(__file__).resolve().parents[1]
CONFIG: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
THEMES = ("light", "dark")
WITHIN_S = 60.0

Colour = np.ndarray[Any, np.dtype[np.float64]]

# Machado, Oliveira & Fernandes 2009, severity 1.0: linear RGB as seen under each dichromacy
SIGHT = {
    "full": np.eye(3),
    "protanopia": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "deuteranopia": np.array([[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
    "tritanopia": np.array([[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]]),
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "home"))
    home = Home()
    yield home
    home.close()
    gc.unfreeze()


@contextmanager
def served() -> Iterator[None]:
    """Live through what a server does at its start, and at the end of the block what it does at its end."""
    with asyncio.Runner() as runner:
        life = lifespan()(None)
        runner.run(life.__aenter__())
        try:
            yield
        finally:
            runner.run(life.__aexit__(None, None, None))


def test_a_server_does_the_runs_and_stops_cleanly(home: Home) -> None:
    queue = Runs(home)
    run_id = queue.submit("import", "Import", None, {"name": "shop", "behavior": str(home.folder / "missing.csv")})

    with served():
        deadline = time.monotonic() + WITHIN_S
        while queue.get(run_id).status in ACTIVE and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "tact-supervisor" in {thread.name for thread in threading.enumerate()}

    assert queue.get(run_id).status == "failed"  # there is no such file, but a worker has looked
    assert "tact-supervisor" not in {thread.name for thread in threading.enumerate()}


def test_what_is_loaded_at_the_start_is_no_garbage_to_search(home: Home) -> None:
    """A rerun of a page collects garbage: over pandas and plotly that takes 57 ms, without them 5."""
    gc.unfreeze()

    with served():
        assert gc.get_freeze_count() > 50_000


@pytest.mark.slow
def test_the_app_starts_as_people_start_it_and_ends_when_asked(home: Home) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    log = (home.folder / "server.log").open("wb")
    server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=os.environ, start_new_session=True)
    try:
        assert answer_of(f"http://127.0.0.1:{port}/_stcore/health") == "ok"
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
        # The whole process: what it has loaded is mapped into its memory.
        assert "tensorflow" not in Path(f"/proc/{server.pid}/maps").read_text("utf-8")
        server.send_signal(signal.SIGTERM)
        server.wait(10)
    finally:
        server.kill()
        server.wait()
        log.close()

    assert "Traceback" not in (home.folder / "server.log").read_text("utf-8")


def answer_of(url: str) -> str:
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        try:
            return httpx.get(url, timeout=2).text
        except httpx.TransportError:
            time.sleep(0.1)
    return ""


def test_nothing_is_told_to_anybody_else() -> None:
    """No statistics to the makers of the framework, no fonts from elsewhere, no exception text on a page."""
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["showErrorLinks"] is False
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert "http" not in str(CONFIG["theme"])


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_every_ground(theme: str) -> None:
    """WCAG 2.2 AA asks for 4.5:1."""
    colours = CONFIG["theme"][theme]

    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        for text in ("textColor", "linkColor", "primaryColor"):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_lines_and_bars_stand_out(theme: str) -> None:
    """WCAG 2.2 AA asks for 3:1 for graphics."""
    colours = CONFIG["theme"][theme]

    for colour in colours["chartCategoricalColors"]:
        assert contrast(colour, colours["backgroundColor"]) >= 3, colour


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_methods_can_be_told_apart_by_every_eye(theme: str, sight: str) -> None:
    """About 2.3 is the smallest difference that is seen side by side (CIE76); across a chart it takes more."""
    seen = [lab(SIGHT[sight] @ linear(colour)) for colour in CONFIG["theme"][theme]["chartCategoricalColors"]]

    assert min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(seen, 2)) > 14


@pytest.mark.parametrize("theme", THEMES)
def test_gradients_have_ten_colours(theme: str) -> None:
    """With any other number the framework falls back to its own without a word."""
    assert len(CONFIG["theme"][theme]["chartSequentialColors"]) == 10
    assert len(CONFIG["theme"][theme]["chartDivergingColors"]) == 10


def linear(colour: str) -> Colour:
    channels = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2: (lighter + 0.05) / (darker + 0.05)."""
    lights = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(rgb: Colour) -> Colour:
    """Turn linear sRGB into CIELAB, D65."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
