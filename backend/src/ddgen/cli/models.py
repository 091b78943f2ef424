"""Whether a command asks a model, and the session with it: settings are read here and handed down."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from ddgen.describe.texts import Describer
    from ddgen.settings import AiSettings


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person said about models: `ask` is None where nothing was said."""

    ask: bool | Literal["batch"] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    receipt: Path | None = None


@contextmanager
def session(wish: Wish, *, quiet: bool) -> Iterator[Describer | None]:
    """The session with the model, or None where none is to be asked. Raises UsageError for settings that cannot be."""
    settings = settings_of(wish)
    if settings is None or not _wanted(wish, settings, quiet=quiet):
        yield None
        return
    from ddgen.describe.batch_session import BatchSession
    from ddgen.describe.session import Session

    kind = BatchSession if wish.ask == "batch" else Session
    with kind(settings, receipt=wish.receipt or _receipt_file()) as opened:
        yield opened


def settings_of(wish: Wish) -> AiSettings | None:
    """The settings, unless models are ruled out."""
    if wish.ask is False:
        return None
    from ddgen.settings import load_ai

    return load_ai(**wish.settings)


def _wanted(wish: Wish, settings: AiSettings, *, quiet: bool) -> bool:
    if not settings.enabled:
        if wish.ask:
            log.warning("--ai asks nobody: models are turned off by OPENAI_ENABLED=false")
        return False
    if wish.ask or settings.asked_by is not None:
        return True
    if settings.announced and not quiet:
        typer.echo("A key for OpenAI is set, but no model was asked: add --ai to have one write the texts", err=True)
    return False


def state_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Where runs leave what is of use later: `ddgen` in the system's folder for state."""
    environ = os.environ if environ is None else environ
    base = environ.get("XDG_STATE_HOME") or (environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    return (Path(base) if base else Path.home() / ".local" / "state") / "ddgen"


def _receipt_file() -> Path:
    now = re.sub(r"[^\d]", "", datetime.now(UTC).isoformat(timespec="milliseconds").partition("+")[0])
    return state_folder() / "receipts" / f"{now}-{os.getpid()}.jsonl"
