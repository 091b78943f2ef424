"""Runs that the clock asks for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ddgen.errors import Conflict, UsageError
from ddgen.jobs.desk import RunDesk
from ddgen.jobs.schedules import ScheduleDesk, following
from ddgen.jobs.spec import RunSpec
from ddgen.store.store import Store

WANTED = RunSpec(sources=("/data/orders.csv",))
SIX = datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_a_moment_asks_once(store: Store) -> None:
    desk = ScheduleDesk(store)
    made = desk.add(WANTED, " 0  6 * * * ", actor="ann")
    assert (made.name, made.cron, made.zone) == ("orders", "0 6 * * *", "UTC")
    first = desk.fire(made.id, SIX)
    assert first is not None
    assert desk.fire(made.id, SIX) == first
    assert [run.id for run in store.runs.page().items] == [first]


def test_a_run_under_way_is_not_asked_for_again(store: Store) -> None:
    desk = ScheduleDesk(store)
    made = desk.add(WANTED, "0 6 * * *", actor="ann")
    first = desk.fire(made.id, SIX)
    assert first is not None
    assert desk.fire(made.id, SIX.replace(day=2)) is None
    RunDesk(store).cancel(first, actor="ann")
    assert desk.fire(made.id, SIX.replace(day=3)) is not None


def test_what_was_removed_asks_for_nothing(store: Store) -> None:
    desk = ScheduleDesk(store)
    made = desk.add(WANTED, "0 6 * * *", actor="ann")
    store.schedules.remove("orders", actor="ann")
    assert desk.fire(made.id, SIX) is None
    assert store.runs.page().items == []


@pytest.mark.parametrize(
    ("cron", "zone", "said"),
    [
        ("* * * *", "UTC", "no cron expression"),
        ("61 * * * *", "UTC", "no cron expression"),
        ("* * * * * *", "UTC", "no cron expression"),
        ("0 6 30 2 *", "UTC", "this never comes true: 0 6 30 2"),
        ("0 6 * * *", "Mars/Base", "no time zone Mars/Base"),
        ("0 6 * * *", "../etc/passwd", "no time zone"),
    ],
)
def test_what_cannot_be_is_refused(store: Store, cron: str, zone: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ScheduleDesk(store).add(WANTED, cron, actor="ann", zone=zone)


def test_names_are_one_of_a_kind_and_uploads_are_not_for_the_clock(store: Store) -> None:
    desk = ScheduleDesk(store)
    desk.add(WANTED, "0 6 * * *", actor="ann")
    with pytest.raises(Conflict, match="a schedule of that name"):
        desk.add(WANTED, "0 7 * * *", actor="ann")
    desk.add(WANTED, "0 7 * * *", actor="ann", name="later")
    with pytest.raises(UsageError, match="an upload is read once"):
        desk.add(RunSpec(sources=("/up/1",), discard=("/up/1",)), "0 7 * * *", actor="ann", name="up")


def test_times_are_those_of_the_zone() -> None:
    found = following("0 6 * * *", "Europe/Berlin", after=datetime(2026, 7, 1, tzinfo=UTC))
    assert found.astimezone(UTC) == datetime(2026, 7, 1, 4, tzinfo=UTC)
