"""Closer looks at a study: written inside only, they add up, and an older study does without."""

from pathlib import Path

import pandas as pd
import pytest

from core.store.home import Home
from core.studies.closer import METRIC
from core.studies.folder import StudyFolder
from tests.made_shop import import_made, make_catalogue, make_interactions
from tests.studied_shop import Done, run

MORE = ("novelty", "diversity", "popularity_bias", "gini", "churn")


@pytest.fixture(scope="module", params=[False, True], ids=["private", "public"])
def done(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("closer")
    home = Home(folder / "home")
    return run(
        home,
        import_made(folder / "files", make_interactions(), catalogue=make_catalogue()),
        folder / "study",
        public=request.param,
    )


def test_nothing_of_it_leaves(done: Done) -> None:
    """Neither of them stands anywhere but in private/, whether the data are public or not."""
    outside = [path for path in done.folder.path.rglob("*") if path.is_file() and "private" not in path.parts]
    words = "".join(path.read_text("utf-8", errors="ignore") for path in outside if path.suffix in (".csv", ".json"))

    assert outside
    assert [name for name in (*MORE, "activity") if name in words] == []
    assert done.folder.groups_file.parent.name == "private"


def test_every_model_has_every_figure(done: Done) -> None:
    exact = done.folder.exact()

    assert {f"{name}_at_10" for name in MORE} <= set(exact.columns)
    assert exact["novelty_at_10"].notna().all()
    private = exact[exact["epsilon"].between(1e-9, 1e9)]
    assert private["churn_at_10"].between(0, 1).all()
    assert (private.loc[private["epsilon"] == 8.0, "churn_at_10"] == 0).all()


def test_tenths_by_activity_add_up_to_the_whole(done: Done) -> None:
    """Their means, weighed by how many judges each has, are the mean of all judges who were there."""
    groups, exact = done.folder.groups(), done.folder.exact()
    tenths = groups[groups["grouping"] == "activity"]
    keys = ["method", "epsilon", "repeat"]
    sums = (tenths[METRIC].fillna(0) * tenths["n"]).groupby([tenths[key] for key in keys]).sum()
    whole = exact.set_index(keys)[METRIC] * done.folder.about()["numbers"]["evaluation"]

    pd.testing.assert_series_equal(sums, whole.reindex(sums.index), check_names=False)


def test_an_older_study_has_none(done: Done, tmp_path: Path) -> None:

    assert StudyFolder(tmp_path).groups().empty
