"""Versions of a dictionary, and what changed between them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import Response

from ddgen.api import aside, documents
from ddgen.api.auth import Reader
from ddgen.api.bodies import Cursor, DictionaryId, Limit, Listed
from ddgen.api.context import Needed
from ddgen.api.responses import MISSING, Responses
from ddgen.diff.change import Diff
from ddgen.diff.compare import compare
from ddgen.errors import NotFound
from ddgen.model.dictionary import Dictionary
from ddgen.store.records import VersionRow

router = aside.router("versions")

Number = Annotated[int, Path(description="The number of the version.", examples=[3], ge=1, le=2**31 - 1)]
Unmasked = Annotated[
    bool,
    Query(description="Show personal values too, where the store has them: for admins, and audited.", examples=[False]),
]
_DOCUMENT: Responses = {200: {"model": Dictionary, "description": "The dictionary document, `ddgen/1`"}}


@router.get("/dictionaries/{dictionary_id}/versions", responses=MISSING)
def list_versions(
    context: Needed, _caller: Reader, dictionary_id: DictionaryId, cursor: Cursor = None, limit: Limit = 50
) -> Listed[VersionRow]:
    """The versions of a dictionary, the newest first."""
    return Listed[VersionRow].of(context.store.versions(dictionary_id, cursor=cursor, limit=limit))


@router.get("/dictionaries/{dictionary_id}/versions/{number}", responses=MISSING)
def get_version(context: Needed, _caller: Reader, dictionary_id: DictionaryId, number: Number) -> VersionRow:
    """When a version was cut, by whom, and what came with it."""
    found = context.heads.version(dictionary_id, number)
    if not found:
        raise NotFound(f"there is no version {number}", where=dictionary_id)
    return found[0]


@router.get(
    "/dictionaries/{dictionary_id}/versions/{number}/document",
    response_class=Response,
    responses={**MISSING, **_DOCUMENT},
)
@aside.takes_long
def get_version_document(
    caller: Reader, dictionary_id: DictionaryId, number: Number, unmasked: Unmasked = False
) -> Response:
    """A version as a document, as it was put in."""
    return _document(documents.read(caller, dictionary_id, number, unmasked=unmasked))


@router.get("/dictionaries/{dictionary_id}/document", response_class=Response, responses={**MISSING, **_DOCUMENT})
@aside.takes_long
def get_document(caller: Reader, dictionary_id: DictionaryId, unmasked: Unmasked = False) -> Response:
    """The dictionary as a document, with everything that people have said until now."""
    return _document(documents.read(caller, dictionary_id, None, unmasked=unmasked))


@router.get("/dictionaries/{dictionary_id}/diff", responses=MISSING)
@aside.takes_long
def diff_versions(
    caller: Reader,
    dictionary_id: DictionaryId,
    old: Annotated[
        int, Query(alias="from", description="The number of the older version.", examples=[3], ge=1, le=2**31 - 1)
    ],
    new: Annotated[
        int | None,
        Query(alias="to", description="The newer one; without it as it is now.", examples=[5], ge=1, le=2**31 - 1),
    ] = None,
) -> Diff:
    """What changed between two versions, and whether that is breaking, risky, safe, or prose."""
    before = documents.read(caller, dictionary_id, old, unmasked=False)
    return compare(before, documents.read(caller, dictionary_id, new, unmasked=False))


def _document(found: Dictionary) -> Response:
    text = found.model_dump_json(by_alias=True, exclude_none=True)
    return Response(text, media_type="application/json")
