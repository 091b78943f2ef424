"""Stored dictionaries as documents that may be shown, and which of them may hold personal values in clear."""

from __future__ import annotations

from cachetools import LRUCache

from ddgen import merge
from ddgen.api.auth import Caller
from ddgen.api.context import Context
from ddgen.masked import document
from ddgen.model.dictionary import Dictionary

_KNOWN: LRUCache[tuple[str, str, int], bool] = LRUCache(10_000)


def holds_values(context: Context, dictionary_id: str) -> bool:
    """Whether a dictionary was put in with personal values. Raises NotFound."""
    row = context.store.dictionary(dictionary_id)
    key = (context.store.database.place, dictionary_id, row.version)
    if key not in _KNOWN:
        _KNOWN[key] = not context.heads.masked(dictionary_id)
    return _KNOWN[key]


def reveal(caller: Caller, target: str, dictionary_id: str) -> None:
    """Let an admin see unmasked values, and note that they did. Raises Forbidden."""
    caller.permit("admin", dictionary_id)
    caller.context.store.audit.note("values.reveal", actor=caller.name, target=target, dictionary_id=dictionary_id)


def read(caller: Caller, dictionary_id: str, version: int | None, *, unmasked: bool) -> Dictionary:
    """A version, or the head, as the caller may see it. Raises NotFound, Forbidden."""
    found = caller.context.store.document(dictionary_id, version)
    if unmasked:
        reveal(caller, dictionary_id, dictionary_id)
        return found
    return document.masked(merge.with_edits(found))
