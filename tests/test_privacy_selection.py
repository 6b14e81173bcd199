"""Names that may leave where there is no public catalogue."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from core.errors import SettingsError
from core.privacy.exact_sums import MARGIN, UNIT_STEP
from core.privacy.mechanisms import Selection
from core.privacy.noise import SecureNormal, grid_step
from core.privacy.selection import _weights, select_items

KEY = b"k" * 32


def selection(noise_std: float = 2.0, max_items: int = 10) -> Selection:
    return Selection(name="names", noise_std=noise_std, delta=1e-6, max_items=max_items)


def shop(n_users: int, n_items: int) -> tuple[csr_array, list[str], list[str]]:
    """Everybody touched product 0; the others have one shopper each."""
    dense = np.zeros((n_users, n_items))
    dense[:, 0] = 1
    dense[np.arange(n_users) % n_users, 1 + np.arange(n_users) % (n_items - 1)] = 1
    return csr_array(dense), [f"u{number}" for number in range(n_users)], [f"i{number}" for number in range(n_items)]


def test_what_everybody_touched_leaves_and_one_shoppers_own_product_does_not() -> None:
    histories, users, items = shop(n_users=500, n_items=501)

    assert select_items(histories, users, items, selection(), KEY) == ["i0"]


def test_a_product_that_nobody_touched_never_leaves() -> None:
    histories = csr_array((5, 3))

    assert select_items(histories, list("abcde"), list("xyz"), selection(noise_std=1e6), KEY) == []


def test_one_shopper_moves_the_weights_by_a_vector_of_norm_one_at_most() -> None:
    rng = np.random.default_rng(0)
    dense = (rng.random((40, 60)) < 0.3).astype(float)
    dense[7] = 1  # a shopper who owns everything
    users, items = [f"u{number}" for number in range(40)], [f"i{number}" for number in range(60)]
    whole = _weights(csr_array(dense), users, items, 5, KEY)

    for row in range(40):
        keep = np.arange(40) != row
        without = _weights(csr_array(dense[keep]), [users[each] for each in np.flatnonzero(keep)], items, 5, KEY)
        change = [int(steps) for steps in whole - without]
        assert sum(steps**2 for steps in change) * Fraction(UNIT_STEP) ** 2 <= Fraction(MARGIN) ** 2
        assert np.count_nonzero(change) <= 5


def test_the_order_of_shoppers_changes_no_bit_of_a_weight() -> None:
    rng = np.random.default_rng(3)
    dense, order = (rng.random((200, 30)) < 0.4).astype(float), rng.permutation(200)
    users, items = [f"u{number}" for number in range(200)], [f"i{number}" for number in range(30)]
    one = _weights(csr_array(dense), users, items, 5, KEY)

    assert np.array_equal(one, _weights(csr_array(dense[order]), [users[row] for row in order], items, 5, KEY))


@pytest.mark.parametrize("n_items", [3, 3_000])
def test_the_grid_does_not_know_how_many_products_were_touched(n_items: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """That number is a secret; how many weights one shopper can move is not."""
    asked = []

    class Spy(SecureNormal):
        def release(
            self, values: Any, noise_std: float, sensitivity: float = 1.0, *, n_moved: int | None = None
        ) -> Any:
            asked.append(n_moved)
            return super().release(values, noise_std, sensitivity, n_moved=n_moved)

    monkeypatch.setattr("core.privacy.selection.SecureNormal", Spy)
    items = [str(number) for number in range(n_items)]
    select_items(csr_array(np.ones((1, n_items))), ["u"], items, selection(max_items=2), KEY)

    assert asked == [2]


@pytest.mark.parametrize("max_items", [1, 10, 10_000, 1_000_000])
def test_rounding_lets_no_product_of_one_shopper_over_the_threshold(max_items: int) -> None:
    """The margin takes more off a weight of 1/√t than the two roundings, one step in all, can add."""
    for own in (1, max_items):
        assert (1 - MARGIN) / own**0.5 > grid_step(1.0, n_moved=max_items)


def test_an_entry_that_is_stored_twice_is_one_product() -> None:
    twice = csr_array((np.ones(3), np.array([0, 0, 1]), np.array([0, 3])), shape=(1, 2))

    assert _weights(twice, ["u"], ["a", "b"], 10, KEY) * UNIT_STEP == pytest.approx([2**-0.5, 2**-0.5], rel=2e-5)


def test_an_entry_that_is_zero_is_no_product_and_the_histories_stay_as_they_were() -> None:
    stored = csr_array((np.array([0.0, 3.0]), np.array([0, 1]), np.array([0, 2])), shape=(1, 2))

    assert _weights(stored, ["u"], ["a", "b"], 10, KEY) * UNIT_STEP == pytest.approx([0, 1], rel=2e-5)
    assert stored.data.tolist() == [0.0, 3.0]


def test_the_coin_is_stable_for_one_key_and_another_for_another() -> None:
    dense = csr_array(np.ones((1, 200)))
    items = [f"i{number}" for number in range(200)]
    first, again = (_weights(dense, ["u"], items, 10, KEY) for _ in range(2))
    other = _weights(dense, ["u"], items, 10, b"o" * 32)

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.count_nonzero(first) == 10


def test_a_product_of_one_shopper_leaves_no_more_often_than_its_delta() -> None:
    """With δ 0.05 at the worst case t = 1, 2,000 shops show it about 100 times."""
    chosen = Selection(name="names", noise_std=1.0, delta=0.05, max_items=1)
    histories = csr_array(np.eye(2000))
    names = [str(number) for number in range(2000)]
    left = len(select_items(histories, names, names, chosen, KEY))

    assert abs(left - 2000 * 0.05) < 6 * np.sqrt(2000 * 0.05 * 0.95)


def test_histories_must_have_a_row_for_each_shopper() -> None:
    with pytest.raises(SettingsError, match="2 x 3"):
        select_items(csr_array((5, 3)), ["a", "b"], list("xyz"), selection(), KEY)
