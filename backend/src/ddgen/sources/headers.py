"""Names of fields as they stand in a header: made unique without losing any."""

from __future__ import annotations

from collections.abc import Iterable


def unique_names(names: Iterable[str]) -> list[str]:
    """The names, with `#2`, `#3` ... after those that occurred before: `["a", "a"]` is `["a", "a#2"]`."""
    seen: set[str] = set()
    result = []
    for name in names:
        unique, number = name, 1
        while unique in seen:
            number += 1
            unique = f"{name}#{number}"
        seen.add(unique)
        result.append(unique)
    return result


def filled_names(names: Iterable[str | None]) -> list[str]:
    """Unique names, where an empty one is named by its position: `column_3`."""
    return unique_names((name or "").strip() or f"column_{position}" for position, name in enumerate(names, 1))
