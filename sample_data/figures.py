"""
Measure how a shop's events look: what the README states and what the tests hold against real shops.

``python -m sample_data.figures FOLDER`` prints the figures of a folder with UserBehavior.csv and ProductInfo.csv.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sample_data.slips import without_slips

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer[Any]]

K = 20
MIN_PRODUCTS, HIDDEN_SHARE = 5, 0.2  # who is scored, and how much of each shopper's products is hidden
RIDGES = (30.0, 100.0, 300.0, 1000.0)  # of EASE; the best counts, as it is a ceiling


def measure(behavior: pd.DataFrame) -> dict[str, float]:
    """Describe popularity, activity and the funnel of a behaviour file in the fixed schema.

    Shares are of events; products are those with at least one event. ``rebought_share`` is the share of
    purchases that bring a product its shopper had bought on an earlier day (0 without times); ``repeat_share``
    is the share of events that touch a product their shopper had touched before.
    """
    per_product = np.sort(behavior["ProductID"].value_counts().to_numpy())[::-1]
    per_shopper = behavior["UserID"].value_counts().to_numpy()
    bought = behavior[behavior["Behavior"].astype(str) == "1"]
    return {
        "shoppers": float(len(per_shopper)),
        "products": float(len(per_product)),
        "events": float(len(behavior)),
        "top_1_share": top_share(per_product, 0.01),
        "top_10_share": top_share(per_product, 0.10),
        "gini": gini(per_product),
        "events_median": float(np.median(per_shopper)),
        "events_p90": float(np.quantile(per_shopper, 0.9)),
        "events_max_over_mean": float(per_shopper.max() / per_shopper.mean()),
        "view_share": float((behavior["Behavior"].astype(str) == "2").mean()),
        "buyer_share": float(bought["UserID"].nunique() / len(per_shopper)),
        "repeat_share": float(behavior.duplicated(["UserID", "ProductID"]).mean()),
        "rebought_share": rebought_share(behavior),
    }


def top_share(counts: Integers, share: float) -> float:
    """Share of all events that fall on the ``share`` most popular products; ``counts`` fall."""
    return float(counts[: max(1, round(share * len(counts)))].sum() / counts.sum())


def gini(counts: Integers) -> float:
    """Gini coefficient of ``counts``: 0 when all are equal, towards 1 when one has everything."""
    rising = np.sort(counts)
    places = np.arange(1, len(rising) + 1)
    return float((2 * places - len(rising) - 1) @ rising / (len(rising) * rising.sum()))


def rebought_share(behavior: pd.DataFrame) -> float:
    """Share of purchases of a product that the same shopper had bought on an earlier day."""
    bought = behavior[behavior["Behavior"].astype(str) == "1"]
    if bought.empty or (bought["Time"].astype(str) == "").all():
        return 0.0
    days = bought.assign(day=bought["Time"].astype(str).str[:10]).drop_duplicates(["UserID", "ProductID", "day"])
    return float(days.duplicated(["UserID", "ProductID"]).mean())


def quality(behavior: pd.DataFrame, products: pd.DataFrame | None = None, seed: int = 0) -> dict[str, float]:
    """Mean NDCG@20 of popularity, of EASE and, with titles, of text similarity, on products hidden per shopper.

    Hidden is the last fifth of each shopper's distinct products, by first touch (at random where no time is
    given), for shoppers with at least five; lists hold only products that the shopper has not touched.
    EASE (Steck, 2019, https://arxiv.org/abs/1905.03375) sees no noise: it is a ceiling, not a private method.
    """
    seen, hidden, ids = split(behavior, np.random.default_rng(seed))
    scored = hidden.any(axis=1)
    counts = seen.sum(axis=0, dtype=np.float64)
    result = {"popularity": ndcg(np.broadcast_to(counts, seen.shape), seen, hidden, scored)}
    gram = seen.astype(np.float32).T @ seen.astype(np.float32)
    result["ease"] = max(ndcg(seen[scored] @ ease(gram, ridge), seen[scored], hidden[scored]) for ridge in RIDGES)
    result["lift"] = result["ease"] / result["popularity"]
    if products is not None:
        titles = products.set_index("ProductID")["Title"].reindex(ids).fillna("").to_list()
        result["text"] = ndcg(seen[scored] @ text_similarity(titles), seen[scored], hidden[scored])
    return result


def split(behavior: pd.DataFrame, rng: np.random.Generator) -> tuple[Any, Any, list[str]]:
    """Return seen and hidden products as boolean (shoppers, products), and the products' ids."""
    time = behavior["Time"].astype(str)
    order = pd.to_numeric(time) if time.str.fullmatch(r"\d+").all() else pd.to_datetime(time, errors="coerce")
    first = behavior[["UserID", "ProductID"]].assign(time=order, coin=rng.random(len(behavior)))
    first = first.sort_values(["time", "coin"]).drop_duplicates(["UserID", "ProductID"])
    place = first.groupby("UserID").cumcount()
    size = first.groupby("UserID")["ProductID"].transform("size")
    n_hidden = np.maximum(1, (size * HIDDEN_SHARE).round())
    is_hidden = ((size >= MIN_PRODUCTS) & (place >= size - n_hidden)).to_numpy()
    users, items = pd.factorize(first["UserID"])[0], pd.factorize(first["ProductID"], sort=True)
    seen = np.zeros((users.max() + 1, len(items[1])), bool)
    hidden = np.zeros_like(seen)
    seen[users[~is_hidden], items[0][~is_hidden]] = True
    hidden[users[is_hidden], items[0][is_hidden]] = True
    return seen, hidden, [str(item) for item in items[1]]


def ease(gram: Any, ridge: float) -> Any:
    """Item-to-item weights of EASE: ``I - P / diag(P)`` with ``P = inverse(gram + ridge I)``."""
    inverse = np.linalg.inv(gram + ridge * np.eye(len(gram), dtype=gram.dtype))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def text_similarity(titles: list[str]) -> Floats:
    """Cosine of tf-idf vectors of the titles' words, shape (products, products), zero diagonal."""
    words = pd.Series(titles).str.lower().str.findall(r"[a-zé]{3,}").explode().dropna()
    rows, vocabulary = words.index.to_numpy(), pd.factorize(words)
    table = np.zeros((len(titles), len(vocabulary[1])))
    table[rows, vocabulary[0]] = 1
    table *= np.log(len(titles) / table.sum(axis=0))
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    similarity: Floats = table @ table.T
    np.fill_diagonal(similarity, 0)
    return similarity


def ndcg(scores: Any, seen: Any, hidden: Any, scored: Any = slice(None)) -> float:
    """Mean NDCG@20 over the scored shoppers, lists cut to products not seen."""
    scores, seen, hidden = scores[scored], seen[scored], hidden[scored]
    top = np.argsort(np.where(seen, -np.inf, scores), axis=1, kind="stable")[:, ::-1][:, :K]
    discounts = 1 / np.log2(np.arange(2, K + 2))  # ranks start at 1, so i + 1 at 2
    gains = np.take_along_axis(hidden, top, axis=1) @ discounts[: top.shape[1]]
    best = np.cumsum(discounts)[np.minimum(hidden.sum(axis=1), K) - 1]
    return float((gains / best).mean())


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the usable rows of the behaviour table, and the product table of a folder, every value as text."""
    behavior = pd.read_csv(folder / "UserBehavior.csv", dtype=str, keep_default_na=False)
    products = pd.read_csv(folder / "ProductInfo.csv", dtype=str, keep_default_na=False)
    return without_slips(behavior, products), products


def main() -> None:
    """Read the command line and print the figures as JSON."""
    parser = argparse.ArgumentParser(description="Print the figures of a shop.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path(__file__).parent)
    behavior, products = read(parser.parse_args().folder)
    figures = measure(behavior) | quality(behavior, products if "Title" in products else None)
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}, indent=2))


if __name__ == "__main__":
    main()
