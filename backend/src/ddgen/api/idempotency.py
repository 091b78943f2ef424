"""Requests that are sent twice and done once: `Idempotency-Key` names a request, and its first answer is kept a day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import Depends, Header
from pydantic import BaseModel

from ddgen.api.auth import Caller

M = TypeVar("M", bound=BaseModel)

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="A word of the client's for this request: sent again with it, the request is not done again.",
        pattern=r"^[!-~]{0,200}$",
        examples=["2f1c7c52-run-of-monday"],
    ),
]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A request that may be sent again under its key, which is empty where none was sent."""

    key: str

    def do(self, caller: Caller, asked: BaseModel, work: Callable[[], M], kind: type[M]) -> M:
        """What `work` makes, or made the first time.

        Raises UsageError where the key came with another request, Conflict where that is not done yet.
        """
        if not self.key:
            return work()
        desk = caller.context.store.idempotency
        digest = hashlib.sha256(f"{kind.__name__} {asked.model_dump_json()}".encode()).hexdigest()
        before = desk.begin(caller.name, self.key, digest)
        if before is not None:
            return kind.model_validate(before.response)
        made: M | None = None
        try:
            made = work()
        finally:
            if made is None:
                desk.forget(caller.name, self.key)
        desk.finish(caller.name, self.key, made.model_dump(mode="json"))
        return made


async def _once(key: Key = "") -> Repeated:
    return Repeated(key)


Once = Annotated[Repeated, Depends(_once)]
