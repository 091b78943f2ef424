"""What a person says of personal data when a run starts, by place: `PATH` in every table, or `TABLE:PATH`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches

from ddgen.errors import UsageError
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.model.path import format_path, parse
from ddgen.model.personal import NONE, Pii
from ddgen.types import laws

_SAID = "a person said so when the dictionary was built"
_SENSITIVITY = 2
_CATEGORY = re.compile(r"[a-z][a-z0-9_.\-]*")


def read(said: str) -> Pii:
    """What a person says of personal data: `none`, or a category with its sensitivity behind a colon (else 2).

    Raises UsageError where it is neither.
    """
    category, _, level = said.strip().rpartition(":") if ":" in said else (said.strip(), "", "")
    if category == NONE and not level:
        return Pii(category=NONE, sensitivity=0, why=[_SAID])
    if category == NONE or not _CATEGORY.fullmatch(category) or level not in ({*"0123"} if ":" in said else {""}):
        hint = "Say none, or a category with a sensitivity of 0 to 3, as in contact:2"
        raise UsageError(f"this says nothing of personal data: {said}", where="--pii", hint=hint)
    sensitivity = int(level) if level else _SENSITIVITY
    return Pii(category=category, sensitivity=sensitivity, why=[_SAID], laws=laws.of_category(category))


def claim(verdicts: Mapping[str, Pii], tables: Iterable[Table], time: datetime) -> list[UsageError]:
    """Add what a person says to the fields that are meant; an error for each place that is no field's."""
    fields = {f"{table.name}:{field.path}": field for table in tables for field in table.fields}
    wrong = []
    for place, said in verdicts.items():
        meant = [field for key, field in fields.items() if _is_at(place, key, field)]
        if not meant:
            near = get_close_matches(place, [*fields, *(field.path for field in fields.values())], n=3)
            hint = f"There is: {', '.join(dict.fromkeys(near))}" if near else "Name it as PATH or as TABLE:PATH"
            wrong.append(UsageError("no such field", where=f"--pii {place}", hint=hint))
        for field in meant:
            field.claims.append(_claim(said, time))
    return wrong


def _is_at(place: str, key: str, field: Field) -> bool:
    table, colon, path = place.partition(":")
    return place == field.path or (colon == ":" and key == f"{table}:{_written(path)}") or _written(place) == field.path


def _written(path: str) -> str:
    """The path as documents write it; a text that is no path may still be a plain name (`unit price`)."""
    try:
        return format_path(parse(path))
    except ValueError:
        return format_path((path,))


def _claim(said: Pii, time: datetime) -> Claim:
    return Claim(kind=Kind.PII, value=said.model_dump(), origin=Origin.HUMAN, evidence=[_SAID], time=time)
