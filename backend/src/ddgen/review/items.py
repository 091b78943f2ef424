"""What there is to decide: claims with the table or field that they speak of, each with an id of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ddgen.errors import UsageError
from ddgen.model.claim import MULTI_VALUED, PEOPLES, Claim, Kind, Status, winner, winners
from ddgen.model.dictionary import Dictionary, Field, Table

TEXTS = (Kind.BUSINESS_NAME, Kind.DESCRIPTION, Kind.GRAIN)
"""Kinds that are texts for people, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table, or a field of it."""

    table: Table
    field: Field | None = None

    @property
    def thing(self) -> Table | Field:
        """What its claims stand with."""
        return self.table if self.field is None else self.field

    @property
    def claims(self) -> list[Claim]:
        """What is said of it."""
        return self.thing.claims

    @property
    def place(self) -> str:
        """`orders`, or `orders.items[].sku`."""
        return self.table.name if self.field is None else f"{self.table.name}.{self.field.path}"

    @property
    def table_id(self) -> str:
        """What names the table from run to run."""
        return self.table.id or self.table.name

    @property
    def id(self) -> str:
        """An id of 16 hexadecimal digits, which is the same as long as the table and the path are."""
        return _digest(self.table_id, None if self.field is None else self.field.path)[:16]

    def settle(self) -> None:
        """Spell out the winning claims anew."""
        if self.field is None:
            self.table.settle()
        else:
            self.field.settle()


@dataclass(frozen=True, slots=True)
class Item:
    """A claim, and what it speaks of."""

    part: Part
    claim: Claim

    @property
    def id(self) -> str:
        """An id of 12 hexadecimal digits: a claim's own id is the same wherever the same is said."""
        field = self.part.field
        return _digest(self.part.table_id, None if field is None else field.path, self.claim.id)[:12]

    @property
    def shown(self) -> bool:
        """Whether it is what readers see."""
        if self.claim.kind in MULTI_VALUED:
            return any(self.claim is one for one in winners(self.part.claims, self.claim.kind))
        return winner(self.part.claims, self.claim.kind) is self.claim


def _digest(*what: str | None) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def parts(dictionary: Dictionary) -> Iterator[Part]:
    """Every table, each before its fields."""
    for table in dictionary.tables:
        yield Part(table)
        for field in table.fields:
            yield Part(table, field)


def shown(part: Part, kinds: Iterable[Kind] = TEXTS) -> Iterator[Item]:
    """The claims that readers see of a table or field."""
    for kind in kinds:
        won = [one] if (one := winner(part.claims, kind)) is not None else []
        yield from (Item(part, claim) for claim in (winners(part.claims, kind) if kind in MULTI_VALUED else won))


def items(
    dictionary: Dictionary,
    kinds: Collection[Kind] = TEXTS,
    statuses: Collection[Status] = (Status.SUGGESTED,),
) -> Iterator[Item]:
    """The claims of these kinds that readers see and that have one of these statuses; of rejected ones all.

    What people alone speak of is nothing to decide on.
    """
    wanted = [kind for kind in kinds if kind not in PEOPLES]
    for part in parts(dictionary):
        seen = [item for item in shown(part, wanted) if item.claim.status in statuses]
        yield from seen
        if Status.REJECTED in statuses:
            yield from (
                Item(part, claim) for claim in part.claims if claim.kind in wanted and claim.status is Status.REJECTED
            )


def find(dictionary: Dictionary, refs: Iterable[str]) -> dict[str, list[Item]]:
    """By each reference the items that it names, none where there is no such thing.

    A reference is an item's id, or `TABLE.PATH:KIND`, `TABLE:KIND`, or one of these without the kind, which names the
    shown texts that are suggested.
    """
    wanted = dict.fromkeys(refs)
    found: dict[str, list[Item]] = {ref: [] for ref in wanted}
    for part in parts(dictionary):
        for claim in part.claims:
            item = Item(part, claim)
            if item.id in found:
                found[item.id].append(item)
        if part.place in found:
            found[part.place] += [item for item in shown(part) if item.claim.status is Status.SUGGESTED]
        for kind in Kind:
            named = found.get(f"{part.place}:{kind.value}")
            if named is not None:
                named += shown(part, [kind])
    return found


def part_at(dictionary: Dictionary, place: str) -> Part:
    """The table or field that a place names, as in `orders` or `orders.items[].sku`. Raises UsageError."""
    found = [part for part in parts(dictionary) if part.place == place]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        "no such table or field" if not found else "several tables have that name",
        where=place,
        hint="Name it as TABLE or TABLE.PATH",
    )


def part_of(dictionary: Dictionary, table_id: str, path: str | None) -> Part | None:
    """The table of that id, or its field of that path."""
    for table in dictionary.tables:
        if (table.id or table.name) == table_id:
            if path is None:
                return Part(table)
            field = table.field(path)
            if field is not None:
                return Part(table, field)
    return None
