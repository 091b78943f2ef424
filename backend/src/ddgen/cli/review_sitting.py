"""A person going through what is suggested, one key a decision; each is saved before the next is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.console import Console

from ddgen.cli import review_view
from ddgen.cli.keeping import Kept
from ddgen.cli.review_keys import Keys
from ddgen.exporters.text import visible
from ddgen.model.claim import Kind, Status
from ddgen.model.dictionary import Dictionary
from ddgen.review import decide, same_name
from ddgen.review.decide import Decision
from ddgen.review.items import Item, Part, part_of, shown

PROMPT = "[a]pprove [e]dit [r]eject [s]kip [u]ndo [n]ote [A]ll of this name [q]uit [?] > "
HELP = """\
a  approve the text that is shown        e  write your own; the old one stays in the history
r  reject it: it is not proposed again   s  leave it for later (Enter does so too)
u  take back your last decision          n  leave a note on the table or field
A  the same text for fields of the same name: the list comes first, and only what you choose is changed
q  quit; every decision is saved already
"""


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be decided: a kind of text of a table or field."""

    table: str
    path: str | None
    kind: Kind

    @classmethod
    def of(cls, item: Item) -> Place:
        """The place of an item."""
        return cls(item.part.table_id, None if item.part.field is None else item.part.field.path, item.claim.kind)


class Sitting:
    """Goes through the places in their order; `decided` counts the decisions that stand."""

    def __init__(self, kept: Kept, places: Sequence[Place], keys: Keys, by: str, screen: Console) -> None:
        self._kept, self._places, self._keys, self._by, self._screen = kept, places, keys, by, screen
        self._done: list[tuple[int, str]] = []
        self._at = 0

    @property
    def decided(self) -> int:
        """How many decisions were made and not taken back."""
        return len(self._done)

    def run(self) -> None:
        """Ask until all is decided, or the person leaves."""
        while self._at < len(self._places):
            item = self._item(self._places[self._at])
            if item is None:
                self._at += 1
                continue
            review_view.draw_item(self._screen, self._kept.dictionary, item, self._at + 1, len(self._places))
            if not self._answer(item):
                return
        self._say("All is decided, or left for later; ddgen review FILE --undo takes the last decision back")

    def _answer(self, item: Item) -> bool:
        """Do what the next keys say of the item; whether to go on."""
        while True:
            key = self._keys.key(PROMPT)
            if key is None or key == "q":
                return False
            if key in {"s", ""}:
                self._at += 1
                return True
            act = self._actions.get(key)
            if act is None:
                self._say(HELP if key == "?" else f"There is no key {visible(key)}; ? says which there are")
            elif act(self, item):
                return True

    def _item(self, place: Place) -> Item | None:
        """What is suggested at a place, as the file says it now."""
        part = part_of(self._kept.dictionary, place.table, place.path)
        seen = shown(part, [place.kind]) if part is not None else ()
        return next((item for item in seen if item.claim.status is Status.SUGGESTED), None)

    def _approve(self, item: Item) -> bool:
        return self._judge(item, Status.APPROVED)

    def _reject(self, item: Item) -> bool:
        return self._judge(item, Status.REJECTED)

    def _judge(self, item: Item, status: Status) -> bool:
        place, claim = Place.of(item), item.claim.id

        def judge(held: Dictionary, made: Decision) -> None:
            part = part_of(held, place.table, place.path)
            for one in part.claims if part is not None else ():
                if part is not None and one.id == claim:
                    decide.set_status(held, Item(part, one), status, made)

        return self._decide(judge)

    def _edit(self, item: Item) -> bool:
        place = Place.of(item)
        given = item.claim.value if isinstance(item.claim.value, str) else ""
        said = self._keys.line("Your text: ", given)
        if said is None or not said.strip() or said == given:
            self._say("Nothing was changed")
            return False
        return self._decide(lambda held, made: _write(held, place, place.kind, said.strip(), made))

    def _note(self, item: Item) -> bool:
        place = Place.of(item)
        said = self._keys.line("Your note: ", item.part.thing.note or "")
        if said is not None and said.strip():
            self._decide(lambda held, made: _write(held, place, Kind.NOTE, said.strip(), made), onward=False)
        return False

    def _undo(self, _item: Item) -> bool:
        if not self._done:
            self._say("You have decided nothing yet; ddgen review FILE --undo takes back what was decided before")
            return False
        at, decision = self._done.pop()
        outcomes = self._kept.change(lambda held: decide.undo(held, Decision(self._by), decision), more=True)
        for outcome in outcomes:
            if not outcome.done:
                self._say(f"Left as it is: {outcome.reason}")
        self._at = at
        return True

    def _all(self, item: Item) -> bool:
        """Let the shown text hold for the fields of the same name that the person chooses from the list."""
        if not isinstance(item.claim.value, str):
            return self._say("Only texts can be given to several fields")
        found = same_name.namesakes(self._kept.dictionary, item.part, item.claim.kind)
        if not found:
            return self._say("No other field has this name")
        review_view.draw_namesakes(self._screen, found)
        open_ = same_name.suggested(found)
        answer = self._keys.line(f"Apply to: [y] the {len(open_):,} open ones, numbers as in 1 3, or Enter for none > ")
        chosen = review_view.chosen(answer or "", found, open_)
        if chosen is None:
            return self._say("These are no numbers of the list: nothing was changed")
        if not chosen:
            return self._say("Nothing was changed")
        places, kind, value = [item.part.place, *chosen], item.claim.kind, item.claim.value
        return self._decide(lambda held, made: same_name.apply(held, places, kind, value, made))

    def _decide(self, decision: Callable[[Dictionary, Decision], object], *, onward: bool = True) -> bool:
        made = Decision(self._by)
        self._kept.change(lambda held: decision(held, made), more=True)
        self._done.append((self._at, made.id))
        self._at += onward
        return onward

    def _say(self, said: str) -> bool:
        self._screen.print(said)
        return False

    _actions: ClassVar = {"a": _approve, "r": _reject, "e": _edit, "n": _note, "u": _undo, "A": _all}


def _write(dictionary: Dictionary, place: Place, kind: Kind, said: str, made: Decision) -> Part | None:
    part = part_of(dictionary, place.table, place.path)
    if part is not None:
        decide.edit(dictionary, part, kind, said, made)
    return part
