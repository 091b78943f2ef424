"""`ddgen ai cache`: what the file of kept texts (and Redis, where one is set) holds, and forgetting it."""

from __future__ import annotations

import time
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
    from ddgen.llm.redis_cache import RedisCache
    from ddgen.settings import AiSettings

RUNS = 5
NOTHING: dict[str, Any] = {
    "texts": 0,
    "bytes": 0,
    "oldest": None,
    "newest": None,
    "unanswered": 0,
    "unfit_models": 0,
    "runs": [],
    "batches": 0,
}


def stats(*, as_json: bool) -> None:
    """Tell what the file holds."""
    settings = _settings()
    with closing(_disk(settings)) as disk, printing():
        told = _of_file(disk) if disk.path.is_file() else {"path": str(disk.path), **NOTHING}
        if settings.redis_url is not None:
            with closing(_redis(settings)) as redis:
                told["redis_texts"] = redis.count()
        _print(as_json=as_json, told=told)


def clear(*, unanswered: bool) -> None:
    """Forget all texts and which questions got no useful answer, or only the latter; tell how many there were."""
    settings = _settings()
    with closing(_disk(settings)) as disk, printing():
        if disk.path.is_file():
            _check(disk.stats())
            removed = None if unanswered else disk.clear()
            _say_forgotten(removed, disk.journal.forget_futile(), str(disk.path))
        else:
            typer.echo(f"Nothing is kept: there is no file {visible(str(disk.path))}")
    if settings.redis_url is not None and not unanswered:
        with closing(_redis(settings)) as redis:
            removed = redis.clear()
        if removed is None:
            raise OutputError("Redis does not answer, and keeps its texts", where="DDGEN_AI_REDIS_URL")
        typer.echo(f"Forgot {count(removed, 'text')} in Redis")


def _say_forgotten(texts: int | None, questions: int, place: str) -> None:
    said = [count(texts, "text")] if texts is not None else []
    if questions or texts is None:
        said.append(f"that {count(questions, 'question')} got no useful answer")
    typer.echo(f"Forgot {' and '.join(said)} in {visible(place)}")


def _of_file(disk: DiskCache) -> dict[str, Any]:
    from ddgen.describe.futile import MODEL_SECONDS, QUESTION_SECONDS

    found, now = disk.stats(), time.time()
    _check(found)
    return {
        "path": str(found.path),
        "texts": found.entries,
        "bytes": found.size,
        "oldest": _day(found.oldest),
        "newest": _day(found.newest),
        "unanswered": disk.journal.count_futile(now - QUESTION_SECONDS),
        "unfit_models": disk.journal.count_futile(now - MODEL_SECONDS, notes=True),
        "runs": [_run(run) for run in disk.journal.runs(RUNS)],
        "batches": len(disk.journal.batches()),
    }


def _settings() -> AiSettings:
    from ddgen.settings import load_ai

    return load_ai()


def _disk(settings: AiSettings) -> DiskCache:
    from ddgen.describe.session import cache_file
    from ddgen.llm.disk import DiskCache

    return DiskCache(cache_file(settings))


def _redis(settings: AiSettings) -> RedisCache:
    from ddgen.describe.connection import redis_of

    return redis_of(settings)


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
    if "redis_texts" in told:
        known = told["redis_texts"]
        typer.echo("Redis does not answer" if known is None else f"{count(known, 'text')} in Redis")
    refused = [
        *([f"{count(told['unanswered'], 'question')} without a useful answer"] if told["unanswered"] else []),
        *([f"{count(told['unfit_models'], 'model')} found unfit"] if told["unfit_models"] else []),
    ]
    if refused:
        typer.echo(f"Not asked for some days: {', '.join(refused)} (ddgen ai cache clear --unanswered)")
    if told["batches"]:
        typer.echo(f"{count(told['batches'], 'batch', 'batches')} waiting: ddgen ai batches")
    for run in told["runs"]:
        done = f"ended {run['ended']}" if run["ended"] else "did not end"
        took = f"{count(run['requests'], 'request')}, {count(run['tokens'], 'token')}, ${run['cost_usd']:.4f}"
        typer.echo(f"Run of {run['started']} ({done}): {count(run['fields'], 'field')}, {took}")
