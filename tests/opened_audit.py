"""The Audit page at one of its tabs, for tests."""

from streamlit.testing.v1 import AppTest

from core.workspace import Workspace
from pages.shared import places
from tests.opened_pages import open_page, private_id

TAB = "audit.tab"


def opened(ws: Workspace, tab: str) -> AppTest:
    return open_page(places.AUDIT, **{"choice.dataset": private_id(ws), TAB: tab})


def alone(tab: str) -> AppTest:
    """The page in a home where no dataset is chosen."""
    return open_page(places.AUDIT, **{TAB: tab})


def errors_of(app: AppTest) -> list[str]:
    return [error.value for error in app.error]
