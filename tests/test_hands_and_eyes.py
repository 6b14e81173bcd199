"""Every main button is reached by the keyboard alone, and nothing jumps under the pointer while a study works."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from core.settings import StudySettings
from core.texts import text
from core.workspace import Workspace
from tests.browsing import CHROMIUM, FLAGS, SOON_MS, serving, settled
from tests.opened_pages import make_studied

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.flaky(reruns=1),  # a browser on a busy machine may be too slow once; pytest says so where it was
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it"),
]

MOST_TABS = 60
TICKS = 5
LOOK_MS = 250
PATIENCE_S = 90
FOCUSED = "(document.activeElement.innerText || document.activeElement.ariaLabel || '')"
MAIN = {
    "": ("overview.demo", "overview.own"),
    "tradeoff": ("link.copy", "tradeoff.tab.curve", "curve.csv", "next.recommendations"),
    "audit": ("audit.tab.now",),
    "report": ("report.download.pdf", "report.download.html", "report.download.json"),
    "training": ("training.new",),
}
"""What must be reached on each page, by the names of its sentences."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as api:
        found = api.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def opened(browser: Browser, address: str, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900}, locale="en-GB")
    page.set_default_timeout(SOON_MS)
    page.goto(address)
    settled(page)
    return page


def test_the_main_buttons_are_reached_by_the_keyboard_alone(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))
    missed = []
    with serving(home, tmp_path_factory.mktemp("log") / "server.log") as address:
        for place, keys in MAIN.items():
            page = opened(browser, f"{address}/{place}?lang=en", 1440)
            there = reached(page)
            missed += [f"{place}: {text(key)}" for key in keys if not any(text(key) in words for words in there)]
            page.close()

    assert missed == []


def reached(page: Page) -> list[str]:
    """What Tab comes by, from the top of the page until it comes round, in its words."""
    found = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        found.append(str(page.evaluate(FOCUSED)))
    return found


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_jumps_while_progress_ticks(width: int, browser: Browser, tmp_path: Path) -> None:
    """What stands below the panel stays where it is while the panel says five new things."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACT_HOME", str(tmp_path / "home"))
        ws = Workspace()
        run_id = ws.submit_study(ws.sample().id, StudySettings(methods=("mlp",), epsilons=(1.0, 4.0)))
    with serving(tmp_path / "home", tmp_path / "server.log") as address:
        page = opened(browser, f"{address}/training?lang=en", width)
        page.get_by_test_id("stProgress").first.wait_for()
        seen: set[str] = set()
        places, deadline = [], time.monotonic() + PATIENCE_S
        while len(seen) <= TICKS and time.monotonic() < deadline:
            places.append(round(page.get_by_text(text("training.new"), exact=True).bounding_box()["y"]))  # type: ignore[index]
            seen.add(page.locator(".st-key-watched").inner_text())
            page.wait_for_timeout(LOOK_MS)
        ws.cancel(run_id)
        page.close()

    assert len(seen) > TICKS, "the panel said too little that is new: this proves nothing"
    assert len(set(places)) == 1, places
