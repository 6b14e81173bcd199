"""What every test stands on: a workspace of its own, and property tests that are the same for everybody in CI."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from core.store.home import Home

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("mutants", derandomize=True, deadline=None, phases=(Phase.explicit, Phase.generate))
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(autouse=True)
def _own_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test ever opens the workspace of whoever runs it."""
    monkeypatch.setenv("TACT_HOME", str(tmp_path / "tact-home"))
    for name in ("TACT_DATABASE_URL", "TACT_DATA_KEY", "TACT_DATA_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """An empty workspace."""
    home = Home(tmp_path / "home")
    yield home
    home.close()
