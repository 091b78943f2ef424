"""Fields to ask for, and answers that name them."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable

from behaviours import completion
from loopback import Request, Response

from ddgen.describe.facts import FieldFacts

FIELD = re.compile(r"\b(c\d+)\b[^\n]*?field(\d+)")


def some(count: int, start: int = 0) -> list[FieldFacts]:
    """Fields field0, field1, ... with texts by rule."""
    return [
        FieldFacts(f"field{number}", f"field{number}", "string", rule_description=f"{number}.", rule_name=f"F {number}")
        for number in range(start, start + count)
    ]


def numbers(request: Request) -> list[int]:
    """The numbers of the fields that a prompt asks for."""
    return [int(number) for _, number in FIELD.findall(request.json["messages"][-1]["content"])]


def naming(spoil: Callable[[int], bool] = lambda _: False) -> Callable[[Request], Response]:
    """Answers with `Name N` for field N; those to spoil get an empty description."""

    def answer(request: Request) -> Response:
        found = FIELD.findall(request.json["messages"][-1]["content"])
        said = {
            name: {"description": "" if spoil(int(number)) else f"What {number} is.", "business_name": f"Name {number}"}
            for name, number in found
        }
        return completion(json.dumps(said))

    return answer


async def until(condition: Callable[[], bool], seconds: float = 5) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        await asyncio.sleep(0.01)
