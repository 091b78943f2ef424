"""Requests that are sent twice and done once: the first answer is kept for a day under the client's key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from ddgen.errors import Conflict, UsageError
from ddgen.store import schema
from ddgen.store.act import Act, Desk
from ddgen.store.ids import stamp

KEPT = timedelta(hours=24)
_I = schema.idempotency.c


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first request of a key was answered with."""

    response: dict[str, Any]


class Idempotency(Desk):
    """Keys are of a `scope`, which is who sends them: two clients' keys never meet."""

    def begin(self, scope: str, key: str, request_hash: str) -> Answer | None:
        """None where this request is the first of its key, to be done now and told to `finish`; else its answer.

        Raises UsageError where the key came with another request, Conflict where that one is not done yet.
        """
        return self._act(scope, lambda act: _begin(act, key, request_hash))

    def finish(self, scope: str, key: str, response: dict[str, Any]) -> None:
        """Keep the answer."""
        text = json.dumps(response)
        where = (_I.scope == scope, _I.key == key)
        self._act(
            scope, lambda act: act.connection.execute(update(schema.idempotency).where(*where).values(response=text))
        )

    def forget(self, scope: str, key: str) -> None:
        """Let the request be sent anew, since it failed."""
        where = (_I.scope == scope, _I.key == key)
        self._act(scope, lambda act: act.connection.execute(delete(schema.idempotency).where(*where)))


def _begin(act: Act, key: str, request_hash: str) -> Answer | None:
    table = schema.idempotency
    act.connection.execute(delete(table).where(_I.expires_at <= act.stamp))
    where = (_I.scope == act.actor, _I.key == key)
    row = act.connection.execute(select(table).where(*where).with_for_update()).one_or_none()
    if row is None:
        times = {"created_at": act.stamp, "expires_at": stamp(act.at + KEPT)}
        act.connection.execute(insert(table), {"scope": act.actor, "key": key, "request_hash": request_hash, **times})
        return None
    if row.request_hash != request_hash:
        raise UsageError("this key came with another request", where="Idempotency-Key", hint="Use a new key for each")
    if row.response is None:
        raise Conflict("the first request of this key is not done yet", where="Idempotency-Key", hint="Try again")
    return Answer(json.loads(row.response))
