"""Count what options would do to a dataset, in a process of its own, so that a server never holds its rows."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from core.anonymize.applying import apply_all
from core.errors import UserError
from core.settings import AnonymizationSettings
from core.tables.dataset import Dataset


def main() -> None:
    """Read the settings and the key (hex) from stdin; print the changes as JSON. Files are for runs to write."""
    parser = argparse.ArgumentParser(prog="python -m core.anonymize", description=__doc__)
    parser.add_argument("dataset", type=Path)
    args = parser.parse_args()
    given = json.load(sys.stdin)  # the key is a secret: it is never an argument, which other users could see
    settings, key = AnonymizationSettings.model_validate(given["settings"]), bytes.fromhex(given["key"])
    dataset = Dataset.open(args.dataset)
    applied = apply_all(dataset.interactions(), dataset.catalogue(), settings, key)
    json.dump({"changes": [asdict(each) for each in applied.changes], "distortion": applied.distortion}, sys.stdout)


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
