"""Changes of what is said of a table or field."""

from __future__ import annotations

from collections.abc import Iterator

from ddgen.diff.found import Found
from ddgen.exporters.text import clip, visible
from ddgen.model.claim import Kind, Origin, Status, winner
from ddgen.model.dictionary import Field, Table

_FIELD = ((Kind.BUSINESS_NAME, "business_name", "name"), (Kind.DESCRIPTION, "description", "description"))
_TABLE = (*_FIELD, (Kind.GRAIN, "grain", "grain"))
_CLIP = 80


def changes(old: Field | Table, new: Field | Table) -> Iterator[Found]:
    """The texts that changed. Two by rule are an echo of facts, which are compared themselves."""
    if isinstance(new, Field) and isinstance(old, Field) and new.stale is not None and old.stale != new.stale:
        yield Found("text_stale", visible(str(new.stale)), None, [str(moved) for moved in new.stale.moved])
    for kind, member, words in _TABLE if isinstance(new, Table) else _FIELD:
        before, after = getattr(old, member), getattr(new, member)
        if before != after and not (_by_rule(old, kind) and _by_rule(new, kind)):
            yield Found(f"{member}_changed", _said(words, before, after), before, after)


def _by_rule(part: Field | Table, kind: Kind) -> bool:
    """Whether a text is one that any run makes anew, or none."""
    won = winner(part.claims, kind)
    if won is None:
        return getattr(part, kind.value) is None
    return won.origin is Origin.RULE and won.status is not Status.APPROVED


def _said(words: str, before: str | None, after: str | None) -> str:
    if after is None:
        return f"no {words} any more, was “{clip(before or '', _CLIP)}”"
    was = f", was “{clip(before, _CLIP)}”" if before else ""
    return f"{words} “{clip(after, _CLIP)}”{was}"
