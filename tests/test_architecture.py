"""The shape of the house: the data flows one way, and so do the imports."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = ROOT / "core"
PAGES = ROOT / "pages"

ORDER = (
    "errors",
    "columns",
    "progress",
    "settings",
    "texts",
    "store",
    "tables",
    "anonymize",
    "privacy",
    "dp_sgd",
    "recommend",
    "studies",
    "audit",
    "report",
    "runs",
    "access",
    "importer",
    "anonymizer",
    "analyst",
    "shopfront",
    "officer",
    "releases",
    "consents",
    "workspace",
    "serving",
    "cli",
    "__main__",
)
HEAVY = frozenset({"tensorflow", "keras", "jax"})
MAY_BE_HEAVY = (CORE / "dp_sgd", CORE / "recommend" / "networks")
BEHIND_THE_DOOR = frozenset({"store", "anonymize", "privacy.ledger", "dp_sgd", "recommend", "studies", "serving"})

MAX_FILE = 300
MAX_PAGE = 80
MAX_FUNCTION = 50


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    """Name every module that a file imports, at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room_of(path: Path) -> str:
    return path.relative_to(CORE).parts[0].removesuffix(".py")


def rooms_of(imports: set[str]) -> set[str]:
    return {name.split(".")[1] for name in imports if name.startswith("core.")}


def functions_of(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def n_lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_every_module_of_core_has_a_room() -> None:
    rooms = {room_of(path) for path in modules(CORE)} - {"__init__"}

    assert rooms <= set(ORDER)


@pytest.mark.parametrize("room", ORDER)
def test_a_room_imports_only_from_earlier_rooms(room: str) -> None:
    earlier = set(ORDER[: ORDER.index(room) + 1])

    for path in modules(CORE):
        if room_of(path) == room:
            assert rooms_of(imports_of(path)) <= earlier, path.relative_to(ROOT)


def test_core_knows_no_page_and_no_streamlit() -> None:
    for path in modules(CORE):
        roots = {name.split(".")[0] for name in imports_of(path)}
        assert not roots & {"streamlit", "pages", "streamlit_app"}, path.relative_to(ROOT)


def test_pages_go_through_the_workspace() -> None:
    """What a person does is one method of the workspace: there it is checked, whichever door it came through."""
    for path in modules(PAGES):
        for name in imports_of(path):
            behind = (
                {".".join(name.split(".")[1:3]), "".join(name.split(".")[1:2])} if name.startswith("core.") else set()
            )
            assert not behind & BEHIND_THE_DOOR, f"{path.relative_to(ROOT)} imports {name}"


def test_only_what_a_worker_runs_imports_tensorflow() -> None:
    for path in [*modules(CORE), *modules(PAGES), ROOT / "streamlit_app.py"]:
        if not any(path.is_relative_to(folder) for folder in MAY_BE_HEAVY):
            assert not {name.split(".")[0] for name in imports_of(path)} & HEAVY, path.relative_to(ROOT)


def test_a_server_never_loads_tensorflow() -> None:
    """It would cost 5 s at the start, 680 MB, and 0.9 s of computing at every click of every visitor."""
    shared = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in modules(PAGES / "shared")]
    names = [
        "streamlit_app",
        "core.workspace",
        "core.serving.lifespan",
        "core.runs.launcher",
        "core.runs.jobs",
        *shared,
    ]
    code = (
        f"import importlib, sys; [importlib.import_module(name) for name in {names}]; "
        f"print(sorted(set({sorted(HEAVY)}) & set(sys.modules)))"
    )

    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == "[]"


def test_files_can_be_read_in_one_sitting() -> None:
    sources = [
        *modules(CORE),
        *modules(ROOT / "sample_data"),
        *modules(ROOT / "benchmarks"),
        *modules(PAGES / "shared"),
    ]
    long_files = {str(path.relative_to(ROOT)): n_lines(path) for path in sources if n_lines(path) > MAX_FILE}
    long_pages = {path.name: n_lines(path) for path in PAGES.glob("*.py") if n_lines(path) > MAX_PAGE}

    assert (long_files, long_pages) == ({}, {})


def test_functions_fit_on_a_screen() -> None:
    long_ones = {
        f"{path.relative_to(ROOT)}: {name}": length
        for path in [*modules(CORE), *modules(PAGES)]
        for name, length in functions_of(path)
        if length > MAX_FUNCTION
    }

    assert long_ones == {}


def test_the_page_about_the_architecture_tells_the_real_order() -> None:
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")

    told = re.findall(r"^\| `(\w+?)(?:\.py|/)` \|", text, flags=re.MULTILINE)

    assert tuple(told) == ORDER


@pytest.mark.parametrize(
    ("source", "room"),
    [
        ("from core.store.home import Home", "store"),
        ("def f() -> None:\n    import core.runs.queue", "runs"),
        ("from core import workspace", "workspace"),
    ],
)
def test_an_import_is_seen_wherever_it_stands(tmp_path: Path, source: str, room: str) -> None:
    """The tests above are worth what ``imports_of`` sees."""
    path = tmp_path / "module.py"
    path.write_text(source)

    assert room in rooms_of(imports_of(path))
