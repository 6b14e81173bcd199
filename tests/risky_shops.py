"""Small shops whose risk can be counted by hand, and random ones for brute force."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.columns import Columns


def bought(baskets: Mapping[str, str]) -> pd.DataFrame:
    """Shoppers and their products, one letter each; no times."""
    rows = [(user, item) for user, items in baskets.items() for item in items]
    return pd.DataFrame(
        {
            Columns.USER: [user for user, _ in rows],
            Columns.ITEM: [item for _, item in rows],
            Columns.EVENT: "purchase",
            Columns.TIMESTAMP: pd.Series(pd.NaT, index=range(len(rows)), dtype="datetime64[us]"),
        }
    )


def on_days(interactions: pd.DataFrame, days: list[str]) -> pd.DataFrame:
    """The same rows with times."""
    return interactions.assign(**{Columns.TIMESTAMP: pd.to_datetime(days).astype("datetime64[us]")})


def random_shop(n_users: int, n_items: int, *, seed: int, mean_events: float = 6, n_days: int = 5) -> pd.DataFrame:
    """Shoppers with a few random events each, popular products more often."""
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(n_users), 1 + rng.poisson(mean_events, n_users))
    items = (n_items * rng.random(len(users)) ** 2).astype(int)
    days = rng.integers(0, n_days, len(users))
    return pd.DataFrame(
        {
            Columns.USER: pd.Series(users).map("u{}".format),
            Columns.ITEM: pd.Series(items).map("i{}".format),
            Columns.EVENT: "purchase",
            Columns.TIMESTAMP: (np.datetime64("2024-03-01") + days.astype("timedelta64[D]")).astype("datetime64[us]"),
        }
    )
