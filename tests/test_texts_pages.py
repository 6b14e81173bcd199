"""A page that is opened in Chinese is in Chinese throughout: words, help, options, alternatives of pictures."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.elements.lib import mutable_expander_container, mutable_popover_container, mutable_tab_container
from streamlit.testing.v1 import AppTest

from core.texts import LANGUAGES
from core.texts.sentences import CATALOGUES
from core.workspace import Workspace
from pages.shared import places, state
from tests.opened_pages import ROOT, draw_frame, make_studied, sound

pytestmark = pytest.mark.slow

LONG = 15  # letters; what is shorter may be a name that both languages write alike
CLOSED = (
    mutable_expander_container.MutableExpanderContainer,
    mutable_popover_container.MutablePopoverContainer,
    mutable_tab_container.MutableTabContainer,
)
"""What is drawn only once it is opened; here all of it is open."""
PLACE = re.compile(r"\{[^}]*\}")


@pytest.fixture(scope="module")
def studied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_studied(tmp_path_factory.mktemp("studied") / "home", tmp_path_factory.mktemp("files"))


@pytest.fixture(autouse=True)
def _everything_is_drawn(studied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw_frame(monkeypatch)
    monkeypatch.setenv("TACT_HOME", str(studied))
    for kind in CLOSED:
        monkeypatch.setattr(kind, "open", property(lambda _: True))


def english_pieces() -> Iterator[str]:
    """The words of every English sentence between its places, where Chinese has others."""
    for key, words in LANGUAGES["en"].items():
        if words != LANGUAGES["zh"][key]:
            yield from PLACE.split(words)
    for template in CATALOGUES["zh"]:
        yield from PLACE.split(template)


PIECES = sorted({piece.strip() for piece in english_pieces() if len(piece.strip()) > LONG})


def shown(app: AppTest) -> str:
    """Everything that the browser is sent of a page."""
    return "\n".join(
        node.proto.SerializeToString().decode("utf-8", "ignore") for node in app._tree if getattr(node, "proto", None)
    )


@pytest.mark.parametrize("kind", ["sample", "private"])
@pytest.mark.parametrize("page", sorted(places.PAGES))
def test_a_page_in_chinese_has_no_english_sentence(page: str, kind: str) -> None:
    chosen = next(info.id for info in Workspace().datasets() if info.kind == kind)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["lang"] = "zh"
    app.session_state[state.DATASET] = chosen
    app.run()
    place = places.PAGES[page][0]
    sound(app if place == places.OVERVIEW else app.switch_page(place).run())
    sent = shown(app)

    assert re.search("[\u4e00-\u9fff]{4}", sent)
    assert [piece for piece in PIECES if piece in sent] == []
