"""How values are measured: in arrays or one by one, and their hashes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from ddgen.profiling.hashing import canonical
from ddgen.profiling.measure import LONGEST_TEXT, LongText, as_array, measure_array, parts_of, readable, shortened
from ddgen.profiling.stats import Stats
from ddgen.profiling.text_kinds import kind_of

from .texts import TEXTS

FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def hashes(group: str, values: list[Any]) -> list[int]:
    array = as_array(group, values)
    assert array is not None
    found: list[int] = measure_array(Stats(), group, array, np.ones(len(values), np.int64), None).tolist()
    return found


@given(st.lists(FLOATS | st.floats(-1e4, 1e4) | st.integers(-(10**8), 10**8).map(float), min_size=1, unique=True))
def test_hashes_of_doubles_are_those_of_their_canonical_bytes(values: list[float]) -> None:
    assert hashes("float", values) == [xxhash.xxh64_intdigest(canonical(value)) for value in values]


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_hashes_of_integers(values: list[int]) -> None:
    assert hashes("int", values) == [xxhash.xxh64_intdigest(canonical(value)) for value in values]


@given(st.lists(TEXTS, min_size=1, max_size=70, unique=True))
def test_a_text_that_is_the_canonical_text_of_a_number_has_its_hash(texts: list[str]) -> None:
    expected = []
    for text in texts:
        number = kind_of(text).number
        written = number is not None and canonical(number) == b"n" + text.encode()
        expected.append(xxhash.xxh64_intdigest((b"n" if written else b"s") + text.encode()))
    assert hashes("text", texts) == expected


@given(st.lists(TEXTS, min_size=1, max_size=70, unique=True))
def test_strings_of_typed_formats_are_never_numbers(texts: list[str]) -> None:
    assert hashes("str", texts) == [xxhash.xxh64_intdigest(canonical(text)) for text in texts]


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("int", [2**63]),
        ("float", [float("inf")]),
        ("float", [float("nan")]),
        ("str", ["\ud800"]),
        ("str", [""]),
        ("str", ["x" * (LONGEST_TEXT + 1)]),
        ("bool", [True]),
    ],
)
def test_what_no_array_holds(group: str, values: list[Any]) -> None:
    assert as_array(group, values) is None


def test_long_and_empty_texts_stand_apart() -> None:
    long = shortened("x" * 5_000)
    found = {part: None if rows is None else rows.tolist() for part, rows in parts_of("str", ["a", long, "", "b"])}
    assert found == {"str": [0, 3], "long": [1], "empty": [2]}
    assert [(part, rows) for part, rows in parts_of("int", [1, 2])] == [("int", None)]


def test_a_long_text_keeps_its_length_its_hash_and_its_beginning() -> None:
    text = "ä" * 5_000
    long = shortened(text)
    assert long == LongText("ä" * 200 + "…", 5_000, xxhash.xxh64_intdigest(canonical(text)))


def test_what_is_no_character_can_be_shown() -> None:
    assert readable("a\ud800b") == "a\ufffdb"
    assert isinstance(pa.scalar(readable("\udfff")), pa.StringScalar)
