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
    there = {relation.name: relation for relation in relations}
    return [
        (End(name, _paths(reference.columns)), End(reference.table, _paths(reference.references)))
        for name, relation in there.items()
        for reference in relation.references
        if reference.table in there
    ]


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
