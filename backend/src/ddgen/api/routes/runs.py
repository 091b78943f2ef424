"""Runs: asking for one, following it, cancelling it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from ddgen.api import aside
from ddgen.api.auth import Reader, Writer
from ddgen.api.bodies import EXAMPLE_ID, Body, Cursor, Limit, Line, Listed, RunId
from ddgen.api.context import Context, Needed
from ddgen.api.etag import etag, tagged
from ddgen.api.follow import follow
from ddgen.api.idempotency import Once
from ddgen.api.responses import MISSING
from ddgen.api.sources import Sources, SourceShown
from ddgen.api.uploads import Uploads
from ddgen.errors import NotFound, TooManyRequests, UsageError
from ddgen.store.runs import RunEvent, RunRow, State

router = aside.router("runs")

_ID = Field(examples=[EXAMPLE_ID], pattern=r"^[0-9A-Za-z_-]{1,64}$", description="The id of the upload")


class UploadSource(Body):
    """Data that were uploaded."""

    kind: Literal["upload"]
    id: str = _ID


class FileSource(Body):
    """A file or folder of the server that its operator allows: `GET /sources` lists them. URLs are not taken."""

    kind: Literal["file"]
    name: Line = Field(examples=["shop/orders.csv"])


class ConnectionSource(Body):
    """A database that the operator has given a name."""

    kind: Literal["connection"]
    name: Line = Field(examples=["shop"])


Source = Annotated[UploadSource | FileSource | ConnectionSource, Field(discriminator="kind")]


class RunRequest(Body):
    """What to make a dictionary of, and how. Personal values never come into the store this way."""

    name: Line = Field(examples=["shop"], description="The dictionary that it makes, or makes anew")
    sources: list[Source] = Field(min_length=1, max_length=100, examples=[[{"kind": "file", "name": "shop"}]])
    tables: list[Line] = Field(default_factory=list, max_length=1000, description="Only these tables", examples=[[]])
    sample: int | None = Field(
        default=None, ge=1, le=10**9, description="Rows of each table, at most", examples=[10_000]
    )
    relations: bool = Field(default=True, description="Whether references are inferred", examples=[True])
    inside: bool = Field(default=True, description="Whether texts are looked into for documents", examples=[True])
    ai: bool = Field(
        default=False, description="Whether a model writes texts, where the operator has one", examples=[False]
    )


class RunShown(BaseModel):
    """A run: `cost` is in US dollars, `done` and `total` count bytes, rows or tables of the `step`."""

    id: str = Field(examples=[EXAMPLE_ID])
    etag: str
    dictionary_id: str | None
    name: str
    state: str = Field(examples=["running"], description="queued, running, succeeded, failed or cancelled")
    step: str | None
    done: int
    total: int | None
    submitted_by: str
    request: dict[str, Any]
    error: dict[str, Any] | None
    result: dict[str, Any] | None
    cost: float
    requests: int
    prompt_tokens: int
    completion_tokens: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def shown(row: RunRow) -> RunShown:
    """A run as clients see it."""
    members = asdict(row)
    return RunShown(etag=etag(members.pop("row_version")), **members)


@router.get("/sources")
@aside.takes_long
def list_sources(context: Needed, _caller: Writer) -> list[SourceShown]:
    """What runs may read on the server: files of the folders that its operator allows, and databases by name."""
    return Sources(context.settings, context.store).listed()


@router.post(
    "/runs",
    status_code=202,
    responses={404: {"description": "There is no such upload"}, 409: {"description": "It is being done"}},
)
@aside.takes_long
def create_run(
    context: Needed, caller: Writer, wanted: RunRequest, request: Request, response: Response, once: Once
) -> RunShown:
    """Ask for a run. It waits for its turn; `Location` is where it can be followed."""
    caller.permit("write", _existing(context, wanted.name))

    def make() -> RunShown:
        _check(context, wanted, caller.name)
        row = context.store.runs.create(
            wanted.name, wanted.model_dump(mode="json", exclude={"name"}), actor=caller.name
        )
        context.runner.submit(row)
        return shown(row)

    made = once.do(caller, wanted, make, RunShown)
    response.headers["Location"] = f"{request.url.path}/{made.id}"
    return made


@router.get("/runs", responses=MISSING)
def list_runs(
    context: Needed,
    _caller: Reader,
    state: Annotated[State | None, Query(description="Those in this state.", examples=["running"])] = None,
    dictionary_id: Annotated[
        str | None,
        Query(description="Those of this dictionary.", examples=[EXAMPLE_ID], pattern=r"^[0-9A-Za-z_-]{1,64}$"),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listed[RunShown]:
    """Runs, the newest first."""
    page = context.store.runs.page(state=state, dictionary_id=dictionary_id, cursor=cursor, limit=limit)
    return Listed(items=[shown(row) for row in page.items], next_cursor=page.next_cursor)


def _found(context: Needed, _caller: Reader, run_id: RunId) -> RunRow:
    return context.store.runs.get(run_id)


Found = Annotated[RunRow, Depends(_found)]


@router.get("/runs/{run_id}", responses=MISSING)
def get_run(run: Found, response: Response) -> RunShown:
    """How far a run is, or how it ended."""
    tagged(response, run.row_version)
    return shown(run)


@router.delete("/runs/{run_id}", status_code=202, responses={**MISSING, 409: {"description": "It is over"}})
def cancel_run(context: Needed, caller: Writer, run_id: RunId) -> RunShown:
    """Stop a run that waits or is under way; what it has read is left, and no dictionary changes."""
    caller.permit("write", context.store.runs.get(run_id).dictionary_id)
    context.runner.cancel(run_id, actor=caller.name)
    return shown(context.store.runs.get(run_id))


@router.get("/runs/{run_id}/events", response_class=EventSourceResponse, responses=MISSING)
async def follow_run(
    context: Needed,
    run: Found,
    last_event_id: Annotated[int, Header(ge=0, le=2**31, description="Go on after this event.", examples=[12])] = 0,
) -> AsyncIterator[RunEvent]:
    """Follow a run as it happens: the events after the last one that was seen, until the run ends."""
    async for event in follow(context, run.id, last_event_id):
        yield ServerSentEvent(id=str(event.seq), event=event.kind, data=event)  # type: ignore[misc]  # the framework's form


def _existing(context: Context, name: str) -> str | None:
    try:
        return context.store.dictionary_named(name).id
    except NotFound:
        return None


def _check(context: Context, wanted: RunRequest, caller: str) -> None:
    """Raise UsageError or NotFound for sources that cannot be, TooManyRequests where too many runs wait."""
    sources, uploads = Sources(context.settings, context.store), Uploads(context.settings)
    names: list[str] = []
    for source in wanted.sources:
        if isinstance(source, FileSource):
            sources.file(source.name)
        elif isinstance(source, ConnectionSource):
            sources.connection(source.name)
        else:
            names.append(uploads.get(source.id).name)
    if len(set(names)) < len(names):
        raise UsageError("two uploads have one name", where="sources", hint="Upload them under different names")
    waiting = context.store.runs.page(state="queued", limit=200).items
    if sum(row.submitted_by == caller for row in waiting) >= context.settings.user_run_limit:
        raise TooManyRequests("too many of your runs wait", retry_after=30, hint="Wait until some are done")
