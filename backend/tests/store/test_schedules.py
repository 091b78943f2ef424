"""Schedules as the store keeps them."""

from __future__ import annotations

import pytest

from ddgen.errors import Conflict, NotFound
from ddgen.store.store import Store


def test_the_life_of_a_schedule(store: Store) -> None:
    made = store.schedules.create("daily", "0 6 * * *", "UTC", {"sources": ["a.csv"]}, actor="ann")
    store.schedules.create("also", "0 7 * * *", "UTC", {"sources": ["a.csv"]}, actor="ann")
    assert [one.name for one in store.schedules.all()] == ["also", "daily"]
    assert store.schedules.get("daily") == store.schedules.get(made.id) == made
    with pytest.raises(Conflict):
        store.schedules.create("daily", "0 6 * * *", "UTC", {}, actor="ann")
    store.schedules.ran(made.id, "run-1", actor="ann")
    assert store.schedules.get("daily").last_run_id == "run-1"
    assert store.schedules.get("daily").last_at is not None
    store.schedules.remove("daily", actor="bob")
    with pytest.raises(NotFound, match="ddgen schedule list"):
        store.schedules.get("daily")
    with pytest.raises(NotFound):
        store.schedules.remove("daily", actor="bob")
