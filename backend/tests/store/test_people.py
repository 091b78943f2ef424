"""Users, roles, grants."""

from __future__ import annotations

import pytest

from ddgen.errors import Conflict, NotFound
from ddgen.model.dictionary import Dictionary
from ddgen.store.store import Store

from .dictionaries import put


def test_users_have_roles(store: Store) -> None:
    ann = store.people.create("ann", role="review", actor="root", email="ann@example.org")
    store.people.create("bob", role="read", actor="root")
    with pytest.raises(Conflict):
        store.people.create("ann", role="read", actor="root")
    assert store.people.user("ann") == ann
    assert [user.name for user in store.people.page(limit=1).items] == ["ann"]
    assert store.people.change("ann", actor="root", role="admin").role == "admin"
    assert store.people.change("ann", actor="root", disabled=True).disabled_at is not None
    assert store.people.change("ann", actor="root", disabled=False).disabled_at is None
    with pytest.raises(NotFound):
        store.people.change("carl", actor="root", role="read")


def test_grants_are_of_one_dictionary(store: Store, shop: Dictionary) -> None:
    one = put(store, shop).dictionary_id
    store.people.create("ann", role="read", actor="root")
    assert store.people.granted(one, "ann") is None
    store.people.grant(one, "ann", "write", actor="root")
    store.people.grant(one, "ann", "review", actor="root")
    assert store.people.granted(one, "ann") == "review"
    store.people.grant(one, "ann", None, actor="root")
    assert store.people.granted(one, "ann") is None
    with pytest.raises(NotFound):
        store.people.grant(one, "carl", "read", actor="root")
    with pytest.raises(NotFound):
        store.people.grant("nothing", "ann", "read", actor="root")
