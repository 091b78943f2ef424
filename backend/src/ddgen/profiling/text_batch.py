"""Sorts many different texts into kinds at once: the common, certain cases by arithmetic on their bytes.

Whatever is not certain is left to `text_kinds.kind_of`; a property test holds the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ddgen.profiling.dates import MICROSECONDS_A_DAY
from ddgen.profiling.text_kinds import BOOLEAN_WORDS, CURRENCY_CODES, LONGEST_TYPED, NULL_TOKENS, possible

Indexes = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_DIGIT, _LETTER, _DOT, _MINUS, _AT, _CONTROL, _SPECIAL, _HIGH = range(8)
_LONGEST = 255
"""Lanes of 8 bits count bytes by class, so longer texts are not sorted here."""

_SPECIAL_LEADS = (0xC2, 0xE1, 0xE2, 0xE3, 0xEF)
"""First UTF-8 bytes of the spaces and invisible characters beyond ASCII, among others."""

_WORDS = NULL_TOKENS | BOOLEAN_WORDS.keys() | {"inf", "-inf", "+inf", "infinity", "-infinity", "+infinity"}
_WORD_SET = pa.array(sorted(_WORDS), pa.large_string())
_LONGEST_WORD = max(map(len, _WORDS))
_WORDS_WITH_DIGITS = "|".join(re.escape(word) for word in sorted(_WORDS) if re.search("[0-9]", word))
_LETTERED = (
    r"(?i)jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|:[0-9][0-9]|[0-9]\.?e[+-]?[0-9]{1,3}$"
    rf"|^(?:{_WORDS_WITH_DIGITS})$"
    rf"|(?:^[(+-]{{0,2}} ?|[0-9)] ?)(?:{CURRENCY_CODES})"
)
"""Every text of letters and digits that is a date, a time or a number matches this (RE2)."""

_TO_NINES = bytes.maketrans(b"0123456789", b"9" * 10)
_NO_DIGITS = 10**9
_DASHES = np.array([8, 13, 18, 23])


def _lanes() -> npt.NDArray[np.uint64]:
    table = np.zeros(256, np.uint64)

    def put(lane: int, characters: Sequence[int]) -> None:
        table[list(characters)] = np.uint64(1 << (8 * lane))

    put(_HIGH, range(0x80, 0x100))
    put(_SPECIAL, _SPECIAL_LEADS)
    put(_CONTROL, [*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), 0x7F])
    put(_DIGIT, range(0x30, 0x3A))
    put(_LETTER, [*range(0x41, 0x5B), *range(0x61, 0x7B)])
    put(_DOT, b".")
    put(_MINUS, b"-")
    put(_AT, b"@")
    return table


_LANES = _lanes()
_SPACES = np.isin(np.arange(256), list(b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"))


@dataclass(slots=True)
class Sorted:
    """Where each kind stands among the texts given; `other` is undecided."""

    array: pa.Array
    integers: Indexes
    decimals: Indexes
    strings: Indexes
    uuids: Indexes
    other: Indexes
    moments: list[tuple[str, Indexes, npt.NDArray[np.int64]]] = field(default_factory=list)
    """(date, timestamp or zoned, indexes, microseconds since 1970): year first, existing in the calendar."""

    rounded: Mask = field(default_factory=lambda: np.zeros(0, np.bool_))
    """Which decimals have no zero at their end."""


@dataclass(slots=True)
class _Bytes:
    """The texts as bytes, with counts of byte classes for each."""

    data: npt.NDArray[np.uint8]
    starts: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    lanes: npt.NDArray[np.uint64]

    def lane(self, number: int) -> npt.NDArray[np.int64]:
        return ((self.lanes >> np.uint64(8 * number)) & np.uint64(0xFF)).astype(np.int64)

    def at(self, offset: npt.NDArray[np.int64] | int) -> npt.NDArray[np.uint8]:
        found: npt.NDArray[np.uint8] = self.data[np.minimum(self.starts + offset, len(self.data) - 1)]
        return found

    def matrix(self, rows: Indexes, width: int) -> npt.NDArray[np.uint8]:
        found: npt.NDArray[np.uint8] = self.data[self.starts[rows][:, None] + np.arange(width)]
        return found


def sort_texts(array: pa.Array) -> Sorted:
    """Sort the texts of a large_string array without nulls or empty texts."""
    offsets = np.frombuffer(array.buffers()[1], np.int64)[array.offset : array.offset + len(array) + 1]
    data = np.frombuffer(array.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    starts = offsets[:-1] - offsets[0]
    raw = _Bytes(data, starts, np.diff(offsets), np.add.reduceat(_LANES[data], starts))
    digits, letters = raw.lane(_DIGIT), raw.lane(_LETTER)
    open_ = (raw.sizes <= _LONGEST) & ~_SPACES[raw.at(0)] & ~_SPACES[raw.at(raw.sizes - 1)]
    open_ &= (raw.lane(_CONTROL) == 0) & (raw.lane(_SPECIAL) == 0)
    return _sort(array, raw, open_, digits, letters)


def _sort(
    array: pa.Array,
    raw: _Bytes,
    open_: Mask,
    digits: npt.NDArray[np.int64],
    letters: npt.NDArray[np.int64],
) -> Sorted:
    """`open_` marks the texts that are not decided yet; each step decides some."""
    integers, decimals = _numbers(raw, open_, digits)
    found = Sorted(array, _take(open_, integers), _take(open_, decimals), *(np.zeros(0, np.intp),) * 3)
    ascii_ = raw.lane(_HIGH) == 0
    found.moments = _iso_moments(raw, open_, digits)
    found.uuids = _uuids(raw, open_, digits + letters)
    strings = open_ & ascii_ & ((raw.sizes > LONGEST_TYPED) | ((digits > 0) & (raw.lane(_AT) > 0)))
    strings |= _wordless(array, raw, open_ & (digits == 0))
    strings |= _letters_only(array, open_ & (digits > 0) & (letters > 0) & ascii_)
    strings |= _impossible_shapes(array, open_ & (digits > 0) & (letters == 0) & ascii_)
    found.strings = np.flatnonzero(strings)
    decided = np.zeros(len(array), np.bool_)
    for indexes in (found.integers, found.decimals, found.strings, found.uuids, *(part[1] for part in found.moments)):
        decided[indexes] = True
    found.other = np.flatnonzero(~decided)
    found.rounded = raw.at(raw.sizes - 1)[found.decimals] != ord("0")
    return found


def _take(open_: Mask, chosen: Mask) -> Indexes:
    open_ &= ~chosen
    return np.flatnonzero(chosen)


def _numbers(raw: _Bytes, open_: Mask, digits: npt.NDArray[np.int64]) -> tuple[Mask, Mask]:
    """Integers of up to 18 digits and decimals of up to 15, without anything peculiar about them."""
    minus = ((raw.at(0) == ord("-")) & (raw.lane(_MINUS) == 1)).astype(np.int64)
    lead = raw.at(minus)
    integers = (
        open_ & (digits > 0) & (digits == raw.sizes - minus) & (digits <= 18) & ((lead != ord("0")) | (raw.sizes == 1))
    )
    dotted = open_ & (raw.lane(_DOT) == 1) & (digits == raw.sizes - minus - 1) & (digits >= 2) & (digits <= 15)
    dotted &= (lead != ord(".")) & (raw.at(raw.sizes - 1) != ord("."))
    return integers, dotted & ((lead != ord("0")) | (raw.at(minus + 1) == ord(".")))


def _iso_moments(
    raw: _Bytes, open_: Mask, digits: npt.NDArray[np.int64]
) -> list[tuple[str, Indexes, npt.NDArray[np.int64]]]:
    """Dates, and timestamps to the second or with 3 or 6 digits more, with `Z`, an offset or nothing behind."""
    dashed = open_ & (raw.lane(_MINUS) >= 2) & (raw.lane(_MINUS) <= 3)
    found = []
    for size, form in _ISO_FORMS.items():
        rows = np.flatnonzero(dashed & (raw.sizes == size) & (digits == form.digits))
        if len(rows):
            good, micros = _calendar(raw.matrix(rows, size), form)
            found.append((form.kind, rows[good], micros[good]))
            open_[rows[good]] = False
    return found


class _Form(NamedTuple):
    """How an ISO 8601 text of a certain length is built."""

    digits: int
    fraction: int
    zone: int

    @property
    def kind(self) -> str:
        """date, timestamp, or one with its offset known."""
        return "date" if self.digits == 8 else ("zoned" if self.zone else "timestamp")


_ISO_FORMS = {10: _Form(8, 0, 0)} | {
    19 + (fraction + 1 if fraction else 0) + zone: _Form(14 + fraction + (4 if zone == 6 else 0), fraction, zone)
    for fraction in (0, 3, 6)
    for zone in (0, 1, 6)
}


def _calendar(text: npt.NDArray[np.uint8], form: _Form) -> tuple[Mask, npt.NDArray[np.int64]]:
    """Microseconds since 1970 of texts of a form, and which of them exist."""
    good = (text[:, 4] == ord("-")) & (text[:, 7] == ord("-"))
    year, month, day = _digits(text, 0, 4), _digits(text, 5, 2), _digits(text, 8, 2)
    good &= (year >= 1) & (year <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    start = (np.where(good, year, 1970) - 1970).astype("M8[Y]").astype("M8[M]")
    start = start + np.where(good, month - 1, 0).astype("m8[M]")
    good &= day <= ((start + np.timedelta64(1, "M")).astype("M8[D]") - start.astype("M8[D]")).astype(np.int64)
    micros = (start.astype("M8[D]").astype(np.int64) + day - 1) * MICROSECONDS_A_DAY
    if form.kind == "date":
        return good, micros
    clock_good, clock = _clock(text, form)
    return good & clock_good, micros + clock


def _clock(text: npt.NDArray[np.uint8], form: _Form) -> tuple[Mask, npt.NDArray[np.int64]]:
    good = np.isin(text[:, 10], list(b"T ")) & (text[:, 13] == ord(":")) & (text[:, 16] == ord(":"))
    hour, minute, second = _digits(text, 11, 2), _digits(text, 14, 2), _digits(text, 17, 2)
    good &= (hour <= 23) & (minute <= 59) & (second <= 60)
    micros = ((hour * 60 + minute) * 60 + second) * 1_000_000
    if form.fraction:
        good &= text[:, 19] == ord(".")
        fraction = _digits(text, 20, form.fraction)
        good &= fraction < _NO_DIGITS
        micros = micros + fraction * 10 ** (6 - form.fraction)
    zone = text.shape[1] - form.zone
    if form.zone == 1:
        good &= text[:, zone] == ord("Z")
    elif form.zone:
        good &= np.isin(text[:, zone], list(b"+-")) & (text[:, zone + 3] == ord(":"))
        minutes = _digits(text, zone + 1, 2) * 60 + _digits(text, zone + 4, 2)
        good &= minutes < _NO_DIGITS
        micros = micros - np.where(text[:, zone] == ord("-"), -minutes, minutes) * 60_000_000
    return good, micros


def _digits(text: npt.NDArray[np.uint8], start: int, width: int) -> npt.NDArray[np.int64]:
    """The number at those columns; far too large where one of them is no digit."""
    columns = text[:, start : start + width].astype(np.int64) - ord("0")
    value: npt.NDArray[np.int64] = columns @ (10 ** np.arange(width - 1, -1, -1, dtype=np.int64))
    return np.where(((columns >= 0) & (columns <= 9)).all(axis=1), value, _NO_DIGITS)


def _uuids(raw: _Bytes, open_: Mask, alphanumeric: npt.NDArray[np.int64]) -> Indexes:
    rows = np.flatnonzero(open_ & (raw.sizes == 36) & (raw.lane(_MINUS) == 4) & (alphanumeric == 32))
    if len(rows):
        text = raw.matrix(rows, 36)
        folded = text | 0x20
        hexadecimal = ((text >= ord("0")) & (text <= ord("9"))) | ((folded >= ord("a")) & (folded <= ord("f")))
        rows = rows[(text[:, _DASHES] == ord("-")).all(axis=1) & (hexadecimal.sum(axis=1) == 32)]
        open_[rows] = False
    return rows


def _wordless(array: pa.Array, raw: _Bytes, without_digits: Mask) -> Mask:
    """Texts without digits are strings unless they are one of a few words."""
    rows = np.flatnonzero(without_digits & (raw.sizes <= _LONGEST_WORD))
    if len(rows):
        words = pc.is_in(pc.utf8_lower(array.take(pa.array(rows))), _WORD_SET)
        without_digits[rows[words.to_numpy(zero_copy_only=False)]] = False
    return without_digits


def _letters_only(array: pa.Array, lettered: Mask) -> Mask:
    rows = np.flatnonzero(lettered)
    if len(rows):
        maybe = pc.match_substring_regex(array.take(pa.array(rows)), _LETTERED)
        lettered[rows[maybe.to_numpy(zero_copy_only=False)]] = False
    return lettered


def _impossible_shapes(array: pa.Array, unlettered: Mask) -> Mask:
    rows = np.flatnonzero(unlettered)
    if len(rows):
        texts = array.take(pa.array(rows)).cast(pa.large_binary()).to_pylist()
        shapes = b"\0".join(texts).translate(_TO_NINES).split(b"\0")
        hopeful = {shape for shape in set(shapes) if possible(re.sub(r"\s+", " ", shape.decode()))}
        unlettered[rows[[shape in hopeful for shape in shapes]]] = False
    return unlettered
