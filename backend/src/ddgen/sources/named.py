"""Tables by their names: told apart where sources give the same, and chosen by patterns."""

from __future__ import annotations

import fnmatch
import itertools

from ddgen.errors import UsageError
from ddgen.model.relation import Relation


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
