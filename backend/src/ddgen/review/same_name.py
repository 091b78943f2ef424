"""Fields of one name in several places: what is decided on one of them may hold for all, once the list was seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ddgen.model.claim import Kind, Status, judged, winner
from ddgen.model.dictionary import Dictionary
from ddgen.review.decide import Decision, Outcome, edit, set_status
from ddgen.review.items import Item, Part, part_at, parts


@dataclass(frozen=True, slots=True)
class Namesake:
    """A field of the same name; `said` is what stands there, `settled` whether a person wrote or judged it."""

    place: str
    data_type: str
    said: str | None
    settled: bool


def namesakes(dictionary: Dictionary, part: Part, kind: Kind) -> list[Namesake]:
    """The other fields called as this one; of a table there are none. Those that are removed are left out."""
    if part.field is None:
        return []
    name = part.field.name.casefold()
    others = (
        other
        for other in parts(dictionary)
        if other.field is not None and other.field.name.casefold() == name and not other.field.removed
    )
    return [_namesake(other, kind) for other in others if other.place != part.place]


def _namesake(part: Part, kind: Kind) -> Namesake:
    won = winner(part.claims, kind)
    data_type = part.field.data_type if part.field is not None else ""
    return Namesake(part.place, data_type, str(won.value) if won else None, won is not None and judged(won))


def apply(dictionary: Dictionary, places: Iterable[str], kind: Kind, value: str, made: Decision) -> list[Outcome]:
    """Let a value hold at exactly these places: approved where it stands already, else written as the person's own."""
    outcomes: list[Outcome] = []
    for place in dict.fromkeys(places):
        part = part_at(dictionary, place)
        won = winner(part.claims, kind)
        if won is not None and won.value == value:
            reason = set_status(dictionary, Item(part, won), Status.APPROVED, made)
            outcomes.append(Outcome(place, done=reason is None, reason=reason))
        else:
            edit(dictionary, part, kind, value, made)
            outcomes.append(Outcome(place, done=True))
    return outcomes


def suggested(found: Sequence[Namesake]) -> list[str]:
    """The places of a list where nobody has written or judged anything yet."""
    return [one.place for one in found if not one.settled]
