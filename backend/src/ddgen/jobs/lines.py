"""What a child process and its parent tell each other: one JSON object a line."""

from __future__ import annotations

import json
import sys
import threading
from typing import Any, Literal

from ddgen.errors import DdgenError, Interrupted, Transient

ORPHANED = 3
"""The exit code of a child whose parent went."""

Kind = Literal["progress", "cost", "stored", "error"]

_lock = threading.Lock()


def say(kind: Kind, **data: Any) -> None:
    """Tell the parent, from any thread."""
    line = json.dumps({"kind": kind, **data}) + "\n"
    with _lock:
        sys.stdout.write(line)
        sys.stdout.flush()


def heard(line: str) -> tuple[str, dict[str, Any]] | None:
    """Kind and data of a line; None for what is no line of ours."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict) or not isinstance(kind := said.pop("kind", None), str):
        return None
    return kind, said


def told(error: DdgenError) -> dict[str, Any]:
    """An error as a run keeps it; `transient` where another attempt may do better."""
    again = isinstance(error, Transient) and not isinstance(error, Interrupted)
    return {"code": error.code, "detail": str(error), "hint": error.hint, "transient": again}
