"""What is public about a shop: its published catalogue, as the numbers that recommenders compare products by."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from core.columns import Columns
from core.tables.dataset import Schema

DENSE_ITEMS = 12_000  # up to here all similarities of the catalogue fit in memory (576 MB)
SEPARATORS = re.compile(r"[|;,>/]")


@dataclass(frozen=True)
class Shop:
    """The published catalogue. Nothing in here was computed from shoppers.

    Attributes:
        item_ids: Shape (n_items,), text.
        has_time: Whether the shop declares times of events.
        texts: L2-normalised character n-grams of category and text, shape (n_items, n_grams); None without text.
        tags: Shape (n_items, n_tags), 1 where the product carries the tag of a category; None without categories.
        log_price: Standardised over the catalogue, 0 where blank; None without prices.
        rating: The same for ratings.
    """

    item_ids: npt.NDArray[np.str_]
    has_time: bool
    texts: sparse.csr_array | None
    tags: sparse.csr_array | None
    log_price: npt.NDArray[np.float32] | None
    rating: npt.NDArray[np.float32] | None

    @property
    def n_items(self) -> int:
        """Number of products."""
        return len(self.item_ids)

    @cached_property
    def vectors(self) -> sparse.csr_array | None:
        """What products are compared by: their texts, or their categories where there is no text."""
        if self.texts is not None:
            return self.texts
        return None if self.tags is None else _unit_rows(self.tags)

    @property
    def has_content(self) -> bool:
        """Whether the catalogue has anything to compare products by."""
        return self.vectors is not None

    @cached_property
    def similarity(self) -> npt.NDArray[np.float32]:
        """Cosine of any two products, diagonal 0, shape (n_items, n_items); for catalogues up to ``DENSE_ITEMS``."""
        assert self.vectors is not None
        dense = np.asarray((self.vectors @ self.vectors.T).toarray(), np.float32)
        np.fill_diagonal(dense, 0)
        return dense

    @cached_property
    def cubed(self) -> npt.NDArray[np.float32]:
        """``similarity`` to the third power: what is alike counts, what is vaguely alike does not."""
        return self.similarity**3

    def save(self, folder: Path) -> None:
        """Write the public numbers to ``folder``; they may be shared with a model."""
        folder.mkdir(parents=True, exist_ok=True)
        plain = {"item_ids": self.item_ids, "has_time": np.array(self.has_time)}
        plain |= {"log_price": self.log_price} if self.log_price is not None else {}
        plain |= {"rating": self.rating} if self.rating is not None else {}
        np.savez_compressed(folder / "shop.npz", **plain)  # type: ignore[arg-type]  # its stub knows no dict of arrays
        for name, matrix in (("texts", self.texts), ("tags", self.tags)):
            if matrix is not None:
                sparse.save_npz(folder / f"{name}.npz", matrix)

    @classmethod
    def load(cls, folder: Path) -> "Shop":
        """Read what ``save`` wrote."""
        with np.load(folder / "shop.npz", allow_pickle=False) as plain:
            found = {name: plain[name] for name in plain.files}
        matrices = {
            name: sparse.csr_array(sparse.load_npz(folder / f"{name}.npz"))
            for name in ("texts", "tags")
            if (folder / f"{name}.npz").exists()
        }
        return cls(
            item_ids=found["item_ids"],
            has_time=bool(found["has_time"]),
            texts=matrices.get("texts"),
            tags=matrices.get("tags"),
            log_price=found.get("log_price"),
            rating=found.get("rating"),
        )


def build_shop(schema: Schema, catalogue: pd.DataFrame | None, published: tuple[str, ...] | None = None) -> Shop:
    """Read the published columns of a catalogue.

    Args:
        schema: The declared facts of the dataset.
        catalogue: The clean table; without one the shop has no products yet.
        published: Columns that private methods may use; by default those that the dataset declares.
    """
    if catalogue is None:
        return Shop(np.array([], dtype=str), schema.has_time, None, None, None, None)
    allowed = set(schema.published if published is None else published) & set(schema.columns)
    has_text, has_category = Columns.TEXT in allowed, Columns.CATEGORY in allowed
    categories = catalogue[Columns.CATEGORY] if has_category else pd.Series("", index=catalogue.index)
    texts = _texts(categories.fillna("") + " " + catalogue[Columns.TEXT].fillna("")) if has_text else None
    prices = pd.to_numeric(catalogue[Columns.PRICE]) if Columns.PRICE in allowed else None
    ratings = pd.to_numeric(catalogue[Columns.RATING]) if Columns.RATING in allowed else None
    return Shop(
        item_ids=catalogue[Columns.ITEM].to_numpy().astype(str),
        has_time=schema.has_time,
        texts=texts,
        tags=_tags(categories) if has_category else None,
        log_price=None if prices is None else standardise(np.log(prices.where(prices > 0))),
        rating=None if ratings is None else standardise(ratings),
    )


def standardise(values: "pd.Series[float]") -> npt.NDArray[np.float32] | None:
    """Mean 0 and standard deviation 1 over the catalogue; blank becomes 0; None where all are alike."""
    spread = float(values.std(ddof=0))
    if not spread > 0:
        return None
    return ((values - values.mean()) / spread).fillna(0).to_numpy(np.float32)


def _texts(texts: "pd.Series[str]") -> sparse.csr_array | None:
    """Character n-grams catch model and franchise names that words miss; fitted on the public catalogue only."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # 1.6 s that the server never has to pay

    try:
        grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=2, sublinear_tf=True, dtype=np.float32)
        return sparse.csr_array(grams.fit_transform(texts.str.lower()))
    except ValueError:  # no n-gram stands in two products: nothing can be compared by text
        return None


def _tags(categories: "pd.Series[str]") -> sparse.csr_array | None:
    """One column a category; a cell such as ``Animation|Comedy`` carries two."""
    parts = (
        categories.fillna("").astype(str).map(lambda cell: sorted({p.strip() for p in SEPARATORS.split(cell)} - {""}))
    )
    long = parts.explode().dropna()
    if long.empty:
        return None
    codes, names = pd.factorize(long, sort=True)
    return sparse.csr_array(
        (np.ones(len(codes), np.float32), (long.index.to_numpy(), codes)), shape=(len(categories), len(names))
    )


def _unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    """Each row scaled to L2 norm 1; empty rows stay empty."""
    norms = np.sqrt(np.asarray(matrix.power(2).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(norms, 1e-12)) @ matrix)
