"""A random sample of a table's records, chosen while it is read: those with the smallest hashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ddgen.model.relation import ArrowBatch, Batch, TextBatch
from ddgen.profiling.accumulator import rows_of
from ddgen.profiling.hashing import Hashes

_SLACK = 1.25


class Sampler:
    """Keeps `size` records; the same records are chosen however the input is cut into batches."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._limit = np.uint64(np.iinfo(np.uint64).max)
        self._kept: list[tuple[Batch, Hashes]] = []

    def offer(self, batch: Batch) -> None:
        """Keep those records of a batch that may be in the sample."""
        rows = rows_of(batch)
        self._kept.append(_part(replace(batch, ordinals=rows.ordinals.tolist()), rows.hashes, self._limit))
        if sum(len(hashes) for _, hashes in self._kept) > self.size * _SLACK:
            self._compact()

    def chosen(self) -> Iterator[Batch]:
        """The sample, in the order of the input."""
        self._compact()
        return iter([batch for batch, hashes in self._kept if len(hashes)])

    def _compact(self) -> None:
        hashes = np.concatenate([part for _, part in self._kept] or [np.zeros(0, np.uint64)])
        if len(hashes) > self.size:
            self._limit = np.partition(hashes, self.size - 1)[self.size - 1]
            self._kept = [_part(batch, part, self._limit) for batch, part in self._kept]


def _part(batch: Batch, hashes: Hashes, limit: np.uint64) -> tuple[Batch, Hashes]:
    indexes = np.flatnonzero(hashes <= limit)
    if len(indexes) == len(hashes):
        return batch, hashes
    return _taken(batch, indexes), hashes[indexes]


def _taken(batch: Batch, indexes: npt.NDArray[np.intp]) -> Batch:
    ordinals = [batch.ordinals[index] for index in indexes.tolist()] if batch.ordinals is not None else None
    wanted = pa.array(indexes)
    if isinstance(batch, TextBatch):
        columns = [column.take(wanted) for column in batch.columns]
        return replace(batch, columns=columns, count=len(indexes), ordinals=ordinals)
    if isinstance(batch, ArrowBatch):
        return replace(batch, batch=batch.batch.take(wanted), ordinals=ordinals)
    chosen = set(ordinals or ())
    duplicates = [(path, record) for path, record in batch.duplicates if record in chosen]
    values = [batch.values[index] for index in indexes.tolist()]
    return replace(batch, values=values, duplicates=duplicates, ordinals=ordinals)
