"""What the data's answer about a reference means, in facts and in words."""

from __future__ import annotations

from typing import Any, Literal

from ddgen.model.question import Containment

_EXAMPLES = 3


def cardinality(answer: Containment) -> Literal["1:1", "n:1", "n:m"]:
    """Rows that refer for rows that are referred to, as far as the data show it."""
    if answer.target_most > 1:
        return "n:m"
    return "1:1" if answer.most <= 1 else "n:1"


def facts_of(answer: Containment | None) -> dict[str, Any]:
    """The facts of a relationship; nothing where the data could not be asked."""
    if answer is None or not answer.rows:
        return {}
    return {
        "inclusion": round(answer.inclusion, 6),
        "orphans": answer.orphans if answer.exact else None,
        "cardinality": cardinality(answer),
    }


def evidence_of(answer: Containment, *, private: bool) -> list[str]:
    """How many values are found, and some that are not unless they are personal."""
    if answer.found == answer.values:
        return [f"all {answer.values:,} different values are found"]
    shown = f", such as {', '.join(answer.examples[:_EXAMPLES])}" if answer.examples and not private else ""
    values = f"{answer.found:,} of {answer.values:,} different values are found"
    return [f"{values}; {answer.orphans:,} of {answer.rows:,} rows have none{shown}"]
