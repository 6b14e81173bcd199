"""
Sums over shoppers that one shopper really moves by no more than is charged, in whatever order they are added.

Floating-point sums do neither (Casacuberta, Shoemate, Vadhan and Wagaman, 2022, "Widespread underestimation of
sensitivity in differentially private libraries and how to fix it", arXiv 2207.10635). Each shopper's part is rounded
down to integers by that shopper's own data, and only integers are added.
"""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.errors import DataError

Integers = npt.NDArray[np.int64]

MARGIN = 1 - 1e-5  # of the sensitivity: what is left holds every later rounding and ``core.privacy.noise.ROUNDING``
MOST_SHOPPERS = 2**23  # then no sum passes 2^62
UNIT_STEP = 2.0**-38
VALUE_STEP = 2.0**-24  # at least as coarse as the grid of a single release, so that such sums need no more rounding


def check_shoppers(n_shoppers: int) -> None:
    """Refuse more shoppers than the sums hold.

    Raises:
        DataError: more than ``MOST_SHOPPERS``.
    """
    if n_shoppers > MOST_SHOPPERS:
        raise DataError(
            f"The exact sums of a release hold {MOST_SHOPPERS:,} shoppers at most, and the data has more. "
            "Please choose a part of the shoppers by a rule that does not look at what they did."
        )


def unit_vector_sums(matrix: sparse.csr_array) -> Integers:
    """Sum of a vector for each row, in ``UNIT_STEP``: 1/√n on each of the row's n stored entries, rounded down.

    Each vector's squared length is n w² <= (MARGIN / UNIT_STEP)² for its w steps, so a row moves the sum by at most
    ``MARGIN`` in L2.

    Args:
        matrix: Shape (n_users, n_items); what is stored counts, whatever its value, and is stored once.

    Returns:
        Shape (n_items,).
    """
    check_shoppers(matrix.shape[0])
    sizes = np.diff(matrix.indptr)
    shares = np.floor(MARGIN / UNIT_STEP / np.sqrt(np.maximum(sizes, 1))).astype(np.int64)
    sums = np.zeros(matrix.shape[1], np.int64)
    np.add.at(sums, matrix.indices, np.repeat(shares, sizes))
    return sums


def unit_interval_sum(values: npt.ArrayLike) -> float:
    """Sum of one value for each shopper, held to [0, 1] and rounded down to ``VALUE_STEP``: exact as a float.

    What is no number counts 0, so that a shopper moves the sum by at most 1 whatever comes in.
    """
    column = np.asarray(values, dtype=np.float64).ravel()
    check_shoppers(len(column))
    held = np.clip(np.nan_to_num(column, nan=0.0, posinf=0.0, neginf=0.0), 0.0, 1.0)
    return int(np.floor(held / VALUE_STEP).astype(np.int64).sum()) * VALUE_STEP
