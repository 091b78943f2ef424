"""How much a unique field looks like the key of its table, by its name, type and place."""

from __future__ import annotations

from collections.abc import Sequence

from ddgen.model.dictionary import Field, Table
from ddgen.model.path import parse
from ddgen.semantics.reference_names import (
    ends_with_key_word,
    entity_words,
    is_measure,
    is_moment,
    is_plain_key,
    names_table,
    own_key,
    plain_words,
    points_within,
    same_column,
    shared_prefix,
    word_group,
)

OWN = 0.75
"""Score of a name from which a column is its table's own key."""

POINTS = 0.8
"""Score of a name from which a column is taken to refer to another table."""

_SPEAKS = 0.6
"""Score of a name from which a column speaks of another table, if not surely."""

_SAYS_KEY = 0.75
_SAYS_NAME = 0.55
_UNIQUE = 0.35
_LEADS = 0.7
_REFERS = 0.4
_FIRST = 0.15
_ALONE = 0.05
_KEY_TEXTS = frozenset({"integer", "string", "uuid"})


def looks_like_key(name: str) -> bool:
    """Whether a name ends like that of a key."""
    return ends_with_key_word(name)


def _own(table: Table) -> list[Field]:
    """The fields of a table itself, without those inside its texts."""
    return [part for part in table.fields if part.inside is None]


class KeyNames:
    """The names of all tables, so that a column that speaks of another table is told from a table's own key."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = list(tables)
        self.prefixes = {table.name: shared_prefix([part.name for part in _own(table)]) for table in tables}
        self._owned = {table.name: self._own_names(table) for table in tables}
        self._points: dict[tuple[str, str], float] = {}
        for table in tables:
            self._owned[table.name] = self._owned[table.name] or self._first_key(table)
        self._points.clear()

    def _own_names(self, table: Table) -> list[str]:
        prefix = self.prefixes[table.name]
        return [part.name for part in _own(table) if own_key(part.name, table.name, prefix) >= OWN]

    def _first_key(self, table: Table) -> list[str]:
        """Of a table without a field that has its name, the first if it ends with a key word and speaks of no other."""
        first = table.fields[0] if table.fields else None
        keyed = first is not None and ends_with_key_word(first.name, self.prefixes[table.name])
        return [first.name] if first is not None and keyed and self.points(table, first) < POINTS else []

    def is_own(self, table: Table, part: Field) -> bool:
        """Whether the name of a field is that of its table's own key, and not rather of another's."""
        own = own_key(part.name, table.name, self.prefixes[table.name])
        return own >= OWN and (is_plain_key(part.name) or own >= self.points(table, part))

    def points(self, table: Table, part: Field) -> float:
        """How well the name of a field says that it refers to another table, or to other rows of this one."""
        asked = (table.name, part.name)
        if asked not in self._points:
            self._points[asked] = self._pointing(table, part)
        return self._points[asked]

    def _pointing(self, table: Table, part: Field) -> float:
        prefix = self.prefixes[table.name]
        best = 0.9 if points_within(part.name) and ends_with_key_word(part.name, prefix) else 0.0
        for other in self._tables:
            if other is table or entity_words(other.name) == entity_words(table.name):
                continue
            named = names_table(part.name, other.name, prefix)
            best = max(best, named, self._same(table, part, other))
        return best

    def _same(self, table: Table, part: Field, other: Table) -> float:
        """How well a field is named like a key of another table; a name that fits both is the plainer table's."""
        prefixes = (self.prefixes[table.name], self.prefixes[other.name])
        best = 0.0
        for name in self._owned[other.name]:
            mine = own_key(part.name, table.name, prefixes[0])
            theirs = own_key(name, other.name, prefixes[1])
            plainer = len(entity_words(table.name)) <= len(entity_words(other.name))
            if not (mine >= OWN and mine >= theirs and plainer):
                best = max(best, same_column(part.name, name, other.name, prefixes))
        return best

    def confidence(self, table: Table, part: Field, *, alone: bool) -> float:
        """How sure it is that a unique field is the primary key; few rows prove little."""
        prefix = self.prefixes[table.name]
        own, points = own_key(part.name, table.name, prefix), self.points(table, part)
        first = part.position == 1 and part.data_type in _KEY_TEXTS
        if self.is_own(table, part):
            score = own
        elif points >= POINTS:
            score = _REFERS + (_FIRST if first and alone else 0.0)
        elif ends_with_key_word(part.name, prefix) or part.data_type == "uuid":
            score = _SAYS_KEY + (_FIRST if first else 0.0)
        elif self._is_name(table, part):
            score = _SAYS_NAME + (_FIRST if first else 0.0)
        elif first and points < _SPEAKS and self._leads(part):
            score = _LEADS + (_ALONE if alone else 0.0)
        else:
            score = _UNIQUE
        score -= 0.001 * min(part.position, 50)
        return score * min(1.0, 0.55 + 0.05 * (table.rows_profiled or 0))

    def _leads(self, part: Field) -> bool:
        """A first field of numbers or codes, that is no amount, moment or text to read, is what rows are known by."""
        texts = [sample for sample in part.profile.samples if isinstance(sample, str)]
        codes = not any(" " in text for text in texts)
        return codes and not is_measure(part.name) and not is_moment(part.name)

    def _is_name(self, table: Table, part: Field) -> bool:
        """`state_name` of states, `code`, or the table's own word: what a list of few things is known by."""
        words = plain_words(part.name)
        own = entity_words(table.name)
        if part.data_type not in {"string", "integer"} or not words:
            return False
        return set(words) <= own or (part.data_type == "string" and words[-1] in word_group("name"))

    def owned(self, name: str) -> bool:
        """Whether some table has a key of its own of this name."""
        return any(name in own for own in self._owned.values())

    def reasons(self, table: Table, path: str) -> list[str]:
        """What the name of a field adds to its being unique."""
        part = table.field(path)
        own = part is not None and self.is_own(table, part)
        return [f"its name is that of the key of {table.name}"] if own else []

    def by_name(self, table: Table) -> str | None:
        """The one field that a table of no row, or one, has for a key, by its name; not one inside another."""
        if (table.rows_profiled or 0) > 1 or not table.fields:
            return None
        top = [part for part in _own(table) if len(parse(part.path)) == 1]
        owned = [part for part in top if part.name in self._owned[table.name]]
        chosen = [part.path for part in owned if self.is_own(table, part)] or [part.path for part in owned]
        return chosen[0] if chosen else None
