"""What a person can do to protect rows and to measure the risk that remains."""

from pathlib import Path
from typing import Any

from core.anonymize.changes import Change
from core.anonymize.exporting import anonymize_files
from core.progress import Report, part, silent
from core.runs.aside import anonymize_aside, export_aside
from core.settings import AnonymizationSettings
from core.store.home import Home
from core.studies.preparing import PSEUDONYMS
from core.tables.mapping import Mapping
from core.tables.scratch import scratch_dataset
from core.tables.shelf import find_dataset


class Anonymizer:
    """One home, seen by whoever hands rows on."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def effects(self, dataset_id: str, settings: AnonymizationSettings) -> list[Change]:
        """What each chosen option does to this data, in numbers and words."""
        folder = find_dataset(self.home, dataset_id).folder
        found = anonymize_aside(folder, settings.model_dump(mode="json"), self.home.key(PSEUDONYMS), None)
        return [Change(**change) for change in found["changes"]]

    def export_anonymized(self, dataset_id: str, settings: AnonymizationSettings) -> Path:
        """Anonymised files as one zip, with the risk before and after. No ε can be shown for them."""
        folder = find_dataset(self.home, dataset_id).folder
        return export_aside(folder, settings.model_dump(mode="json"), self.home.key(PSEUDONYMS))

    # files of one's own, for the command line

    def anonymize_to(
        self, behavior: Path, products: Path | None, out: Path, settings: AnonymizationSettings, report: Report = silent
    ) -> dict[str, Any]:
        """Write anonymised copies of two files to ``out``; returns the risk before and after."""
        with scratch_dataset(behavior, products, self.home.uploads_folder, Mapping(), part(report, 0, 0.4)) as dataset:
            return anonymize_files(dataset, settings, self.home.key(PSEUDONYMS), out, report=part(report, 0.4, 1))
