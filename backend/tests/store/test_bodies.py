"""Bodies are small and come back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.errors import StoreError
from ddgen.model.dictionary import Dictionary, Field
from ddgen.store import bodies
from ddgen.store.act import Act
from ddgen.store.store import Store

from .dictionaries import field, put


@given(st.binary(max_size=500))
def test_what_is_packed_comes_back(text: bytes) -> None:
    assert bodies.unpack(bodies.pack(text)) == text


@pytest.mark.parametrize("data", [b"", b"\x02abc", b"\x01", b"\x01\xff\xff\xff", bodies.pack(b"x" * 900)[:-4]])
def test_what_is_damaged_is_told(data: bytes) -> None:
    with pytest.raises(StoreError):
        bodies.unpack(data)


def test_a_field_takes_little_room_and_comes_back() -> None:
    one = field(3)
    one.settle()
    packed = bodies.body_of(one)
    assert Field.model_validate_json(bodies.unpack(packed.data)) == one
    assert len(packed.data) * 4 < len(one.model_dump_json())


def test_the_same_content_is_kept_once(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    packed = [bodies.body_of(field(90)), bodies.body_of(field(91)), bodies.body_of(field(90))]
    with store.database.transaction() as connection:
        act = Act(connection, "ann", store.clock())
        first = bodies.keep(act.connection, 1, packed)
        assert first[0] == first[2] != first[1]
        assert bodies.keep(act.connection, 1, packed) == first
        with pytest.raises(StoreError, match="missing"):
            bodies.load(connection, [10**9])
    assert store.document(done.dictionary_id) == shop
