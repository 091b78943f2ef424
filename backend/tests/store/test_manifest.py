"""Manifests are small and come back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ddgen.store.manifest import Manifest

NUMBERS = st.lists(st.integers(1, 10_000), max_size=30)


@given(st.integers(1, 9), st.lists(st.tuples(st.integers(1, 99), NUMBERS), max_size=4))
def test_what_is_packed_comes_back(head: int, tables: list[tuple[int, list[int]]]) -> None:
    manifest = Manifest(head, tables)
    assert Manifest.unpack(manifest.pack()) == manifest
    assert len(list(manifest.bodies())) == 1 + len(tables) + sum(len(fields) for _, fields in tables)


def test_ten_thousand_fields_of_which_five_changed() -> None:
    fields = list(range(3, 10_003))
    for place in (7, 8, 900, 5_000, 9_999):
        fields[place] = 20_000 + place
    assert len(Manifest(1, [(2, fields)]).pack()) < 150
