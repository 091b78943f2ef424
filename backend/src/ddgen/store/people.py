"""Users, their roles, and what they may do with single dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ddgen.errors import Conflict, NotFound
from ddgen.store import numbers, reading, schema
from ddgen.store.act import Act, Desk
from ddgen.store.ids import moment, moment_or_none
from ddgen.store.pages import page
from ddgen.store.records import Page

Role = Literal["read", "review", "write", "admin"]
_U, _G = schema.users.c, schema.grants.c


@dataclass(frozen=True, slots=True)
class UserRow:
    """A person: `name` is unique and what claims and history call them."""

    id: str
    name: str
    email: str | None
    role: str
    created_at: datetime
    disabled_at: datetime | None


class People(Desk):
    """Users and grants. A grant gives a user another role for one dictionary."""

    def create(self, name: str, *, role: Role, actor: str, email: str | None = None) -> UserRow:
        """Add a user. Raises Conflict where the name is taken."""
        return self._act(actor, lambda act: _create(act, name, role, email))

    def user(self, name: str) -> UserRow:
        """A user by name. Raises NotFound."""
        with self._read() as connection:
            row = connection.execute(select(schema.users).where(_U.name == name)).one_or_none()
        if row is None:
            raise NotFound("there is no such user", where=name)
        return _user(row)

    def page(self, *, cursor: str | None = None, limit: int = 50) -> Page[UserRow]:
        """Users by name."""
        with self._read() as connection:
            return page(connection, select(schema.users), [_U.name, _U.n], _user, cursor=cursor, limit=limit)

    def change(self, name: str, *, actor: str, role: Role | None = None, disabled: bool | None = None) -> UserRow:
        """Give a user another role, or keep them out. Raises NotFound."""
        self._act(actor, lambda act: _change(act, name, role, disabled=disabled))
        return self.user(name)

    def grant(self, dictionary_id: str, name: str, role: Role | None, *, actor: str) -> None:
        """Give a user a role for one dictionary; None takes it back. Raises NotFound."""
        self.user(name)
        self._act(actor, lambda act: _grant(act, dictionary_id, name, role))

    def granted(self, dictionary_id: str, name: str) -> str | None:
        """The role that a user has for one dictionary, where it was granted."""
        with self._read() as connection:
            query = select(_G.role).join(schema.dictionaries, schema.dictionaries.c.n == _G.dictionary_n)
            where = (schema.dictionaries.c.id == dictionary_id, _G.subject == name)
            return connection.execute(query.where(*where)).scalar()


def _user(row: Row[Any]) -> UserRow:
    return UserRow(row.id, row.name, row.email, row.role, moment(row.created_at), moment_or_none(row.disabled_at))


def _create(act: Act, name: str, role: str, email: str | None) -> UserRow:
    [n] = numbers.take(act.connection, schema.users, 1)
    values = {"n": n, "id": act.new_id(), "name": name, "email": email, "role": role, "created_at": act.stamp}
    try:
        act.connection.execute(insert(schema.users), values)
    except IntegrityError as error:
        raise Conflict("there is a user of that name", where=name) from error
    act.note("user.create", name, role=role)
    return _user(act.connection.execute(select(schema.users).where(_U.n == n)).one())


def _change(act: Act, name: str, role: str | None, *, disabled: bool | None) -> None:
    values: dict[str, Any] = {} if role is None else {"role": role}
    if disabled is not None:
        values["disabled_at"] = act.stamp if disabled else None
    if values:
        act.connection.execute(update(schema.users).where(_U.name == name).values(values))
        act.note("user.change", name, role=role, disabled=disabled)


def _grant(act: Act, dictionary_id: str, name: str, role: str | None) -> None:
    n = reading.dictionary(act.connection, dictionary_id, lock=True).n
    act.connection.execute(delete(schema.grants).where(_G.dictionary_n == n, _G.subject == name))
    if role is not None:
        act.connection.execute(insert(schema.grants), {"dictionary_n": n, "subject": name, "role": role})
    act.note("grant.set" if role else "grant.remove", name, dictionary_id=dictionary_id, role=role)
