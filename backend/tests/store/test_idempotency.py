"""A request that is sent twice is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ddgen.errors import Conflict, UsageError
from ddgen.store.idempotency import Answer
from ddgen.store.store import Store

from .conftest import Clock


def test_the_second_request_gets_the_first_answer(store: Store, clock: Clock) -> None:
    door = store.idempotency
    assert door.begin("ann", "k", "hash") is None
    with pytest.raises(Conflict):
        door.begin("ann", "k", "hash")
    door.finish("ann", "k", {"status": 202})
    assert door.begin("ann", "k", "hash") == Answer({"status": 202})
    with pytest.raises(UsageError):
        door.begin("ann", "k", "other")
    assert door.begin("bob", "k", "other") is None
    clock.pass_by(timedelta(hours=25))
    assert door.begin("ann", "k", "other") is None


def test_a_failed_request_may_be_sent_again(store: Store) -> None:
    store.idempotency.begin("ann", "k", "hash")
    store.idempotency.forget("ann", "k")
    assert store.idempotency.begin("ann", "k", "hash") is None
