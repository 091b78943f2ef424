"""What the detectors of changes hand over, before it is judged."""

from __future__ import annotations

from typing import Any, NamedTuple


class Found(NamedTuple):
    """A change of a kind: of the field that was looked at, or of another of its table if `path` says so."""

    kind: str
    message: str
    before: Any = None
    after: Any = None
    path: str | None = None
