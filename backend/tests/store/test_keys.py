"""API keys are known by a hash, and of no use once revoked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from ddgen.errors import NotFound, UsageError
from ddgen.store import schema
from ddgen.store.store import Store

from .conftest import Clock


def test_a_key_is_known_by_its_secret_alone(store: Store) -> None:
    made = store.keys.create("ci", ["write", "read"], actor="ann")
    assert made.secret.startswith(f"{made.row.prefix}_")
    assert made.row.scopes == ("read", "write")
    found = store.keys.verify(made.secret)
    assert found is not None
    assert found.id == made.row.id
    for wrong in (made.secret[:-1], made.secret + "x", made.row.prefix, "", "ddg_", "x_y_z"):
        assert store.keys.verify(wrong) is None
    with store.database.reading() as connection:
        assert made.secret not in str(connection.execute(select(schema.keys)).all())


def test_last_use_is_noted_once_a_minute(store: Store, clock: Clock) -> None:
    made = store.keys.create("ci", ["read"], actor="ann")
    store.keys.verify(made.secret)
    first = store.keys.page().items[0].last_used_at
    store.keys.verify(made.secret)
    assert store.keys.page().items[0].last_used_at == first is not None
    clock.pass_by(timedelta(minutes=2))
    store.keys.verify(made.secret)
    assert store.keys.page().items[0].last_used_at != first


def test_keys_end(store: Store, clock: Clock) -> None:
    store.people.create("ann", role="read", actor="root")
    until = clock() + timedelta(hours=1)
    short, mine, other = (
        store.keys.create("short", ["read"], actor="root", expires_at=until),
        store.keys.create("mine", ["read"], actor="root", user="ann"),
        store.keys.create("other", ["admin"], actor="root"),
    )
    assert store.keys.verify(short.secret) is not None
    clock.pass_by(timedelta(hours=2))
    assert store.keys.verify(short.secret) is None
    assert store.keys.verify(mine.secret) is not None
    store.people.change("ann", actor="root", disabled=True)
    assert store.keys.verify(mine.secret) is None
    assert store.keys.revoke(other.row.id, actor="root").revoked_at is not None
    assert store.keys.verify(other.secret) is None
    assert len(store.keys.page().items) == 3
    with pytest.raises(NotFound):
        store.keys.revoke("nothing", actor="root")


def test_scopes_are_known_ones(store: Store) -> None:
    for scopes in ([], ["rule"]):
        with pytest.raises(UsageError):
            store.keys.create("x", scopes, actor="ann")
    with pytest.raises(NotFound):
        store.keys.create("x", ["read"], actor="ann", user="nobody")
