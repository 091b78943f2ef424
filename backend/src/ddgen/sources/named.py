"""Names of tables and of what is made of them: told apart, chosen by patterns, taken from sources."""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Iterable
from pathlib import Path

from ddgen.errors import UsageError
from ddgen.model.relation import Relation
from ddgen.sources import database_url
from ddgen.sources.spec import readable


def tell_apart(relations: list[Relation]) -> None:
    """Tables of one name from different sources are numbered."""
    taken = {relation.name for relation in relations}
    seen: set[str] = set()
    for relation in relations:
        name = relation.name
        if name in seen:
            names = (f"{name}_{number}" for number in itertools.count(2))
            relation.name = next(other for other in names if other not in taken)
            taken.add(relation.name)
        seen.add(relation.name)


def wanted(relations: list[Relation], patterns: tuple[str, ...]) -> list[Relation]:
    """Those whose name fits one of the patterns. Raises UsageError where none does."""
    chosen = [
        relation
        for relation in relations
        if any(fnmatch.fnmatchcase(relation.name.lower(), pattern.lower()) for pattern in patterns)
    ]
    if not chosen:
        more = f" and {len(relations) - 30} more" if len(relations) > 30 else ""
        known = (", ".join(relation.name for relation in relations[:30]) or "none") + more
        raise UsageError(f"no table fits {', '.join(patterns)}", hint=f"Tables here: {known}")
    return chosen


def after(sources: Iterable[object]) -> str:
    """What a dictionary of the sources is called: after the first path or database among them."""
    first = next((source for source in sources if isinstance(source, str | Path)), None)
    if first is None or str(first) == "-":
        return "dictionary"
    if (database := database_url.name_of(str(first))) is not None:
        return readable(database)
    stem = Path(str(first).rstrip("/")).name.partition(".")[0].strip("*?[] ")
    return readable(stem) or "dictionary"
