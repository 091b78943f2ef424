"""The values of one column by those of another: what the codes of a small table stand for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ddgen.errors import DdgenError
from ddgen.model.dictionary import Table
from ddgen.model.path import parse
from ddgen.model.relation import Relation
from ddgen.profiling.keyed import Column, texts_of, top_level
from ddgen.profiling.keyed_inside import Opens, opens_of

_NUMBERS = frozenset({"integer", "float", "decimal"})


class Lookup:
    """Looks values up in tables, which are read again; trouble with one is handed to `told`, and nothing is found."""

    def __init__(self, tables: Sequence[tuple[Relation, Table]], told: Callable[[DdgenError, Relation], None]) -> None:
        self._relations = {table.name: relation for relation, table in tables}
        self._told = told

    def __call__(self, table: Table, key: str, value: str) -> dict[str, str]:
        """The first value beside each key of a table, as texts."""
        relation, field = self._relations.get(table.name), table.field(key)
        if relation is None or field is None or not relation.rereadable:
            return {}
        try:
            opens = opens_of(table, value)
            return pairs(relation, key, value, number=field.data_type in _NUMBERS, opens=opens)
        except DdgenError as error:
            self._told(error, relation)
            return {}


def pairs(
    relation: Relation, key: str, value: str, *, number: bool = False, opens: Opens = (), most: int = 10_000
) -> dict[str, str]:
    """The first value with each key, as texts, from the first `most` keys or so; `number`: keys are numbers.

    `opens` says where on the path of the value there are texts to look into.
    Raises InputError where the relation cannot be read again.
    """
    keys, values = Column(parse(key), number=number), Column(parse(value), opens=opens)
    found: dict[str, str] = {}
    with relation.only(top_level((keys, values))):
        for batch in relation.batches():
            for one, other in zip(texts_of(batch, keys).to_pylist(), texts_of(batch, values).to_pylist(), strict=True):
                if one is not None and other is not None:
                    found.setdefault(one, other)
            if len(found) >= most:
                break
    return found
