"""Which files are parts of one table, and what tables are called."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import PurePath

from ddgen.model.relation import Relation
from ddgen.sources.chain import ChainedRelation
from ddgen.sources.folder import bare_stem, common_name
from ddgen.sources.spec import SourceSpec

Table = tuple[SourceSpec, Relation]

OVERLAP = 0.5
"""Share of keys that the first records of two documents must have in common to be of one table."""


def join_alike(tables: Sequence[Table]) -> list[Table]:
    """The tables, those of one shape of name, one format and one header as one, in the order of their names."""
    counts = Counter(spec for spec, _ in tables)
    groups: list[list[Table]] = []
    for spec, relation in sorted(tables, key=lambda table: _natural(table[0].display)):
        group = next((group for group in groups if _are_parts(group[0], (spec, relation), counts)), None)
        if group is None:
            groups.append([(spec, relation)])
        else:
            group.append((spec, relation))
    return [group[0] if len(group) == 1 else _joined(group) for group in groups]


def _natural(text: str) -> list[tuple[str, int]]:
    """Sorts `part-10` behind `part-9`."""
    return [(word, int(number or 0)) for word, number in re.findall(r"(\D*)(\d*)", text)]


def _are_parts(one: Table, other: Table, counts: Counter[SourceSpec]) -> bool:
    (spec, relation), (other_spec, other_relation) = one, other
    if counts[spec] > 1 or counts[other_spec] > 1 or _kind(relation) != _kind(other_relation):
        return False
    if bare_stem(spec.stem).lower() != bare_stem(other_spec.stem).lower():
        return False
    if _own_name(one) != _own_name(other):
        return False
    names = [field.path for field in relation.declared]
    if names or other_relation.declared:
        return names == [field.path for field in other_relation.declared]
    return _overlap(_first_keys(spec.head), _first_keys(other_spec.head)) >= OVERLAP


def _kind(relation: Relation) -> tuple[type[Relation], str]:
    return type(relation), relation.format


def _own_name(table: Table) -> str | None:
    """The name that a table has inside its file; None where it is called as the file is."""
    spec, relation = table
    return None if relation.name == spec.stem else relation.name


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _first_keys(head: bytes) -> set[str]:
    """The keys of the first record in a JSON text; none where it is not an object or is longer than the head."""
    text = head.decode("utf-8-sig", "replace").lstrip()
    start = text.find("{")
    if start < 0:
        return set()
    try:
        record, _ = json.JSONDecoder().raw_decode(text, start)
    except (json.JSONDecodeError, RecursionError):
        return set()
    return set(record) if isinstance(record, dict) else set()


def _joined(group: Sequence[Table]) -> Table:
    spec = group[0][0]
    folder = PurePath(spec.display).parent
    name = _own_name(group[0]) or common_name(spec.stem, folder.name)
    ending = "".join(PurePath(spec.display).suffixes[-1:])
    return spec, ChainedRelation(
        name, str(folder / f"*{bare_stem(spec.stem)}*{ending}"), [relation for _, relation in group]
    )


def unique_table_names(tables: Sequence[Table]) -> list[Relation]:
    """The relations, those of equal names told apart by their file, their folder, or at last a number."""
    counts = Counter(spec for spec, _ in tables)
    places: dict[str, set[str]] = {}
    for spec, relation in tables:
        places.setdefault(relation.name.lower(), set()).add(_place(spec, relation, counts))
    for spec, relation in tables:
        if len(places[relation.name.lower()]) > 1:
            relation.name = "_".join(filter(None, (_place(spec, relation, counts), relation.name)))
    taken = {relation.name.lower() for _, relation in tables}
    seen: set[str] = set()
    for _, relation in tables:
        if relation.name.lower() in seen:
            relation.name = next(name for name in _numbered(relation.name) if name.lower() not in taken)
        seen.add(relation.name.lower())
        taken.add(relation.name.lower())
    return [relation for _, relation in tables]


def _numbered(name: str) -> Iterator[str]:
    return (f"{name}_{number}" for number in count(2))


def _place(spec: SourceSpec, relation: Relation, counts: Counter[SourceSpec]) -> str:
    """What tells a table from another of its name: the file that holds several, or else the folder."""
    inside = counts[spec] > 1 or (relation.name != spec.stem and not isinstance(relation, ChainedRelation))
    return spec.stem if inside else PurePath(spec.display).parent.name
