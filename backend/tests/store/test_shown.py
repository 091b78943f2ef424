"""What pages show of fields and tables."""

from __future__ import annotations

import pytest

from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Field, Table
from ddgen.store.shown import field_columns, pack_claims, table_columns, unpack_claims

from .dictionaries import field


def texts(name: Status | None, text: Status | None, origin: Origin = Origin.AI) -> Field:
    said = [(Kind.BUSINESS_NAME, name), (Kind.DESCRIPTION, text)]
    claims = [Claim(kind=kind, value="x", origin=origin, status=status) for kind, status in said if status is not None]
    found = Field(path="a", name="a", position=0, data_type="string", claims=claims)
    found.settle()
    return found


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        (None, None, "missing"),
        (Status.SUGGESTED, None, "suggested"),
        (Status.APPROVED, None, "missing"),
        (Status.APPROVED, Status.APPROVED, "approved"),
        (None, Status.APPROVED, "approved"),
        (Status.SUGGESTED, Status.APPROVED, "suggested"),
        (Status.REJECTED, Status.REJECTED, "missing"),
    ],
)
def test_what_became_of_texts(name: Status | None, text: Status | None, status: str) -> None:
    assert field_columns(texts(name, text))["status"] == status


def test_what_people_wrote_is_approved_and_what_no_claim_backs_is_not() -> None:
    assert field_columns(texts(None, Status.SUGGESTED, Origin.HUMAN))["description_status"] == "approved"
    table = Table(id="t", name="t", uri="t", format="csv", description="By hand.")
    assert table_columns(table)["description_status"] == "suggested"


def test_claims_come_back() -> None:
    claims = field(2).claims
    assert unpack_claims(pack_claims(claims)) == claims
