"""What people may edit in files that come back, and how it is written there: declared once for all such formats."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from ddgen.exporters import text
from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Field, Table

KINDS = {
    "business_name": Kind.BUSINESS_NAME,
    "description": Kind.DESCRIPTION,
    "grain": Kind.GRAIN,
    "pii": Kind.PII,
    "semantic_type": Kind.SEMANTIC_TYPE,
    "owner": Kind.OWNER,
    "note": Kind.NOTE,
}
"""By the key of a column the kind of claim that stands in it."""

STATUS = "status"
"""The column of what became of the name and the description."""

OF_TABLES = ("business_name", "description", "grain", "owner", "note", STATUS)
OF_FIELDS = ("business_name", "description", "pii", "semantic_type", "owner", "note", STATUS)

JUDGED = (Kind.BUSINESS_NAME, Kind.DESCRIPTION)
"""The kinds that a status is about."""

STATUSES = ("approved", "suggested", "rejected")

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
"""How workbooks write a character by its code; some programs that save them take a text for it that looks like that."""


def cells(thing: Table | Field) -> dict[str, str]:
    """By column what stands there, "" where nothing does."""
    return {key: cell(thing, key) for key in (OF_TABLES if isinstance(thing, Table) else OF_FIELDS)}


def cell(thing: Table | Field, key: str) -> str:
    """What stands in one column of a table or field, as it is: not yet made visible for people."""
    if key == STATUS:
        return status(thing)
    if key == "pii":
        return verdict(thing) if isinstance(thing, Field) else ""
    said = getattr(thing, key)
    return said if isinstance(said, str) else ""


def verdict(field: Field) -> str:
    """The verdict on personal data as people write it: `contact:2`, `none`, or nothing where nobody has looked."""
    if field.pii is not None:
        return f"{field.pii.category}:{field.pii.sensitivity}"
    return "none" if field.not_personal is not None else ""


def status(thing: Table | Field) -> str:
    """`approved` where people stand for name and description, as far as there are any; else `suggested`.

    `rejected` where there is neither, since people have rejected what there was.
    """
    seen = [claim for kind in JUDGED if (claim := winner(thing.claims, kind)) is not None]
    if seen:
        return "approved" if all(map(_stood_for, seen)) else "suggested"
    return "rejected" if _refused(thing.claims) else ""


def _stood_for(claim: Claim) -> bool:
    return claim.status is Status.APPROVED or claim.origin is Origin.HUMAN


def _refused(claims: Iterable[Claim]) -> bool:
    return any(claim.status is Status.REJECTED and claim.kind in JUDGED for claim in claims)


def shown(content: str) -> str:
    """A text as it stands in a cell."""
    return text.prose(content)


def comparable(content: str) -> str:
    """A text as it is compared: the same whatever programs on its way make of blanks, line ends and escapes."""
    return canonical(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), canonical(shown(content))))


def digest(content: str) -> str:
    """Eight hexadecimal digits of a text, the same for texts that compare equal."""
    return hashlib.sha256(comparable(content).encode("utf-8", "surrogatepass")).hexdigest()[:8]


def canonical(content: str) -> str:
    """A text as it is taken: line ends alike, without blanks at the ends of lines and of the whole."""
    lines = content.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" \t\u00a0") for line in lines).strip()
