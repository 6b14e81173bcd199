"""The demo that needs no data: the sample shop, and one study on it that shows everything."""

from core.settings import METHODS, StudySettings
from core.workspace import Workspace
from pages.shared import state

DEMO = StudySettings(methods=METHODS, ceiling=True)


def start(ws: Workspace) -> None:
    """Choose the sample shop and start the demo study on it, or go back to one that is there already."""
    sample = ws.sample()
    state.choose_dataset(sample.id)
    usable = [run for run in state.studies(ws, sample.id) if run.status == "done" or run.is_active]
    run_id = usable[0].id if usable else ws.submit_study(sample.id, DEMO)
    state.choose_study(run_id)
