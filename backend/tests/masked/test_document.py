"""Dictionaries as they may be shown: what decides, what stays, and what later runs find."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ddgen
from ddgen.errors import UsageError
from ddgen.masked.document import masked
from ddgen.masked.texts import HIDDEN
from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field, Relationship
from ddgen.model.dictionary import load as load_text
from ddgen.model.problem import Problem

PEOPLE = [{"id": n, "mail": f"user{n}@example.org", "city": "Ghent", "ref": f"K-{n % 7}"} for n in range(30)]


def build(rows: list[dict[str, Any]] | None = None, **more: Any) -> Dictionary:
    return ddgen.build({"people": rows or PEOPLE}, **more)


def field(dictionary: Dictionary, path: str, table: str = "people") -> Field:
    found = dictionary.table(table)
    assert found is not None
    one = found.field(path)
    assert one is not None
    return one


def test_masked_is_what_one_gets() -> None:
    found = build()
    mail = field(found, "mail")
    assert found.masked
    assert mail.masked == "shapes"
    assert set(mail.profile.samples) == {"u***@example.org"}
    assert field(found, "city").masked is None
    assert field(found, "city").profile.top_values[0].value == "Ghent"


def test_those_who_may_see_values_say_so() -> None:
    found = build(unmasked=True)
    assert not found.masked
    assert field(found, "mail").masked is None
    assert field(found, "mail").masking == "shapes"
    assert {str(one)[:4] for one in field(found, "mail").profile.samples} == {"user"}


def test_masking_what_is_masked_changes_nothing() -> None:
    once = build()
    assert masked(once).to_json() == once.to_json()
    assert masked(build(unmasked=True)).table("people") == masked(masked(build(unmasked=True))).table("people")


def test_a_document_read_back_is_masked_alike() -> None:
    again = load_text(masked(build(unmasked=True)).to_json())
    assert again.masked
    assert field(again, "mail").masked == "shapes"


def test_a_person_decides_at_once_and_for_good() -> None:
    first = build(pii={"people:mail": "none", "ref": "identity:3"})
    assert "***" not in str(field(first, "mail").profile.samples)
    assert field(first, "mail").not_personal == ["a person said so when the dictionary was built"]
    assert field(first, "ref").masked == "counts"
    assert field(first, "ref").profile.top_values == []
    again = build([*PEOPLE, {"id": 99, "mail": "new@example.org", "city": "Ghent", "ref": "K-9"}], previous=first)
    assert field(again, "mail").masked is None
    assert "@example.org" in str(field(again, "mail").profile.max)
    assert field(again, "ref").masked == "counts"
    assert "K-" not in again.to_json()


def test_the_newest_word_of_a_person_holds() -> None:
    first = build(pii={"mail": "none"})
    second = build(previous=first, pii={"mail": "contact:3"})
    third = build(previous=second, pii={"mail": "none"})
    assert field(second, "mail").masked == "counts"
    assert field(third, "mail").pii is None
    assert field(third, "mail").masked is None


def test_what_a_person_refused_is_not_claimed_again_whatever_the_rule_calls_it() -> None:
    first = build()
    won = winner(field(first, "mail").claims, Kind.PII)
    assert won is not None
    won.status = Status.REJECTED
    again = build([{**row, "mail": f"{row['mail']}.net"} for row in PEOPLE], previous=first)
    mail = field(again, "mail")
    assert mail.pii is None
    assert mail.not_personal == ["a person has refused: contact"]
    assert mail.masked is None


def test_what_a_person_approved_stays_whatever_is_found_later() -> None:
    first = build()
    won = winner(field(first, "mail").claims, Kind.PII)
    assert won is not None
    won.status = Status.APPROVED
    again = build([{**row, "mail": "open"} for row in PEOPLE], previous=first)
    assert field(again, "mail").masked == "shapes"


def test_a_verdict_edited_into_the_document_is_a_persons(tmp_path: Path) -> None:
    text = build().to_json()
    edited = load_text(text)
    pii = field(edited, "mail").pii
    assert pii is not None
    pii.category, pii.sensitivity = "none", 0
    again = build(previous=edited)
    assert field(again, "mail").pii is None
    assert field(again, "mail").masked is None
    won = winner(field(again, "mail").claims, Kind.PII)
    assert won is not None
    assert won.origin is Origin.HUMAN
    (tmp_path / "d.json").write_text(again.to_json(), encoding="utf-8")
    assert field(ddgen.load(tmp_path / "d.json"), "mail").pii is None


def test_labels_edited_into_the_document_answer_the_question() -> None:
    rows = [{"kind_code": code} for code in ("X1", "Y2", "Z3") * 20]
    first = build(rows)
    codes = field(first, "kind_code").codes
    assert codes is not None
    assert len(codes.unexplained) == 3
    for code in codes.codes:
        code.label = f"Kind {code.value}"
    again = build([*rows, {"kind_code": "X1"}], previous=first)
    found = field(again, "kind_code").codes
    assert found is not None
    assert (found.unexplained, found.source) == ([], "a person")
    assert found.codes[0].count == 21


def test_a_place_that_is_no_field_s_is_refused() -> None:
    with pytest.raises(UsageError, match="people:mail"):
        build(pii={"people:mial": "none"})
    with pytest.raises(UsageError, match="says nothing"):
        build(pii={"mail": "contact:7"})


def test_an_unmasked_document_before_does_not_come_through() -> None:
    before = build([{**row, "gone": f"old{row['id']}@example.org"} for row in PEOPLE], unmasked=True)
    field(before, "gone").claims.append(Claim(kind=Kind.DESCRIPTION, value="Kept.", origin=Origin.HUMAN))
    again = build(previous=before)
    assert field(again, "gone").removed
    assert field(again, "gone").masked == "shapes"
    assert "old1" not in again.to_json()


def test_switching_between_both_keeps_what_people_said_and_runs_are_stable() -> None:
    first = build(pii={"ref": "identity"})
    field(first, "mail").claims.append(Claim(kind=Kind.DESCRIPTION, value="Where to write.", origin=Origin.HUMAN))
    second = build(previous=first)
    third = build(previous=second)
    assert (third.version, third.content_hash) == (second.version, second.content_hash)
    clear = build(previous=third, unmasked=True)
    assert field(clear, "mail").description == field(build(previous=clear), "mail").description == "Where to write."
    assert field(build(previous=clear), "ref").masked == "shapes"


def test_a_text_that_holds_documents_is_as_strict_as_its_parts() -> None:
    rows = [{"raw": f"<{n}>", "raw2": 1} for n in range(9)]
    found = build(rows, unmasked=True)
    inner = field(found, "raw").model_copy(update={"path": "raw.user", "claims": []}, deep=True)
    inner.claims = [Claim(kind=Kind.PII, value={"category": "identity", "sensitivity": 3}, origin=Origin.RULE)]
    table = found.table("people")
    assert table is not None
    table.fields.append(inner)
    shown = masked(found)
    assert field(shown, "raw").masked == "counts"
    assert field(shown, "raw2").masked is None
    field(found, "raw").claims.append(Claim(kind=Kind.PII, value=None, origin=Origin.HUMAN))
    assert field(masked(found), "raw").masked is None


def test_relationships_and_problems_are_masked() -> None:
    found = build([{"name": "Wilhelmina Okonkwo", "customer_name": "Wilhelmina Okonkwo"}] * 9, unmasked=True)
    found.relationships = [
        Relationship(from_=["a"], to=["b"], kind="inferred", evidence=["such as Wilhelmina Okonkwo"])
    ]
    found.problems = [Problem(code="x", message="cannot read 'Wilhelmina Okonkwo'", source="s", hint="ask a@b.org")]
    shown = masked(found)
    assert shown.relationships[0].evidence == [f"such as {HIDDEN}"]
    assert shown.problems[0].message == f"cannot read '{HIDDEN}'"
    assert shown.problems[0].hint == f"ask {HIDDEN}"
