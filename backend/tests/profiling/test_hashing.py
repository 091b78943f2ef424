"""Canonical bytes and hashes: what is equal, what is not, and that the arithmetic is XXH64's."""

from __future__ import annotations

import struct
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.relation import Tagged
from ddgen.profiling.hashing import canonical, hashes_of, number_text, record_hashes, source_seed, timestamp_text

WORDS = st.integers(0, 2**64 - 1)
ORDINALS = st.integers(0, 2**63 - 1)
IDENTIFIER = UUID("12345678-1234-5678-1234-567812345678")

BYTES: list[tuple[Any, bytes]] = [
    ("", b"s"),
    ("größe", "sgröße".encode()),
    ("\ud800", b"s\xed\xa0\x80"),
    (True, b"btrue"),
    (False, b"bfalse"),
    (0, b"n0"),
    (-17, b"n-17"),
    (10**30, b"n1" + b"0" * 30),
    (5.0, b"n5"),
    (-0.0, b"n0"),
    (0.1, b"n0.1"),
    (1e300, b"n1e+300"),
    (float("nan"), b"nnan"),
    (float("-inf"), b"n-inf"),
    (Decimal("5.00"), b"n5"),
    (Decimal("-0"), b"n0"),
    (Decimal("1E+3"), b"n1000"),
    (Decimal("0.10"), b"n0.1"),
    (Decimal("NaN"), b"nnan"),
    (date(2024, 1, 31), b"s2024-01-31"),
    (time(9, 5), b"s09:05:00"),
    (datetime(2024, 1, 31, 9, 5, 7, 500_000), b"s2024-01-31T09:05:07.5"),  # noqa: DTZ001 - as data have them
    (datetime(2024, 1, 31, 9, 5, tzinfo=timezone(timedelta(hours=2))), b"s2024-01-31T07:05:00Z"),
    (timedelta(days=1, seconds=2, microseconds=3), b"iP1DT2.000003S"),
    (IDENTIFIER, b"s12345678-1234-5678-1234-567812345678"),
    (b"\x00\xff", b"x\x00\xff"),
    (Tagged("objectid", "56e1fc72"), b"tobjectid\x0056e1fc72"),
]


@pytest.mark.parametrize(("value", "expected"), BYTES)
def test_canonical_bytes(value: Any, expected: bytes) -> None:
    assert canonical(value) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_number_reads_back_as_it(number: float) -> None:
    assert float(number_text(number)) == number


@given(st.integers(-(2**53) + 1, 2**53 - 1))
def test_equal_numbers_have_equal_bytes_whatever_their_type(number: int) -> None:
    assert canonical(number) == canonical(float(number)) == canonical(Decimal(number))


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-14, 14))
def test_one_instant_has_one_text_in_every_zone(moment: datetime, hours: int) -> None:
    try:
        elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    except OverflowError:
        return
    assert timestamp_text(elsewhere) == timestamp_text(moment)


@given(st.lists(st.one_of(st.text(), st.just("x"))))
def test_hashes_are_xxh64_with_seed_0(values: list[str]) -> None:
    expected = [xxhash.xxh64_intdigest(b"s" + value.encode()) for value in values]
    assert hashes_of(values, len(values)).tolist() == expected


@given(WORDS, st.lists(st.tuples(ORDINALS, ORDINALS), min_size=1))
def test_record_hashes_are_xxh64_of_two_words(seed: int, pairs: list[tuple[int, int]]) -> None:
    records, occurrences = (np.array(words, np.int64) for words in zip(*pairs, strict=True))
    expected = [xxhash.xxh64_intdigest(struct.pack("<QQ", *pair), seed=seed) for pair in pairs]
    assert record_hashes(seed, records, occurrences).tolist() == expected


def test_without_occurrences_each_is_the_first() -> None:
    records = np.arange(10, dtype=np.int64)
    assert record_hashes(7, records).tolist() == record_hashes(7, records, np.zeros(10, np.int64)).tolist()


def test_sources_have_seeds_of_their_own() -> None:
    assert source_seed("a.csv") == xxhash.xxh64_intdigest(b"a.csv")
    assert source_seed("a.csv") != source_seed("b.csv")
