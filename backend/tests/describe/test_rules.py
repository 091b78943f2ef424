"""Names in words, and what a profile shows in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.describe.rules import business_name, describe, description, words
from ddgen.model.dictionary import Field, Pii, Table
from ddgen.model.profile import Distinct, Lengths, Profile, ValueCount

PII = Pii(category="contact.email", sensitivity=2, why=["looks like one"])


def field(data_type: str, path: str = "x", **facts: Any) -> Field:
    known = {key: facts.pop(key) for key in ("types", "pii", "references", "is_primary_key") if key in facts}
    profile = Profile(**({"total": 100, "values": 100} | facts))
    return Field(path=path, name="x", position=1, data_type=data_type, profile=profile, **known)


def listed(*values: str | int) -> dict[str, Any]:
    top = [ValueCount(value=value, count=5) for value in values]
    return {"top_values": top, "all_values_listed": True, "distinct": Distinct(count=len(values), exact=True)}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("custFirstName", ["cust", "First", "Name"]),
        ("cust_first-name", ["cust", "first", "name"]),
        ("HTTPServerURL", ["HTTP", "Server", "URL"]),
        ("address2", ["address2"]),
        ("größe_max", ["größe", "max"]),
        ("__", []),
    ],
)
def test_words_of_names(name: str, found: list[str]) -> None:
    assert words(name) == found


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("customer_id", "Customer ID"),
        ("dateOfBirth", "Date of Birth"),
        ("ORDER_DATE", "Order Date"),
        ("sku", "SKU"),
        ("opt_in", "Opt In"),
        ("Unit Price", "Unit Price"),
        ("  Total   Sum ", "Total Sum"),
        ("größe", "Größe"),
        ("", "Unnamed"),
        ("%", "%"),
    ],
)
def test_business_names(name: str, shown: str) -> None:
    assert business_name(name) == shown


@given(st.text(st.characters(codec="ascii") | st.sampled_from("äÖé日 "), max_size=30))
def test_every_name_has_a_business_name_that_stays_one(name: str) -> None:
    shown = business_name(name)
    assert shown.strip() == shown != ""
    assert "".join(words(shown)).lower() in {"".join(words(name)).lower(), "unnamed"}


SENTENCES = [
    (field("integer", min=1, max=12_000), "Whole number; from 1 to 12,000."),
    (field("float", min=2.5, max=2.5), "Number; always 2.5."),
    (field("date", min="2024-01-31", max="2024-02-29"), "Date; from 2024-01-31 to 2024-02-29."),
    (field("string", **listed("a", "b")), "Text; one of a, b."),
    (field("string", **listed("a")), "Text; always a."),
    (field("string", **listed(*map(str, range(40)))), "Text; 40 different values, most often 0, 1, 2."),
    (field("string", **listed("x" * 31, "y")), "Text; 2 different texts."),
    (field("string", **listed("a", "b"), pii=PII), "Text."),
    (field("integer", min=1, max=2, pii=PII), "Whole number."),
    (field("string", lengths=Lengths(min=2, max=9, mean=5)), "Text; 2 to 9 characters long."),
    (field("integer", unique=True, is_primary_key=True), "Whole number; identifies a row."),
    (field("uuid", unique=True), "UUID; unique."),
    (field("uuid", path="a[]", unique=True), "UUID."),
    (field("integer", references="customers.id"), "Whole number; refers to customers.id."),
    (field("integer", total=400, null=300), "Whole number; missing in 75 %."),
    (field("integer", total=100_000, null=1), "Whole number; missing in under 0.1 %."),
    (field("string | integer", types={"string": 70, "integer": 1030}), "Mixed: string 70, integer 1,030."),
    (field("array[string]", elements=Lengths(min=0, max=3, mean=1)), "List of 0 to 3 elements."),
    (field("array[string]", elements=Lengths(min=1, max=1, mean=1)), "List of 1 element."),
    (field("map[integer]", top_values=[ValueCount(value="DE", count=1)]), "Map from keys such as DE."),
    (field("object"), "Group of fields."),
    (field("unknown", values=0, null=100), "No values."),
]


@pytest.mark.parametrize(("one", "sentence"), SENTENCES, ids=lambda part: part if isinstance(part, str) else "")
def test_sentences(one: Field, sentence: str) -> None:
    assert description(one) == sentence


def test_tables_and_fields_get_both_texts() -> None:
    one = field("integer", min=1, max=2)
    table = Table(id="t", name="web_events", uri="u", format="csv", row_count=1_000, fields=[one])
    describe(table)
    table.settle()
    assert (table.business_name, table.description) == ("Web Events", "1,000 rows with 1 field.")
    assert (one.business_name, one.description) == ("X", "Whole number; from 1 to 2.")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"row_count": 1}, "1 row with 0 fields."),
        ({"row_count": None, "rows_profiled": None}, "An unknown number of rows with 0 fields."),
        ({"row_count": 5, "primary_key": ["a", "b"]}, "5 rows with 0 fields; one row for each a and b."),
    ],
)
def test_sentences_of_tables(facts: dict[str, Any], sentence: str) -> None:
    table = Table(id="t", name="t", uri="u", format="csv", **facts)
    describe(table)
    assert sentence in [claim.value for claim in table.claims]
