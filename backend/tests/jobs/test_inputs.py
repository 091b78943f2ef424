"""What a run reads where no server says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.errors import UsageError
from ddgen.jobs.inputs import AsAsked
from ddgen.store.store import Store

from .conftest import submit


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_sources_are_opened_as_they_were_asked_for(store: Store, orders: Path) -> None:
    run = submit(store, orders, sample=3, discard=[str(orders)])
    wanted = AsAsked().spec_of(run)
    assert (wanted.sources, wanted.sample) == ((str(orders),), 3)
    AsAsked().over(run)
    AsAsked().over(run)
    assert not orders.exists()


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_names_that_a_server_knows_are_not_guessed_at(store: Store) -> None:
    run = store.runs.create("shop", {"sources": [{"kind": "connection", "name": "shop"}]}, actor="ann")
    with pytest.raises(UsageError, match="ddgen serve"):
        AsAsked().spec_of(run)
