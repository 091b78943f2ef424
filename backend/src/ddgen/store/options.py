"""Settings of the store, and addresses of data under a name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select

from ddgen.errors import NotFound, UsageError
from ddgen.store import numbers, schema
from ddgen.store.act import Act, Desk
from ddgen.store.ids import moment

_S, _C = schema.settings.c, schema.connections.c
_VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """An address under a name; a password in it stands as `${VARIABLE}`."""

    name: str
    url: str
    created_by: str
    created_at: datetime


class Options(Desk):
    """Settings hold any JSON under a name. No secret is kept in either."""

    def get(self, name: str, otherwise: Any = None) -> Any:
        """A setting, or something else where it is not set."""
        with self._read() as connection:
            text = connection.execute(select(_S.value).where(_S.name == name)).scalar()
        return otherwise if text is None else json.loads(text)

    def set(self, name: str, value: Any, *, actor: str) -> None:
        """Set it; None takes it away."""
        self._act(actor, lambda act: _set(act, name, value))

    def connections(self) -> list[ConnectionRow]:
        """All addresses, by name."""
        with self._read() as connection:
            rows = connection.execute(select(schema.connections).order_by(_C.name)).all()
        return [ConnectionRow(row.name, row.url, row.created_by, moment(row.created_at)) for row in rows]

    def connect(self, name: str, url: str, *, actor: str) -> None:
        """Keep an address under a name. Raises UsageError where it holds a password in clear."""
        password = urlsplit(url).password
        if password and not _VARIABLE.fullmatch(password):
            hint = "Name a variable of the environment instead, as in postgresql://me:${SHOP_PASSWORD}@host/shop"
            raise UsageError("the address holds a password", where=name, hint=hint)
        self._act(actor, lambda act: _connect(act, name, url))

    def disconnect(self, name: str, *, actor: str) -> None:
        """Forget an address. Raises NotFound."""
        self._act(actor, lambda act: _disconnect(act, name))


def _set(act: Act, name: str, value: Any) -> None:
    act.connection.execute(delete(schema.settings).where(_S.name == name))
    if value is not None:
        row = {"name": name, "value": json.dumps(value), "updated_at": act.stamp}
        act.connection.execute(insert(schema.settings), row)
    act.note("setting.set", name)


def _connect(act: Act, name: str, url: str) -> None:
    act.connection.execute(delete(schema.connections).where(_C.name == name))
    [n] = numbers.take(act.connection, schema.connections, 1)
    row = {"n": n, "name": name, "url": url, "created_at": act.stamp, "created_by": act.actor}
    act.connection.execute(insert(schema.connections), row)
    act.note("connection.set", name)


def _disconnect(act: Act, name: str) -> None:
    if not act.connection.execute(delete(schema.connections).where(_C.name == name)).rowcount:
        raise NotFound("there is no such connection", where=name)
    act.note("connection.remove", name)
