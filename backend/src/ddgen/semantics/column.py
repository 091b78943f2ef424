"""A field as the search for its meaning sees it: the words of its name, and some of its different values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ddgen.model.dictionary import Field, Table
from ddgen.model.path import parse
from ddgen.model.profile import Scalar
from ddgen.model.values import Values
from ddgen.types import words

_MOST = 100
_LONGEST = 2000
_BLANKS = dict.fromkeys((0xA0, 0x202F), " ")
"""No-break spaces, which stand in amounts and numbers as other blanks do."""

_OPAQUE = re.compile(
    r"[_\W]*(c|col|column|f|field|v|var|variable|x|attr|attribute|unnamed|unknown|untitled|no_?name|header|spalte|feld"
    r"|colonne|champ|columna|campo|coluna|colonna|kolom|kolumn)?[_\W]*\d*",
    re.IGNORECASE,
)
_HEADS = frozenset(
    "id key ids count cnt flag ind indicator is has num number_of verified status hash sk fk pk length len exists "
    "valid sent missing score rank".split()
)
_FIRST = frozenset("is has had was can should num count number no".split())
_NUMBERED = re.compile(r"_\d{1,2}$")


@dataclass(frozen=True)
class Column:
    """What is known of one field. `texts` are different values, at most 100, in random order."""

    path: str
    name: str
    data_types: frozenset[str]
    texts: tuple[str, ...]
    distinct: int | None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The words of the name joined by `_`, as they stand and written out; nothing where the name says nothing."""
        return names_of(self.name)

    @cached_property
    def other_thing(self) -> bool:
        """The name speaks of a number, a flag or a state of the thing that it names."""
        return any(_tells_other(one) for one in self.names)


def columns(table: Table, evidence: Mapping[str, Values]) -> list[Column]:
    """The fields that hold values of their own, as columns."""
    return [_column(field, evidence.get(field.path)) for field in table.fields if not field.removed]


def _column(field: Field, values: Values | None) -> Column:
    items = [value for value, _ in values.items] if values is not None else []
    if not items:
        items = [one.value for one in field.profile.top_values] or list(field.profile.samples)
    texts = tuple(dict.fromkeys(_text(value) for value in items[: 2 * _MOST] if value is not None))
    distinct = field.profile.distinct.count if field.profile.distinct else None
    kinds = frozenset(field.data_type.split(" | "))
    return Column(
        field.path,
        _own_name(field),
        kinds,
        tuple(one for one in (text.strip() for text in texts) if one)[:_MOST],
        distinct,
    )


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:_LONGEST].translate(_BLANKS)


def _own_name(field: Field) -> str:
    """The last name of the path: of a list's elements, the list's."""
    try:
        named = [step for step in parse(field.path) if isinstance(step, str)]
    except ValueError:
        named = []
    return named[-1] if named else field.name


@lru_cache(maxsize=20_000)
def names_of(name: str) -> tuple[str, ...]:
    """The words of a name joined by `_`, as they stand and written out; nothing for names such as `column_7`."""
    if _OPAQUE.fullmatch(name):
        return ()
    plain = "_".join(words.words_of(name))
    return tuple(dict.fromkeys((plain, words.expanded(name))))


def _tells_other(name: str) -> bool:
    parts = _NUMBERED.sub("", name).split("_")
    return len(parts) > 1 and (parts[-1] in _HEADS or parts[0] in _FIRST)
