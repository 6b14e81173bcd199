"""What a person can do to protect rows and to measure the risk that remains."""

import json
from collections.abc import Mapping as Pairs
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.access.log import log_access
from core.anonymize.changes import Change
from core.anonymize.configuring import check_config, settings_for
from core.anonymize.exporting import OURS, anonymize_files
from core.anonymize.pseudonyms import current_key, export_key, fingerprint, rotate
from core.anonymize.risk import sentences
from core.columns import Columns, Uploads
from core.errors import NotFound
from core.privacy.consent import Keeper
from core.progress import Report, part, silent
from core.runs.aside import columns_aside, preview_aside, zip_aside
from core.runs.queue import Runs
from core.settings import AnonymizationSettings
from core.store.home import Home
from core.tables.mapping import Mapping
from core.tables.scratch import scratch_dataset
from core.tables.shelf import find_dataset
from core.texts import text

UNTOUCHED = AnonymizationSettings(pseudonymize=False)
RISK_FILE, CERTIFICATE, CERTIFICATE_PAGE, ZIP = "risk.json", "certificate.json", "certificate.html", "anonymised.zip"


@dataclass(frozen=True)
class Preview:
    """What the chosen options do to a dataset, as far as it was looked at.

    ``shoppers`` of ``of_shoppers`` were looked at: all of them unless the dataset is large. Counts in ``changes`` are
    of the shoppers looked at.
    """

    changes: tuple[Change, ...]
    shoppers: int
    of_shoppers: int

    @property
    def is_sample(self) -> bool:
        """Whether a part of the shoppers stands for all."""
        return self.shoppers < self.of_shoppers


@dataclass(frozen=True)
class ColumnFacts:
    """Columns of a dataset beyond Tact's own, and what they look like.

    ``identifiers`` goes from a column to a kind of identifier, in a word or two; ``quasi_identifiers`` are columns of
    the shopper table that groups may be made of; prices and categories may be in either file; ``presets`` are options
    to start from, as far as they fit.
    """

    columns: tuple[str, ...]
    product_columns: tuple[str, ...]
    identifiers: Pairs[str, str]
    quasi_identifiers: tuple[str, ...]
    has_prices: bool
    has_categories: bool
    presets: Pairs[str, AnonymizationSettings]


@dataclass(frozen=True)
class Measured:
    """A finished measurement: its options, its figures, its files. For the curator's room only."""

    run: str
    settings: AnonymizationSettings
    report: dict[str, Any]
    folder: Path

    @property
    def sentences(self) -> dict[str, str]:
        """What the figures mean, one sentence a risk; of the data as they are where nothing was chosen."""
        after = None if self.settings == UNTOUCHED else self.report["after"]
        return sentences(self.report["before"], after)


class Anonymizer:
    """One home, seen by whoever hands rows on."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._queue = Runs(home)
        self._columns = lru_cache(maxsize=32)(_columns)  # a dataset's folder never changes

    # looking

    def columns(self, dataset_id: str) -> ColumnFacts:
        """What there is to know about a dataset's columns; looked at once."""
        return self._columns(find_dataset(self.home, dataset_id).folder)

    def identifiers(self, dataset_id: str) -> Pairs[str, str]:
        """Further columns that look like direct identifiers, and the kind of each."""
        return self.columns(dataset_id).identifiers

    def quasi_identifiers(self, dataset_id: str) -> tuple[str, ...]:
        """Columns of the table of shoppers that groups may be made of."""
        return self.columns(dataset_id).quasi_identifiers

    def presets(self, dataset_id: str) -> dict[str, AnonymizationSettings]:
        """Options to start from, by what the rows are for, as far as they fit this data."""
        return dict(self.columns(dataset_id).presets)

    def effects(self, dataset_id: str, settings: AnonymizationSettings) -> Preview:
        """What each chosen option does to this data, in numbers and words; on a sample where it is large.

        Raises:
            UserError: an option does not fit this data; its sentence says which.
        """
        info = find_dataset(self.home, dataset_id)
        found = preview_aside(info.folder, settings.model_dump(mode="json"), export_key(self.home))
        changes = tuple(Change(**change) for change in found["changes"])
        return Preview(changes, int(found["shoppers"]), max(info.n_users, int(found["shoppers"])))

    # measuring and handing on

    def submit(self, dataset_id: str, settings: AnonymizationSettings) -> str:
        """Queue the measurement of risk and distortion, which also makes the files; returns the run's id."""
        info = find_dataset(self.home, dataset_id)
        title = f"{info.name}: {text('anonymization.run')}"
        return self._queue.submit("anonymize", title, dataset_id, settings.model_dump(mode="json"))

    def result(self, run_id: str) -> Measured:
        """The figures and files of a finished measurement.

        Raises:
            NotFound: it is not finished, or its files were deleted.
        """
        run = self._queue.get(run_id)
        folder = run.out / "private"
        try:
            report = json.loads((folder / RISK_FILE).read_text("utf-8"))
        except FileNotFoundError:
            raise NotFound("The files of this measurement are not there any more. Measure the risk again.") from None
        return Measured(run_id, AnonymizationSettings.model_validate(run.settings), report, folder)

    def certificate(self, run_id: str) -> str | None:
        """The certificate as a page of HTML that stands alone; None where there is none."""
        path = self.result(run_id).folder / CERTIFICATE_PAGE
        return path.read_text("utf-8") if path.exists() else None

    def export_zip(self, run_id: str, *, by: str = "") -> Path:
        """Anonymised files, certificate and risk as one zip, made when it is first asked for. It carries no ε.

        Whoever asks takes it along: the access log gets a row, with ``by``, the e-mail of who is logged in.
        """
        folder = self.result(run_id).folder
        target = folder / ZIP
        if not target.exists():
            zip_aside(sorted(path for path in folder.iterdir() if path.name in OURS), target)
        log_access(self.home, by, "files.exported", run_id)
        return target

    # the key of the pseudonyms

    def key_version(self) -> tuple[int, str]:
        """Version of the key and its fingerprint, which names it and tells nothing of it."""
        version, key = current_key(self.home)
        return version, fingerprint(key)

    def rotate_key(self, *, keep_old: bool = True) -> int:
        """Make the next version of the key, for all files from now on; studies keep version 1."""
        return rotate(self.home, keep_old=keep_old)

    # files of one's own, for the command line

    def anonymize_to(
        self,
        behavior: Path,
        products: Path | None,
        out: Path,
        config: Pairs[str, Any],
        mapping: Mapping | None = None,
        report: Report = silent,
    ) -> dict[str, Any]:
        """Write anonymised copies of two files to ``out``; returns the risk before and after.

        ``config`` holds options as in ``AnonymizationSettings``, and may name a preset that they are put over.
        """
        check_config(config)
        version, _ = current_key(self.home)
        scratch = scratch_dataset(
            behavior, products, self.home.uploads_folder, mapping or Mapping(), part(report, 0, 0.4)
        )
        with scratch as dataset:
            settings, key = settings_for(config, dataset), export_key(self.home)
            keep, rest = Keeper(self.home), part(report, 0.4, 1)
            found = anonymize_files(dataset, settings, key, out, key_version=version, keep=keep, report=rest)
        return found | {"settings": settings.model_dump(mode="json")}


def _columns(folder: Path) -> ColumnFacts:
    found = columns_aside(folder)
    return ColumnFacts(
        tuple(found["columns"]),
        tuple(found["product_columns"]),
        dict(found["identifiers"]),
        tuple(found["quasi_identifiers"]),
        bool(found["has_prices"]),
        bool(found["has_categories"]),
        {name: _own_names(AnonymizationSettings.model_validate(preset)) for name, preset in found["presets"].items()},
    )


def _own_names(preset: AnonymizationSettings) -> AnonymizationSettings:
    """The same options with the time named as clean tables name it, as pages do."""
    names = [Columns.TIMESTAMP if name == Uploads.TIME else name for name in preset.drop_columns]
    return preset.model_copy(update={"drop_columns": tuple(names)})
