"""What a run's process is told, and how runs end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ddgen.store.runs import RunUpdate

SERVER = "server"
"""Who acts where no caller does."""

CANCELLED = RunUpdate(state="cancelled")


@dataclass(frozen=True, slots=True)
class Work:
    """One run: `sources` are what is opened, `names` the names by which uploads are known."""

    run_id: str
    store: str
    actor: str
    name: str
    sources: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    sample: int | None = None
    relations: bool = True
    inside: bool = True
    ai: bool = False


def failed(code: str, detail: str, hint: str | None = None) -> RunUpdate:
    """The end of a run that came to nothing."""
    error: dict[str, Any] = {"code": code, "detail": detail, "hint": hint}
    return RunUpdate(state="failed", error={name: said for name, said in error.items() if said is not None})
