"""A page that is opened in Chinese is in Chinese throughout: words, help, options, alternatives of pictures."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.elements.lib import mutable_expander_container, mutable_popover_container, mutable_tab_container
from streamlit.testing.v1 import AppTest

from core.texts import LANGUAGES, speaking
from core.texts.sentences import CATALOGUES
from core.workspace import Workspace
from pages.shared import link, places, shopper_parts, state
from tests.opened_pages import ROOT, draw_frame, make_studied, sound

pytestmark = pytest.mark.slow

LONG = 15  # letters; what is shorter may be a name that both languages write alike
CLOSED = (
    mutable_expander_container.ExpanderContainer,
    mutable_popover_container.PopoverContainer,
)
OPEN = property(lambda _: True, lambda _, value: None)
"""What is drawn only once it is opened; here all of it is open."""
TABS = [("tradeoff", tab) for tab in link.TABS] + [("recommendations", tab) for tab in shopper_parts.TABS]
"""Pages of which only one tab is drawn at a time."""
PLACE = re.compile(r"\{[^}]*\}")


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture(autouse=True)
def _everything_is_drawn(studied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)
    monkeypatch.setenv("TACT_HOME", str(studied))
    for kind in CLOSED:
        monkeypatch.setattr(kind, "open", OPEN)


def english_pieces() -> Iterator[str]:
    """The words of every English sentence between its places, where Chinese has others."""
    for key, words in LANGUAGES["en"].items():
        if words != LANGUAGES["zh"][key]:
            yield from PLACE.split(words)
    for template in CATALOGUES["zh"]:
        yield from PLACE.split(template)


AS_SIGNED = re.compile(r'<script type="application/json".*?</script>|<pre.*?</pre>', re.DOTALL)
"""What a document quotes of signed files and for programs: that is English, whatever the page speaks."""
PIECES = sorted({piece.strip() for piece in english_pieces() if len(piece.strip()) > LONG})


def shown(app: AppTest) -> str:
    """Everything that the browser is sent of a page."""
    return "\n".join(
        node.proto.SerializeToString().decode("utf-8", "ignore") for node in app._tree if getattr(node, "proto", None)
    )


@pytest.mark.parametrize("kind", ["sample", "private"])
@pytest.mark.parametrize("page", sorted(places.PAGES.keys() - {page for page, _ in TABS}))
def test_a_page_in_chinese_has_no_english_sentence(page: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutable_tab_container.TabContainer, "open", OPEN)

    assert english_in(opened(page, kind)) == []


@pytest.mark.parametrize("kind", ["sample", "private"])
@pytest.mark.parametrize(("page", "tab"), TABS)
def test_a_tab_in_chinese_has_no_english_sentence(page: str, tab: str, kind: str) -> None:
    assert english_in(opened(page, kind, tab)) == []


def opened(page: str, kind: str, tab: str | None = None) -> AppTest:
    """Open a page in Chinese on a dataset of a kind."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["lang"] = "zh"
    app.session_state[state.DATASET] = next(info.id for info in Workspace().datasets() if info.kind == kind)
    if tab is not None:
        app.session_state[{"tradeoff": link.TAB, "recommendations": shopper_parts.TAB}[page]] = tab
    app.run()
    place = places.PAGES[page][0]
    with speaking("zh"):
        return sound(app if place == places.OVERVIEW else app.switch_page(place).run())


def english_in(app: AppTest) -> list[str]:
    """The English sentences, or the parts of them between their places, among what a page sent."""
    sent = AS_SIGNED.sub("", shown(app))
    assert re.search("[\u4e00-\u9fff]{4}", sent)
    return [piece for piece in PIECES if piece in sent]
