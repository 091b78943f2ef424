"""How data types relate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.diff.data_types import change_of, members


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("integer", "float", "type_widened"),
        ("integer", "decimal", "type_widened"),
        ("date", "timestamp", "type_widened"),
        ("array[integer]", "array[float]", "type_widened"),
        ("map[array[integer]]", "map[array[decimal]]", "type_widened"),
        ("float", "integer", "type_narrowed"),
        ("integer | string", "integer", "type_narrowed"),
        ("integer", "integer | string", "type_mixed"),
        ("integer", "string | integer", "type_mixed"),
        ("array[integer]", "array[integer | string]", "type_widened"),
        ("integer", "string", "type_changed"),
        ("string", "integer", "type_changed"),
        ("array[integer]", "map[integer]", "type_changed"),
        ("object", "array[object]", "type_changed"),
        ("integer | string", "string | integer", None),
        ("integer", "integer | null", None),
        ("unknown", "integer", None),
        ("integer", "unknown", None),
    ],
)
def test_what_a_change_of_type_is(old: str, new: str, kind: str | None) -> None:
    assert change_of(old, new) == kind


def test_a_reader_of_texts_reads_what_is_written_in_them() -> None:
    assert change_of("string", "integer", written=True) == "type_narrowed"
    assert change_of("integer", "string", written=True) == "type_widened"


def test_unions_inside_holders_are_theirs() -> None:
    assert members("array[integer | string] | null") == {"array[integer | string]"}


TYPES = st.lists(st.sampled_from(["integer", "float", "decimal", "string", "date", "timestamp"]), min_size=1).map(
    lambda names: " | ".join(dict.fromkeys(names))
)


@given(TYPES, TYPES)
def test_there_and_back(old: str, new: str) -> None:
    there, back = change_of(old, new), change_of(new, old)
    assert (there is None) == (back is None) == (members(old) == members(new))
    assert (there == "type_changed") == (back == "type_changed")
