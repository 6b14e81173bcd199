"""Which product names may leave where there is no public catalogue (Gopi et al., 2020, see ``Selection``)."""

import hmac
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from core.errors import SettingsError
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
    noisy = SecureNormal().release(weights[touched], selection.noise_std)
    return sorted(item_ids[index] for index in touched[noisy >= selection.threshold])


def _weights(
    histories: csr_array, user_ids: Sequence[str], item_ids: Sequence[str], max_items: int, key: bytes
) -> npt.NDArray[np.float64]:
    """Sum the shoppers' unit L2 vectors: 1 / sqrt(t) on each of a shopper's t products."""
    weights = np.zeros(histories.shape[1])
    for row in range(histories.shape[0]):
        columns = _own_products(histories, row)
        if len(columns) > max_items:
            columns = _by_coin(columns, user_ids[row], item_ids, max_items, key)
        if len(columns):
            weights[columns] += 1 / np.sqrt(len(columns))
    return weights


def _own_products(histories: csr_array, row: int) -> npt.NDArray[np.int64]:
    entries = slice(histories.indptr[row], histories.indptr[row + 1])
    touched = histories.indices[entries][histories.data[entries] != 0]
    columns: npt.NDArray[np.int64] = np.unique(touched).astype(np.int64)  # an entry stored twice is one product
    return columns


def _by_coin(
    columns: npt.NDArray[np.int64], user_id: str, item_ids: Sequence[str], max_items: int, key: bytes
) -> npt.NDArray[np.int64]:
    own = hmac.new(key, user_id.encode(), sha256).digest()  # a key for each shopper: ids can't run into each other
    coins = [hmac.new(own, item_ids[column].encode(), sha256).digest() for column in columns]
    kept = sorted(range(len(columns)), key=coins.__getitem__)[:max_items]
    cut: npt.NDArray[np.int64] = columns[np.sort(kept)]
    return cut
