"""API keys: `ddg_<id>_<secret>`. Only a hash of the secret is kept: it has 256 bits of chance, so SHA-256 is enough."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update

from ddgen.errors import NotFound, UsageError
from ddgen.store import numbers, schema
from ddgen.store.act import Act, Desk
from ddgen.store.ids import moment, moment_or_none, stamp
from ddgen.store.pages import page
from ddgen.store.records import Page

SCOPES = ("read", "review", "write", "admin")
_MARK, _SECRET_BYTES, _ID_BYTES = "ddg", 32, 6
_SEEN_ANEW = timedelta(minutes=1)
"""How exact `last_used_at` is: a key that is used all the time costs one write a minute."""

_K = schema.keys.c


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key without its secret; `prefix` is what a person sees of it."""

    id: str
    name: str
    prefix: str
    scopes: tuple[str, ...]
    user: str | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made: `secret` is shown this once."""

    row: KeyRow
    secret: str


class Keys(Desk):
    """Makes, knows and revokes keys."""

    def create(
        self,
        name: str,
        scopes: Sequence[str],
        *,
        actor: str,
        user: str | None = None,
        expires_at: datetime | None = None,
    ) -> NewKey:
        """Make a key, for a user where one is named. Raises UsageError for an unknown scope, NotFound."""
        unknown = [scope for scope in scopes if scope not in SCOPES]
        if unknown or not scopes:
            raise UsageError(f"no such scope: {', '.join(unknown) or 'none'}", hint=f"Known: {', '.join(SCOPES)}")
        return self._act(actor, lambda act: _create(act, name, scopes, user, expires_at))

    def verify(self, secret: str) -> KeyRow | None:
        """The key of a secret; None where there is none, or it is revoked or over, or its user is kept out."""
        mark, _, rest = secret.partition("_")
        prefix, _, _ = rest.partition("_")
        with self._read() as connection:
            query = _QUERY.where(_K.prefix == f"{mark}_{prefix}")
            row = connection.execute(query).one_or_none()
        known = row.hash if row is not None else bytes(hashlib.sha256().digest_size)
        fits = hmac.compare_digest(bytes(known), _hash(secret))
        at = self.clock()
        if row is None or not fits or row.revoked_at is not None or row.disabled_at is not None:
            return None
        if row.expires_at is not None and row.expires_at <= stamp(at):
            return None
        if row.last_used_at is None or row.last_used_at < stamp(at - _SEEN_ANEW):
            seen = update(schema.keys).where(_K.n == row.n).values(last_used_at=stamp(at))
            self._act(row.name, lambda act: act.connection.execute(seen))
        return _key(row)

    def page(self, *, cursor: str | None = None, limit: int = 50) -> Page[KeyRow]:
        """Keys, the newest first."""
        with self._read() as connection:
            return page(connection, _QUERY, [_K.n], _key, cursor=cursor, limit=limit, descending=True)

    def revoke(self, key_id: str, *, actor: str) -> KeyRow:
        """Make a key of no use from now on. Raises NotFound."""
        return self._act(actor, lambda act: _revoke(act, key_id))


_QUERY = select(schema.keys, schema.users.c.name.label("user"), schema.users.c.disabled_at).outerjoin(
    schema.users, schema.users.c.n == _K.user_n
)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _key(row: Row[Any]) -> KeyRow:
    return KeyRow(
        row.id,
        row.name,
        row.prefix,
        tuple(row.scopes.split()),
        row.user,
        row.created_by,
        moment(row.created_at),
        moment_or_none(row.expires_at),
        moment_or_none(row.last_used_at),
        moment_or_none(row.revoked_at),
    )


def _create(act: Act, name: str, scopes: Sequence[str], user: str | None, expires_at: datetime | None) -> NewKey:
    user_n = None
    if user is not None:
        user_n = act.connection.execute(select(schema.users.c.n).where(schema.users.c.name == user)).scalar()
        if user_n is None:
            raise NotFound("there is no such user", where=user)
    prefix = f"{_MARK}_{secrets.token_hex(_ID_BYTES)}"
    secret = f"{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    [n] = numbers.take(act.connection, schema.keys, 1)
    row = {
        "n": n,
        "id": act.new_id(),
        "user_n": user_n,
        "name": name,
        "prefix": prefix,
        "hash": _hash(secret),
        "scopes": " ".join(sorted(set(scopes), key=SCOPES.index)),
        "created_by": act.actor,
        "created_at": act.stamp,
        "expires_at": None if expires_at is None else stamp(expires_at),
    }
    act.connection.execute(insert(schema.keys), row)
    act.note("key.create", prefix, name=name, scopes=row["scopes"])
    return NewKey(_key(act.connection.execute(_QUERY.where(_K.n == n)).one()), secret)


def _revoke(act: Act, key_id: str) -> KeyRow:
    where = (_K.id == key_id, _K.revoked_at.is_(None))
    act.connection.execute(update(schema.keys).where(*where).values(revoked_at=act.stamp))
    row = act.connection.execute(_QUERY.where(_K.id == key_id)).one_or_none()
    if row is None:
        raise NotFound("there is no such key", where=key_id)
    act.note("key.revoke", row.prefix)
    return _key(row)
