"""What sources declare of keys and references, and what people have refused, in the words of questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ddgen.model.claim import Kind, Status
from ddgen.model.dictionary import Table
from ddgen.model.path import format_name
from ddgen.model.question import End
from ddgen.model.relation import Relation
from ddgen.semantics.keys import Declared
from ddgen.semantics.relations import Ends


def keys(relations: Iterable[Relation]) -> dict[str, Declared]:
    """The declared keys of each table, by its name."""
    return {
        relation.name: Declared(_paths(relation.primary_key), [_paths(key) for key in relation.unique_keys])
        for relation in relations
    }


def references(relations: Iterable[Relation]) -> list[tuple[End, End]]:
    """The declared references between tables that are there."""
    read = list(relations)
    there = {(_place(relation), relation.stored_name): relation.name for relation in read}
    return [
        (End(relation.name, _paths(reference.columns)), End(target, _paths(reference.references)))
        for relation in read
        for reference in relation.references
        if (target := there.get((_place(relation), reference.table))) is not None
    ]


def _place(relation: Relation) -> str:
    """The database or file that a table is in: only tables of one refer to each other by their names there."""
    return relation.uri.partition("#")[0]


def refused(continued: Mapping[str, Table]) -> set[Ends]:
    """References that a person has rejected, by the tables of a previous dictionary that tables continue."""
    return {
        ((f"{name}.{part.path}",), (str(claim.value),))
        for name, before in continued.items()
        for part in before.fields
        for claim in part.claims
        if claim.kind is Kind.REFERENCES and claim.status is Status.REJECTED
    }


def _paths(columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(format_name(column) for column in columns)
