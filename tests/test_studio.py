"""Every page in both languages, by day and by night, on desk and phone: drawn, looked at by axe, photographed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, sync_playwright

from core.texts import LANGUAGES, speaking, text
from pages.shared import places
from tests.browsing import ARTEFACTS, CHROMIUM, FLAGS, SOON_MS, note_stranger, serving, settled
from tests.opened_pages import make_studied

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.flaky(reruns=1),  # a browser on a busy machine may be too slow once; pytest says so where it was
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it"),
]

WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
SERIOUS = ("serious", "critical")


@dataclass(frozen=True)
class Look:
    """How somebody looks at the app."""

    language: str
    scheme: str
    width: str

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"


LOOKS = [Look(language, scheme, width) for language in sorted(LANGUAGES) for scheme in SCHEMES for width in WIDTHS]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a workspace in which the sample and a shop of one's own have been studied."""
    home = make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))
    with serving(home, tmp_path_factory.mktemp("log") / "server.log") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as api:
        found = api.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_stands_in_every_look(look: Look, address: str, browser: Browser) -> None:
    """In the language asked for, within the screen, without an error, without a request to anybody else."""
    faults: list[str] = []
    with_page = Visit(browser, look, faults)
    for name in places.PAGES:
        page = with_page.open(f"{address}/{'' if name == 'overview' else name}?lang={look.language}")
        with speaking(look.language):
            title, ours = text(f"{name}.title"), text("error.ours")
        page.get_by_role("heading", name=title, level=1).wait_for()
        if page.get_by_text(ours).count() or page.get_by_test_id("stException").count():
            faults.append(f"{name}: an error is shown")
        if page.evaluate("document.documentElement.scrollWidth") > WIDTHS[look.width][0]:
            faults.append(f"{name}: wider than the screen")
        faults += [f"{name}: {fault}" for fault in unreachable(page)]
        photograph(page, ARTEFACTS / f"{name}-{look}.png")
    with_page.close()

    assert faults == [], "\n".join(faults)


class Visit:
    """One person's browser: what goes wrong in it is noted."""

    def __init__(self, browser: Browser, look: Look, faults: list[str]) -> None:
        width, height = WIDTHS[look.width]
        scheme: Any = look.scheme
        self._context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self._page = self._context.new_page()
        self._page.set_default_timeout(SOON_MS)
        self._page.on("request", lambda request: note_stranger(request.url, faults))
        self._page.on("pageerror", lambda error: faults.append(str(error)))
        self._page.on("response", lambda answer: faults.extend(failed(answer)))

    def open(self, url: str) -> Page:
        """Go there and wait until all is drawn."""
        self._page.goto(url)
        settled(self._page)
        return self._page

    def close(self) -> None:
        self._context.close()


def failed(answer: Response) -> list[str]:
    """What the server refused; the framework first looks for itself below a page's own address, in vain."""
    return [] if answer.ok or "/_stcore/" in answer.url else [f"{answer.status} {answer.url}"]


def unreachable(page: Page) -> list[str]:
    """What axe finds to be serious: what somebody cannot read, or not get to."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['any'][0]['message'] if node['any'] else ''}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"][:3]
    ]


def photograph(page: Page, file: Path) -> None:
    """Keep a picture of the whole page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size
    assert size is not None
    height = page.evaluate(
        "Math.max(...[...document.querySelectorAll('[data-testid=stMainBlockContainer]')].map(e => e.scrollHeight))"
    )
    page.set_viewport_size({"width": size["width"], "height": min(int(height) + 60, 6_000)})
    page.wait_for_timeout(300)
    page.screenshot(path=file)
    page.set_viewport_size(size)
