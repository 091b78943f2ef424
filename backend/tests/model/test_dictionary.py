"""The document: shown values, and texts that load again."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import jsonschema
import pytest

from ddgen.errors import DocumentError
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Engine, Field, Relationship, Table, json_schema, load

PII = {"category": "contact.email", "sensitivity": 2, "why": ["looks like one"]}


def claim(kind: Kind, value: object, confidence: float = 1.0) -> Claim:
    return Claim(kind=kind, value=value, origin=Origin.RULE, confidence=confidence)


@pytest.fixture
def dictionary() -> Dictionary:
    claims = [
        claim(Kind.DESCRIPTION, "Where mail goes"),
        claim(Kind.SEMANTIC_TYPE, "contact.email", 0.9),
        claim(Kind.PII, PII),
        claim(Kind.KEY, ["email"]),
        claim(Kind.REFERENCES, "people.email"),
        claim(Kind.TAG, "a"),
        claim(Kind.TAG, "b"),
    ]
    field = Field(path="email", name="email", position=0, data_type="string", claims=claims)
    table = Table(
        id="1", name="t", uri="t.csv", format="csv", fields=[field], claims=[claim(Kind.PRIMARY_KEY, ["email"])]
    )
    return Dictionary(
        name="d",
        generated_at=datetime(2024, 1, 31, tzinfo=UTC),
        engine=Engine(version="0"),
        tables=[table],
        relationships=[Relationship(from_=["t.email"], to=["people.email"], kind="declared")],
    )


def test_settling_spells_out_the_winners(dictionary: Dictionary) -> None:
    dictionary.settle()
    ((table, field),) = dictionary.fields()
    assert table.primary_key == ["email"]
    assert (field.is_primary_key, field.is_unique, field.references) == (True, True, "people.email")
    assert (field.description, field.semantic_type, field.confidence) == ("Where mail goes", "contact.email", 0.9)
    assert field.pii is not None
    assert field.pii.sensitivity == 2
    assert sorted(field.tags) == ["a", "b"]


def test_a_document_loads_again(dictionary: Dictionary) -> None:
    dictionary.settle()
    text = dictionary.to_json()
    assert load(text).to_json() == text
    assert '"from": [' in text


def test_documents_keep_the_schema(dictionary: Dictionary) -> None:
    dictionary.settle()
    jsonschema.Draft202012Validator.check_schema(json_schema())
    jsonschema.validate(json.loads(dictionary.to_json()), json_schema())


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "{}", '{"format": "ddgen/2", "name": "x"}', '{"format": "ddgen/1", "name": 1}']
)
def test_what_is_no_dictionary_is_named(text: str) -> None:
    with pytest.raises(DocumentError, match=r"here\.json: not a dictionary: .*ddgen schema"):
        load(text, where="here.json")


def test_tables_and_fields_by_name(dictionary: Dictionary) -> None:
    table = dictionary.table("t")
    assert table is dictionary.tables[0]
    assert table.field("email") is table.fields[0]
    assert dictionary.table("x") is None
    assert table.field("x") is None
