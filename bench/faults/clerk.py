"""Answers that know which field they are about: by them it shows whether a text ended up at its own field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from behaviours import after, completion
from loopback import Answer, Request, Response

from faults.ring import about

NAMED = re.compile(r"^(c\d+)\b.*?value_([a-z]{6})", re.MULTILINE)
KEYED = re.compile(r'"c0"\s*:')

Item = tuple[str, str]
"""An id, and the word of the field that the item tells about."""


def words_of(request: Request) -> dict[str, str]:
    """By id, the word in the name of the field that a prompt asks about."""
    return dict(NAMED.findall(request.json["messages"][-1]["content"]))


def is_keyed(request: Request) -> bool:
    """Whether the answer is wanted as an object by id, rather than a list of items."""
    system = str(request.json["messages"][0]["content"])
    return KEYED.search(json.dumps(request.schema) if request.schema else system) is not None


def written(request: Request, items: Sequence[Item]) -> str:
    """The answer's text, in the form that was asked for; an id may stand in it twice."""
    keyed = is_keyed(request)
    parts = [_part(name, word, keyed=keyed) for name, word in items]
    inside = ", ".join(parts)
    return f"{{{inside}}}" if keyed else f'{{"items": [{inside}]}}'


def _part(name: str, word: str, *, keyed: bool) -> str:
    description, business_name = about(word)
    texts = {"business_name": business_name, "description": description}
    return f'"{name}": {json.dumps(texts)}' if keyed else json.dumps({"id": name, **texts})


def say_of(request: Request, items: Sequence[Item] | None = None, **message: Any) -> Response:
    """A completion about these items, by default all that were asked for, each right."""
    text = written(request, list(words_of(request).items()) if items is None else items)
    return as_completion(request, text, **message)


def as_completion(request: Request, text: str, **message: Any) -> Response:
    """This text as a completion, with true token counts (a token is four letters)."""
    message.setdefault("tokens", (max(1, len(request.prompt) // 4), max(1, len(text) // 4)))
    return completion(text, **message)


def clerk(
    *,
    latency: float = 0.0,
    change: Callable[[Request, list[Item]], list[Item]] | None = None,
    **message: Any,
) -> Answer:
    """Tells the truth about every field; `change` may spoil it."""

    def answer(request: Request) -> Response:
        items = list(words_of(request).items())
        return say_of(request, change(request, items) if change else items, **message)

    return after(latency, answer) if latency else answer
