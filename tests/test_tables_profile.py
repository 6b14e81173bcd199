"""A profile: what a dataset looks like, in small frames."""

from pathlib import Path

from core.tables.importing import import_files
from core.tables.profile import profile
from tests.two_files import files


def test_a_profile_adds_up(tmp_path: Path) -> None:
    found = profile(import_files(*files(tmp_path), tmp_path / "out"))

    counts = {"users": 2, "items": 2, "events": 4, "purchases": 2, "views": 2}
    assert found.totals == {**counts, "density": 3 / (2 * 2), "median_events": (2 + 2) / 2, "most_events": 2}
    assert found.events_over_time["events"].sum() == 3  # one event has no time
    assert found.popularity[["rank", "events"]].to_numpy().tolist() == [[1, 3], [2, 1]]
    assert found.events_per_user["users"].sum() == 2
    assert found.prices["items"].sum() == 1
    assert found.categories.to_numpy().tolist() == [["Tea|Pots", 1, 3], ["Garden", 1, 0]]


def test_a_profile_without_catalogue_or_times_has_empty_pictures(tmp_path: Path) -> None:
    behavior, _ = files(tmp_path, "UserID,ProductID,Behavior\nu1,p1,1\n")

    found = profile(import_files(behavior, None, tmp_path / "out"))

    assert (len(found.events_over_time), len(found.prices), len(found.categories)) == (0, 0, 0)
