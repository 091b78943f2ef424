"""`ddgen ai cache`: what the file of kept texts holds, and forgetting it."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from ddgen.cli.outputs import printing
from ddgen.errors import OutputError
from ddgen.exporters.text import count, size, visible

if TYPE_CHECKING:
    from ddgen.llm.disk import DiskCache, DiskStats
    from ddgen.llm.disk_journal import Run

RUNS = 5


def stats(*, as_json: bool) -> None:
    """Tell what the file holds."""
    with closing(_disk()) as disk, printing():
        if not disk.path.is_file():
            _print(as_json=as_json, told={"path": str(disk.path), "texts": 0, "bytes": 0, "runs": [], "batches": 0})
            return
        found, runs, waiting = disk.stats(), disk.journal.runs(RUNS), len(disk.journal.batches())
        _check(found)
        _print(
            as_json=as_json,
            told={
                "path": str(found.path),
                "texts": found.entries,
                "bytes": found.size,
                "oldest": _day(found.oldest),
                "newest": _day(found.newest),
                "runs": [_run(run) for run in runs],
                "batches": waiting,
            },
        )


def clear() -> None:
    """Forget all texts, and tell how many there were."""
    with closing(_disk()) as disk, printing():
        if not disk.path.is_file():
            typer.echo(f"Nothing is kept: there is no file {visible(str(disk.path))}")
            return
        _check(disk.stats())
        removed = disk.clear()
        typer.echo(f"Forgot {count(removed, 'text')} in {visible(str(disk.path))}")


def _disk() -> DiskCache:
    from ddgen.describe.session import cache_file
    from ddgen.llm.disk import DiskCache
    from ddgen.settings import load_ai

    return DiskCache(cache_file(load_ai()))


def _check(found: DiskStats) -> None:
    if not found.usable:
        hint = "Name another in DDGEN_AI_CACHE_PATH"
        raise OutputError("this is no cache of texts that can be used", where=str(found.path), hint=hint)


def _day(at: float | None) -> str | None:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") if at else None


def _run(run: Run) -> dict[str, Any]:
    return {
        "started": _day(run.started),
        "ended": _day(run.ended),
        "requests": run.requests,
        "tokens": run.tokens,
        "cost_usd": round(run.cost, 6),
        "fields": run.fields,
    }


def _print(*, as_json: bool, told: dict[str, Any]) -> None:
    if as_json:
        import json

        typer.echo(json.dumps(told, indent=2))
        return
    typer.echo(f"{count(told['texts'], 'text')} of models in {visible(told['path'])} ({size(told['bytes'])})")
    if told["texts"]:
        typer.echo(f"Written between {told['oldest']} and {told['newest']}")
    if told["batches"]:
        typer.echo(f"{count(told['batches'], 'batch', 'batches')} waiting: ddgen ai batches")
    for run in told["runs"]:
        done = f"ended {run['ended']}" if run["ended"] else "did not end"
        took = f"{count(run['requests'], 'request')}, {count(run['tokens'], 'token')}, ${run['cost_usd']:.4f}"
        typer.echo(f"Run of {run['started']} ({done}): {count(run['fields'], 'field')}, {took}")
