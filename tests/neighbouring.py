"""A made shop with the shoppers whom a promise is hardest to keep for, and its neighbours without one of them."""

import numpy as np
import pandas as pd

from core.columns import Columns, Events
from core.store.home import Home
from core.studies.preparing import COIN
from core.studies.shoppers import is_judge
from tests.made_shop import N_ITEMS, N_USERS, items, make_catalogue, make_interactions, users

OWNER, CANARY, UNIQUE = "owner~of~everything", "owner~of~one~thing", "ZZZ-unique"
N_SHOPPERS = N_USERS + 2
LADDER = 10  # products beside the made ones: of these the first is touched by one shopper, the second by two ...
N_PRODUCTS = N_ITEMS + LADDER
NEIGHBOURS = ("heaviest", "owner of everything", "owner of a product of their own", "a judge")


def whole() -> pd.DataFrame:
    """The made shop, an owner of everything, and one who alone bought what no catalogue knows.

    The owner of everything is one of those on every step of the ladder: without them each threshold up to ten
    shoppers is crossed by some product.
    """
    made, known = users(), items(N_PRODUCTS)
    ladder = [(made[n], known[N_ITEMS + step]) for step in range(LADDER) for n in range(3, 3 + step)]
    bought = [(OWNER, item) for item in known] * 5 + [(CANARY, UNIQUE), (CANARY, known[3])] + ladder
    added = pd.DataFrame(bought, columns=[Columns.USER, Columns.ITEM])
    added[Columns.EVENT] = Events.PURCHASE
    added[Columns.TIMESTAMP] = pd.Timestamp("2025-02-02")
    return pd.concat([make_interactions(), added], ignore_index=True)


def catalogue() -> pd.DataFrame:
    """Its published products; what one shopper alone bought is not among them."""
    return make_catalogue(N_PRODUCTS)


def who(neighbour: str, home: Home) -> str:
    """The shopper who is gone from the neighbouring data; whether one judges is this home's coin."""
    rows = whole()
    names = np.array(sorted(rows[Columns.USER].unique()))
    judges = is_judge(names, home.key(COIN), 0.2)
    others = rows[~rows[Columns.USER].isin([OWNER, *names[judges]])]
    gone = {
        "heaviest": str(others.groupby(Columns.USER).size().idxmax()),
        "owner of everything": OWNER,
        "owner of a product of their own": CANARY,
        "a judge": next(str(name) for name in names[judges] if name not in (OWNER, CANARY)),
    }
    return gone[neighbour]
