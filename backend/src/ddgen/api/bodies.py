"""What all bodies, texts, ids and pages of the API have in common."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from ddgen.store.records import Page

T = TypeVar("T")

_BLANK = "\\x00-\\x20\\x7f-\xa0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u3000\ufeff"
"""What leaves no ink: a text of such characters alone is none."""

NO_NUL = r"^[^\x00]*$"
SOME_TEXT = rf"^[^\x00]*[^{_BLANK}][^\x00]*$"
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=SOME_TEXT)]
"""A text that a person writes."""

Line = Annotated[str, StringConstraints(max_length=200, pattern=rf"^[^\x00-\x1f\x7f]*[^{_BLANK}][^\x00-\x1f\x7f]*$")]
"""A name."""


def _written(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("a time is a text, as in 2030-01-01T00:00:00Z")  # noqa: TRY004 - what the library takes for wrong input
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]
"""A time with its zone; a bare number would be taken for seconds."""

EXAMPLE_ID = "0199a3c5-7d1e-7c1a-9d55-5b1a1f3c2e10"


class Body(BaseModel):
    """What a client sends: members that nobody knows are refused, and so are characters no database keeps."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, data: Any) -> Any:
        if _has_nul(data):
            raise ValueError("holds the character U+0000")
        return data


def _has_nul(data: Any) -> bool:
    if isinstance(data, str):
        return "\0" in data
    if isinstance(data, dict):
        return any(_has_nul(key) or _has_nul(value) for key, value in data.items())
    return isinstance(data, list) and any(map(_has_nul, data))


class Listed(BaseModel, Generic[T]):
    """A page: some items, and the cursor that asks for those after them; null at the end."""

    items: list[T]
    next_cursor: str | None = Field(examples=["WyJvcmRlcnMiLDEyXQ"])

    @classmethod
    def of(cls, page: Page[T]) -> Listed[T]:
        """A page of the store."""
        return cls(items=page.items, next_cursor=page.next_cursor)


Cursor = Annotated[
    str | None,
    Query(
        description="The `next_cursor` of the page before.",
        examples=["WyJvcmRlcnMiLDEyXQ"],
        max_length=2000,
        pattern=NO_NUL,
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="Most items of the page.", examples=[50])]

_ID = r"^[0-9A-Za-z_-]{1,64}$"


def id_of(what: str) -> Any:
    """A parameter of the path that is the opaque id of something."""
    return Path(description=f"The id of the {what}.", examples=[EXAMPLE_ID], pattern=_ID)


DictionaryId = Annotated[str, id_of("dictionary")]
TableId = Annotated[str, id_of("table")]
FieldId = Annotated[str, id_of("field")]
RunId = Annotated[str, id_of("run")]
ClaimId = Annotated[
    str,
    Path(
        description="The id of the claim: that of its field or table, a dot, and its own.",
        examples=[f"{EXAMPLE_ID}.3f2a9c0d1e4b5a67"],
        pattern=r"^[0-9A-Za-z_-]{1,64}\.[0-9A-Za-z_-]{1,64}$",
    ),
]
