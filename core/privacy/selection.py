"""Which product names may leave where there is no public catalogue (Gopi et al., 2020, see ``Selection``)."""

import hmac
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from core.errors import SettingsError
from core.privacy.exact_sums import UNIT_STEP, Integers, unit_vector_sums
from core.privacy.mechanisms import Selection
from core.privacy.noise import SecureNormal


def select_items(
    histories: csr_array, user_ids: Sequence[str], item_ids: Sequence[str], selection: Selection, key: bytes
) -> list[str]:
    """Return the ids that may leave, sorted by name so that their order says nothing.

    Products that nobody touched never leave. Each shopper's own products are cut to ``selection.max_items`` by a coin
    that depends on the shopper, the product and the key alone, never on other shoppers.

    Args:
        histories: Shape (n_users, n_items); an entry that is not 0 is a product touched.
        user_ids: Of the rows.
        item_ids: Of the columns.
        selection: Charged to the ledger before this call.
        key: Secret of this installation, for the coin.
    """
    if histories.shape != (len(user_ids), len(item_ids)):
        raise SettingsError(f"Expected {len(user_ids)} x {len(item_ids)} histories, got {histories.shape}.")
    weights = _weights(histories, user_ids, item_ids, selection.max_items, key)
    touched = np.flatnonzero(weights)
    # One shopper moves max_items weights; how many there are depends on shoppers, and the noise's grid must not.
    noisy = SecureNormal().release(weights[touched] * UNIT_STEP, selection.noise_std, n_moved=selection.max_items)
    return sorted(item_ids[index] for index in touched[noisy >= selection.threshold])


def _weights(
    histories: csr_array, user_ids: Sequence[str], item_ids: Sequence[str], max_items: int, key: bytes
) -> Integers:
    """Sum the shoppers' unit L2 vectors, 1 / sqrt(t) on each of a shopper's t products, in ``UNIT_STEP``."""
    own = _own_products(histories)
    sizes = np.diff(own.indptr)
    is_kept = np.ones(own.nnz, np.bool_)
    for row in np.flatnonzero(sizes > max_items).tolist():
        theirs = slice(own.indptr[row], own.indptr[row + 1])
        is_kept[theirs] = _by_coin(own.indices[theirs], user_ids[row], item_ids, max_items, key)
    indptr = np.concatenate([[0], np.cumsum(np.minimum(sizes, max_items))])
    cut = csr_array((own.data[is_kept], own.indices[is_kept], indptr), shape=own.shape)
    return unit_vector_sums(cut)


def _own_products(histories: csr_array) -> csr_array:
    """The products that each shopper touched, stored once each: also where the histories say so twice, or say 0."""
    own = csr_array((histories.data != 0, histories.indices, histories.indptr), shape=histories.shape, copy=True)
    own.eliminate_zeros()
    own.sum_duplicates()
    return own


def _by_coin(
    columns: npt.NDArray[np.int32], user_id: str, item_ids: Sequence[str], max_items: int, key: bytes
) -> npt.NDArray[np.bool_]:
    """Which ``max_items`` of a shopper's products count."""
    own = hmac.new(key, user_id.encode(), sha256).digest()  # a key for each shopper: ids can't run into each other
    coins = [hmac.new(own, item_ids[column].encode(), sha256).digest() for column in columns.tolist()]
    is_kept = np.zeros(len(columns), np.bool_)
    is_kept[sorted(range(len(columns)), key=coins.__getitem__)[:max_items]] = True
    return is_kept
