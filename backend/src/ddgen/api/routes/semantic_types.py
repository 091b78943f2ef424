"""The semantic types that fields may have."""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel, Field

from ddgen.api import aside
from ddgen.api.auth import Reader
from ddgen.settings import types_places
from ddgen.types import table
from ddgen.types.declaration import Declaration

router = aside.router("semantic types")


class PiiShown(BaseModel):
    """What personal data a type is: sensitivity is 0 to 3."""

    category: str
    sensitivity: int


class TypeShown(BaseModel):
    """A semantic type; `own` where the operator has declared it."""

    id: str = Field(examples=["contact.email"])
    title: str
    group: str
    own: bool
    unit: str | None
    pii: PiiShown | None
    examples: list[str]


@router.get("/semantic-types")
def list_semantic_types(_caller: Reader) -> list[TypeShown]:
    """All semantic types that are known, those of the operator included."""
    return list(_known())


@cache
def _known() -> tuple[TypeShown, ...]:
    return tuple(map(_shown, table.load(types_places())))


def _shown(one: Declaration) -> TypeShown:
    return TypeShown(
        id=one.id,
        title=one.title,
        group=one.group,
        own=one.user,
        unit=one.unit,
        pii=PiiShown(category=one.pii.category, sensitivity=one.pii.sensitivity) if one.pii else None,
        examples=list(one.examples),
    )
