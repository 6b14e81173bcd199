"""Options as a person writes them in a file: ``{"preset": "partner", "coarsen_time": "day", …}``."""

from collections.abc import Mapping
from typing import Any

from core.anonymize.identifiers import find_identifiers
from core.anonymize.presets import PRESETS, preset_for
from core.errors import SettingsError
from core.settings import AnonymizationSettings, build
from core.tables.dataset import Dataset

PRESET = "preset"


def check_config(config: Mapping[str, Any]) -> None:
    """Find out what is wrong before anything is read.

    Raises:
        SettingsError: there is no such preset, or an option is wrong.
    """
    if PRESET in config and config[PRESET] not in list(PRESETS):  # a list: what JSON holds may have no hash
        raise SettingsError(f"preset must be one of {', '.join(PRESETS)}, got {config[PRESET]!r}.")
    build(AnonymizationSettings, _options(config))


def settings_for(config: Mapping[str, Any], dataset: Dataset) -> AnonymizationSettings:
    """The preset as far as it fits this data, with every option that the file names put over it.

    Raises:
        SettingsError: as ``check_config``, or options that do not go together.
    """
    check_config(config)
    if PRESET not in config:
        return build(AnonymizationSettings, _options(config))
    interactions = dataset.interactions()
    columns, identifiers = list(interactions.columns), find_identifiers(interactions)
    base = preset_for(config[PRESET], dataset.schema, columns, identifiers)
    return build(AnonymizationSettings, base.model_dump(mode="json") | _options(config))


def _options(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if name != PRESET}
