"""What a run is called in the spoken language: its title as stored is that of whoever started it."""

from core.runs.queue import Run
from core.texts import text
from core.workspace import SAMPLE_NAME

MOST_NAMED = 3  # methods; more are counted


def title_of(run: Run) -> str:
    """Name a run by its dataset and what is done with it.

    Example:
        >>> from types import SimpleNamespace
        >>> title_of(SimpleNamespace(kind="study", title="A: b: x", settings={"methods": ["popularity", "mlp"]}))
        'A: b: Popularity, Neural network'
    """
    name = run.title.rpartition(": ")[0]
    if run.kind == "import" or not name:
        return run.title
    methods = run.settings.get("methods", ())
    if run.kind != "study":
        what = text(f"state.news.kind.{run.kind}")
    elif len(methods) > MOST_NAMED:
        what = text("run.methods", n=len(methods))
    else:
        what = ", ".join(text(f"method.{method}") for method in methods)
    return text("run.title", name=text("frame.dataset.sample") if name == SAMPLE_NAME else name, what=what)
