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

from ddgen.profiling.dates import MICROSECONDS_A_DAY
from ddgen.profiling.hashing import Hashes, hashes_of
from ddgen.profiling.stats import Counts, Places, Stats, add_scalars, add_texts
from ddgen.profiling.xxh64 import NUMBER, TEXT, tagged_hashes

LONGEST_TEXT = 4_096
"""Longer texts are kept by their beginning, length and hash."""

_PREVIEW = 200
_SURROGATES = re.compile("[\ud800-\udfff]")
_NOTHING = pa.scalar("", pa.large_string())
_ZULU = pa.scalar("Z", pa.large_string())
_NONE: Hashes = np.zeros(0, np.uint64)


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
    """The texts as an array, unless one is not encodable (a lone surrogate)."""
    try:
        return pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        return None


def as_array(part: str, values: Sequence[Any]) -> pa.Array | None:
    """Values of a group as an array, where they fit one."""
    if part in {"text", "str"}:
        array = text_array(values)
        sizes = pc.min_max(pc.binary_length(array)) if array is not None else None
        usual = sizes is not None and sizes["min"].as_py() > 0 and sizes["max"].as_py() <= LONGEST_TEXT
        return array if usual else None
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
        return tagged_hashes(np.where(numeric, NUMBER, TEXT), different) if hashed else _NONE
    if group in {"int", "float"}:
        stats.add_numbers("integer" if group == "int" else "float", different.to_numpy(), counts)
        return _number_hashes(group, different) if hashed else _NONE
    if group == "bool":
        stats.kinds["boolean"] += int(counts.sum())
        return hashes_of(different.to_pylist(), len(different)) if hashed else _NONE
    return _measure_moments(stats, group, different, counts, hashed=hashed)


def _number_hashes(group: str, different: pa.Array) -> Hashes:
    """Arrow writes integers, and doubles that need no exponent, as their canonical texts."""
    if group == "int":
        return tagged_hashes(NUMBER, different.cast(pa.large_string()))
    sizes = np.abs(different.to_numpy())
    plain = (sizes < 1e9) & ((sizes >= 1e-4) | (sizes == 0))
    hashes = np.empty(len(different), np.uint64)
    written = different.filter(pa.array(plain)).cast(pa.large_string())
    hashes[plain] = tagged_hashes(NUMBER, written)
    others = different.filter(pa.array(~plain)).to_pylist()
    hashes[~plain] = hashes_of(others, len(others))
    return hashes


def _measure_moments(stats: Stats, group: str, different: pa.Array, counts: Counts, *, hashed: bool) -> Hashes:
    """Days, or timestamps, which are taken as UTC where their offset is known."""
    if group == "date":
        days = different.cast(pa.int32()).to_numpy().astype(np.int64)
        stats.add_moments("date", "fixed", days * MICROSECONDS_A_DAY, counts)
        texts = different.cast(pa.large_string())
    else:
        zoned = different.type.tz is not None
        plain = different.cast(pa.timestamp("us", different.type.tz)).cast(pa.int64()).cast(pa.timestamp("us"))
        stats.add_moments("timestamp", "fixed", plain.cast(pa.int64()).to_numpy(), counts)
        stats.zoned += int(counts.sum()) if zoned else 0
        texts = _iso_texts(plain, zoned=zoned)
    return tagged_hashes(TEXT, texts) if hashed else _NONE


def _iso_texts(moments: pa.Array, *, zoned: bool) -> pa.Array:
    """As `hashing.timestamp_text` writes them; Arrow writes a space for the T and always six digits of a second."""
    joined = pc.binary_replace_slice(moments.cast(pa.large_string()).cast(pa.large_binary()), 10, 11, b"T")
    texts = pc.utf8_rtrim(pc.utf8_rtrim(joined.cast(pa.large_string()), "0"), ".")
    return pc.binary_join_element_wise(texts, _ZULU, _NOTHING) if zoned else texts


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
