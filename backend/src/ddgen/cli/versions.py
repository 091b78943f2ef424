"""Versions in the store as a command names them: `shop@3`, `shop@last`, or `shop@head` with what is newer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ddgen.errors import UsageError
from ddgen.model.dictionary import Dictionary

HEAD, LAST = "head", "last"

_SAID = re.compile(r"(?P<name>.+)@(?P<which>head|last|[1-9][0-9]{0,8})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the dictionary `name`: the newest without a `number`, or the head, which has later edits too."""

    name: str
    number: int | None = None
    head: bool = False


def named(place: str) -> Version | None:
    """The version that a place names; None where it is a file or an address of something else."""
    found = _SAID.fullmatch(place)
    if found is None or "://" in place or Path(place).exists():
        return None
    which = found["which"]
    return Version(found["name"], int(which) if which.isdigit() else None, head=which == HEAD)


def read(version: Version, where: str | None) -> Dictionary:
    """That version, as it may be shown, from the store at a path or URL.

    Raises NotFound where the store has no such dictionary or version, UsageError where there is no store.
    """
    from ddgen import merge
    from ddgen.cli.stored import open_store
    from ddgen.masked import document
    from ddgen.store.address import address_of

    address = address_of(where)
    if address.file is not None and not address.file.exists():
        hint = f"Name it with --store, or fill it: ddgen build DATA --name {version.name} --save"
        raise UsageError("there is no store", where=address.shown, hint=hint)
    with open_store(where) as store:
        row = store.dictionary_named(version.name)
        number = None if version.head else row.version if version.number is None else version.number
        return document.masked(merge.with_edits(store.document(row.id, number)))
