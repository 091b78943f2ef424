"""`ddgen ai batches`: what waits in the slow lane, collecting what is done, and cancelling."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from ddgen.cli.outputs import printing
from ddgen.errors import ExternalServiceError, UsageError
from ddgen.exporters.text import count, visible

if TYPE_CHECKING:
    from ddgen.describe.lane import Batch
    from ddgen.llm.disk import DiskCache
    from ddgen.settings import AiSettings


def run(*, collect: bool, cancel: Sequence[str], as_json: bool) -> int:
    """List, collect or cancel, and tell; the exit code: 5 where something that is over could not be collected."""
    from ddgen.describe.session import cache_file
    from ddgen.llm.disk import DiskCache
    from ddgen.settings import load_ai

    settings = load_ai()
    disk = DiskCache(cache_file(settings))
    found: list[Batch] = []
    elsewhere = 0
    with closing(disk):
        waiting = disk.path.is_file() and disk.journal.batches()
        if cancel and not waiting:
            raise UsageError("no batch waits", where="--cancel", hint="`ddgen ai batches` lists them")
        if waiting:
            found, elsewhere = asyncio.run(_asked(settings, disk, collect=collect, cancel=cancel))
    with printing():
        if as_json:
            typer.echo(json.dumps([_document(batch) for batch in found], indent=2))
        else:
            _say(found, elsewhere, collect=collect)
        if cancel and not as_json:
            typer.echo("What was finished is billed, and can be collected; the next build asks for the rest")
    stuck = collect and any(batch.over and not batch.collected for batch in found)
    return ExternalServiceError.exit_code if stuck else 0


async def _asked(
    settings: AiSettings, disk: DiskCache, *, collect: bool, cancel: Sequence[str]
) -> tuple[list[Batch], int]:
    from ddgen.describe.lane import Lane
    from ddgen.llm.failure import CallFailed, Cause

    lane = None
    try:
        lane = Lane(settings, disk)
        asked = lane.cancel(cancel) if cancel else lane.collect() if collect else lane.look()
        return await asked, lane.elsewhere()
    except CallFailed as failed:
        if failed.failure.cause in {Cause.BLOCKED, Cause.SETTINGS}:
            raise UsageError(failed.failure.detail, where="OPENAI_BASE_URL") from failed
        raise failed.for_people() from failed
    finally:
        if lane is not None:
            await lane.aclose()


def _say(found: Sequence[Batch], elsewhere: int, *, collect: bool) -> None:
    from ddgen.describe.batch_session import said_of

    for batch in found:
        cost = f", ${batch.cost:.4f}" if batch.collected and batch.cost else ""
        line = visible(said_of(batch))
        typer.echo(f"{line[0].upper()}{line[1:]}{cost} (handed over {_when(batch)}, {visible(batch.model)})")
    if not found:
        typer.echo("No batch waits at this server")
    elif not collect and any(batch.over for batch in found):
        typer.echo("Collect: ddgen ai batches --collect")
    if elsewhere:
        typer.echo(f"{count(elsewhere, 'batch', 'batches')} of other servers: set OPENAI_BASE_URL to theirs")


def _when(batch: Batch) -> str:
    return datetime.fromtimestamp(batch.submitted, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _document(batch: Batch) -> dict[str, Any]:
    return {**asdict(batch), "submitted": datetime.fromtimestamp(batch.submitted, UTC).isoformat(timespec="seconds")}
