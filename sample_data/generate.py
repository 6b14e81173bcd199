"""Make the sample shop's two files, the same bytes every time: ``python -m sample_data.generate --out DIR``."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.catalogue import make_catalogue
from sample_data.shoppers import make_shoppers
from sample_data.slips import with_slips
from sample_data.visits import START, make_events

SEED = 20250602
BEHAVIOR_FILE, PRODUCT_FILE = "UserBehavior.csv", "ProductInfo.csv"


def generate(seed: int = SEED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the behaviour table, before any slip, and the product table; columns as in the files."""
    rng = np.random.Generator(np.random.PCG64(seed))
    catalogue = make_catalogue(rng)
    shoppers = make_shoppers(catalogue, rng)
    events = make_events(catalogue, shoppers, rng)
    products = catalogue.table["ProductID"].to_numpy()
    behavior = pd.DataFrame(
        {
            "UserID": np.array(shoppers.ids)[[event.shopper for event in events]],
            "ProductID": products[[event.product for event in events]],
            "Behavior": [event.behavior for event in events],
            "Time": START + np.array([event.second for event in events]).astype("timedelta64[s]"),
        }
    )
    return behavior, catalogue.table


def write(out: Path, seed: int = SEED) -> None:
    """Write both files into ``out``, which is made if need be; lines end in a single newline."""
    out.mkdir(parents=True, exist_ok=True)
    behavior, products = generate(seed)
    behavior = with_slips(behavior, np.random.Generator(np.random.PCG64(seed + 1)))
    behavior.to_csv(out / BEHAVIOR_FILE, index=False, lineterminator="\n", date_format="%Y-%m-%d %H:%M:%S")
    prices = products.assign(
        Price=products["Price"].map("{:.2f}".format), Rating=products["Rating"].map("{:.1f}".format)
    )
    prices.to_csv(out / PRODUCT_FILE, index=False, lineterminator="\n")


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder for the two files")
    out = parser.parse_args().out
    write(out)
    print(f"Wrote {BEHAVIOR_FILE} and {PRODUCT_FILE} to {out}.")


if __name__ == "__main__":
    main()
