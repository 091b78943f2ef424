"""What is personal is recognised by name and values, and inside texts."""

from __future__ import annotations

import itertools

import pytest

from ddgen.types import declaration
from ddgen.types.personal import SURE, TELLING, recognise, scan_for, scan_name, scan_text


def ids(name: str, *values: str) -> list[str]:
    return [one.id for one in recognise(name, values)]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("custemail", ["a@b.org"], "contact.email"),
        ("col7", ["a@b.org", "c.d@e.com"], "contact.email"),
        ("c3", ["(415) 555-2671", "(212) 555-0100"], "contact.phone_formatted"),
        ("phone_no", ["4155552671"], "contact.phone"),
        ("x", ["4111111111111111", "5500000000000004", "340000000000009"], "fin.credit_card"),
        ("iban", [], "fin.iban"),
        ("SSN", ["536904399"], "gov.us_ssn"),
        ("codiceFiscale", ["RSSMRA85T10A562S"], "gov.national_id"),
        ("c1", ["open", "closed"], None),
        ("FirstName", ["Anna"], "person.name"),
        ("col7", ["Maria Kowalska", "Jon Smith", "Xi Quispe", "Hans Weber"], "person.name_values"),
        ("dob", ["1984-01-01"], "person.birth_date"),
        ("ship_address", ["12 Main St"], "location.address"),
        ("c9", ["12 Main Street", "4 Oak Ave", "99 Elm Road"], "location.address_values"),
        ("client_ip", ["10.1.1.1"], "web.ipv4"),
        ("pwd", ["x"], "cred.password"),
        ("token", ["abc"], "cred.secret"),
        ("c", ["sk_live_4eC39HqLyjWDarjtT1zdp7dc"], "cred.secret"),
        ("dsn", ["postgres://a:b@c/d"], "cred.url_with_password"),
        ("passportNumber", [], "gov.passport"),
        ("plate_no", ["B-AB 1234"], "gov.licence_plate"),
        ("mac", ["00:1A:2B:3C:4D:5E"], "web.mac"),
        ("login", ["jdoe"], "web.username"),
        ("salary", ["52000"], "person.salary"),
        ("religion", ["x"], "person.special"),
        ("diagnosis", ["E11.9"], "health.condition"),
        ("notes", ["The customer called about a late parcel"], "text.free"),
    ],
)
def test_columns(name: str, values: list[str], expected: str | None) -> None:
    found = ids(name, *values)
    assert expected in found if expected else not found


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("order_status", ["open", "closed"]),
        ("product_name", ["Chai", "Chang"]),
        ("zip_file", ["a.zip"]),
        ("description_count", ["3"]),
        ("email_sent_count", ["3"]),
        ("token_count", ["99"]),
        ("country", ["Germany", "France"]),
        ("business", ["retail"]),
        ("card_type", ["VISA"]),
        ("city_name", ["Berlin", "Paris"]),
        ("id", ["1", "2", "3"]),
        ("amount", ["10.50", "99.00"]),
        ("version", ["10.1.2", "10.1.3"]),
        ("created_at", ["2024-01-01", "2024-02-01"]),
        ("month", ["April", "May", "June", "August"]),
    ],
)
def test_ordinary_columns(name: str, values: list[str]) -> None:
    assert ids(name, *values) == []


def test_a_verdict_says_why_and_what_may_be_sent() -> None:
    found = recognise("email", ["a@b.org"])[0]
    assert (found.category, found.sensitivity, found.send) == ("contact", 2, "shape")
    assert found.why == "by its name and values"


def test_the_most_sensitive_first() -> None:
    sensitivities = [one.sensitivity for one in recognise("ssn", ["536-90-4399"])]
    assert sensitivities == sorted(sensitivities, reverse=True)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("write to a.b@example.org now", "a.b@example.org"),
        ("write to a.b [at] example.org now", "a.b [at] example.org"),
        ("call +44 20 7946 0958", "+44 20 7946 0958"),
        ("card 4111 1111 1111 1111 expires", "4111 1111 1111 1111"),
        ("iban DE89 3704 0044 0532 0130 00 please", "DE89 3704 0044 0532 0130 00"),
        ("password is hunter for admin", "hunter"),
        ("password hunter2 for admin", "hunter2"),
        ("pw: correcthorse", "correcthorse"),
        ("PIN: 4821", "4821"),
        ("born 17.05.1984", "17.05.1984"),
        ("passport X1234567", "X1234567"),
        ("at 12 Baker Street", "12 Baker Street"),
        ("Hauptstraße 12a in Bonn", "Hauptstraße 12a"),
        ("from 192.168.17.20", "192.168.17.20"),
        ("see /home/jdoe/x", "/home/jdoe/x"),
        ("id 8812-AX-3341", "8812-AX-3341"),
        ("at 52.520008, 13.404954", "52.520008, 13.404954"),
    ],
)
def test_texts(text: str, hidden: str) -> None:
    start = text.index(hidden)
    covered = {place for span in scan_text(text) for place in range(span.start, span.end)}
    assert {start, start + len(hidden) - 1} <= covered


@pytest.mark.parametrize(
    "text",
    [
        "Date when the order was placed by the customer",
        "Customer status: 1=active, 2=closed, see ISO-8601",
        "Amount in EUR, incl. VAT (19 %)",
        "Foreign key to public.users.id",
        "password policy of the account",
        "about 10,000 rows since 2019",
    ],
)
def test_ordinary_texts(text: str) -> None:
    assert scan_text(text) == []


def test_places_are_in_order_and_apart() -> None:
    spans = scan_text("a@b.org and c@d.org, 4111 1111 1111 1111 and sk_live_4eC39HqLyjWDarjtT1zdp7dc by Maria Kowalska")
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
    assert len(spans) == 5


@pytest.mark.parametrize("name", ["@isbn", "items[].sku", "iso_3166_1", "order_id", "Ø km/h", "Größe", "数量"])
def test_ordinary_names(name: str) -> None:
    assert scan_name(name) == []


def test_it_is_quick_with_hostile_texts() -> None:
    for text in ("a." * 2000, "@" * 4000, "1 " * 2000, "A" * 4000, "a@" * 2000, "-" * 4000, "Maria " * 600):
        scan_text(text)
        recognise("x", [text])


TEXTS = [
    *(("mail a@b.org now", "contact.email"), ("password: hunter22", "cred.password"), ("536-90-4399", "gov.us_ssn")),
    *(("to DE89370400440532013000", "fin.iban"), ("AKIAIOSFODNN7EXAMPLE", "cred.secret")),
    *(("postgres://a:b@h/x", "cred.url_with_password"), ("https://h.example/f?sig=0a1b2c3d", "cred.signed_url")),
]


@pytest.mark.parametrize(("text", "kind"), TEXTS)
def test_kinds_that_nothing_else_is_written_like(text: str, kind: str) -> None:
    assert [span.id for span in scan_for(text, SURE)] == [kind]


def test_the_glance_at_a_text_misses_nothing() -> None:
    for one in declaration.personal():
        for example in one.examples if one.id in SURE else ():
            found = {span.id for span in scan_for(f"so {example} it is", SURE)}
            assert found == {span.id for span in scan_for(f"so {example} it is", TELLING | SURE)} & SURE


@pytest.mark.parametrize(
    "text", ["2 @ 3.50 each", "Basic Subscription", "978-84-1234-567-8", "user@host", "room 101", "12-34-5678-9"]
)
def test_likenesses_are_none(text: str) -> None:
    assert scan_for(text, SURE) == []


def test_more_is_told_in_sentences() -> None:
    kinds = {span.id for span in scan_for("Call +49 30 1234567, born on 1984-05-17, 12 rue de Rivoli", TELLING)}
    assert kinds == {"contact.phone_formatted", "person.birth_date", "location.address_values"}
