"""Who described how many fields."""

from __future__ import annotations

import pytest

from ddgen.diff.coverage import counted, described, level_of, undocumented
from ddgen.model.claim import Kind, Origin, Status
from ddgen.model.dictionary import Field

from .parts import dictionary, field, table, text


def said(path: str, *origins: Origin, status: Status = Status.SUGGESTED) -> Field:
    claims = [text(Kind.DESCRIPTION, f"by {origin.value}", origin, status=status) for origin in origins]
    return field(path, claims=claims)


@pytest.mark.parametrize(
    ("one", "level"),
    [
        (said("x"), None),
        (said("x", Origin.RULE), None),
        (said("x", Origin.AI, Origin.RULE), "any"),
        (said("x", Origin.SOURCE), "any"),
        (said("x", Origin.RULE, status=Status.APPROVED), "approved"),
        (said("x", Origin.AI, status=Status.REJECTED), None),
        (said("x", Origin.HUMAN, Origin.AI), "person"),
    ],
)
def test_who_stands_behind_a_description(one: Field, level: str | None) -> None:
    assert level_of(one) == level


def test_shares_of_the_fields_that_somebody_has_to_describe() -> None:
    made = dictionary(
        table(
            "t",
            said("a", Origin.HUMAN),
            said("b", Origin.AI, status=Status.APPROVED),
            said("c", Origin.AI),
            said("d", Origin.RULE),
            said("d[]", Origin.RULE),
            field("gone", removed=True),
        ),
        table("gone", field("x"), removed=True),
    )
    assert [one.path for _, one in counted(made)] == ["a", "b", "c", "d"]
    assert described(made) == {"person": 0.25, "approved": 0.5, "any": 0.75}
    assert [one.path for _, one in undocumented(made)] == ["d"]
    assert described(dictionary())["any"] == 1
