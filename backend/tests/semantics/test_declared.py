"""What sources declare, in the words of questions."""

from __future__ import annotations

from collections.abc import Iterator

from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Field, Table
from ddgen.model.question import End
from ddgen.model.relation import Batch, DeclaredReference, Relation
from ddgen.semantics.declared import keys, references, refused


class Empty(Relation):
    """A table without rows."""

    def batches(self) -> Iterator[Batch]:
        return iter(())


def relation(name: str, place: str = "shop.sqlite") -> Empty:
    return Empty(name, f"{place}#{name}", "held")


def test_keys_are_paths() -> None:
    made = relation("a")
    made.primary_key, made.unique_keys = ("my id",), [("x", "y")]
    found = keys([made])["a"]
    assert (found.primary, found.unique) == (("`my id`",), [("x", "y")])


def test_references_to_tables_that_are_there() -> None:
    made = relation("a")
    made.references = [DeclaredReference(("b id",), "b", ("id",)), DeclaredReference(("c",), "c", ("id",))]
    assert references([made, relation("b")]) == [(End("a", ("`b id`",)), End("b", ("id",)))]


def test_references_stay_in_their_source_whatever_its_tables_are_called_here() -> None:
    made = []
    for place in ("one", "two"):
        orders, customers = relation("orders", place), relation("customers", place)
        orders.references = [DeclaredReference(("customer",), "customers", ("id",))]
        orders.name, customers.name = f"{place}_orders", f"{place}_customers"
        made += [orders, customers]
    alone = relation("orders", "three")
    alone.references = [DeclaredReference(("customer",), "customers", ("id",))]
    found = [(start.table, end.table) for start, end in references([*made, alone])]
    assert found == [("one_orders", "one_customers"), ("two_orders", "two_customers")]


def test_what_people_refused() -> None:
    claims = [
        Claim(kind=Kind.REFERENCES, value="b.id", origin=Origin.RULE, status=Status.REJECTED),
        Claim(kind=Kind.REFERENCES, value="c.id", origin=Origin.RULE),
    ]
    fields = [Field(path="x", name="x", position=1, data_type="integer", claims=claims)]
    before = Table(id="t", name="old", uri="u", format="csv", fields=fields)
    assert refused({"new": before}) == {(("new.x",), ("b.id",))}
