"""What may leave a study's folder, read down to its bytes and arrays: for tests of what it does not hold."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def leaving(folder: Path) -> dict[str, Path]:
    """Every file of a study that is not under ``private/``, by its path in the folder."""
    inside = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {str(name): path for name, path in inside.items() if "private" not in name.parts}


def everything_in(path: Path) -> bytes:
    """A file's name, its bytes, and those of what is packed in it."""
    content = path.name.encode() + path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            content += b"".join(name.encode() + packed.read(name) for name in packed.namelist())
    if path.suffix == ".parquet":
        content += pd.read_parquet(path).to_csv().encode()
    return content


def is_named(name: str, content: bytes) -> bool:
    """NumPy keeps text in four bytes a letter, others in two."""
    return any(name.encode(code) in content for code in ("utf-8", "utf-16-le", "utf-32-le"))


def arrays_in(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Every array and table of a file: NumPy's, Keras' and Parquet's; none for a text."""
    if path.suffix == ".npy":
        yield path.name, np.load(path, allow_pickle=False)
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as stored:
            yield from ((f"{path.name}/{name}", stored[name]) for name in stored.files)
    if path.suffix == ".parquet":
        yield path.name, pd.read_parquet(path).to_numpy(object)
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as packed:
            yield from _weights(packed.read("model.weights.h5"))


def fingerprint(path: Path) -> Any:
    """What of a file must not differ: its arrays, the numbers of its JSON, else its bytes."""
    arrays = {name: (array.shape, array.tobytes()) for name, array in arrays_in(path) if array.dtype != object}
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as packed:  # its metadata carry the second in which it was made
            config = packed.read("config.json").decode()
        return arrays | {"config": re.sub(r'_\d+"', '"', config)}  # layers are numbered by those that there were before
    if arrays:
        return arrays
    if path.suffix == ".json":
        return json.loads(path.read_text("utf-8"))
    return path.read_bytes()


def _weights(content: bytes) -> list[tuple[str, np.ndarray]]:
    import h5py  # type: ignore[import-untyped]  # it ships no types

    found: list[tuple[str, np.ndarray]] = []
    with h5py.File(io.BytesIO(content)) as file:
        file.visititems(lambda name, node: found.append((name, node[()])) if isinstance(node, h5py.Dataset) else None)
    return found
