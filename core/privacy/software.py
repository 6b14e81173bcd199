"""What made a release: versions of libraries, the code and the settings, so that somebody can do it again."""

import hashlib
import platform
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from core.privacy.records import canonical_json

LIBRARIES = ("dp-accounting", "numpy", "scipy", "cryptography", "diffprivlib", "keras", "tensorflow")
CORE = Path(__file__).parents[1]


def library_versions(names: Sequence[str] = LIBRARIES) -> dict[str, str]:
    """Return the installed versions, without importing anything."""
    versions = {"python": platform.python_version()}
    for name in names:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Return the SHA-256 over every Python file of ``core/``: its path, its length and its bytes, by path."""
    digest = hashlib.sha256()
    for path in sorted(CORE.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(CORE).as_posix()}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def settings_hash(settings: Any) -> str:
    """Return the SHA-256 of settings as canonical JSON."""
    return hashlib.sha256(canonical_json(settings).encode()).hexdigest()
