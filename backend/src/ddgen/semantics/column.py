"""A field as the search for its meaning sees it: the words of its name, and some of its different values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal

from ddgen.model.dictionary import Field, Table
from ddgen.model.path import Attribute, Step, parse
from ddgen.model.profile import Scalar
from ddgen.model.values import Values
from ddgen.types import words
from ddgen.types.declaration import Declaration

Said = Literal["strong", "weak", "veto"]

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
_BARE = frozenset({"name", "names"})
_CARRIES = frozenset("text value values display content string data raw entry".split())
"""Names of what holds the value of the object around it."""

_KEY = re.compile(r"(?i:_by_).+|(?<=[a-z])By[A-Z].+")
"""What says by which keys a map holds what it holds."""

_NUMBERED = re.compile(r"_\d{1,2}$")


@dataclass(frozen=True)
class Column:
    """What is known of one field. `texts` are different values, at most 100, in random order; of a map its keys."""

    path: str
    name: str
    data_types: frozenset[str]
    texts: tuple[str, ...]
    distinct: int | None
    _heard: dict[str, Said | None] = field(default_factory=dict, compare=False, repr=False)

    def hears(self, one: Declaration) -> Said | None:
        """What the words of the name say of a type, whatever else they speak of; worked out once."""
        if one.id not in self._heard:
            found = [one.named(name) for name in self.names]
            told: tuple[Said, ...] = ("veto", "strong", "weak")
            self._heard[one.id] = next((said for said in told if said in found), None)
        return self._heard[one.id]

    @property
    def heard(self) -> dict[str, Said]:
        """By their ids, the types of which the name was heard to say something."""
        return {name: said for name, said in self._heard.items() if said is not None}

    def called(self, name: str) -> Column:
        """The same values under another name, of which nothing has been heard yet."""
        return replace(self, name=name, _heard={})

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
    keyed = field.data_type.startswith("map")
    kinds = frozenset({"string"} if keyed else field.data_type.split(" | "))
    return Column(
        field.path,
        "" if keyed else _own_name(field),
        kinds,
        tuple(one for one in (text.strip() for text in texts) if one)[:_MOST],
        distinct,
    )


def owned(column: Column, table: Table) -> Column | None:
    """A column whose name says little as one of what owns it.

    That is the object around it or, of a `name`, the table: `customer name` in Customers, `diagnosis` for its `text`.
    """
    bare = column.names[0] if column.names else ""
    try:
        around = [step for step in parse(column.path) if isinstance(step, str)][:-1]
    except ValueError:
        return None
    if bare in _BARE:
        owner = around[-1] if around else table.name.rpartition(".")[2]
        one = re.sub("ies$", "y", "_".join(words.words_of(owner))).removesuffix("s")
        return column.called(f"{one} {column.name}")
    return column.called(around[-1]) if bare in _CARRIES and around else None


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:_LONGEST].translate(_BLANKS)


def _own_name(field: Field) -> str:
    """The last name of the path: of a list's elements, the list's; of what a map holds for each key, without the key.

    The values of `events_by_day{}` are events, no days.
    """
    try:
        steps = [step.name if isinstance(step, Attribute) else step for step in parse(field.path)]
        named = [step for step in steps if isinstance(step, str)]
    except ValueError:
        steps, named = [], []
    own = named[-1] if named else field.name
    return _KEY.sub("", own) if steps and steps[-1] is Step.MAP_VALUE else own


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
