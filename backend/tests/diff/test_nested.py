"""Objects that came, went or were renamed are named once."""

from __future__ import annotations

from ddgen.diff.compare import compare
from ddgen.model.dictionary import Dictionary

from .parts import dictionary, field, numbers, table

INNER = [f"x{number}" for number in range(40)]


def nested(holder: str | None, **more: int) -> Dictionary:
    fields = [field("id", "string")]
    if holder is not None:
        fields.append(field(holder, "object"))
        fields += [
            field(f"{holder}.{name}", profile=numbers(n, 90 + n, mean=n + 0.25, stddev=n + 1.5))
            for n, name in enumerate(INNER)
        ]
    return dictionary(table("t", *fields, **more))


def test_an_object_that_went_or_came_is_one_change() -> None:
    old, new = nested("address"), nested(None)
    [gone] = compare(old, new).changes
    assert (gone.kind, gone.path, gone.message) == ("field_removed", "address", "gone (object with 40 fields in it)")
    [came] = compare(new, old).changes
    assert (came.kind, came.path, came.message) == ("field_added", "address", "new (object with 40 fields in it)")


def test_a_renamed_object_is_one_change() -> None:
    [change] = compare(nested("address"), nested("home")).changes
    assert (change.kind, change.path, change.before) == ("field_renamed", "home", "address")


def test_what_lies_in_a_renamed_object_is_compared() -> None:
    new = nested("home")
    new.tables[0].fields[5].unit = "kg"
    assert [(one.kind, one.path) for one in compare(nested("address"), new).changes] == [
        ("field_renamed", "home"),
        ("unit_won", "home.x3"),
    ]
