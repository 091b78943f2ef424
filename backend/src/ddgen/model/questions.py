"""What is left to ask a person: questions that a dictionary could not answer itself, the most useful first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from ddgen.model import dictionary
    from ddgen.model.codes import Code

_NAMED = 8
_PLAIN = re.compile(r"[\w.\-]+")


class Place(BaseModel):
    """A field that an answer explains: how many of its values."""

    model_config = ConfigDict(extra="forbid")

    table: str
    path: str
    values: int


class Question(BaseModel):
    """A question about codes that nothing explains, once for all fields of one name that have the same codes.

    `explains` is how many values an answer explains.
    """

    model_config = ConfigDict(extra="forbid")

    text: str
    codes: list[str]
    explains: int
    places: list[Place] = Field(default_factory=list)


def open_questions(tables: Iterable[dictionary.Table]) -> list[Question]:
    """All questions, that whose answer explains most values first."""
    found: dict[tuple[str, frozenset[str]], tuple[list[str], list[Place]]] = {}
    for table in tables:
        for one in (one for one in table.fields if not one.removed and not table.removed):
            asked = _asked(one)
            if asked:
                codes = [str(code.value) for code in asked]
                _, places = found.setdefault((one.name, frozenset(codes)), (codes, []))
                places.append(Place(table=table.name, path=one.path, values=sum(code.count or 0 for code in asked)))
    questions = (_question(name, codes, places) for (name, _), (codes, places) in found.items())
    return sorted(questions, key=lambda question: (-question.explains, question.places[0].table, question.text))


def _asked(one: dictionary.Field) -> list[Code]:
    """The codes of a field that nothing explains; of one that is masked none can be asked for."""
    return one.codes.asked if one.codes is not None and one.masked is None else []


def _question(name: str, codes: list[str], places: list[Place]) -> Question:
    shown = ", ".join(code if _PLAIN.fullmatch(code) else f"\u201c{code}\u201d" for code in codes[:_NAMED])
    more = f" and {len(codes) - _NAMED} more" if len(codes) > _NAMED else ""
    verb = "does" if len(codes) == 1 else "do"
    holders = ", ".join(dict.fromkeys(place.table for place in places))
    where = f"{places[0].table}.{places[0].path}" if len(places) == 1 else f"{name} in {holders}"
    text = f"What {verb} {shown}{more} stand for in {where}?"
    return Question(text=text, codes=codes, explains=sum(place.values for place in places), places=places)
