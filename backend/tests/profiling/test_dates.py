"""Dates, times and timestamps as people write them."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.profiling import dates
from ddgen.profiling.dates import EPOCH, date_text, micros_of, time_text, timestamp_text

MINUTES = st.integers(-14 * 60, 14 * 60)
YEARS = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1))  # noqa: DTZ001 - as data have them

DATES = [
    ("2024-01-31", "2024-01-31", "Y-M-D"),
    ("2024/1/31", "2024-01-31", "Y-M-D"),
    ("2024.01.31", "2024-01-31", "Y-M-D"),
    ("31/01/2024", "2024-01-31", "D/M/Y"),
    ("01/31/2024", "2024-01-31", "M/D/Y"),
    ("31-01-2024", "2024-01-31", "D/M/Y"),
    ("01.02.2024", "2024-02-01", "D/M/Y"),
    ("01/02/2024", "2024-02-01", "?/?/Y"),
    ("1/2/24", "2024-02-01", "?/?/Y"),
    ("31/12/68", "2068-12-31", "D/M/Y"),
    ("31/12/69", "1969-12-31", "D/M/Y"),
    ("2 Feb 2023", "2023-02-02", "D Mon Y"),
    ("2nd of February, 2023", "2023-02-02", "D Mon Y"),
    ("02-FEB-23", "2023-02-02", "D Mon Y"),
    ("Fri, 2 Feb 2023", "2023-02-02", "D Mon Y"),
    ("February 2, 2023", "2023-02-02", "Mon D Y"),
    ("Sept. 2nd 2023", "2023-09-02", "Mon D Y"),
]
TIMESTAMPS = [
    ("2024-01-31T09:05:07", "2024-01-31T09:05:07", False),
    ("2024-01-31 09:05", "2024-01-31T09:05:00", False),
    ("2024-01-31T09:05:07.25Z", "2024-01-31T09:05:07.250000", True),
    ("2024-01-31 09:05:07 +02:00", "2024-01-31T07:05:07", True),
    ("2024-01-31T09:05:07-0530", "2024-01-31T14:35:07", True),
    ("2024-01-31 9:05 PM", "2024-01-31T21:05:00", False),
    ("31/01/2024, 12:00 a.m.", "2024-01-31T00:00:00", False),
    ("2 Feb 2023 at 10:00:00.123456789 UTC", "2023-02-02T10:00:00.123456", True),
    ("Thu Feb  2 10:00:00 2023", "2023-02-02T10:00:00", False),
]
NOTHING = [
    *("2024-02-30", "2023-02-29", "2024-13-01", "31/31/2024", "00/01/2024", "0000-01-01", "32 Jan 2024", "2 Foo 2024"),
    *("2024-01", "2024", "20240131", "1.2.3", "1.2.24", "1-2-24", "25:00", "12:60", "13:00 pm", "0:30 am", "12:00:61"),
    *("2024-01-31T25:00", "2024-01-31x", "1/2/3/4", ""),
]


@pytest.mark.parametrize(("text", "day", "order"), DATES)
def test_dates(text: str, day: str, order: str) -> None:
    found = dates.read(text)
    assert found is not None
    assert (found.kind, date_text(found.micros), found.order, found.zoned) == ("date", day, order, False)


@pytest.mark.parametrize(("text", "instant", "zoned"), TIMESTAMPS)
def test_timestamps(text: str, instant: str, zoned: bool) -> None:
    found = dates.read(text)
    assert found is not None
    assert (found.kind, timestamp_text(found.micros), found.zoned) == ("timestamp", instant, zoned)


@pytest.mark.parametrize(("text", "clock"), [("9:05", "09:05:00"), ("9:05 pm", "21:05:00"), ("23:59:60", "00:00:00")])
def test_times_of_day(text: str, clock: str) -> None:
    found = dates.read(text)
    assert found is not None
    assert (found.kind, time_text(found.micros)) == ("time", clock)


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_date(text: str) -> None:
    assert dates.read(text) is None


def test_both_readings_are_kept_where_day_and_month_may_be_exchanged() -> None:
    found = dates.read("03/04/2024 10:00")
    assert found is not None
    readings = [timestamp_text(micros) for micros in (found.micros, found.other)]
    assert readings == ["2024-04-03T10:00:00", "2024-03-04T10:00:00"]


@given(YEARS, st.sampled_from(["T", " "]))
def test_iso_texts_read_as_what_they_say(moment: datetime, separator: str) -> None:
    found = dates.read(moment.isoformat(separator))
    assert found is not None
    assert EPOCH + timedelta(microseconds=found.micros) == moment
    assert timestamp_text(found.micros) == moment.isoformat()


@given(YEARS, MINUTES)
def test_offsets_are_counted(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    found = dates.read(aware.isoformat())
    assert found is not None
    assert (found.micros, found.zoned) == (micros_of(aware), True)


@given(st.times())
def test_times_read_as_what_they_say(clock: time) -> None:
    found = dates.read(clock.isoformat())
    assert found is not None
    assert found.micros == dates.clock_micros(clock)
    assert time_text(found.micros) == clock.isoformat()


@given(st.integers(-(2**62), 2**62))
def test_every_number_of_microseconds_can_be_shown(micros: int) -> None:
    assert date_text(micros)
    assert timestamp_text(micros, zoned=True).endswith("Z")


@given(st.from_regex(r"[0-9]{1,4}[-/. :][0-9]{1,2}[-/. :][0-9]{1,4}( [0-9]{1,2}:[0-9]{2})?", fullmatch=True))
def test_shapes_of_dates_are_possible(text: str) -> None:
    shape = "".join("9" if character.isdigit() else character for character in text)
    assert dates.read(text) is None or dates.possible(shape)
