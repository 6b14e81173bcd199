"""A small made shop for tests: shoppers with a taste each, products with a kind each, and files to import it from."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core.columns import Columns, Events
from core.recommend.histories import Histories, build_histories
from core.recommend.shop import Shop, build_shop
from core.tables.dataset import Dataset, Schema
from core.tables.importing import import_files

KINDS = ("Garden", "Kitchen", "Reading", "Winter")
N_USERS, N_ITEMS = 120, 60
SCHEMA = Schema(
    has_time=True,
    columns=(Columns.CATEGORY, Columns.PRICE, Columns.RATING, Columns.TEXT),
    text_sources=("Title",),
    published=(Columns.CATEGORY, Columns.PRICE, Columns.RATING, Columns.TEXT),
    computed=(),
    catalogue="file",
)


def items(n_items: int = N_ITEMS) -> np.ndarray:
    """Product ids in the catalogue's order."""
    return np.array([f"product-{number:03d}" for number in range(n_items)])


def users(n_users: int = N_USERS) -> list[str]:
    """Shopper ids that look like nothing else in any file."""
    return [f"shopper~{number:04d}~{number * 7919 % 10007:05d}" for number in range(n_users)]


def make_catalogue(n_items: int = N_ITEMS) -> pd.DataFrame:
    """A clean catalogue: four kinds of products in turn."""
    kinds = [KINDS[number % len(KINDS)] for number in range(n_items)]
    titles = [f"{kind} piece, series {number // 8}" for number, kind in enumerate(kinds)]
    return pd.DataFrame(
        {
            Columns.ITEM: items(n_items),
            Columns.CATEGORY: kinds,
            Columns.PRICE: 5.0 + np.arange(n_items) % 13,
            Columns.RATING: 1.0 + np.arange(n_items) % 5,
            Columns.TITLE: titles,
            Columns.TEXT: titles,
        }
    )


def make_interactions(n_users: int = N_USERS, n_items: int = N_ITEMS, seed: int = 5) -> pd.DataFrame:
    """Clean interactions: each shopper likes one kind, touches 3 to 14 products and buys half of them."""
    rng = np.random.default_rng(seed)
    rows = []
    for number, user in enumerate(users(n_users)):
        liked = np.where(np.arange(n_items) % len(KINDS) == number % len(KINDS), 8.0, 1.0)
        liked /= np.arange(1, n_items + 1) ** 0.5
        chosen = rng.choice(n_items, size=int(rng.integers(3, 15)), replace=False, p=liked / liked.sum())
        days = np.sort(rng.integers(0, 90, len(chosen)))
        bought = rng.random(len(chosen)) < 0.5
        rows += [(user, items(n_items)[i], d, b) for i, d, b in zip(chosen, days, bought, strict=True)]
    table = pd.DataFrame(rows, columns=[Columns.USER, Columns.ITEM, "day", "bought"])
    table[Columns.EVENT] = np.where(table.pop("bought"), Events.PURCHASE, Events.VIEW)
    table[Columns.TIMESTAMP] = pd.Timestamp("2025-01-01") + pd.to_timedelta(table.pop("day"), unit="D")
    return table


def make_shop(n_items: int = N_ITEMS) -> Shop:
    """The shop of ``make_catalogue``."""
    return build_shop(SCHEMA, make_catalogue(n_items))


def make_histories(interactions: pd.DataFrame, n_items: int = N_ITEMS) -> Histories:
    """All shoppers' histories over the catalogue."""
    return build_histories(interactions, items(n_items), has_time=True)


def without(interactions: pd.DataFrame, user: str) -> pd.DataFrame:
    """The neighbouring data: everything that one shopper did is gone."""
    return interactions[interactions[Columns.USER] != user].reset_index(drop=True)


def import_made(
    folder: Path,
    interactions: pd.DataFrame,
    *,
    catalogue: pd.DataFrame | None = None,
    leave_out: Sequence[str] = (),
) -> Dataset:
    """Write the two CSV files into ``folder`` and import them; without a catalogue only the first."""
    folder.mkdir(parents=True, exist_ok=True)
    behavior = pd.DataFrame(
        {
            "UserID": interactions[Columns.USER],
            "ProductID": interactions[Columns.ITEM],
            "Behavior": np.where(interactions[Columns.EVENT] == Events.PURCHASE, 1, 2),
            "Time": interactions[Columns.TIMESTAMP].astype(str),
        }
    )
    behavior.to_csv(folder / "UserBehavior.csv", index=False)
    if catalogue is not None:
        named = catalogue.rename(
            columns={
                Columns.ITEM: "ProductID",
                Columns.CATEGORY: "Category",
                Columns.PRICE: "Price",
                Columns.RATING: "Rating",
                Columns.TITLE: "Title",
            }
        )
        named.drop(columns=[Columns.TEXT, *leave_out]).to_csv(folder / "ProductInfo.csv", index=False)
    products = None if catalogue is None else folder / "ProductInfo.csv"
    return import_files(folder / "UserBehavior.csv", products, folder / "dataset")
