"""A real server and a real browser, for the tests that walk as people do."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Locator, Page

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
SOON_MS = 60_000  # a busy machine is slow, and a test that passes waits for nothing
ARTEFACTS = Path(os.environ.get("TACT_ARTEFACTS") or ROOT / "out" / "screens")
"""Where screenshots are kept; out/ is no part of the repository."""


@contextmanager
def serving(home: Path, log_file: Path) -> Iterator[str]:
    """A server on a free port with this home; its address. It is stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    with log_file.open("wb") as log:
        environment = {**os.environ, "TACT_HOME": str(home)}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(address: str, seconds: float = 60.0) -> None:
    """Wait until the server says that it is well."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.read() == b"ok":
                    return
        except OSError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.3)


def note_stranger(url: str, strangers: list[str]) -> None:
    """Note a request that leaves this machine."""
    if urlparse(url).hostname not in ("127.0.0.1", None):
        strangers.append(url)


def button(page: Page, name: str) -> Locator:
    """The button with exactly this name; of several, the last."""
    return page.get_by_role("button", name=name, exact=True).last


def settled(page: Page, quiet_ms: int = 500) -> None:
    """Wait until the page is drawn: nothing runs, and nothing has for half a second (or so long)."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=SOON_MS)
    page.wait_for_timeout(quiet_ms)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=SOON_MS)
