"""What of a field or table can be searched for. Values that are personal, or may be, never are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ddgen.model.dictionary import Field, Table
from ddgen.model.personal import SHARED_BY
from ddgen.store.search_words import tokens
from ddgen.types import naming, shown

_VALUES, _VALUE_LENGTH = 30, 60
_TEXT_LENGTH = 5_000
_WHOLE = "zq"
"""Stands before all words of a name as one: what finds a field by exactly its name."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index holds of one field or table: words for each of its columns, each once."""

    number: int
    scope: list[str]
    names: list[str]
    kinds: list[str]
    texts: list[str]
    shown: list[str]

    def words(self) -> Iterator[str]:
        """All words that a person may look for."""
        yield from (word for word in self.names if not word.startswith(_WHOLE))
        for words in (self.kinds, self.texts, self.shown):
            yield from words


def field_number(n: int) -> int:
    """Under which number the index has a field."""
    return 2 * n


def table_number(n: int) -> int:
    """Under which number the index has a table."""
    return 2 * n + 1


def whole(words: Iterable[str]) -> str:
    """All words of a name as one."""
    return _WHOLE + "".join(words)


def mark(kind: str, value: str | int | None) -> str:
    """The word by which a search keeps to one dictionary, table, type or category."""
    return f"{kind}{re.sub('[^a-z0-9]', '', str(value).lower())}"


def field_entry(field: Field, n: int, table_n: int, dictionary_n: int) -> Entry:
    """What is indexed of a field."""
    scope = [mark("d", dictionary_n), mark("t", table_n), mark("y", field.data_type), "kfield"]
    kinds = [field.semantic_type or "", *field.tags, field.unit or ""]
    if field.semantic_type:
        scope.append(mark("s", field.semantic_type))
    if field.pii is not None:
        scope.append(mark("p", field.pii.category))
        kinds.append(field.pii.category)
    return Entry(
        field_number(n),
        scope,
        _names(field.name, field.path, field.business_name),
        _words(kinds),
        _words([field.description, field.comment]),
        _words(values(field)),
    )


def table_entry(table: Table, n: int, dictionary_n: int) -> Entry:
    """What is indexed of a table."""
    texts = [table.description, table.grain, table.comment]
    names = _names(table.name, "", table.business_name)
    return Entry(table_number(n), [mark("d", dictionary_n), mark("t", n), "ktable"], names, [], _words(texts), [])


def _names(name: str, path: str, business_name: str | None) -> list[str]:
    split = tokens(" ".join(naming.parts(name)))
    said = tokens(business_name or "")
    alone = [whole(tokens(name)), whole(said)] if said else [whole(tokens(name))]
    return list(dict.fromkeys([*tokens(name), *split, *said, *tokens(path), *alone]))


def _words(texts: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(word for text in texts if text for word in tokens(text[:_TEXT_LENGTH])))


def values(field: Field) -> list[str]:
    """The values of a field that anyone may see: codes, and texts that several records share; none that is masked."""
    if field.masked is not None or field.masking is not None or field.data_type != "string":
        return []
    found = [value.value for value in field.profile.top_values if value.count >= SHARED_BY]
    for code in field.codes.codes if field.codes is not None else ():
        found += [code.value, code.label]
    texts = dict.fromkeys(value for value in found if isinstance(value, str) and 0 < len(value) <= _VALUE_LENGTH)
    return [value for value in texts if shown.stray(value) == value][:_VALUES]
