"""Sorting many texts at once agrees with judging each alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ddgen.profiling.hashing import number_text
from ddgen.profiling.text_batch import Sorted, sort_texts
from ddgen.profiling.text_kinds import kind_of

from .texts import TEXTS

CERTAIN = {
    "integers": ["0", "-5", "123456789012345678"],
    "decimals": ["0.5", "-12.50", "123456.789"],
    "uuids": ["12345678-1234-5678-1234-567812345678"],
    "strings": ["hello", "a@1.de", "Müller", "AB-12", "1-2-3-4", "x" * 70],
    "other": ["N/A", "yes", "007", "1,234", " 5", "1e3", "31/12/2024", "5\x00", "2024-02-30"],
}


def sorted_of(texts: Sequence[str]) -> Sorted:
    return sort_texts(pa.array(texts, pa.large_string()))


def agree(texts: Sequence[str]) -> None:
    """Every text stands in one place, with the reading that it has alone."""
    found = sorted_of(texts)
    parts = [found.integers, found.decimals, found.strings, found.uuids, found.other]
    parts += [rows for _, rows, _ in found.moments]
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(texts)))
    for kind, rows in (("integer", found.integers), ("string", found.strings), ("uuid", found.uuids)):
        assert [(texts[row], kind_of(texts[row])[:1], kind_of(texts[row]).oddities) for row in rows.tolist()] == [
            (texts[row], (kind,), ()) for row in rows.tolist()
        ]
    for row, rounded in zip(found.decimals.tolist(), found.rounded.tolist(), strict=True):
        alone = kind_of(texts[row])
        assert (alone.kind, alone.oddities) == ("float", ()), texts[row]
        assert alone.number is not None
        written = rounded and abs(alone.number) >= 1e-4
        assert written == (number_text(alone.number) == texts[row]), texts[row]
    for form, rows, micros in found.moments:
        for row, value in zip(rows.tolist(), micros.tolist(), strict=True):
            moment = kind_of(texts[row]).moment
            assert moment is not None, texts[row]
            assert ("date" if form == "date" else "timestamp", value) == (moment.kind, moment.micros), texts[row]
            assert (moment.order, moment.zoned) == ("Y-M-D", form == "zoned"), texts[row]


@settings(max_examples=200)
@given(st.lists(TEXTS, min_size=1, max_size=12))
def test_every_text_is_sorted_as_it_is_alone(texts: list[str]) -> None:
    agree(texts)


@pytest.mark.parametrize("place", CERTAIN)
def test_common_cases_are_decided_together(place: str) -> None:
    found = sorted_of(CERTAIN[place])
    assert getattr(found, place).tolist() == list(range(len(CERTAIN[place])))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2024-01-31", "date"),
        ("2024-01-31T09:05:07", "timestamp"),
        ("2024-01-31 09:05:07.123", "timestamp"),
        ("2024-01-31T09:05:07.123456Z", "zoned"),
        ("2024-01-31T09:05:07+05:30", "zoned"),
    ],
)
def test_iso_moments_are_decided_together(text: str, form: str) -> None:
    ((found, rows, _),) = sorted_of([text]).moments
    assert (found, rows.tolist()) == (form, [0])
    agree([text])


def test_slices_of_arrays_are_sorted_alike() -> None:
    texts = ["x", "12", "2024-01-31", "yes", "0.5"]
    found = sort_texts(pa.array(texts, pa.large_string()).slice(1, 3))
    assert (found.integers.tolist(), found.other.tolist()) == ([0], [2])
    assert found.moments[0][1].tolist() == [1]


@given(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))
def test_only_days_of_the_calendar_are_dates(year: int, month: int, day: int) -> None:
    agree([f"{year:04}-{month:02}-{day:02}"])


@given(st.integers(0, 25), st.integers(0, 61), st.integers(0, 61), st.integers(0, 99), st.integers(0, 99))
def test_only_times_of_the_clock_are_times(hour: int, minute: int, second: int, hours: int, minutes: int) -> None:
    clock = f"2024-01-31T{hour:02}:{minute:02}:{second:02}"
    agree([clock, f"{clock}+{hours:02}:{minutes:02}", f"{clock}.000-{hours:02}:{minutes:02}"])
