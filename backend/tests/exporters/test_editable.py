"""What people may edit, as it stands in files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.exporters import editable
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Field


def field(*claims: Claim) -> Field:
    made = Field(path="a", name="a", position=0, data_type="string", claims=list(claims))
    made.settle()
    return made


def said(kind: Kind, value: object, origin: Origin = Origin.RULE, status: Status = Status.SUGGESTED) -> Claim:
    return Claim(kind=kind, value=value, origin=origin, status=status)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ([], ""),
        ([said(Kind.DESCRIPTION, "x")], "suggested"),
        ([said(Kind.DESCRIPTION, "x", Origin.SOURCE)], "suggested"),
        ([said(Kind.DESCRIPTION, "x", Origin.HUMAN)], "approved"),
        ([said(Kind.DESCRIPTION, "x", Origin.HUMAN), said(Kind.BUSINESS_NAME, "x")], "suggested"),
        ([said(Kind.DESCRIPTION, "x", status=Status.APPROVED)], "approved"),
        ([said(Kind.DESCRIPTION, "x", status=Status.REJECTED)], "rejected"),
        ([said(Kind.DESCRIPTION, "x", status=Status.WITHDRAWN)], ""),
    ],
)
def test_the_status_is_of_what_is_shown(claims: list[Claim], status: str) -> None:
    assert editable.cells(field(*claims))["status"] == status


@pytest.mark.parametrize(
    ("value", "verdict"), [({"category": "contact", "sensitivity": 2}, "contact:2"), (None, "none"), ("nobody", "")]
)
def test_a_verdict_is_written_as_people_write_it(value: object, verdict: str) -> None:
    claims = [] if value == "nobody" else [said(Kind.PII, value)]
    assert editable.cells(field(*claims))["pii"] == verdict


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_programs_do_to_blanks_and_line_ends_is_no_change(text: str) -> None:
    shown = editable.shown(text)
    assert editable.digest(shown) == editable.digest(text)
    assert editable.digest(shown.replace("\n", "\r\n") + "  ") == editable.digest(text)
    assert editable.digest(shown.replace("\n", "_x000D_\n")) == editable.digest(text)


def test_another_text_is_a_change() -> None:
    assert editable.digest("One.") != editable.digest("one.")
    assert editable.canonical(" One.\r\nTwo. \n") == "One.\nTwo."
