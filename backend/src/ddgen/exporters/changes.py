"""What changed about a field since an earlier version, in the words of every format."""

from __future__ import annotations

from ddgen.exporters import text
from ddgen.model.dictionary import Field
from ddgen.model.stale import Moved

_CLIP = 60


def stale(field: Field) -> str:
    """`text may be stale: type integer -> string since version 3`, or nothing."""
    if field.stale is None or field.removed:
        return ""
    return f"text may be stale: {'; '.join(map(_moved, field.stale.moved))}"


def _moved(moved: Moved) -> str:
    before, after = (text.clip(text.visible(end), _CLIP) if end else "none" for end in (moved.before, moved.after))
    return f"{moved.fact} {before} -> {after} since version {moved.since}"


def renamed(field: Field) -> str:
    """The path that it had before, or nothing."""
    return text.visible(field.renamed_from or "")


def removed(field: Field) -> str:
    """`removed`, with the version since which it is gone where that is known, or nothing."""
    if not field.removed:
        return ""
    return f"removed in version {field.removed_in}" if field.removed_in is not None else "removed"
