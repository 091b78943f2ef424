"""A change is whole or not at all, and leaves its line in the trail."""

from __future__ import annotations

import pytest

from ddgen.errors import Conflict
from ddgen.store.act import Act
from ddgen.store.store import Store


def test_what_fails_leaves_nothing(store: Store) -> None:
    def work(act: Act) -> None:
        act.note("thing.done", "target", count=1)
        raise Conflict("no")

    with pytest.raises(Conflict):
        store._act("ann", work)  # noqa: SLF001 - what is tested
    assert store.audit.page().items == []
    store._act("ann", lambda act: act.note("thing.done", "target", count=1))  # noqa: SLF001 - same
    [line] = store.audit.page().items
    assert (line.actor, line.action, line.target, line.detail) == ("ann", "thing.done", "target", {"count": 1})
