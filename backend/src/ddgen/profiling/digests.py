"""All hashes of a field that may be unique: proof, without reading again, that no two values are equal.

Equal values have equal hashes, so different hashes mean different values. The hashes of a field are kept until
two are seen to be equal; beyond a megabyte they stand in a temporary file.
"""

from __future__ import annotations

import errno
import tempfile
import weakref
from collections.abc import Iterator
from typing import IO

import numpy as np

from ddgen.profiling.hashing import Hashes

MOST_FILES = 200
"""Temporary files open at once; the fields beyond are looked at again instead."""

_IN_MEMORY = 1 << 17
_SORTED_AT_ONCE = 1 << 20


class Digests:
    """Hashes, of which it is asked at the end whether all are different."""

    __slots__ = ("__weakref__", "_file", "_held", "_parts", "count")

    def __init__(self) -> None:
        self.count = 0
        self._parts: list[Hashes] = []
        self._held = 0
        self._file: IO[bytes] | None = None

    def add(self, hashes: Hashes) -> None:
        """Keep hashes. Raises OSError where the temporary file cannot take them."""
        self.count += len(hashes)
        self._held += len(hashes)
        self._parts.append(hashes)
        if self._held > _IN_MEMORY:
            self._write()

    def _write(self) -> None:
        if self._file is None:
            if len(_OPEN) >= MOST_FILES:
                raise OSError(errno.EMFILE, "too many fields that may be unique")
            _OPEN.add(self)
            self._file = tempfile.TemporaryFile(prefix="ddgen-")  # noqa: SIM115 - lives as long as this object
            weakref.finalize(self, self._file.close)
        for part in self._parts:
            part.tofile(self._file)
        self._parts, self._held = [], 0

    def all_different(self) -> bool:
        """Whether no two hashes are equal: sorted part by part, by their upper bits."""
        parts = max(1, -(-self.count // _SORTED_AT_ONCE))
        bits = (parts - 1).bit_length()
        for upper in range(1 << bits):
            chosen = np.concatenate(
                [_with_upper(piece, upper, bits) for piece in self._pieces()] or [np.zeros(0, np.uint64)]
            )
            chosen.sort()
            if len(chosen) > 1 and bool((chosen[1:] == chosen[:-1]).any()):
                return False
        return True

    def _pieces(self) -> Iterator[Hashes]:
        """All hashes, those of the file piece by piece."""
        yield from self._parts
        if self._file is not None:
            self._file.seek(0)
            while block := self._file.read(8 * _IN_MEMORY):
                yield np.frombuffer(block, np.uint64)

    def merge(self, other: Digests) -> None:
        """Take in those of another part of the input."""
        for piece in other._pieces():
            self.add(np.asarray(piece))


_OPEN: weakref.WeakSet[Digests] = weakref.WeakSet()


def _with_upper(hashes: Hashes, upper: int, bits: int) -> Hashes:
    return hashes if bits == 0 else hashes[hashes >> np.uint64(64 - bits) == upper]
