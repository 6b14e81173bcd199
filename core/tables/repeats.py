"""Rows that repeat an earlier row in every column: found exactly, or counted on the way, in bounded memory."""

import secrets
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.tables.arrow import RECORD, Parsed, judge
from core.tables.rules import REPEATED

N_PARTS = 256  # files that hashes are spread over: one is sorted at a time, in 24 bytes a row
MAX_HASHES = 1 << 20  # that are kept in memory to count repeats; beyond, a slice of all

Flags = npt.NDArray[np.bool_]
_HASHED = np.dtype([("high", np.uint64), ("low", np.uint64), ("record", np.int64)])
_COUNTED = np.uint64(1)


class RepeatFinder:
    """Finds every row that repeats an earlier one: a first pass over all rows, then a look-up.

    Rows are told apart by the 128 bits of MD5 behind a secret that never leaves memory: that two rows of a billion
    are taken for the same though they differ has a chance below 1e-20, and what lies in ``folder`` meanwhile tells
    nothing of a row. Memory: one part of the hashes while they are compared, then one bit a row.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, n_columns: int) -> None:
        folder.mkdir()
        row = ", chr(31), ".join(f"c{place}" for place in range(n_columns))  # no cell holds this character
        row = f"concat('{secrets.token_hex(32)}', {row})"
        self._sql = f"select {RECORD}, md5_number_upper({row}) as high, md5_number_lower({row}) as low from block"
        self._connection = connection
        self._paths = [folder / f"{part:03}" for part in range(N_PARTS)]
        self._n_records = 0
        self._bits: npt.NDArray[np.uint8] = np.zeros(0, np.uint8)
        self._open = ExitStack()
        self._files = [self._open.enter_context(path.open("wb")) for path in self._paths]

    def close(self) -> None:
        """Close the files; the folder is its owner's to delete."""
        self._open.close()

    def add(self, parsed: Parsed) -> None:
        """Take the rows of a block; blocks come in order."""
        hashes = judge(self._connection, self._sql, parsed)
        found = np.empty(len(hashes), _HASHED)
        found["high"], found["low"] = hashes["high"].to_numpy(), hashes["low"].to_numpy()
        found["record"] = parsed.records.to_numpy()
        parts = (found["high"] >> np.uint64(56)).astype(np.intp)
        order = np.argsort(parts, kind="stable")
        edges = np.searchsorted(parts[order], np.arange(N_PARTS + 1))
        for part, file in enumerate(self._files):
            file.write(found[order[edges[part] : edges[part + 1]]].tobytes())
        self._n_records = max(self._n_records, parsed.block.first + parsed.block.n_records)

    def find(self) -> int:
        """Compare all rows that were added; give how many repeat an earlier one."""
        self._open.close()
        self._bits = np.zeros(self._n_records // 8 + 1, np.uint8)
        n_found = 0
        for path in self._paths:
            found = np.fromfile(path, _HASHED)
            path.unlink()
            found = found[np.lexsort((found["record"], found["low"], found["high"]))]
            is_same = (found["high"][1:] == found["high"][:-1]) & (found["low"][1:] == found["low"][:-1])
            records = found["record"][1:][is_same]
            np.bitwise_or.at(self._bits, records >> 3, (1 << (records & 7)).astype(np.uint8))
            n_found += len(records)
        return n_found

    def mark(self, parsed: Parsed) -> Parsed:
        """``parsed`` with the column ``REPEATED``, at the end of its table: true where a row repeats an earlier one."""
        records = parsed.records.to_numpy()
        flags = (self._bits[records >> 3] >> (records & 7).astype(np.uint8)) & 1 == 1
        return replace(parsed, table=parsed.table.append_column(REPEATED, pa.array(flags)))


class RepeatCounter:
    """Counts repeated rows from 64-bit hashes: exactly up to ``MAX_HASHES`` rows, then from a slice of the hashes.

    A row falls into the slice by its own hash, so all its repeats do: the count of the slice times its part of all
    hashes is an unbiased estimate.
    """

    def __init__(self) -> None:
        self._shift = 0  # the slice is one in 2 ** shift
        self._kept: list[npt.NDArray[np.uint64]] = []
        self._n = 0

    def add(self, hashes: npt.NDArray[np.uint64], is_kept: Flags) -> None:
        """Take the rows of a block. Rows that are the same have the same fate, so it may share the hash's word."""
        words = (hashes & ~_COUNTED) | is_kept.astype(np.uint64)
        self._take(words[self._is_in_slice(words)])
        while self._n > MAX_HASHES:
            self._shift += 1
            kept, self._kept, self._n = self._kept, [], 0
            for part in kept:
                self._take(part[self._is_in_slice(part)])

    @property
    def is_estimate(self) -> bool:
        """True where only a slice was counted."""
        return self._shift > 0

    def count(self) -> tuple[int, int]:
        """How many rows repeat an earlier one, and how many of these were kept."""
        words = np.sort(np.concatenate(self._kept)) if self._kept else np.zeros(0, np.uint64)
        repeats = words[1:][words[1:] == words[:-1]]
        n_kept = int((repeats & _COUNTED).sum())
        return len(repeats) << self._shift, n_kept << self._shift

    def _is_in_slice(self, words: npt.NDArray[np.uint64]) -> Flags:
        if not self._shift:
            return np.ones(len(words), bool)
        is_in: Flags = (words >> np.uint64(64 - self._shift)) == 0
        return is_in

    def _take(self, words: npt.NDArray[np.uint64]) -> None:
        self._kept.append(words)
        self._n += len(words)
