"""Reviews: what waits for a person, and what people decide, one by one and in bulk."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Query, Response
from pydantic import BaseModel, Field

from ddgen.api import aside, shown
from ddgen.api.auth import Caller, Reader, Reviewer
from ddgen.api.bodies import EXAMPLE_ID, Body, ClaimId, Cursor, FieldId, Limit, Listed, Text
from ddgen.api.context import Context, Needed
from ddgen.api.documents import holds_values
from ddgen.api.etag import IfMatch, etag, tagged, version_of
from ddgen.api.idempotency import Once
from ddgen.api.problem_types import TYPES, slug_of
from ddgen.api.responses import CHANGES, MISSING
from ddgen.errors import DdgenError, Forbidden, NotFound, PreconditionFailed
from ddgen.model.claim import Kind
from ddgen.store.records import Decision, FieldRow, Outcome, ReviewItem, TableRow, TextStatus

router = aside.router("reviews")

_ID = r"^[0-9A-Za-z_-]{1,64}$"
_CLAIM = r"^[0-9A-Za-z_-]{1,64}\.[0-9A-Za-z_-]{1,64}$"


class Waiting(BaseModel):
    """A text that is shown now, to be judged, and the tag to decide with."""

    claim_id: str
    etag: str
    part_id: str
    dictionary_id: str
    table: str
    path: str | None
    kind: Kind
    value: Any
    origin: str
    status: str
    confidence: float


class Verdict(Body):
    """A decision about one claim; `edit` writes `text` in its place."""

    decision: Literal["approve", "reject", "edit"] = Field(examples=["approve"])
    text: Text | None = Field(default=None, description="The text of an `edit`", examples=[None])
    comment: Text | None = Field(default=None, description="Why", examples=["As in the handbook"])


class BatchItem(Verdict):
    """The same in a batch; without `etag` it is decided whatever is there."""

    claim_id: str = Field(pattern=_CLAIM, examples=[f"{EXAMPLE_ID}.3f2a9c0d1e4b5a67"])
    etag: str | None = Field(default=None, pattern=r'^"[0-9]{1,18}"$', examples=['"7"'])


class Batch(Body):
    """Decisions about exactly these claims."""

    decisions: list[BatchItem] = Field(min_length=1, max_length=1000)


class Failure(BaseModel):
    """Why one decision was not taken; `current` is how it is now, where someone else was faster."""

    type: str
    status: int
    title: str
    detail: str
    current: Any = None


class Result(BaseModel):
    """What became of one decision: `etag` is the new tag, `problem` why it was not taken."""

    claim_id: str
    status: int
    etag: str | None = None
    problem: Failure | None = None


class Results(BaseModel):
    """What became of each decision, in order."""

    results: list[Result]


class Undo(Body):
    """Whose last decision, or batch of decisions, is taken back: one's own, anywhere or in a dictionary or part."""

    dictionary_id: str | None = Field(default=None, pattern=_ID, examples=[EXAMPLE_ID])
    part_id: str | None = Field(default=None, pattern=_ID, description="A field or table", examples=[None])


class Comment(Body):
    """Something said about a field or table."""

    text: Text = Field(examples=["Ask finance what this counts"])


@router.get("/reviews", responses=MISSING)
def list_reviews(
    context: Needed,
    _caller: Reader,
    dictionary_id: Annotated[
        str | None, Query(description="Only of this dictionary.", examples=[EXAMPLE_ID], pattern=_ID)
    ] = None,
    status: Annotated[TextStatus, Query(description="Texts that are so far.", examples=["suggested"])] = "suggested",
    of: Annotated[Literal["fields", "tables"], Query(description="Of what.", examples=["fields"])] = "fields",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listed[Waiting]:
    """The texts that wait for a person; a page holds those of `limit` fields or tables."""
    page = context.store.to_review(dictionary_id=dictionary_id, status=status, of=of, cursor=cursor, limit=limit)
    return Listed(items=[_waiting(context, item) for item in page.items], next_cursor=page.next_cursor)


@router.post("/reviews:batch")
@aside.takes_long
def review_batch(context: Needed, caller: Reviewer, batch: Batch, once: Once) -> Results:
    """Decide on exactly the listed claims. What cannot be decided changes nothing, and stops no other."""
    return once.do(caller, batch, lambda: _decided(context, caller, batch), Results)


@router.post("/reviews:undo", responses={**MISSING, 409: {"description": "Someone has decided otherwise since"}})
def undo_review(context: Needed, caller: Reviewer, what: Undo) -> Results:
    """Take back one's last decision, or batch of decisions."""
    done = context.store.undo(actor=caller.name, dictionary_id=what.dictionary_id, part_id=what.part_id)
    return Results(results=[Result(claim_id=one.claim_id, status=200, etag=etag(one.row_version)) for one in done])


@router.get("/fields/{field_id}/claims", responses=MISSING)
def list_claims(context: Needed, _caller: Reader, field_id: FieldId, response: Response) -> list[shown.ClaimShown]:
    """All that is claimed of a field, with where it comes from and what became of it."""
    detail = context.store.field(field_id)
    tagged(response, detail.row.row_version)
    return shown.full(context, detail).claims


@router.get("/claims/{claim_id}", responses=MISSING)
def get_claim(context: Needed, _caller: Reader, claim_id: ClaimId, response: Response) -> shown.ClaimShown:
    """One claim."""
    found, version, _ = _claim(context, claim_id)
    tagged(response, version)
    return found


@router.patch("/claims/{claim_id}", responses=CHANGES)
def review_claim(
    context: Needed,
    caller: Reviewer,
    claim_id: ClaimId,
    verdict: Verdict,
    response: Response,
    if_match: IfMatch = "",
) -> shown.ClaimShown:
    """Approve or reject a claim, or write another text in its place; the claim that stands then."""
    wanted = version_of(if_match)
    caller.permit("review", _claim(context, claim_id)[2])
    decision = Decision(claim_id, verdict.decision, verdict.text, wanted, verdict.comment)
    done = context.store.review(decision, actor=caller.name)
    tagged(response, done.row_version)
    return _claim(context, done.claim_id)[0]


@router.post("/fields/{field_id}/comments", status_code=204, responses=MISSING)
def comment_field(context: Needed, caller: Reviewer, field_id: FieldId, comment: Comment) -> None:
    """Say something about a field that is part of its history alone."""
    caller.permit_part("review", field_id)
    context.store.comment(field_id, comment.text, actor=caller.name)


def _waiting(context: Context, item: ReviewItem) -> Waiting:
    members = asdict(item)
    version = members.pop("row_version")
    if holds_values(context, item.dictionary_id):
        members["value"] = _claim(context, item.claim_id)[0].value
    return Waiting(**members, etag=etag(version))


def _claim(context: Context, claim_id: str) -> tuple[shown.ClaimShown, int, str]:
    """A claim, the version of what it is about, and in which dictionary. Raises NotFound."""
    part_id = claim_id.partition(".")[0]
    row: FieldRow | TableRow
    try:
        detail = context.store.field(part_id)
        row, claims = detail.row, shown.full(context, detail).claims
    except NotFound:
        table = context.store.table(part_id)
        row, claims = table.row, shown.table_full(table).claims
    found = next((claim for claim in claims if claim.id == claim_id), None)
    if found is None:
        raise NotFound("there is no such claim", where=claim_id)
    return found, row.row_version, row.dictionary_id


def _decided(context: Context, caller: Caller, batch: Batch) -> Results:
    refused = _refused(context, caller, batch) if caller.user is not None else {}
    wanted = [
        Decision(one.claim_id, one.decision, one.text, version_of(one.etag) if one.etag else None, one.comment)
        for one in batch.decisions
        if one.claim_id not in refused
    ]
    done = iter(context.store.review_batch(wanted, actor=caller.name))
    outcomes = [
        Outcome(one.claim_id, error=refused[one.claim_id]) if one.claim_id in refused else next(done)
        for one in batch.decisions
    ]
    return Results(results=[_result(outcome) for outcome in outcomes])


def _refused(context: Context, caller: Caller, batch: Batch) -> dict[str, DdgenError]:
    """The claims that a user may not decide on, by id, and why."""
    found: dict[str, DdgenError] = {}
    for claim_id in {one.claim_id for one in batch.decisions}:
        try:
            caller.permit("review", _claim(context, claim_id)[2])
        except (NotFound, Forbidden) as error:
            found[claim_id] = error
    return found


def _result(outcome: Outcome) -> Result:
    if outcome.decided is not None:
        return Result(claim_id=outcome.decided.claim_id, status=200, etag=etag(outcome.decided.row_version))
    error = outcome.error or DdgenError("it was not decided")
    slug = slug_of(error)
    late = error if isinstance(error, PreconditionFailed) else None
    problem = Failure(
        type=f"/problems/{slug}",
        status=error.http_status,
        title=TYPES[slug].title,
        detail=error.message,
        current=shown.of_row(late.current) if late else None,
    )
    tag = etag(late.row_version or 0) if late else None
    return Result(claim_id=outcome.claim_id, status=error.http_status, etag=tag, problem=problem)
