"""Exports: the formats that there are with their settings, and a dictionary in one of them as a file."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Path
from fastapi.responses import Response
from pydantic import BaseModel, Field

from ddgen import registry
from ddgen.api import aside, documents
from ddgen.api.auth import Reader
from ddgen.api.bodies import NO_NUL, Body, DictionaryId
from ddgen.api.responses import MISSING
from ddgen.errors import NotFound
from ddgen.exporters.write import Output, render
from ddgen.review import demand

router = aside.router("exports")

_ODD = re.compile(r"[^\w.-]+")


class FormatShown(BaseModel):
    """A format, its endings, and the JSON Schema of its `options`."""

    name: str = Field(examples=["excel"])
    suffixes: list[str]
    media_type: str
    options: dict[str, Any]


class ExportRequest(Body):
    """What of a dictionary is written, and how."""

    version: int | None = Field(
        default=None, ge=1, le=2**31 - 1, description="A version; without it as it is now", examples=[None]
    )
    options: dict[str, Any] = Field(default_factory=dict, description="As `GET /exports` says", examples=[{}])
    require: Literal["approved"] | None = Field(
        default=None, description="`approved` refuses where a text waits for a person", examples=[None]
    )
    only_approved: bool = Field(default=False, description="Leave out texts that nobody approved", examples=[False])
    unmasked: bool = Field(default=False, description="With personal values: for admins, and audited", examples=[False])


@router.get("/exports")
def list_exports(_caller: Reader) -> list[FormatShown]:
    """The formats that a dictionary can be written in, with the schema of their options."""
    return [
        FormatShown(
            name=name,
            suffixes=list(kind.suffixes),
            media_type=kind.media_type,
            options=kind.Options.model_json_schema(),
        )
        for name, kind in registry.each("exporters")
    ]


@router.post(
    "/dictionaries/{dictionary_id}/exports/{format_name}",
    response_class=Response,
    responses={
        **MISSING,
        200: {"description": "The file", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    },
)
@aside.takes_long
def export_dictionary(
    caller: Reader,
    dictionary_id: DictionaryId,
    format_name: Annotated[
        str, Path(description="The name of a format.", examples=["markdown"], max_length=40, pattern=NO_NUL)
    ],
    wanted: ExportRequest,
) -> Response:
    """Write a dictionary in a format; of a format of several files comes a ZIP."""
    if format_name not in registry.names("exporters"):
        raise NotFound(f"there is no format {format_name[:40]}", hint="GET /exports lists them")
    found = documents.read(caller, dictionary_id, wanted.version, unmasked=wanted.unmasked)
    met = demand.met(found, require=wanted.require, only_approved=wanted.only_approved)
    exporter = registry.get("exporters", format_name)
    stem = _ODD.sub("_", found.name)[:80] or "dictionary"
    name = f"{stem}{exporter.suffixes[0]}"
    content = render(met, Output(FilePath(name), format_name, wanted.options))
    if isinstance(content, bytes):
        return _file(content, name, exporter.media_type)
    return _file(_zipped(content), f"{stem}.zip", "application/zip")


def _zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _file(content: bytes, name: str, media_type: str) -> Response:
    """A file to be kept: browsers do not show it, so nothing in it runs here."""
    told = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": told})
