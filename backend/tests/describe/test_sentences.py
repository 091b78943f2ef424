"""What a profile shows of fields and tables, in sentences."""

from __future__ import annotations

from typing import Any

import pytest

from ddgen.describe import rules, sentences
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.codes import IN_WORDS, Code, CodeList
from ddgen.model.dictionary import Field, Pii, Table
from ddgen.model.profile import Distinct, Lengths, Profile, Shape, ValueCount

PII = Pii(category="contact.email", sensitivity=2, why=["looks like one"])
OWN = (
    "types",
    "pii",
    "references",
    "is_primary_key",
    "unit",
    "codes",
    "semantic_type",
    "confidence",
    "holds",
    "inside",
)


def field(data_type: str, path: str = "x", **facts: Any) -> Field:
    known = {key: facts.pop(key) for key in OWN if key in facts}
    profile = Profile(**({"total": 100, "values": 100} | facts))
    name = path.rpartition(".")[2].removesuffix("[]").strip("`")
    return Field(path=path, name=name, position=1, data_type=data_type, profile=profile, **known)


def table(*fields: Field, name: str = "orders", key: tuple[str, ...] = (), **facts: Any) -> Table:
    known: dict[str, Any] = {"uri": "u", "format": "csv"} | facts
    return Table(id="t", name=name, fields=list(fields), primary_key=list(key), **known)


def listed(*values: str | int) -> dict[str, Any]:
    top = [ValueCount(value=value, count=5) for value in values]
    return {"top_values": top, "all_values_listed": True, "distinct": Distinct(count=len(values), exact=True)}


CODES = CodeList(codes=[Code(value=1, label="Open"), Code(value=2)], source="statuses.name")
SHOWN = [
    (field("integer", min=1, max=12_000), "Whole number from 1 to 12,000."),
    (field("float", min=2.5, max=2.5), "Number always 2.5."),
    (field("float", min=0.1234567890123, max=1e12), "Number from 0.123457 to 1,000,000,000,000."),
    (field("integer", "epoch", min=1577836800, max=1577901600), "Whole number from 1577836800 to 1577901600."),
    (field("integer", min=1071, max=5_286_953), "Whole number from 1,071 to 5,286,953."),
    (field("integer", min=1980, max=2024), "Whole number from 1980 to 2024."),
    (
        field("integer", min=1517363399650, max=1517966773840, semantic_type="time.epoch_ms", confidence=0.9),
        "Whole number (Unix time in milliseconds) from 2018-01-31 01:49 UTC to 2018-02-07 01:26 UTC.",
    ),
    (
        field("integer", min=-(10**17), max=10**17, semantic_type="time.epoch_ms", confidence=0.9),
        "Whole number (Unix time in milliseconds) from -100,000,000,000,000,000 to 100,000,000,000,000,000.",
    ),
    (field("integer", min=7, max=7, total=1, values=1), "Whole number."),
    (field("date", min="2024-01-31", max="2024-02-29"), "Date from 2024-01-31 to 2024-02-29."),
    (
        field("date", min="2024-01-01", max="2024-01-31", distinct=Distinct(count=31, exact=True)),
        "Date every day from 2024-01-01 to 2024-01-31.",
    ),
    (field("string", **listed("a", "b")), "Text; one of a, b."),
    (field("string", **listed("a", ",b,", " c")), "Text; one of a, \u201c,b,\u201d, \u201c c\u201d."),
    (field("string", **listed("a")), "Text; always a."),
    (field("string", **listed("a"), total=1, values=1), "Text."),
    (field("boolean", top_values=[ValueCount(value=True, count=5)], all_values_listed=True), "True or false."),
    (field("string", **listed(*map(str, range(40)))), "Text; 40 different values, most often 0, 1, 2."),
    (field("string", **listed("x" * 31, "y")), "Text; 2 different texts."),
    (field("string", **listed("a", "b"), pii=PII), "Text."),
    (field("integer", min=1, max=2, pii=PII), "Whole number."),
    (field("date", min="1980-01-01", max="1990-01-01", pii=PII), "Date."),
    (field("map[string]", top_values=[ValueCount(value="DE", count=1)], pii=PII), "Map."),
    (field("string", **listed("1", "2"), codes=CODES, pii=PII), "Text."),
    (field("integer", min=1, max=2, codes=CODES), "Whole number; one of 1 (Open), 2, by statuses.name."),
    (field("string", **listed("a"), codes=CodeList(codes=[], source=IN_WORDS)), "Text; always a."),
    (field("string", lengths=Lengths(min=2, max=9, mean=5)), "Text of 2 to 9 characters."),
    (field("string", shapes=[Shape(shape="AA-99", count=99)]), "Text; written like AA-99."),
    (field("string", shapes=[Shape(shape="AA-99", count=60)]), "Text."),
    (field("string", shapes=[Shape(shape="Aaaaa", count=100)]), "Text."),
    (field("integer", unique=True, is_primary_key=True), "Primary key, identifies a row; whole number."),
    (field("uuid", unique=True), "UUID; unique."),
    (field("float", unique=True), "Number."),
    (field("uuid", path="a[]", unique=True), "UUID."),
    (
        field("integer", references="customers.id", min=1, max=9),
        "Foreign key that refers to customers.id; whole number.",
    ),
    (field("integer", total=400, null=300), "Whole number; missing in 75 %."),
    (field("integer", total=100_000, null=1), "Whole number; missing in under 0.1 %."),
    (field("integer", total=9, values=0, null=9), "Whole number; always missing."),
    (field("string | integer", types={"string": 70, "integer": 1030}), "Mixed: string 70, integer 1,030."),
    (field("array[string]", elements=Lengths(min=0, max=3, mean=1)), "List of 0 to 3 elements."),
    (field("array[string]", elements=Lengths(min=1, max=1, mean=1)), "List of 1 element."),
    (field("map[integer]", top_values=[ValueCount(value="DE", count=1)]), "Map from keys such as DE."),
    (field("object"), "Group of fields."),
    (field("unknown", values=0, null=100), "No values."),
]


@pytest.mark.parametrize(("one", "sentence"), SHOWN, ids=lambda part: part if isinstance(part, str) else "")
def test_what_a_profile_shows(one: Field, sentence: str) -> None:
    assert rules.description(one) == sentence


MAIL = "contact.email"
LED = [
    (field("integer", "order_id", unique=True), "Unique identifier of the order (primary key); whole number."),
    (field("timestamp", "created_at"), "Date and time when the order was created."),
    (
        field("integer", "paid_at", semantic_type="time.epoch_seconds", confidence=0.9),
        "Date and time when the order was paid; whole number (Unix time in seconds).",
    ),
    (field("date", "paid_on", min="a", max="b"), "Date when the order was paid; from a to b."),
    (field("boolean", "is_paid"), "Whether the order is paid; true or false."),
    (
        field("integer", "gift", **listed(0, 1)),
        "Yes or no: gift of the order; whole number.",
    ),
    (field("float", "weight_kg", unit="kg"), "Weight of the order in kilograms; number."),
    (field("float", "share", unit="fraction of 1"), "Share of the order as a fraction of 1; number."),
    (field("float", "`Depth (mm)`", unit="mm"), "Depth of the order in millimetres; number."),
    (field("string", "address.city"), "City of the address of the order; text."),
    (field("string", "properties.place"), "Place of the order; text."),
    (field("string", "openingHours.note"), "Note of the opening hours of the order; text."),
    (field("string", "lines[].note"), "Note of the line of the order; text."),
    (field("string", "payment_source.brand"), "Brand of the payment source of the order; text."),
    (field("string", "customer_data.phone"), "Phone of the customer of the order; text."),
    (field("string", "account.profile.address.note"), "Note of the address of the profile; text."),
    (
        field("integer", "paid_at", unit="ms", semantic_type="time.epoch_ms", confidence=0.9),
        "Date and time when the order was paid; whole number (Unix time in milliseconds).",
    ),
    (field("integer", "line_count"), "Number of lines of the order; whole number."),
    (field("timestamp", "_fivetran_synced"), "Date and time when Fivetran last wrote the record."),
    (field("integer", "v1"), "Whole number."),
    (
        field("string", "email", semantic_type="contact.email", confidence=0.9),
        "Email of the order; text (e-mail address).",
    ),
    (field("string", "email", semantic_type="contact.email", confidence=0.3), "Email of the order; text."),
    (field("string", "email", semantic_type="unheard.of", confidence=1.0), "Email of the order; text."),
]


@pytest.mark.parametrize(("one", "sentence"), LED, ids=lambda part: part if isinstance(part, str) else "")
def test_what_a_field_tells(one: Field, sentence: str) -> None:
    of = table(one, key=("order_id",))
    one.is_primary_key = one.path == "order_id"
    assert rules.description(one, of) == sentence


def test_a_business_name_that_is_known_leads() -> None:
    one = field("decimal", "amt", min=1, max=2)
    one.claims.append(Claim(kind=Kind.BUSINESS_NAME, value="Amount Paid", origin=Origin.HUMAN))
    assert rules.description(one, table(one)) == "Amount paid of the order; decimal number from 1 to 2."


def test_parts_of_a_key_name_the_others() -> None:
    one, other = field("integer", "order_id"), field("integer", "line_no")
    of = table(one, other, name="order_lines", key=("order_id", "line_no"))
    assert rules.description(one, of) == (
        "Identifier of the order of the order line; part of the primary key, with line_no; whole number."
    )


@pytest.mark.parametrize(
    ("name", "format_", "fields", "one"),
    [
        ("orders", "csv", (), "order"),
        ("castle", "csv", ("larceny",), None),
        ("castle", "sqlite", ("larceny",), "castle"),
        ("invoice_data", "csv", ("id",), "invoice"),
        ("invoice_data", "csv", ("invoice_no",), "invoice"),
        ("stg_shop__order_items", "csv", (), "order item"),
        ("results", "csv", (), None),
        ("xkqz", "sqlite", (), None),
        ("a_list_of_names_that_are_long_orders", "csv", (), None),
    ],
)
def test_what_a_row_is_by_the_name(name: str, format_: str, fields: tuple[str, ...], one: str | None) -> None:
    of = table(*(field("string", path) for path in fields), name=name, format=format_)
    assert sentences.subject(of) == one


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"row_count": 1, "name": "x1"}, "1 row with 0 fields."),
        ({"row_count": None, "rows_profiled": None, "name": "x1"}, "An unknown number of rows with 0 fields."),
        ({"row_count": 5}, "5 rows with 0 fields; one row is one order."),
        ({"row_count": 5, "key": ("a", "b")}, "5 rows with 0 fields; one row for each a and b."),
        ({"row_count": 5, "name": "x1", "key": ("a",)}, "5 rows with 0 fields; one row for each a."),
    ],
)
def test_sentences_of_tables(facts: dict[str, Any], sentence: str) -> None:
    assert sentences.of_table(table(**facts)) == sentence


def test_tables_name_those_that_they_refer_to_once() -> None:
    ends = ("orders.id", "items.id", "items.no", "shops.id")
    of = table(*(field("integer", f"x{number}", references=end) for number, end in enumerate(ends)), row_count=5)
    assert sentences.of_table(of) == "5 rows with 4 fields; one row is one order; refers to items and shops."


def test_the_grain_says_on_what_it_rests() -> None:
    named, keyed, none = table(), table(name="x1", key=("a", "b")), table(name="x1")
    assert sentences.grain(named) == ("One row is one order.", 0.5, ["the name of the table"])
    assert sentences.grain(keyed) == ("One row for each a and b.", 0.4, ["its primary key"])
    assert sentences.grain(none) is None


def test_rows_are_not_what_the_name_says_where_its_identifier_repeats_or_a_day_is_the_key() -> None:
    repeated = field("integer", "order_id", distinct=Distinct(count=40, exact=True))
    assert sentences.grain(table(repeated)) is None
    day = field("date", "day", unique=True)
    assert sentences.grain(table(day, key=("day",))) == ("One row for each day.", 0.4, ["its primary key"])


def test_nothing_of_personal_data_is_said_even_through_a_table() -> None:
    secret = field("string", "email", **listed("ann@example.org", "bob@example.org"), pii=PII)
    of = table(secret, row_count=2)
    rules.describe(of)
    said = str([claim.value for claim in (*of.claims, *secret.claims)])
    assert "example.org" not in said
    assert "Email of the order" in said


@pytest.mark.parametrize(
    ("holds", "inner", "said"),
    [
        ("json", 5, "text that holds JSON, with 5 inner fields; missing in 10 %."),
        ("query", 1, "text that holds a query string, with 1 inner field; missing in 10 %."),
        ("json", 0, "text that holds JSON, always without fields; missing in 10 %."),
    ],
)
def test_texts_that_hold_documents_say_so_and_show_no_value(holds: str, inner: int, said: str) -> None:
    values = {**listed('{"secret": 1}', "{}"), "null": 10, "total": 100, "values": 90}
    text = field("string", "payload", **values, holds=holds)
    below = [field("integer", f"n{number}", inside="payload") for number in range(inner)]
    found = rules.description(text, table(text, *below, row_count=100))
    assert found.endswith(said), found
    assert "secret" not in found
