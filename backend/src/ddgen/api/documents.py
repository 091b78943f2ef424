"""Stored dictionaries as documents that may be shown, and which of them may hold personal values in clear."""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence

from cachetools import LRUCache

from ddgen import merge
from ddgen.api.auth import Caller
from ddgen.api.context import Context
from ddgen.masked import document
from ddgen.model.dictionary import Dictionary, Field
from ddgen.store.records import FieldDetail

_INNER = 1_000
"""Fields inside one text that are looked at."""

_KNOWN: LRUCache[tuple[str, str, int], bool] = LRUCache(10_000)
_LOCK = threading.Lock()


def holds_values(context: Context, dictionary_id: str) -> bool:
    """Whether a dictionary was put in with personal values. Raises NotFound."""
    return bool(holding_values(context, {dictionary_id}))


def holding_values(context: Context, dictionary_ids: Collection[str]) -> set[str]:
    """Those of the dictionaries that were put in with personal values. Raises NotFound."""
    versions = context.heads.versions(dictionary_ids)
    return {one for one, version in versions.items() if _holds_values(context, one, version)}


def _holds_values(context: Context, dictionary_id: str, version: int) -> bool:
    key = (context.store.database.place, dictionary_id, version)
    with _LOCK:
        known = _KNOWN.get(key)
    if known is None:
        known = not context.heads.masked(dictionary_id)
        with _LOCK:
            _KNOWN[key] = known
    return known


def beside(context: Context, details: Sequence[FieldDetail]) -> list[Field]:
    """The fields inside texts that are documents, where these may hold personal values: they decide what is masked."""
    return [
        inner.field
        for one in details
        if one.field.holds is not None and one.field.masked is None and holds_values(context, one.row.dictionary_id)
        for inner in context.store.fields_full(table_id=one.row.table_id, like=one.row.path, limit=_INNER).items
        if inner.row.id != one.row.id
    ]


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
