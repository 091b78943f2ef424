"""What a person says of personal data when a run starts, by place: `PATH` in every table, or `TABLE:PATH`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
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


def claim(verdicts: Mapping[str, Pii], tables: Sequence[Table], time: datetime) -> list[UsageError]:
    """Add what a person says to the fields that are meant, and to what lies in them unless that is named by itself.

    An error for each place that is no field's.
    """
    wrong = []
    named: dict[str, Pii] = {}
    for place, said in verdicts.items():
        meant = [_key(table, field) for table in tables for field in table.fields if _is_at(place, table, field)]
        wrong += [] if meant else [_unknown(place, tables)]
        named |= dict.fromkeys(meant, said)
    for table in tables:
        for field in table.fields:
            said_of = next((named[key] for key in _around(_key(table, field)) if key in named), None)
            field.claims += [_claim(said_of, _after(field, time))] if said_of is not None else []
    return wrong


def _key(table: Table, field: Field) -> str:
    return f"{table.name}:{field.path}"


def _around(key: str) -> Iterator[str]:
    """A field's own key, then those of what holds it, the nearest first."""
    yield key
    yield from (key[:end] for end in range(len(key) - 1, 0, -1) if key[end] in ".[{")


def _unknown(place: str, tables: Sequence[Table]) -> UsageError:
    known = [name for table in tables for field in table.fields for name in (_key(table, field), field.path)]
    near = get_close_matches(place, known, n=3)
    hint = f"There is: {', '.join(dict.fromkeys(near))}" if near else "Name it as PATH or as TABLE:PATH"
    return UsageError("no such field", where=f"--pii {place}", hint=hint)


def _is_at(place: str, table: Table, field: Field) -> bool:
    name, colon, path = place.partition(":")
    within = colon == ":" and name == table.name and _written(path) == field.path
    return within or field.path in {place, _written(place)}


def _written(path: str) -> str:
    """The path as documents write it; a text that is no path may still be a plain name (`unit price`)."""
    try:
        return format_path(parse(path))
    except ValueError:
        return format_path((path,))


def _after(field: Field, time: datetime) -> datetime:
    """The time, or just after the newest word of a person on the field: what is said last holds, in one second too."""
    told = [claim.time for claim in field.claims if claim.kind is Kind.PII and claim.time is not None]
    newest = max(told, key=datetime.timestamp, default=None)
    later = newest is not None and newest.timestamp() >= time.timestamp()
    return newest + timedelta(microseconds=1) if newest is not None and later else time


def _claim(said: Pii, time: datetime) -> Claim:
    return Claim(kind=Kind.PII, value=said.model_dump(), origin=Origin.HUMAN, evidence=[_SAID], time=time)
