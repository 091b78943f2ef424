"""How the values of a group are measured: as Arrow arrays where they fit one, else one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from xxhash import xxh64_intdigest

from ddgen.profiling.hashing import Hashes, hashes_of
from ddgen.profiling.stats import Counts, Places, Stats, add_scalars, add_texts

LONGEST_TEXT = 4_096
"""Longer texts are kept by their beginning, length and hash."""

_PREVIEW = 200
_SURROGATES = re.compile("[\ud800-\udfff]")
_NOTHING = pa.scalar("", pa.large_string())


@dataclass(frozen=True, slots=True)
class LongText:
    """A text too long to keep."""

    preview: str
    length: int
    digest: int


def shortened(text: str) -> LongText:
    """What is kept of a text too long to keep."""
    digest = xxh64_intdigest(b"s" + text.encode("utf-8", "surrogatepass"))
    return LongText(text[:_PREVIEW] + "\u2026", len(text), digest)


def readable(text: str) -> str:
    """The text with U+FFFD for what is no character (lone surrogates, as JSON may hold them)."""
    return _SURROGATES.sub("\ufffd", text)


def parts_of(group: str, values: list[Any]) -> Iterator[tuple[str, npt.NDArray[np.intp] | None]]:
    """How values are measured, with the indexes of those: long texts and empty ones apart from others."""
    if group not in {"text", "str"}:
        if values:
            yield group, None
        return
    special = [index for index, value in enumerate(values) if not value or value.__class__ is LongText]
    long = [index for index in special if isinstance(values[index], LongText)]
    empty = [index for index in special if values[index] == ""]
    plain = sorted(set(range(len(values))).difference(special)) if special else list(range(len(values)))
    for part, indexes in ((group, plain), ("long", long), ("empty", empty)):
        if indexes:
            yield part, np.array(indexes, np.intp)


def text_array(texts: Sequence[str]) -> pa.Array | None:
    """The texts as an array, unless one is too long to keep, empty, or not encodable (a lone surrogate)."""
    try:
        array = pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        return None
    sizes = pc.min_max(pc.binary_length(array))
    return array if sizes["min"].as_py() > 0 and sizes["max"].as_py() <= LONGEST_TEXT else None


def as_array(part: str, values: Sequence[Any]) -> pa.Array | None:
    """Values of a group as an array, where they fit one."""
    if part in {"text", "str"}:
        return text_array(values)
    if part == "int":
        try:
            return pa.array(values, pa.int64())
        except OverflowError:
            return None
    if part == "float":
        array = pc.add(pa.array(values, pa.float64()), 0.0)
        return array if np.isfinite(array.to_numpy()).all() else None
    return None


def measure_array(
    stats: Stats, group: str, different: pa.Array, counts: Counts, places: Places, *, hashed: bool = True
) -> Hashes:
    """Count different values into statistics; returns the hashes of their canonical bytes, where wanted."""
    if group in {"text", "str"}:
        numeric = add_texts(stats, different, counts, places, typed=group == "text")
        tags = np.where(numeric, "n", "s")
        texts = different
    else:
        stats.add_numbers("integer" if group == "int" else "float", different.to_numpy(), counts)
        if not hashed:
            return np.zeros(0, np.uint64)
        if group == "float" and not _plainly_written(different):
            return hashes_of(different.to_pylist(), len(different))
        tags, texts = np.full(len(different), "n"), different.cast(pa.large_string())
    if not hashed:
        return np.zeros(0, np.uint64)
    tagged = pc.binary_join_element_wise(pa.array(tags, pa.large_string()), texts, _NOTHING).cast(pa.large_binary())
    return np.fromiter(map(xxh64_intdigest, tagged.to_pylist()), np.uint64, len(tagged))


def _plainly_written(numbers: pa.Array) -> bool:
    """Whether Arrow writes the doubles as their canonical texts: it does without an exponent."""
    sizes = np.abs(numbers.to_numpy())
    return bool(((sizes < 1e9) & ((sizes >= 1e-4) | (sizes == 0))).all())


def measure_objects(stats: Stats, part: str, values: list[Any], counts: Counts, places: Places) -> Hashes:
    """The same for values that no array holds."""
    if part == "long":
        stats.kinds["string"] += int(counts.sum())
        stats.add_lengths(np.array([value.length for value in values], np.int64), counts)
        return np.array([value.digest for value in values], np.uint64)
    if part == "empty":
        stats.kinds["string"] += int(counts.sum())
        stats.add_lengths(np.zeros(1, np.int64), counts)
        stats.texts.add("", "")
    elif part in {"text", "str"}:
        texts = pa.array([readable(text) for text in values], pa.large_string())
        add_texts(stats, texts, counts, places, typed=part == "text")
    else:
        add_scalars(stats, values, counts, places)
    return hashes_of(values, len(values))
