"""What tables that join two others relate."""

from __future__ import annotations

from ddgen.model.dictionary import Relationship, Table
from ddgen.semantics.bridges import find


def table(name: str, *key: str) -> Table:
    return Table(id=name, name=name, uri="u", format="csv", primary_key=list(key))


def link(start: str, end: str, confidence: float = 1.0) -> Relationship:
    kind = "declared" if confidence == 1 else "inferred"
    return Relationship.model_validate({"from": [start], "to": [end], "kind": kind, "confidence": confidence})


PLAYS = table("plays", "actor_id", "film_id")
LINKS = [link("plays.actor_id", "actors.id"), link("plays.film_id", "films.id", 0.9)]


def test_both_ends_of_a_bridge_are_many_to_many() -> None:
    (found,) = find([PLAYS], LINKS)
    assert (found.from_, found.to, found.via) == (["actors.id"], ["films.id"], "plays")
    assert (found.cardinality, found.kind, found.confidence) == ("n:m", "inferred", 0.9)


def test_a_bridge_of_declared_references_is_declared() -> None:
    (found,) = find([PLAYS], [LINKS[0], link("plays.film_id", "films.id")])
    assert found.kind == "declared"


def test_other_tables_are_no_bridges() -> None:
    assert find([table("plays", "id")], LINKS) == []
    assert find([table("plays", "actor_id", "day")], LINKS) == []
    assert find([table("play", "actor_id", "film_id")], LINKS) == []
