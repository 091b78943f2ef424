"""Who asks, and what they may do: keys with scopes, logins, users with roles, and grants for single dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.params import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from ddgen.api.aside import aside
from ddgen.api.context import Context, context_of
from ddgen.errors import Forbidden, NotFound, TooManyRequests, Unauthenticated
from ddgen.store.keys import SCOPES

LOCAL = "local"
"""Who acts where no key is asked for."""

_RANK = {scope: rank for rank, scope in enumerate(SCOPES)}
"""Each scope holds those before it."""

KEY_MARK = "ddg_"
"""What keys of our own begin with."""

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="A key, as `ddgen keys create` prints it, or a token of the login provider where the server has one.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `name` is what history calls them, `scope` the most that their key allows."""

    name: str
    scope: str
    context: Context
    user: str | None = None
    """Whose role in the store counts too."""

    by: str = "this key"

    def permit(self, wanted: str, dictionary_id: str | None = None) -> None:
        """Raise Forbidden unless they may do what needs a scope, here or to one dictionary."""
        if _RANK[self.scope] < _RANK[wanted]:
            raise Forbidden(f"{self.by} may not {wanted}", hint=f"Use one that may {wanted}")
        if self.user is None:
            return
        role = self._role(dictionary_id)
        if _RANK[role] < _RANK[wanted]:
            raise Forbidden(f"{self.user} may {role} here, not {wanted}", hint="Ask an admin for a grant")

    def permit_part(self, wanted: str, part_id: str) -> None:
        """Raise Forbidden unless they may do that to a field or table, NotFound where a user's role asks for it."""
        self.permit(wanted, None if self.user is None else self.context.heads.dictionary_of(part_id))

    def _role(self, dictionary_id: str | None) -> str:
        people = self.context.store.people
        granted = people.granted(dictionary_id, self.user or "") if dictionary_id is not None else None
        return granted or people.user(self.user or "").role


async def caller_of(
    request: Request,
    needed: SecurityScopes,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Caller:
    """Who sent a request. Raises Unauthenticated, Forbidden, and TooManyRequests after many wrong keys."""
    context = context_of(request)
    if not context.settings.auth:
        return Caller(LOCAL, "admin", context)
    address = request.client.host if request.client else "?"
    caller = await _caller(context, given.credentials if given else None, address)
    wanted = needed.scopes[0]
    if _RANK[caller.scope] < _RANK[wanted]:
        raise Forbidden(f"{caller.by} may not {wanted}", hint=f"Use one that may {wanted}")
    return caller


async def _caller(context: Context, secret: str | None, address: str) -> Caller:
    if context.limits.failed_too_often(address):
        raise TooManyRequests("too many wrong keys came from this address", retry_after=60)
    if secret is None:
        raise Unauthenticated("a key is needed", hint="Send Authorization: Bearer ddg_...")
    speaks_for = _of_key if context.provider is None or secret.startswith(KEY_MARK) else _of_token
    try:
        return await aside(speaks_for, context, secret)
    except Unauthenticated:
        context.limits.failed(address)
        raise


def _of_key(context: Context, secret: str) -> Caller:
    key = context.store.keys.verify(secret)
    if key is None:
        raise Unauthenticated("this key is unknown, revoked or over", hint="Make another: ddgen keys create")
    return Caller(key.user or f"key:{key.name}", max(key.scopes, key=_RANK.__getitem__), context, key.user)


def _of_token(context: Context, token: str) -> Caller:
    """Whom a login is: with the role that its token has, or as the user of that name."""
    if context.provider is None:
        raise Unauthenticated("no logins are taken here")
    login = context.provider.login(token)
    try:
        user = context.store.people.user(login.name)
    except NotFound as error:
        if login.role is None:
            hint = "An admin adds them: POST /api/v1/users"
            raise Forbidden(f"there is no user {login.name} here", hint=hint) from error
        return Caller(login.name, login.role, context, by="this login")
    if user.disabled_at is not None:
        raise Forbidden(f"{login.name} is kept out", hint="Ask an admin")
    if login.role is not None:
        return Caller(login.name, login.role, context, by="this login")
    return Caller(login.name, "admin", context, login.name, by="this login")


Reader = Annotated[Caller, Security(caller_of, scopes=["read"])]
Reviewer = Annotated[Caller, Security(caller_of, scopes=["review"])]
Writer = Annotated[Caller, Security(caller_of, scopes=["write"])]
Admin = Annotated[Caller, Security(caller_of, scopes=["admin"])]
