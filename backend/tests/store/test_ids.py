"""Ids and times."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ddgen.store.ids import moment, moment_or_none, new_id, stamp, utc_now

TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(TIMES)
def test_times_come_back(at: datetime) -> None:
    assert moment(stamp(at)) == at == moment_or_none(stamp(at))


def test_ids_sort_by_time_and_differ() -> None:
    at = utc_now()
    ids = [new_id(at + timedelta(milliseconds=2 * number)) for number in range(50)]
    assert ids == sorted(ids)
    assert len({new_id(at) for _ in range(500)}) == 500
    assert {uuid.UUID(one).version for one in ids} == {7}
    assert {uuid.UUID(one).variant for one in ids} == {uuid.RFC_4122}
    assert moment_or_none(None) is None
