"""Who asks, and what they may do: keys with scopes, users with roles, and grants for single dictionaries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.params import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from ddgen.api.context import Context, context_of
from ddgen.errors import Forbidden, TooManyRequests, Unauthenticated
from ddgen.store.keys import SCOPES, KeyRow

LOCAL = "local"
"""Who acts where no key is asked for."""

_RANK = {scope: rank for rank, scope in enumerate(SCOPES)}
"""Each scope holds those before it."""

bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key, as `ddgen keys create` prints it.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `name` is what history calls them, `scope` the most that their key allows."""

    name: str
    scope: str
    context: Context
    user: str | None = None

    def permit(self, wanted: str, dictionary_id: str | None = None) -> None:
        """Raise Forbidden unless they may do what needs a scope, here or to one dictionary."""
        if _RANK[self.scope] < _RANK[wanted]:
            raise Forbidden(f"this key may not {wanted}", hint=f"Use a key of scope {wanted}")
        if self.user is None:
            return
        role = self._role(dictionary_id)
        if _RANK[role] < _RANK[wanted]:
            raise Forbidden(f"{self.user} may {role} here, not {wanted}", hint="Ask an admin for a grant")

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
    key = await _key(context, given.credentials if given else None, address)
    scope = max(key.scopes, key=_RANK.__getitem__)
    wanted = needed.scopes[0]
    if _RANK[scope] < _RANK[wanted]:
        raise Forbidden(f"this key may not {wanted}", hint=f"Use a key of scope {wanted}")
    return Caller(key.user or f"key:{key.name}", scope, context, key.user)


async def _key(context: Context, secret: str | None, address: str) -> KeyRow:
    if context.limits.failed_too_often(address):
        raise TooManyRequests("too many wrong keys came from this address", retry_after=60)
    if secret is None:
        raise Unauthenticated("a key is needed", hint="Send Authorization: Bearer ddg_...")
    key = await run_in_threadpool(context.store.keys.verify, secret)
    if key is None:
        context.limits.failed(address)
        raise Unauthenticated("this key is unknown, revoked or over", hint="Make another: ddgen keys create")
    return key


Reader = Annotated[Caller, Security(caller_of, scopes=["read"])]
Reviewer = Annotated[Caller, Security(caller_of, scopes=["review"])]
Writer = Annotated[Caller, Security(caller_of, scopes=["write"])]
Admin = Annotated[Caller, Security(caller_of, scopes=["admin"])]
