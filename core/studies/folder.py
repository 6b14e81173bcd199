"""The folder of a study: which file is where, and which of them may leave.

===================  ==========================================================================
``curve.csv``        figures with their noise; may leave
``statements/``      one signed promise a private model; may leave
``models/``          the models; may leave (each is private at the ε of its statement)
``shop/``            published catalogue; may leave
``study.json``       settings, declared numbers and what the releases showed; may leave
``private/``         shoppers' histories, exact figures, models without noise; never leaves (mode 0700)
===================  ==========================================================================
"""

import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.columns import Columns
from core.errors import NotFound
from core.recommend.models import Model, load_model
from core.recommend.shop import Shop
from core.store.parquet import read_frame


@dataclass(frozen=True, order=True)
class Point:
    """One model of a study: a method at an ε. ε 0 is ``content``, ε inf the ceiling without noise."""

    method: str
    epsilon: float
    repeat: int = 0

    @property
    def name(self) -> str:
        """The model's name in folders and files."""
        epsilon = "none" if math.isinf(self.epsilon) else f"{self.epsilon:.12g}"
        return f"{self.method}-{epsilon}" + (f"-r{self.repeat}" if self.repeat else "")


@dataclass(frozen=True)
class StudyFolder:
    """Paths of a study, and what is read back from them."""

    path: Path

    @property
    def curve_file(self) -> Path:
        """Figures that may leave."""
        return self.path / "curve.csv"

    @property
    def _about_file(self) -> Path:
        """What the study is; there once it is finished."""
        return self.path / "study.json"

    @property
    def exact_file(self) -> Path:
        """Exact figures: the curator's room only."""
        return self.path / "private" / "exact.csv"

    @property
    def groups_file(self) -> Path:
        """Exact figures of groups of judges and products: the curator's room only."""
        return self.path / "private" / "groups.csv"

    @property
    def interactions_file(self) -> Path:
        """Shoppers' histories as the study saw them."""
        return self.path / "private" / "interactions.parquet"

    @property
    def shop_folder(self) -> Path:
        """The published catalogue."""
        return self.path / "shop"

    @property
    def statements(self) -> Path:
        """Signed promises."""
        return self.path / "statements"

    def make(self) -> None:
        """Create the folders, in place of an earlier study's; ``private`` can be opened by its owner only."""
        self._clear()
        for folder in (self.path, self.shop_folder, self.statements, self.path / "models"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.path / "private").mkdir(mode=0o700, exist_ok=True)
        (self.path / "private").chmod(0o700)

    def _clear(self) -> None:
        """Delete what an earlier study left here, finished or not: its promises are not this one's."""
        if not (self._about_file.exists() or self.interactions_file.exists()):
            return  # no study: whatever is here is somebody's own
        self._about_file.unlink(missing_ok=True)
        self.curve_file.unlink(missing_ok=True)
        for folder in (self.statements, self.path / "models", self.shop_folder, self.path / "private"):
            shutil.rmtree(folder, ignore_errors=True)

    def model_folder(self, point: Point) -> Path:
        """Where a model is kept; one without noise is not private, so it stays inside."""
        return self.path / ("private" if math.isinf(point.epsilon) else "models") / point.name

    def statement_file(self, point: Point) -> Path:
        """Where the promise for a model is kept."""
        return self.statements / f"{point.name}.json"

    def write_about(self, about: dict[str, Any]) -> None:
        """Write ``study.json``: the study is complete once it is there."""
        draft = self.path / ".study.json"
        draft.write_text(json.dumps(about, indent=1, ensure_ascii=False), encoding="utf-8")
        draft.replace(self._about_file)

    def about(self) -> dict[str, Any]:
        """What ``study.json`` says.

        Raises:
            NotFound: no finished study is here.
        """
        try:
            text = self._about_file.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(
                f"“{self.path.name}” holds no finished study. Run `study … --out {self.path.name}` first."
            ) from None
        about: dict[str, Any] = json.loads(text)
        return about

    def points(self) -> list[Point]:
        """Every model that was trained, ceilings included."""
        return [Point(found["method"], float(found["epsilon"]), found["repeat"]) for found in self.about()["models"]]

    def find(self, method: str, epsilon: float, repeat: int = 0) -> Point:
        """The model of a method at an ε; ``content`` is the same at every ε.

        Raises:
            NotFound: it was not trained; the message names those that were.
        """
        wanted = Point(method, 0.0 if method == "content" else epsilon, 0 if method == "content" else repeat)
        points = self.points()
        if wanted in points:
            return wanted
        there = sorted({f"{p.epsilon:g}" for p in points if p.method == method})
        if there:
            raise NotFound(f"This study has {method} at ε {', '.join(there)}, not at {epsilon:g}. Choose one of these.")
        methods = ", ".join(sorted({p.method for p in points}))
        raise NotFound(f"This study has no method “{method}”. It has: {methods}.")

    def shop(self) -> Shop:
        """The published catalogue as numbers."""
        return Shop.load(self.shop_folder)

    def catalogue(self) -> pd.DataFrame:
        """The published catalogue as a table, in the order of the shop."""
        return pd.read_parquet(self.shop_folder / "catalogue.parquet")

    def interactions(self) -> pd.DataFrame:
        """Everything the study knows of shoppers; the curator's room only."""
        return read_frame(self.interactions_file)

    def model(self, point: Point, shop: Shop) -> Model:
        """Load one model."""
        return load_model(self.model_folder(point), shop)

    def curve(self) -> pd.DataFrame:
        """Figures that may leave."""
        return pd.read_csv(self.curve_file)

    def validation(self) -> tuple[float, ...]:
        """Loss of the network without noise on each held-out fold; empty where none was asked for. Never leaves."""
        path = self.model_folder(Point("mlp", math.inf)) / "model.json"
        if not path.exists():
            return ()
        losses: list[float] = json.loads(path.read_text(encoding="utf-8"))["validation"]
        return tuple(losses)

    def exact(self) -> pd.DataFrame:
        """Exact figures, with standard errors over shoppers; the curator's room only."""
        return pd.read_csv(self.exact_file)

    def groups(self) -> pd.DataFrame:
        """Exact figures of groups, one row a model and group; empty for a study of before there were any."""
        text = {"group": str}
        return pd.read_csv(self.groups_file, dtype=text) if self.groups_file.exists() else pd.DataFrame()


def write_catalogue(folder: StudyFolder, shop: Shop, catalogue: pd.DataFrame | None, published: set[str]) -> None:
    """Write the published columns, titles included, beside the numbers made of them; plain, for they may leave."""
    shop.save(folder.shop_folder)
    table = pd.DataFrame({Columns.ITEM: shop.item_ids})
    if catalogue is not None:
        shown = [Columns.TITLE] if Columns.TEXT in published else []
        shown += [name for name in (Columns.CATEGORY, Columns.PRICE, Columns.RATING) if name in published]
        table = table.merge(catalogue[[Columns.ITEM, *shown]], on=Columns.ITEM, how="left")
    for name in (Columns.TITLE, Columns.CATEGORY, Columns.PRICE, Columns.RATING):
        if name not in table:
            table[name] = None
    table.to_parquet(folder.shop_folder / "catalogue.parquet", index=False)
