"""What `ddgen review` does once its arguments are read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from itertools import chain
from typing import TypeVar

from ddgen.cli import review_view
from ddgen.cli.keeping import Kept, person
from ddgen.cli.terminal import console
from ddgen.errors import UsageError
from ddgen.exporters import text
from ddgen.model.claim import Kind, Status
from ddgen.model.dictionary import Dictionary
from ddgen.review import decide, same_name
from ddgen.review.coverage import coverage
from ddgen.review.decide import Decision, Outcome
from ddgen.review.items import TEXTS, Item, items, part_at

Named = TypeVar("Named", Kind, Status)
_WRITABLE = (*TEXTS, Kind.OWNER, Kind.NOTE, Kind.UNIT)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which claims are meant."""

    tables: tuple[str, ...]
    kinds: tuple[str, ...]
    statuses: tuple[str, ...]
    as_json: bool


@dataclass(frozen=True, slots=True)
class Orders:
    """Decisions that the arguments make."""

    approve: tuple[str, ...]
    reject: tuple[str, ...]
    texts: tuple[str, ...]
    undo: bool
    decision: str | None
    note: str | None
    by: str | None

    def __bool__(self) -> bool:
        return bool(self.approve or self.reject or self.texts or self.undo)


def carry_out(kept: Kept, orders: Orders, *, as_json: bool) -> int:
    """Do all that is ordered, as one decision; tell of each, and return the exit code: 2 where a thing is not there."""
    texts = [_text(kept.dictionary, said) for said in orders.texts]
    approve, reject = list(_refs(orders.approve)), list(_refs(orders.reject))
    by = person(orders.by)
    if orders.undo and not _known(kept.dictionary, orders.decision):
        hint = "ddgen review FILE --history lists them"
        raise UsageError("there is no decision to take back", where="--undo", hint=hint)

    def decision(held: Dictionary) -> dict[str, list[Outcome]]:
        made, told = Decision(by), {}
        if orders.undo:
            told["undo"] = decide.undo(held, made, orders.decision)
        told["approve"] = decide.approve(held, approve, made, orders.note)
        told["reject"] = decide.reject(held, reject, made, orders.note)
        told["set"] = [_set(held, *one, made, orders.note) for one in texts]
        return told

    told = kept.change(decision)
    if as_json:
        sys.stdout.write(review_view.printed(review_view.told(told)) + "\n")
    else:
        review_view.draw_told(console(), told)
    return UsageError.exit_code if any(one.reason == decide.UNKNOWN for one in chain(*told.values())) else 0


def _known(dictionary: Dictionary, decision: str | None) -> bool:
    """Whether there is that decision, or any where none is named."""
    if decision is None:
        return decide.last(dictionary) is not None
    return any(review.decision == decision for review in dictionary.reviews or ())


def _refs(given: Iterable[str]) -> Iterable[str]:
    """The references, those on standard input for `-`."""
    for ref in given:
        if ref != "-":
            yield ref
        elif sys.stdin is not None:
            yield from (line.strip() for line in sys.stdin if line.strip())


def _text(dictionary: Dictionary, said: str) -> tuple[str, Kind, str]:
    """Place, kind and text of `TABLE.PATH:KIND=TEXT`. Raises UsageError."""
    what, sign, value = said.partition("=")
    place, colon, kind = what.rpartition(":")
    known = [one for one in _WRITABLE if one.value == kind.strip()]
    if not sign or not colon or not known or not value.strip():
        kinds = ", ".join(one.value for one in _WRITABLE)
        raise UsageError(f"this sets nothing: {said}", where="--set", hint=f"Say TABLE.PATH:KIND=TEXT; KIND is {kinds}")
    part_at(dictionary, place)
    return place, known[0], value.strip()


def _set(dictionary: Dictionary, place: str, kind: Kind, value: str, made: Decision, note: str | None) -> Outcome:
    part = part_at(dictionary, place)
    claim = decide.edit(dictionary, part, kind, value, made, note)
    return Outcome(place, done=True, items=(Item(part, claim),))


def _wanted(dictionary: Dictionary, wish: Wish) -> Iterable[Item]:
    kinds = [_named(Kind, "--kind", kind) for kind in wish.kinds] or TEXTS
    statuses = [_named(Status, "--status", status) for status in wish.statuses] or (Status.SUGGESTED,)
    found = items(dictionary, kinds, statuses)
    for item in found:
        table = item.part.table
        if not table.removed and any(fnmatchcase(table.name, pattern) for pattern in wish.tables or ("*",)):
            yield item


def _named(family: type[Named], option: str, said: str) -> Named:
    """The kind or status of that name. Raises UsageError with those there are."""
    found = next((one for one in family if one.value == said.strip()), None)
    if found is None:
        raise UsageError(
            f"there is no {said}", where=option, hint=f"There is: {', '.join(one.value for one in family)}"
        )
    return found


def tell_list(kept: Kept, wish: Wish) -> None:
    """Print the claims that are meant."""
    found = _wanted(kept.dictionary, wish)
    if wish.as_json:
        sys.stdout.write(review_view.printed([review_view.as_dict(kept.dictionary, item) for item in found]) + "\n")
    else:
        review_view.draw_list(console(), kept.dictionary, found)


def tell_coverage(kept: Kept, *, as_json: bool) -> None:
    """Print how far people have come."""
    found = coverage(kept.dictionary)
    if as_json:
        sys.stdout.write(review_view.printed([asdict(one) | {"done": one.done} for one in found]) + "\n")
    else:
        review_view.draw_coverage(console(), found)


def tell_namesakes(kept: Kept, place: str, *, as_json: bool) -> None:
    """Print the fields of the same name. Raises UsageError where there is no such field."""
    found = same_name.namesakes(kept.dictionary, part_at(kept.dictionary, place), Kind.DESCRIPTION)
    if as_json:
        sys.stdout.write(review_view.printed([asdict(one) for one in found]) + "\n")
    else:
        review_view.draw_namesakes(console(), found)


def tell_history(kept: Kept, *, as_json: bool) -> None:
    """Print the decisions, the oldest first."""
    reviews = kept.dictionary.reviews or []
    if as_json:
        told = [review.model_dump(mode="json", exclude_none=True) for review in reviews]
        sys.stdout.write(review_view.printed(told) + "\n")
        return
    names = {table.id or table.name: table.name for table in kept.dictionary.tables}
    screen = console()
    for review in reviews:
        place = ".".join(filter(None, (names.get(review.table, review.table), review.path)))
        undone = f" (takes back {review.undoes})" if review.undoes else ""
        said = f"{review.action} {place}:{review.kind.value} by {review.by or 'unknown'}{undone}"
        screen.print(f"{review.decision}  {text.instant(review.time)}  {text.visible(said)}", soft_wrap=True)
    if not reviews:
        screen.print("Nobody has decided anything yet")


def sit(kept: Kept, wish: Wish, by: str | None) -> None:
    """Ask about one item after the other."""
    from ddgen.cli.review_keys import Keys
    from ddgen.cli.review_sitting import Place, Sitting

    screen = console()
    places = list(dict.fromkeys(Place.of(item) for item in _wanted(kept.dictionary, wish)))
    if not places:
        screen.print("Nothing is left to decide")
        return
    sitting = Sitting(kept, places, Keys(), person(by), screen)
    try:
        sitting.run()
    finally:
        if sitting.decided:
            kept.change(lambda _held: None)
            screen.print(
                f"{text.count(sitting.decided, 'decision')} saved in {text.visible(str(kept.path))}", soft_wrap=True
            )
