"""Settings and connections."""

from __future__ import annotations

import pytest

from ddgen.errors import NotFound, UsageError
from ddgen.store.store import Store


def test_settings(store: Store) -> None:
    assert store.options.get("theme", "light") == "light"
    store.options.set("theme", {"dark": True}, actor="ann")
    store.options.set("theme", {"dark": False}, actor="ann")
    assert store.options.get("theme") == {"dark": False}
    store.options.set("theme", None, actor="ann")
    assert store.options.get("theme") is None


def test_connections_hold_no_password(store: Store) -> None:
    with pytest.raises(UsageError, match="holds a password"):
        store.options.connect("shop", "postgresql://me:hunter2@host/shop", actor="ann")
    store.options.connect("shop", "postgresql://me:${SHOP_PASSWORD}@host/shop", actor="ann")
    store.options.connect("shop", "postgresql://me@host/shop", actor="bob")
    [found] = store.options.connections()
    assert (found.name, found.url, found.created_by) == ("shop", "postgresql://me@host/shop", "bob")
    store.options.disconnect("shop", actor="ann")
    assert store.options.connections() == []
    with pytest.raises(NotFound):
        store.options.disconnect("shop", actor="ann")
