"""The picture of the noise shows what a release would do, and is none."""

import math

import numpy as np
import pytest

from core.columns import Columns
from core.privacy.consent import decide
from core.privacy.ledger import Ledger
from core.recommend.histories import build_histories
from core.recommend.release import SHARES, popularity_sums
from core.settings import EVALUATION_SHARE, StudySettings
from core.store.home import Home
from core.studies.budget import joint_budget, numbers_of
from core.studies.noise_preview import N_DRAWS, N_TOP, Popular, popular, preview, top_of
from core.studies.preparing import COIN
from core.studies.shoppers import is_judge
from core.tables.dataset import Dataset
from core.tables.touched import touched
from core.workspace import Workspace

DELTA = 1e-5


def shop(n_users: int = 4_000, n_items: int = 200) -> Popular:
    names = np.array([f"product {n}" for n in range(n_items)])
    return Popular(names, 200 / np.arange(1, n_items + 1), n_users, has_catalogue=True)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Dataset]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TACT_HOME", str(tmp_path_factory.mktemp("home")))
        ws = Workspace()
        return ws.home, Dataset.open(ws.sample().folder)


def test_the_sums_are_those_of_the_shoppers_a_study_trains_on(sample: tuple[Home, Dataset]) -> None:
    home, dataset = sample
    rows, catalogue = dataset.interactions(), dataset.catalogue()
    assert catalogue is not None
    users = rows[Columns.USER].unique().astype(str)
    judges = set(users[is_judge(users, home.key(COIN), EVALUATION_SHARE)])
    items = catalogue[Columns.ITEM].to_numpy().astype(str)
    histories = build_histories(rows[~rows[Columns.USER].isin(judges)], items, has_time=False)

    found = popular(home, dataset, None)

    assert np.array_equal(found.values, popularity_sums(histories.matrix))
    assert found.n_users == len(users)


def test_who_touched_what_is_the_same_as_read_whole(sample: tuple[Home, Dataset]) -> None:
    _, dataset = sample
    rows = dataset.interactions()

    found = touched(dataset)

    histories = build_histories(rows, found.item_ids, has_time=False)
    assert list(found.user_ids) == list(histories.user_ids)
    assert (found.matrix != histories.matrix).nnz == 0


def test_who_withdrew_consent_is_not_counted(sample: tuple[Home, Dataset]) -> None:
    home, dataset = sample
    before = popular(home, dataset, None)
    users = touched(dataset).user_ids
    gone = next(user for user in users if not is_judge([user], home.key(COIN), EVALUATION_SHARE)[0])

    decide(home, gone, "withdrawal", by="dana", reason="asked by letter")

    after = popular(home, dataset, None)
    assert after.n_users == before.n_users - 1
    assert np.linalg.norm(before.values - after.values) == pytest.approx(1, abs=1e-4)  # one shopper has length 1


@pytest.mark.parametrize("epsilon", [0.5, 1.0, 2.0, 4.0, 8.0])
def test_the_noise_is_that_of_the_plan(epsilon: float) -> None:
    """With a share s of the release's μ², its standard deviation is 1 / (√s μ); here s is one of three."""
    numbers = numbers_of(StudySettings(delta=DELTA), 4_000)
    budget = joint_budget(StudySettings().methods, epsilon, numbers)
    assert budget is not None

    seen = preview(shop(), epsilon, DELTA, None)

    assert seen.share in SHARES
    assert seen.noise_std == pytest.approx(1 / (math.sqrt(seen.share) * budget.release_mu))
    assert seen.half == pytest.approx(1.96 * seen.noise_std, rel=1e-4)


def test_95_of_100_draws_lie_in_the_interval() -> None:
    """600 draws of one product: 95 % ± 4 standard errors of √(0.95 · 0.05 / 600) = 0.9 %."""
    found = shop()
    seen = preview(found, 8.0, DELTA, None)
    assert seen.share == SHARES[1]  # at this ε every draw takes this share, so all have one standard deviation

    draws = np.array([found.draw(8.0, DELTA, None, number)[0][0] for number in range(600)])

    assert abs((abs(draws - found.values[0]) <= seen.half).mean() - 0.95) < 4 * 0.009


def test_a_shop_too_small_for_more_releases_popularity_alone_with_all_of_it() -> None:
    numbers = numbers_of(StudySettings(delta=DELTA), 10)
    budget = joint_budget(("popularity",), 1.0, numbers)
    assert budget is not None

    seen = preview(shop(n_users=10), 1.0, DELTA, None)

    assert seen.share == 1
    assert seen.noise_std == pytest.approx(1 / budget.mu)


def test_less_noise_keeps_more_of_the_top_ten() -> None:
    kept = [preview(shop(), epsilon, DELTA, None).kept for epsilon in (0.25, 1.0, 4.0, 16.0)]

    assert kept == sorted(kept)
    assert kept[-1] > 9
    assert all(0 <= value <= N_TOP for value in kept)


def test_how_many_stay_is_the_mean_over_draws_that_can_be_drawn_again() -> None:
    found = shop()
    top = set(found.top.tolist())

    again = [len(top & set(found.draw(1.0, DELTA, None, number - N_DRAWS)[1].tolist())) for number in range(N_DRAWS)]

    assert preview(found, 1.0, DELTA, None).kept == pytest.approx(np.mean(again))


def test_a_draw_stays_the_same_and_the_next_is_another() -> None:
    found = shop()

    one, best = found.draw(1.0, DELTA, None, 1)

    assert np.array_equal(one, found.draw(1.0, DELTA, None, 1)[0])
    assert not np.array_equal(one, found.draw(1.0, DELTA, None, 2)[0])
    assert list(best) == list(top_of(one))


def test_nothing_is_charged(sample: tuple[Home, Dataset]) -> None:
    home, dataset = sample
    before = Ledger(home).head()

    found = popular(home, dataset, None)
    preview(found, 1.0, DELTA, None)
    found.draw(1.0, DELTA, None, 1)

    assert Ledger(home).head() == before


def test_a_catalogue_of_fewer_than_ten_products_shows_them_all() -> None:
    found = shop(n_items=3)

    assert list(found.top) == [0, 1, 2]
    assert preview(found, 1.0, DELTA, None).kept == 3
