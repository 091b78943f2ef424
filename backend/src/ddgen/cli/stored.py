"""Opening the store for a command, and a build's way into it and back."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ddgen.errors import Interrupted, UsageError
from ddgen.model.dictionary import Dictionary

if TYPE_CHECKING:
    from ddgen.store.records import Put, Recalled
    from ddgen.store.store import Store


def open_store(where: str | None) -> Store:
    """The store at a path or URL, else at DDGEN_STORE_URL, else the user's own.

    Raises UsageError where what it needs is not installed, StoreError, StoreBusy, OutputError.
    """
    if find_spec("sqlalchemy") is None or find_spec("alembic") is None:
        hint = "Install it: pip install 'data-dictionary-generator[store]'"
        raise UsageError("the store is not installed", hint=hint)
    from ddgen.store.store import Store

    return Store.open(where)


def actor() -> str:
    """Who uses the command line, as history and audit trail name them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "someone"


def recall(where: str | None, name: str | None, sources: Sequence[object]) -> Recalled | None:
    """The stored dictionary of a name, which is made from the sources where none is given."""
    from ddgen.sources import named

    with open_store(where) as store:
        return store.recall(name or named.after(sources))


def save(where: str | None, dictionary: Dictionary, base: Recalled | None) -> Put:
    """Put a dictionary into the store; its number becomes that of its version there.

    Raises UsageError where nothing was read, or not all: the store would take the rest for gone.
    """
    from ddgen import merge

    if any(problem.code == Interrupted.code for problem in dictionary.problems):
        raise UsageError("not saved, since the run was stopped", where="store", hint="Run again to the end")
    if not any(not table.removed for table in dictionary.tables):
        raise UsageError("not saved, since nothing could be read", where="store")
    known = base.revision if base is not None and base.dictionary.name == dictionary.name else None
    with open_store(where) as store:
        return store.put_run_result(dictionary, actor=actor(), merge=merge.merge, base=known)
