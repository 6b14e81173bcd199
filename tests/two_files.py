"""Two small uploaded files: what most tests of the import begin with."""

from pathlib import Path

BEHAVIOR = (
    "UserID,ProductID,Behavior,Time,Channel\n"
    "u1,p1,1,2024-01-01 10:00:00,web\n"
    "u1,p1,1,2024-01-01 10:00:00,web\n"
    "u2,p2,2,,\n"
    "u2,p1,2,1704103200,app\n"
)
PRODUCTS = (
    "ProductID,Category,Price,Rating,Name,Description,Brand\n"
    "p1,Tea|Pots,12.50,4.5,Pot,A blue pot,A\n"
    "p2,,-3,nan,,,B\n"
    "p1,Tea,9,4,Pot again,,A\n"
    ",Tea,9,4,No id,,A\n"
    "p3,Garden,cheap,,Lamp,,\n"
)


def files(folder: Path, behavior: str = BEHAVIOR, products: str = PRODUCTS) -> tuple[Path, Path]:
    """Two uploaded files."""
    paths = folder / "behavior.csv", folder / "products.csv"
    for path, text in zip(paths, (behavior, products), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths
