"""What three people came for, walked in both languages, by day and by night, on desk and phone; every step is kept."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Locator, Page, sync_playwright

from core.texts import speaking, text
from core.workspace import Workspace
from pages.shared import tour
from sample_data.figures import read
from tests.browsing import ARTEFACTS, CHROMIUM, FLAGS, ROOT, button, serving, settled
from tests.opened_pages import make_studied, private_id, study_now
from tests.test_studio import LOOKS, WIDTHS, Look, Visit, photograph

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.flaky(reruns=1),  # a browser on a busy machine may be too slow once; pytest says so where it was
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it"),
]

STEPS_OF_THE_SLIDER = 7
QUIET_MS = 200
CLIPBOARD = ["clipboard-read", "clipboard-write"]


@dataclass(frozen=True)
class Shop:
    """What is there before anybody comes: a server, a shop of one's own, and one of its studies for each look."""

    address: str
    dataset: str
    studies: dict[Look, str]
    statements: int


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A server on a home in which the sample and a shop of one's own have been studied, the shop once a look."""
    home = make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACT_HOME", str(home))
        ws = Workspace()
        mine = private_id(ws)
        for _ in LOOKS[1:]:
            study_now(ws, mine)
        for run in ws.runs():
            ws.mark_seen(run.id)
        own = [run.id for run in ws.runs() if run.dataset == mine and run.kind == "study"]
        n_statements = len(ws.officer.statements(own[0]))
    with serving(home, tmp_path_factory.mktemp("log") / "server.log") as found:
        yield Shop(found, mine, dict(zip(LOOKS, own, strict=True)), n_statements)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as api:
        found = api.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class Walk(Visit):
    """One person's way through the app: after each step the page is whole, and a picture of it is kept."""

    def __init__(self, browser: Browser, who: str, look: Look) -> None:
        self.faults: list[str] = []
        super().__init__(browser, look, self.faults)
        self._context.grant_permissions(CLIPBOARD)
        self.page, self._who, self._look, self._steps = self._page, who, look, 0

    def go(self, address: str) -> None:
        """Go to an address of the app in the language of the walk."""
        self.open(f"{address}{'&' if '?' in address else '?'}lang={self._look.language}")

    def step(self, name: str) -> None:
        """Hold that the page is whole after this step, and keep its picture."""
        settled(self.page, QUIET_MS)
        self._steps += 1
        at = f"{self._who}, step {self._steps}, {name}"
        if self.page.get_by_text(text("error.ours")).count() or self.page.get_by_test_id("stException").count():
            self.faults.append(f"{at}: an error is shown")
        if self.page.evaluate("document.documentElement.scrollWidth") > WIDTHS[self._look.width][0]:
            self.faults.append(f"{at}: wider than the screen")
        photograph(self.page, ARTEFACTS / "personas" / f"{self._who}-{self._steps:02}-{name}-{self._look}.png")
        assert self.faults == [], "\n".join(self.faults)

    def tab(self, label: str) -> None:
        """Open a tab."""
        self.page.get_by_role("tab", name=label, exact=True).click()
        self.page.get_by_role("tab", name=label, exact=True, selected=True).wait_for()

    def copied(self, block: Locator) -> str:
        """Copy a block of words by its own sign; return what the clipboard holds then."""
        block.hover()
        block.get_by_role("button").click()
        return str(self.page.evaluate("navigator.clipboard.readText()"))


def sentence(key: str, **values: object) -> str:
    """A sentence as it stands on the page, without its marks."""
    return text(key, **values).replace("*", "")


def target_of(page: Page) -> float:
    return float(page.get_by_role("slider").first.input_value())


def is_chosen(page: Page, label: str) -> bool:
    """Tell whether this choice of a segmented control is the chosen one."""
    found = page.get_by_role("radio", name=label, exact=True).or_(page.get_by_role("button", name=label, exact=True))
    states = [found.first.get_attribute(name) for name in ("aria-checked", "aria-pressed", "kind")]
    return "true" in states or "segmented_controlActive" in states


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_product_manager_finds_defends_and_hands_on_her_epsilon(look: Look, shop: Shop, browser: Browser) -> None:
    """Headline, target by keyboard, answer, defence, who pays; whoever gets her link sees exactly that."""
    with speaking(look.language):
        walk = Walk(browser, "manager", look)
        page = walk.page
        walk.go(f"{shop.address}/tradeoff?dataset={shop.dataset}")
        page.get_by_role("heading", name=text("tradeoff.title"), level=1).wait_for()
        assert "ε" in page.locator(".st-key-advice").inner_text()
        page.get_by_text(text("metric.recall"), exact=True).first.click()
        walk.step("headline")

        walk.tab(text("tradeoff.tab.decide"))
        settled(page, QUIET_MS)
        before, asked = page.locator(".st-key-answer").inner_text(), target_of(page)
        page.get_by_role("slider").first.focus()
        for _ in range(STEPS_OF_THE_SLIDER):
            page.keyboard.press("ArrowRight")
            settled(page)
        page.locator(".st-key-answer").get_by_text(f"{asked + STEPS_OF_THE_SLIDER / 1000:.3f}").first.wait_for()
        assert page.locator(".st-key-answer").inner_text() != before
        moved = target_of(page)
        assert moved == pytest.approx(asked + STEPS_OF_THE_SLIDER / 1000)
        defence = walk.copied(page.get_by_test_id("stCode").last)
        assert text("room.watermark") in defence
        assert f"{moved:.3f}" in defence
        walk.step("decided")

        walk.tab(text("tradeoff.tab.pays"))
        page.get_by_role("heading", name=text("pays.title")).wait_for()
        walk.step("who-pays")
        button(page, text("link.copy")).click()
        link = walk.copied(page.get_by_test_id("stPopoverBody").get_by_test_id("stCode"))
        walk.step("link")
        walk.close()

        colleague = Walk(browser, "colleague", look)
        colleague.open(link)
        opened = colleague.page.get_by_role("tab", name=text("tradeoff.tab.pays"), exact=True)
        assert opened.get_attribute("aria-selected") == "true"
        assert is_chosen(colleague.page, text("metric.recall"))
        colleague.step("same-view")
        colleague.tab(text("tradeoff.tab.decide"))
        colleague.page.locator(".st-key-answer").wait_for()
        assert target_of(colleague.page) == pytest.approx(moved)
        colleague.close()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_privacy_officer_finds_every_answer_for_her_audit(look: Look, shop: Shop, browser: Browser) -> None:
    """What waits, a release by three people, statements, the report in three files, one consent, who looked at what."""
    study = shop.studies[look]
    place = f"dataset={shop.dataset}&study={study}"
    with speaking(look.language):
        walk = Walk(browser, "officer", look)
        page = walk.page
        walk.go(f"{shop.address}/audit?{place}")
        page.get_by_text(text("audit.waits.no_cap")).wait_for()
        walk.step("what-waits")

        walk.tab(text("audit.tab.releases"))
        decide(page, "releases.request", "Ada")
        page.get_by_text(text("releases.status.requested"), exact=True).wait_for()
        walk.step("asked")
        decide(page, "releases.approve", "Ben")
        page.get_by_text(text("releases.status.approved_once"), exact=True).wait_for()
        decide(page, "releases.approve", "Cleo")
        page.get_by_text(text("releases.approved")).wait_for()
        assert page.get_by_text(text("releases.status.approved"), exact=True).count() == 1
        walk.step("approved")

        walk.tab(text("audit.tab.statements"))
        button(page, text("audit.statements.all", n=shop.statements)).click()
        page.get_by_text(text("audit.verify.all", ok=shop.statements, n=shop.statements)).wait_for()
        walk.step("verified")

        walk.go(f"{shop.address}/report?{place}")
        page.get_by_role("heading", name=text("report.title"), level=1).wait_for()
        files = {kind: download(page, text(f"report.download.{kind}")) for kind in ("pdf", "html", "json")}
        walk.step("report")
        for kind, file in files.items():
            assert (
                file.suggested_filename == f"tact-report-{study[:8]}-{look.language}.{kind}"
            )  # no DRAFT: it was approved
        assert content(files["pdf"]).startswith(b"%PDF")
        assert b"<html" in content(files["html"])
        assert json.loads(content(files["json"]))

        withdraw(walk, shop, look)
        walk.tab(text("audit.tab.access"))
        panel = page.get_by_role("tabpanel", name=text("audit.tab.access"), exact=True)  # an older tab's may still go
        panel.get_by_test_id("stDataFrame").first.wait_for()
        log = content(download(page, text("access.download"))).decode("utf-8-sig")
        assert f"report.downloaded,{study} releasable" in log
        assert "consent.looked_up" in log
        walk.step("access")
        walk.close()


def withdraw(walk: Walk, shop: Shop, look: Look) -> None:
    """Look a shopper of this look's own up, and withdraw the consent."""
    user = list(dict.fromkeys(read(ROOT / "sample_data")[0].head(5_999).iloc[:, 0]))[LOOKS.index(look)]
    page = walk.page
    walk.go(f"{shop.address}/audit?dataset={shop.dataset}")
    walk.tab(text("audit.tab.consent"))
    page.get_by_label(text("consent.id"), exact=True).fill(str(user))
    button(page, text("consent.look")).click()
    page.get_by_text(text("consent.is.given")).wait_for()
    assert page.get_by_text(text("consent.handed.none")).count() == 0  # a report of theirs has just been taken along
    walk.step("shopper")
    page.get_by_label(text("consent.by"), exact=True).first.fill("Ada")
    page.get_by_label(text("consent.reason"), exact=True).first.fill("4711")
    button(page, text("consent.decide.withdraw")).click()
    button(page, text("consent.yes")).click()
    page.get_by_text(text("consent.done.withdraw")).wait_for()
    assert str(user) not in page.url
    walk.step("withdrawn")


def decide(page: Page, key: str, name: str) -> None:
    """Fill in one form of the Releases tab and send it."""
    form = page.get_by_test_id("stForm").filter(has=page.get_by_role("button", name=text(key), exact=True))
    asks = key == "releases.request"
    form.get_by_label(text("releases.by" if asks else "audit.decide.by"), exact=True).fill(name)
    form.get_by_label(text("audit.decide.reason"), exact=True).fill("4711")
    form.get_by_role("button", name=text(key), exact=True).click()


def download(page: Page, label: str) -> Download:
    with page.expect_download() as coming:
        button(page, label).click()
    return coming.value


def content(file: Download) -> bytes:
    return Path(file.path()).read_bytes()


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_stakeholder_is_led_through_by_the_tours_own_buttons(look: Look, shop: Shop, browser: Browser) -> None:
    """From the first page through five steps to the end; the sample's study is there, so nobody waits."""
    with speaking(look.language):
        walk = Walk(browser, "stakeholder", look)
        page = walk.page
        walk.go(shop.address)
        walk.step("overview")
        button(page, text("overview.demo")).click()
        for n, here in enumerate(tour.STEPS, start=1):
            page.get_by_role("heading", name=text(f"{here}.title"), level=1).wait_for()
            name = text(f"tour.step.{here}")
            page.get_by_text(sentence("tour.bar", step=n, steps=len(tour.STEPS), name=name)).wait_for()
            walk.step(here)
            label = "tour.done" if n == len(tour.STEPS) else f"tour.next.{tour.STEPS[n]}"
            button(page, text(label)).click()
        page.get_by_text(text("tour.over")).wait_for()
        page.get_by_role("heading", name=text("overview.title"), level=1).wait_for()
        walk.step("over")
        walk.close()
