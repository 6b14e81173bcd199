"""Secret keys of a workspace: made once, readable by its owner only, never part of anything that leaves."""

import os
import re
import secrets
from pathlib import Path

KEY_BYTES = 32


def read_or_make_key(folder: Path, name: str) -> bytes:
    """Return the key of this name, made from operating-system entropy the first time.

    Two processes that ask at once get the same key: the file appears whole under its name, once.

    Args:
        folder: Where keys lie; it must exist.
        name: Lower-case letters, digits and hyphens.
    """
    if not re.fullmatch(r"[a-z0-9-]{1,60}", name):
        raise ValueError(f"a key's name is made of a-z, 0-9 and -, got {name!r}")
    path = folder / f"{name}.key"
    if not path.exists():
        _publish_once(path, secrets.token_bytes(KEY_BYTES))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key file {path.name} is damaged: {len(key)} bytes instead of {KEY_BYTES}")
    return key


def _publish_once(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails where another process was first; its key is then the key
        except FileExistsError:
            return
    finally:
        draft.unlink()
