"""`ddgen keys`: who may use the API."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from ddgen.cli.options import StoreAt
from ddgen.errors import NotFound, UsageError

if TYPE_CHECKING:
    from ddgen.store.keys import KeyRow
    from ddgen.store.store import Store

app = typer.Typer(name="keys", help="Keys of the API: make, list, revoke.", no_args_is_help=True, rich_markup_mode=None)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the key is for.")],
    *,
    scope: Annotated[
        str, typer.Option("--scope", help="read, review, write or admin; each holds those before it.")
    ] = "read",
    user: Annotated[str | None, typer.Option("--user", help="Whose it is: a user of the store.")] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, help="Days until it is of no use any more.")] = None,
    store: StoreAt = None,
) -> None:
    """Make a key and print it, this once.

    ddgen keys create nightly --scope write --days 90
    """
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        until = None if days is None else datetime.now(UTC) + timedelta(days=days)
        made = opened.keys.create(name, [scope], actor=_me(), user=user, expires_at=until)
    typer.echo("Keep it: it is shown this once, and only a hash of it is stored.", err=True)
    typer.echo(made.secret)


@app.command("list")
def list_keys(*, store: StoreAt = None) -> None:
    """List all keys without their secrets.

    ddgen keys list
    """
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        rows, cursor = [], None
        while True:
            page = opened.keys.page(cursor=cursor, limit=200)
            rows += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
    for row in rows:
        used = row.last_used_at.strftime("%Y-%m-%d %H:%M") if row.last_used_at else "never"
        typer.echo(f"{row.prefix}  {row.name}  {'+'.join(row.scopes)}  last used {used}  {_state(row)}")


@app.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The beginning of the key (ddg_...), its id, or its name.")],
    *,
    store: StoreAt = None,
) -> None:
    """Make a key of no use from now on.

    ddgen keys revoke ddg_1f2e3d4c5b6a
    """
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        row = _found(opened, key)
        opened.keys.revoke(row.id, actor=_me())
    typer.echo(f"{row.prefix} ({row.name}) is revoked", err=True)


def _found(store: Store, key: str) -> KeyRow:
    cursor, found = None, []
    while True:
        page = store.keys.page(cursor=cursor, limit=200)
        found += [
            row for row in page.items if key in {row.id, row.prefix, row.name} or key.startswith(f"{row.prefix}_")
        ]
        cursor = page.next_cursor
        if cursor is None:
            break
    alive = [row for row in found if row.revoked_at is None] or found
    if len(alive) > 1:
        raise UsageError("several keys are called so", where=key, hint="Name one by its beginning: ddgen keys list")
    if not alive:
        raise NotFound("there is no such key", where=key, hint="ddgen keys list names them")
    return alive[0]


def _state(row: KeyRow) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.expires_at is None:
        return "valid"
    return f"until {row.expires_at:%Y-%m-%d}" if row.expires_at > datetime.now(UTC) else "over"


def _me() -> str:
    """Who runs the command, as the audit trail names them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "operator"
