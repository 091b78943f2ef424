"""Who may run what is queued."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ddgen.errors import Conflict, StoreBusy
from ddgen.jobs.claim import OnServer, claim
from ddgen.store.store import Store


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_a_file_has_one_claim_at_a_time(store: Store) -> None:
    first = claim(store.database)
    with pytest.raises(Conflict, match=r"store\.sqlite: another process runs what is queued"):
        claim(store.database)
    first.close()
    second = claim(store.database)
    second.check()
    second.close()


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_a_server_has_many_and_knows_who_is_gone(store: Store) -> None:
    first, second = claim(store.database), claim(store.database)
    assert first.executor != second.executor
    assert not first.gone(second.executor)
    assert not first.gone(first.executor)
    second.close()
    assert first.gone(second.executor)
    first.check()
    first.close()


@pytest.mark.parametrize("where", ["postgresql"], indirect=True)
def test_a_claim_ends_with_its_connection(store: Store) -> None:
    lost = OnServer(store.database)
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        query = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :id"
        from ddgen.jobs.claim import _number

        connection.execute(text(query), {"id": _number(lost.executor) & 0xFFFFFFFF})
    with pytest.raises(StoreBusy, match="the connection to the store was lost"):
        lost.check()
    lost.close()
