"""Anonymised files to hand on, with the risk before and after and a certificate. No ε can be shown for them."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from core.anonymize.applying import Applied, apply_all
from core.anonymize.certificate import KIND, Facts, certificate, certificate_html, chosen_options
from core.anonymize.csv_files import file_facts, in_order_of_content, write_behavior, write_products
from core.anonymize.local_privacy import shopper_epsilon
from core.anonymize.pseudonyms import fingerprint
from core.anonymize.risk import RiskReport, risk
from core.anonymize.rows import apply_row_rules
from core.columns import Columns, Uploads
from core.errors import SettingsError
from core.progress import Report, part, silent
from core.settings import AnonymizationSettings
from core.tables.dataset import Dataset
from core.tables.templates import BEHAVIOR_NAME, PRODUCTS_NAME

RISK_FILE, CERTIFICATE_FILE, CERTIFICATE_PAGE = "risk.json", "certificate.json", "certificate.html"
EXTRAS = (RISK_FILE, CERTIFICATE_PAGE, CERTIFICATE_FILE)  # the certificate last: it says that the rest is there
OURS = frozenset({BEHAVIOR_NAME, PRODUCTS_NAME, *EXTRAS})


def anonymize_files(
    dataset: Dataset,
    settings: AnonymizationSettings,
    key: bytes,
    out: Path,
    *,
    key_version: int | None = None,
    keep: Callable[[pd.DataFrame], pd.DataFrame] = lambda rows: rows,
    report: Report = silent,
) -> dict[str, Any]:
    """Write UserBehavior.csv and, where there is a catalogue, ProductInfo.csv to ``out``, in the fixed schema.

    Product ids stay, but where k^m-anonymity puts a category in place of a product: the catalogue is public. Where
    anything was chosen, rows are sorted by what stands in them: their order in the upload may tell who is who. Formulas
    of spreadsheets get an apostrophe in front. Risk and certificate are written too where the folder is new, empty, or
    holds files of ours only. Files appear when all are finished.

    Args:
        dataset: What to export.
        settings: What to do to it.
        key: Of pseudonyms and coins (``core.anonymize.pseudonyms.export_key``).
        out: A folder; made where it is not there.
        key_version: Of the pseudonyms' key, for the certificate.
        keep: Takes out the rows of shoppers who withdrew their consent.
        report: Told how far it is; it may raise, and nothing is written.

    Returns: What ``risk.json`` holds (before, after, changes, distortion, tables, rounds), and ``files``: their names.

    Raises:
        SettingsError: an option names a column that is not there, or no row is left; nothing was written.
    """
    interactions, catalogue = keep(dataset.interactions()), dataset.catalogue()
    columns = settings.k_anonymity.columns if settings.k_anonymity else ()
    before = risk(interactions, catalogue=catalogue, quasi_identifiers=columns, report=part(report, 0.0, 0.3))
    applied = apply_all(interactions, catalogue, settings, key, report=part(report, 0.3, 0.5))
    if not len(applied.interactions):
        raise SettingsError(_nothing_left(settings))
    found = {
        "before": before,
        "after": _risk_after(interactions, applied, settings, key, part(report, 0.5, 0.8)),
        "changes": [asdict(change) for change in applied.changes],
        "distortion": applied.distortion,
        "tables": {"before": _sizes(interactions), "after": _sizes(applied.interactions)},
        "rounds": applied.n_rounds,
    }
    facts = _facts(found, _local(settings, interactions), key, key_version)
    del interactions, catalogue  # the largest tables: writing needs room
    files = _write_all(applied, settings, found, facts, out, part(report, 0.8, 1.0))
    report(1.0, "Done")
    return found | {"files": files}


def _facts(found: dict[str, Any], local: dict[str, float] | None, key: bytes, key_version: int | None) -> Facts:
    """What the certificate says beyond the risk; hashes of the files follow when they are written."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "tables": found["tables"],
        "distortion": found["distortion"],
        "n_rounds": found["rounds"],
        "files": {},
        "key": {"fingerprint": fingerprint(key), "version": key_version},
        "local": local,
    }


def may_add_extras(out: Path) -> bool:
    """Whether risk and certificate may be written to a folder: it is new or empty, or all its files are ours."""
    names = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if not names.intersection(EXTRAS):
        return names <= OURS
    try:
        kind = json.loads((out / CERTIFICATE_FILE).read_text("utf-8"))["kind"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return names <= OURS and kind == KIND


def _risk_after(
    interactions: pd.DataFrame, applied: Applied, settings: AnonymizationSettings, key: bytes, report: Report
) -> RiskReport:
    """The risk that is left, for an attacker who knows what shoppers really did.

    Where products became categories, what is really known is not written in the file in the same words: points are
    then drawn from the file itself.
    """
    columns = settings.k_anonymity.columns if settings.k_anonymity else ()
    is_general = any(change.option == "km_anonymity" for change in applied.changes) and not (
        set(applied.interactions[Columns.ITEM].unique()) <= set(interactions[Columns.ITEM].unique())
    )
    known = None
    if not is_general:
        words = AnonymizationSettings(
            pseudonymize=settings.pseudonymize,
            pseudonym_format=settings.pseudonym_format,
            coarsen_time=settings.coarsen_time,
            drop_columns=tuple(name for name in settings.drop_columns if name in (Uploads.TIME, Columns.TIMESTAMP)),
        )
        known, _, _ = apply_row_rules(interactions, None, words, key)
    return risk(
        applied.interactions,
        original=known,
        population=applied.before_thresholds,
        catalogue=applied.catalogue,
        quasi_identifiers=columns,
        report=report,
    )


def _write_all(
    applied: Applied,
    settings: AnonymizationSettings,
    found: dict[str, Any],
    facts: Facts,
    out: Path,
    report: Report,
) -> list[str]:
    """Write everything aside, then move it to its place; returns the names."""
    with_extras, is_new = may_add_extras(out), not out.exists()
    is_changed = bool(chosen_options(settings))
    rows = in_order_of_content(applied.interactions) if is_changed else applied.interactions
    out.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".tact-", dir=out))
    try:
        write_behavior(rows, aside / BEHAVIOR_NAME, report)
        if applied.catalogue is not None:
            write_products(applied.catalogue, aside / PRODUCTS_NAME)
        names = [name for name in (BEHAVIOR_NAME, PRODUCTS_NAME) if (aside / name).exists()]
        if with_extras:
            facts["files"] = {name: file_facts(aside / name) for name in names}
            paper = certificate(settings, applied.changes, found["before"], found["after"], facts)
            _write_json(found, aside / RISK_FILE)
            _write_json(paper, aside / CERTIFICATE_FILE)
            (aside / CERTIFICATE_PAGE).write_text(certificate_html(paper), encoding="utf-8")
            names += EXTRAS
            for name in reversed(EXTRAS):  # an old certificate is of other files
                (out / name).unlink(missing_ok=True)
        for name in names:
            (aside / name).chmod(0o644)
            os.replace(aside / name, out / name)
        is_new = False
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if is_new:
            with suppress(OSError):  # somebody else may have put something there
                out.rmdir()
    return names


def _write_json(found: dict[str, Any], path: Path) -> None:
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")


def _sizes(interactions: pd.DataFrame) -> dict[str, int]:
    return {
        "rows": len(interactions),
        "shoppers": interactions[Columns.USER].nunique(),
        "products": interactions[Columns.ITEM].nunique(),
    }


def _local(settings: AnonymizationSettings, interactions: pd.DataFrame) -> dict[str, float] | None:
    """ε of randomised response for an event and for the shopper with most of them."""
    most = int(interactions[Columns.USER].value_counts().max())
    shopper = shopper_epsilon(settings, most)
    if settings.local_epsilon is None or shopper is None:
        return None
    return {"event": settings.local_epsilon, "shopper": shopper, "most": round(shopper / settings.local_epsilon)}


def _nothing_left(settings: AnonymizationSettings) -> str:
    chosen = chosen_options(settings)
    named = [f"{name} {value}" for name in settings.thresholds if isinstance(value := chosen[name], int)]
    named += [f"{name} (k {chosen[name]['k']})" for name in settings.thresholds if isinstance(chosen[name], dict)]
    if len(named) == 1:
        return f"{named[0]} leaves no row: every shopper or product is rarer. Lower it."
    return f"{', '.join(named)} together leave no row: every shopper or product is rarer. Lower them, or leave one out."
