"""Semantic types and personal data of fields: by names, by values, and by both; look-alikes are none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from ddgen.model.claim import Kind, winner
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Scalar
from ddgen.model.values import Values
from ddgen.semantics.detect import detect
from ddgen.types import codes
from ddgen.types.table import load, standard

from .held import probed

RANDOM = random.Random(7)  # noqa: S311 - test data
CARDS = [f"4{RANDOM.randrange(10**14):014d}" for _ in range(30)]
VALID = [f"{one}{next(last for last in '0123456789' if codes.luhn(f'{one}{last}'))}" for one in CARDS]
INVALID = [one[:-1] + str((int(one[-1]) + 1) % 10) for one in VALID]
FIRST = "Anna Maria Peter Thomas Julia Laura Michael Sarah David Paul Emma Lukas".split()
LAST = "Garcia Kowalski Rossi Schmidt Nguyen Hansen Dubois Ferrari Johnson Novak Petrov Larsson".split()


def found(name: str, values: Sequence[Scalar], data_type: str = "string") -> Field:
    field = Field(path=name, name=name, position=1, data_type=data_type)
    table = Table(id="t", name="t", uri="memory", format="csv", fields=[field])
    held = Values([(value, 1) for value in values], complete=True)
    detect(table, {name: held} if values else {}, standard())
    table.settle()
    return field


@pytest.mark.parametrize(
    ("name", "values", "data_type", "expected"),
    [
        ("c1", [f"user{n}@example.org" for n in range(9)], "string", "contact.email"),
        ("c1", VALID, "integer", "finance.credit_card"),
        ("c1", [f"192.168.{n}.{n + 90}" for n in range(9)], "string", "online.ipv4"),
        ("c1", FIRST, "string", "person.first_name"),
        ("c1", LAST, "string", "person.last_name"),
        ("c1", [f"{one} {two}" for one, two in zip(FIRST, LAST, strict=True)], "string", "person.full_name"),
        ("c1", ["Germany", "Deutschland", "Frankreich", "Spain", "Italia"], "string", "location.country_name"),
        ("c1", [f"{n} Oak Street" for n in range(1, 20)], "string", "location.street_address"),
        ("c1", [f"#{n:06x}" for n in range(9)], "string", "technical.hex_color"),
        ("c1", [20240100 + n for n in range(1, 29)], "integer", "time.date"),
        ("c1", [1700000000 + 9 * n for n in range(20)], "integer", "time.epoch_seconds"),
        ("created_at", [1700000000000 + 9 * n for n in range(20)], "integer", "time.epoch_ms"),
        ("dob", ["1984-05-17", "1990-01-02"], "date", "person.date_of_birth"),
        ("c1", ["31.01.2024", "2024-02-01", "Mar 3, 2024"], "string", "time.date"),
        ("lat", ["52.52", "48.1"], "float", "location.latitude"),
        ("zip", ["2139", "94107"], "integer", "location.postal_code"),
        ("custFirstname", ["Zzyx"], "string", "person.first_name"),
        ("c1", ['{"a": 1}', '{"a": 2}'], "string", "technical.json_text"),
        ("c1", ["<p>hello</p>", "<p>you</p>"], "string", "technical.xml_text"),
        ("c1", [f"{n},5 %" for n in range(9)], "string", "quantity.percentage"),
        ("c1", ["3,38\u00a0€", "1\u202f299,34\u00a0€"], "string", "finance.money"),
        ("c1", [f"+33 (0)3 71 10 02 {n}" for n in range(51, 60)], "string", "contact.phone"),
        ("_c0", [f"+420 {n} 500 976" for n in range(601, 612)], "integer", "contact.phone"),
        ("c1", ["20240131235959", "20231231000000"], "integer", "time.datetime"),
        ("c1", [f"db0{n}.prod.example.org" for n in range(9)], "string", "online.hostname"),
        ("c1", ["pdf", "docx", "png", "mp4"], "string", "technical.file_extension"),
        ("year", ["2004.0", "2011.0"], "float", "time.year"),
        ("discount", ["0.2", "0", "0.15"], "float", "quantity.percentage"),
        ("woonplaats", ["Huissen", "Wogmeer"], "string", "location.city"),
        ("api_key", ["9d61c49b-8977-4914-a36b-80d1445e38fa"], "uuid", "credential.secret"),
        ("c1", ["EUR", "USD", "GBP", "CHF"], "string", "finance.currency_code"),
        ("price", ["1.98", "3.50"], "float", "finance.money"),
    ],
)
def test_meaning_is_found(name: str, values: Sequence[Scalar], data_type: str, expected: str) -> None:
    assert found(name, values, data_type).semantic_type == expected


@pytest.mark.parametrize(
    ("name", "values", "data_type", "no"),
    [
        ("card_number", INVALID, "string", "finance.credit_card"),
        ("c1", INVALID, "integer", "finance.credit_card"),
        ("isbn", ["978-3-16-148410-1", "978-0-306-40615-8"], "string", "identifier.isbn"),
        ("version", [f"1.{n}.0.4" for n in range(20)], "string", "online.ipv4"),
        ("c1", [f"1.{n}.0.4" for n in range(20)], "string", "online.ipv4"),
        ("c1", [str(n) for n in range(10_000, 10_900, 17)], "integer", "location.postal_code"),
        ("business", ["a", "b"], "string", "government.national_id"),
        ("description_id", [1, 2, 3], "integer", "text.free_text"),
        ("is_email", ["Y", "N"], "string", "contact.email"),
        ("long_lectures", [1, 2], "integer", "location.longitude"),
        ("c1", ["open", "closed", "void"], "string", "person.last_name"),
        ("c1", [100_000_000 + 7919 * n for n in range(50)], "integer", "time.epoch_seconds"),
        ("c1", [str(n) for n in range(100_000_000, 100_300_000, 6007)], "string", "government.ssn"),
        ("latitude", ["152.1", "98.2"], "float", "location.latitude"),
        ("tier", ["gold", "silver", "bronze", "none"], "string", "technical.color_name"),
        ("record_state", ["open", "closed", "pending", "on hold"], "string", "location.state"),
        ("c1", [f"{n}950693199" for n in range(10, 30)], "integer", "contact.phone"),
        ("c1", ["123.456.789.012", "456.789.123.345", "789.123.456.678"] * 2, "string", "contact.phone"),
        ("document_no", ["ME-375586", "LT-785124"], "string", "government.national_id"),
        ("imei", [f"3520940879826{n}" for n in range(71, 90)], "integer", "finance.credit_card"),
    ],
)
def test_look_alikes_are_none(name: str, values: Sequence[Scalar], data_type: str, no: str) -> None:
    assert found(name, values, data_type).semantic_type != no


@pytest.mark.parametrize("name", ["c1", "status", "qty", "order_id"])
def test_plain_fields_are_not_personal(name: str) -> None:
    assert found(name, [1, 2, 3, 17, 48], "integer").pii is None


def test_names_alone_are_believed_less() -> None:
    field = found("email", [])
    assert field.semantic_type == "contact.email"
    assert field.confidence is not None
    assert field.confidence <= 0.75


def test_personal_data_say_why_which_laws_and_what_speaks_against() -> None:
    field = found("email", ["a@example.org", "b@example.org", "c@example.org", "none"])
    assert field.pii is not None
    assert field.pii.category == "contact"
    assert field.pii.sensitivity == 2
    assert any("3 of 4" in reason for reason in field.pii.why)
    assert any("email" in reason for reason in field.pii.why)
    assert "GDPR Art. 4(1)" in field.pii.laws
    assert field.pii.against == ["1 of 4 different values does not fit, such as aaaa"]


def test_a_unit_of_the_type_is_claimed() -> None:
    field = found("lat", ["52.52", "48.137"], "float")
    unit = winner(field.claims, Kind.UNIT)
    assert unit is not None
    assert unit.value == "deg"


def test_nested_paths_are_judged_as_fields_are() -> None:
    rows = [{"who": {"mails": [f"user{n}@example.org"], "at": {"lat": 50.1 + n, "lon": 8.6}}} for n in range(9)]
    with probed({"t": rows}) as ((table,), _, run):
        detect(table, run.evidence["t"], standard())
        table.settle()
    types = {field.path: field.semantic_type for field in table.fields}
    assert types["who.mails[]"] == "contact.email"
    assert types["who.at.lat"] == "location.latitude"
    assert types["who.at.lon"] == "location.longitude"
    assert types["who"] is None


def test_a_users_type_is_found(tmp_path: Path) -> None:
    path = tmp_path / "types.yaml"
    path.write_text(
        '- {id: acme.policy, title: Policy, group: custom, values: {regex: "POL-[0-9]+"}, '
        "decide: {need: values, chance: 0.0001}}",
        encoding="utf-8",
    )
    field = Field(path="c1", name="c1", position=1, data_type="string")
    table = Table(id="t", name="t", uri="memory", format="csv", fields=[field])
    detect(table, {"c1": Values([(f"POL-{n}", 1) for n in range(9)])}, load([path]))
    table.settle()
    assert field.semantic_type == "acme.policy"


@pytest.mark.parametrize("name", ["data", "id", "_id"])
def test_a_name_of_anything_says_nothing_without_values(name: str) -> None:
    assert found(name, []).semantic_type is None
