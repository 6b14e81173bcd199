"""A person's walk in a real browser, on a real server with a real worker: from two files to one shopper."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from core.texts import text
from sample_data.figures import read
from tests.browsing import CHROMIUM, FLAGS, ROOT, SOON_MS, button, note_stranger, serving

A_TRAINING_MS = 240_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.flaky(reruns=1),  # a browser on a busy machine may be too slow once; pytest says so where it was
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it"),
]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A server of its own on a free port, with a home of its own; its address."""
    with serving(tmp_path / "home", tmp_path / "server.log") as address:
        yield address


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a browser; at the end it has asked nobody but the server for anything."""
    strangers: list[str] = []
    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = browser.new_page(viewport={"width": 1440, "height": 1000}, locale="en-GB")
        tab.set_default_timeout(SOON_MS)
        tab.on("request", lambda request: note_stranger(request.url, strangers))
        yield tab
        browser.close()
    assert strangers == []


@pytest.fixture
def own_files(tmp_path: Path) -> tuple[Path, Path]:
    """Two files as another system would export them: other names, other codes, semicolons."""
    codes = {"1": "buy", "2": "pv"}
    rows = read(ROOT / "sample_data")[0].head(14_999).to_numpy()
    behavior = tmp_path / "export.csv"
    cells = [";".join([user, item, codes[code], when]) for user, item, code, when in rows]
    behavior.write_text("\n".join(["customer_id;sku;action;created_at", *cells, "c1;no-such-product;buy;"]), "utf-8")
    products = tmp_path / "catalogue.csv"
    shutil.copy(ROOT / "sample_data" / "ProductInfo.csv", products)
    return behavior, products


def go_to(page: Page, name: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_text(text(f"{name}.menu"), exact=True).click()
    page.get_by_role("heading", name=text(f"{name}.title")).wait_for()


def upload(page: Page, label: str, path: Path) -> None:
    field = page.get_by_test_id("stFileUploader").filter(has_text=label)
    field.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(path)
    page.get_by_text(f"{path.name}, ").wait_for()


def click_a_point(page: Page) -> str:
    """Click on the last point of the curve's last line; return what was picked by it."""
    page.wait_for_timeout(1_000)  # the figure moves as it is drawn
    box = page.locator(".scatterlayer .trace .point").last.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 5, y)
    page.mouse.move(x, y)
    page.wait_for_timeout(500)  # plotly looks for what is under the pointer now and then
    page.mouse.click(x, y)
    picked = page.get_by_test_id("stMultiSelect").get_by_text("ε 8")
    picked.wait_for()
    return picked.inner_text()


def test_a_person_walks_from_two_files_to_one_shoppers_lists(
    server: str, page: Page, own_files: tuple[Path, Path]
) -> None:
    page.goto(server)
    button(page, text("overview.own")).click()
    for label, path in zip((text("data.behavior"), text("data.products")), own_files, strict=True):
        upload(page, label, path)
    page.get_by_text(text("data.mapping.certain")).wait_for()
    button(page, text("data.import")).click()
    page.get_by_text(text("data.adds_up", rows=15_000, kept=14_999, dropped=1)).wait_for()

    button(page, text("next.anonymization")).click()
    page.get_by_role("heading", name=text("anonymization.title")).wait_for()
    page.get_by_text("become codes that only the holder of the key").wait_for()  # tried on this data
    button(page, text("anonymization.risk.start")).click()
    page.get_by_role("heading", name=text("anonymization.risk.found")).wait_for(timeout=A_TRAINING_MS)
    page.reload()
    page.get_by_role("heading", name=text("anonymization.risk.found")).wait_for()

    button(page, text("next.privacy")).click()
    exact = page.get_by_label(text("privacy.epsilon.exact"))
    exact.fill("2")
    exact.press("Enter")
    page.get_by_text("at most 7 in 100").first.wait_for()  # 100 * 0.01 e² / (0.01 e² + 0.99) = 6.9

    button(page, text("next.training")).click()
    page.get_by_role("button", name=text("method.hybrid"), exact=True).click()  # the rest needs no TensorFlow
    for epsilon in ("0.5", "1", "4"):
        page.get_by_role("button", name=epsilon, exact=True).click()
    button(page, text("training.start")).click()
    button(page, text("training.cancel")).wait_for()

    go_to(page, "data")  # the study goes on, and the notice finds the person on another page
    button(page, text("notice.see")).wait_for(timeout=A_TRAINING_MS)
    button(page, text("notice.see")).click()

    page.get_by_role("heading", name=text("tradeoff.title")).wait_for()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.get_by_text("what best sellers alone reach").wait_for()
    picked = click_a_point(page)

    button(page, text("next.recommendations")).click()
    page.get_by_text(text("rec.new"), exact=True).wait_for()
    page.get_by_text(picked).first.wait_for()
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_text(text("error.ours")).count() == 0


def test_the_first_address_of_a_fresh_server_has_the_frame(server: str, page: Page) -> None:
    """Streamlit would draw pages/privacy.py bare, without side bar texts and error boundary, if it were let."""
    page.goto(f"{server}/privacy")

    page.get_by_text(text("frame.no_data")).wait_for()
    assert page.title() == f"{text('privacy.menu')} · {text('app.title')}"


def test_a_reload_finds_the_run_again(server: str, page: Page) -> None:
    page.goto(server)
    button(page, text("overview.demo")).click()
    button(page, text("tour.next.privacy")).click()
    button(page, text("tour.next.training")).click()
    button(page, text("training.cancel")).wait_for()

    page.reload()

    page.get_by_role("heading", name=text("training.title")).wait_for()
    button(page, text("training.cancel")).click()
    page.get_by_text(text("run.cancelled"), exact=True).first.wait_for(timeout=SOON_MS)
