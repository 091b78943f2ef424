"""The columns of the head that pages show, filter and sort by, from the document's fields and tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Field, Table
from ddgen.store.bodies import pack, unpack
from ddgen.store.records import TextStatus

CLAIMS = TypeAdapter(list[Claim])


def pack_claims(claims: list[Claim]) -> bytes:
    """Claims in the form in which the head keeps them."""
    return pack(CLAIMS.dump_json(claims, exclude_defaults=True))


def unpack_claims(data: bytes) -> list[Claim]:
    """The claims that were packed."""
    return CLAIMS.validate_json(unpack(data))


def field_columns(field: Field) -> dict[str, Any]:
    """What the head shows of a field."""
    return {
        "path": field.path,
        "name": field.name,
        "data_type": field.data_type,
        "semantic_type": field.semantic_type,
        "pii_category": field.pii.category if field.pii else None,
        "pii_sensitivity": field.pii.sensitivity if field.pii else None,
        "removed": field.removed,
        **_texts(field),
    }


def table_columns(table: Table) -> dict[str, Any]:
    """What the head shows of a table."""
    return {"name": table.name, "row_count": table.row_count, "removed": table.removed, **_texts(table)}


def _texts(part: Field | Table) -> dict[str, Any]:
    name = _status(part.claims, Kind.BUSINESS_NAME, part.business_name)
    description = _status(part.claims, Kind.DESCRIPTION, part.description)
    return {
        "business_name": part.business_name,
        "description": part.description,
        "name_status": name,
        "description_status": description,
        "status": _both(name, description),
    }


def _status(claims: Iterable[Claim], kind: Kind, shown: str | None) -> TextStatus:
    won = winner(claims, kind)
    if won is None:
        return "suggested" if shown else "missing"
    return "approved" if won.origin is Origin.HUMAN or won.status is Status.APPROVED else "suggested"


def _both(name: TextStatus, description: TextStatus) -> TextStatus:
    return "suggested" if "suggested" in (name, description) else description
