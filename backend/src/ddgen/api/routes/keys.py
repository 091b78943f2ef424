"""Who may come in: keys, users, and grants for single dictionaries."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from ddgen.api import aside
from ddgen.api.auth import Admin, Reader
from ddgen.api.bodies import EXAMPLE_ID, NO_NUL, Body, Cursor, DictionaryId, Limit, Line, Listed, Moment
from ddgen.api.context import Needed
from ddgen.api.responses import MISSING
from ddgen.store.keys import KeyRow
from ddgen.store.people import UserRow

router = aside.router("access")

Role = Literal["read", "review", "write", "admin"]
KeyId = Annotated[str, Path(description="The id of the key.", examples=[EXAMPLE_ID], pattern=r"^[0-9A-Za-z_-]{1,64}$")]
UserName = Annotated[str, Path(description="The name of the user.", examples=["mara"], max_length=200, pattern=NO_NUL)]


class KeyRequest(Body):
    """A key to be made: each scope holds those before it."""

    name: Line = Field(examples=["nightly"])
    scope: Role = Field(examples=["write"])
    user: Line | None = Field(default=None, description="Whose it is", examples=[None])
    expires_at: Moment | None = Field(default=None, description="When it is over", examples=["2030-01-01T00:00:00Z"])


class KeyMade(BaseModel):
    """A key that was just made: `secret` is shown this once."""

    key: KeyRow
    secret: str


class UserRequest(Body):
    """A user to be added."""

    name: Line = Field(examples=["mara"])
    role: Role = Field(examples=["review"])
    email: Line | None = Field(default=None, examples=["mara@example.org"])


class UserPatch(Body):
    """What changes of a user; what is left out stays."""

    role: Role | None = Field(default=None, examples=["write"])
    disabled: bool | None = Field(default=None, description="Whether they are kept out", examples=[False])


class Grant(Body):
    """What a user may do with one dictionary, instead of what their role says."""

    role: Role = Field(examples=["write"])


class Me(BaseModel):
    """Who asks, and the most that they may do."""

    name: str
    user: str | None
    scope: Role
    login: bool = Field(description="Whether this server asks for keys")


@router.get("/me")
async def get_me(context: Needed, caller: Reader) -> Me:
    """Who asks, and the most that they may do."""
    return Me.model_validate(
        {"name": caller.name, "user": caller.user, "scope": caller.scope, "login": context.settings.auth}
    )


@router.get("/keys")
def list_keys(context: Needed, caller: Admin, cursor: Cursor = None, limit: Limit = 50) -> Listed[KeyRow]:
    """All keys without their secrets, the newest first."""
    caller.permit("admin")
    return Listed[KeyRow].of(context.store.keys.page(cursor=cursor, limit=limit))


@router.post("/keys", status_code=201, responses=MISSING)
def create_key(context: Needed, caller: Admin, wanted: KeyRequest) -> KeyMade:
    """Make a key. Its secret is shown this once: only a hash of it is stored."""
    caller.permit("admin")
    made = context.store.keys.create(
        wanted.name, [wanted.scope], actor=caller.name, user=wanted.user, expires_at=wanted.expires_at
    )
    return KeyMade(key=made.row, secret=made.secret)


@router.delete("/keys/{key_id}", responses=MISSING)
def revoke_key(context: Needed, caller: Admin, key_id: KeyId) -> KeyRow:
    """Make a key of no use from now on."""
    caller.permit("admin")
    return context.store.keys.revoke(key_id, actor=caller.name)


@router.get("/users")
def list_users(context: Needed, caller: Admin, cursor: Cursor = None, limit: Limit = 50) -> Listed[UserRow]:
    """Users by name."""
    caller.permit("admin")
    return Listed[UserRow].of(context.store.people.page(cursor=cursor, limit=limit))


@router.post("/users", status_code=201, responses={409: {"description": "There is one of that name"}})
def create_user(context: Needed, caller: Admin, wanted: UserRequest) -> UserRow:
    """Add a user; they come in with keys that are made for them."""
    caller.permit("admin")
    return context.store.people.create(wanted.name, role=wanted.role, email=wanted.email, actor=caller.name)


@router.patch("/users/{user_name}", responses=MISSING)
def update_user(context: Needed, caller: Admin, user_name: UserName, patch: UserPatch) -> UserRow:
    """Give a user another role, or keep them out."""
    caller.permit("admin")
    context.store.people.user(user_name)
    return context.store.people.change(user_name, actor=caller.name, role=patch.role, disabled=patch.disabled)


@router.put("/dictionaries/{dictionary_id}/grants/{user_name}", status_code=204, responses=MISSING)
def put_grant(context: Needed, caller: Admin, dictionary_id: DictionaryId, user_name: UserName, grant: Grant) -> None:
    """Give a user another role for one dictionary."""
    caller.permit("admin", dictionary_id)
    context.store.people.grant(dictionary_id, user_name, grant.role, actor=caller.name)


@router.delete("/dictionaries/{dictionary_id}/grants/{user_name}", status_code=204, responses=MISSING)
def delete_grant(context: Needed, caller: Admin, dictionary_id: DictionaryId, user_name: UserName) -> None:
    """Take a grant back."""
    caller.permit("admin", dictionary_id)
    context.store.people.grant(dictionary_id, user_name, None, actor=caller.name)
