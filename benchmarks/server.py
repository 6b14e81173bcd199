"""
Memory of the server and time of a page's rerun, while a study runs.

    python -m benchmarks.server

A real server in a home of its own is visited by a browser: the demo study is started on the Overview page, then every
page is opened while it runs. Reruns are timed on the finished study, without a browser. Needs requirements-dev.txt and
Chromium.
"""

import gc
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

PAGES = ("data", "anonymization", "privacy", "training", "tradeoff", "recommendations", "audit", "report", "help")
PORT = 8599
RERUNS = 7


def main() -> None:
    """Print one JSON line."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["TACT_HOME"] = home
        command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(PORT)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            started = time.monotonic()
            _wait_for_health()
            figures: dict[str, object] = {"figure": "server", "start_s": round(time.monotonic() - started, 1)}
            figures["idle_mb"] = _memory_mb(server.pid)
            _visit_all(home)
            figures["in_use_mb"] = _memory_mb(server.pid)
            maps = Path(f"/proc/{server.pid}/maps").read_text(encoding="utf-8")
            figures["tensorflow_in_server"] = "tensorflow" in maps
        finally:
            server.terminate()
            server.wait(20)
        figures["rerun_ms"] = _rerun_ms()
    print(json.dumps(figures))


def _wait_for_health() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/_stcore/health", timeout=1)
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


def _visit_all(home: str) -> None:
    """Start the demo, look at every page while it runs, and wait for its end."""
    from playwright.sync_api import sync_playwright

    from core.runs.queue import Runs
    from core.store.home import Home

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"http://127.0.0.1:{PORT}/")
        page.get_by_role("button", name=re.compile("sample shop", re.IGNORECASE)).first.click()
        runs = Runs(Home(Path(home)))
        while not runs.list():
            time.sleep(0.2)
        while runs.list()[0].is_active:
            for name in PAGES:
                page.goto(f"http://127.0.0.1:{PORT}/{name}")
                page.wait_for_timeout(1_500)
        for name in PAGES:
            page.goto(f"http://127.0.0.1:{PORT}/{name}")
            page.wait_for_timeout(2_500)
        browser.close()


def _memory_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    assert found
    return round(int(found[1]) / 1024)


def _rerun_ms() -> dict[str, int]:
    """Median time of a rerun of each page on the finished study, in the process of the page."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(Path(__file__).parents[1] / "streamlit_app.py", default_timeout=60).run()
    times = {}
    for name in PAGES:
        app.switch_page(f"pages/{name}.py").run()
        gc.collect()
        gc.freeze()  # as the server does once it is warm
        taken = []
        for _ in range(RERUNS):
            started = time.monotonic()
            app.run()
            taken.append(time.monotonic() - started)
        times[name] = round(1000 * statistics.median(taken))
    return times


if __name__ == "__main__":
    main()
