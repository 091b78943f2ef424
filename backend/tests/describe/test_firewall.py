"""What may leave: no planted secret at any level but raw, and ordinary business text still does."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from typing import Any

import pytest

from ddgen.describe.facts import FieldFacts, TableFacts, ValueShare
from ddgen.describe.firewall import FieldView, Firewall, Withheld
from ddgen.describe.prompt import batch_question
from ddgen.settings import Privacy

from .planted import COUNT, Secret, secrets, sentences

TABLE = TableFacts("orders", None, 12_345, ("id",), ("id", "status"))
GUARDED = (Privacy.NONE, Privacy.SHAPES, Privacy.MASKED)

Place = Callable[[Secret], tuple[TableFacts, FieldFacts]]


def field(name: str = "col7", data_type: str = "string", **facts: Any) -> FieldFacts:
    return dataclasses.replace(FieldFacts(name, name, data_type, count=1000), **facts)


def codes(*values: str, count: int = 500, name: str = "status", **facts: Any) -> FieldFacts:
    shares = tuple(ValueShare(value, 1 / len(values), count) for value in values)
    return field(name, values=shares, values_closed=True, distinct=len(values), **facts)


def view(facts: FieldFacts, level: Privacy = Privacy.SHAPES, table: TableFacts = TABLE) -> FieldView:
    return Firewall(level).view(table, facts)


def prompt_of(level: Privacy, table: TableFacts, facts: FieldFacts) -> str:
    firewall = Firewall(level)
    question = batch_question(firewall.table(table), [firewall.view(table, facts)])
    return f"{question.user}\n{question.schema}"


def alone(facts: FieldFacts) -> tuple[TableFacts, FieldFacts]:
    return TABLE, facts


PLACES: dict[str, Place] = {
    "samples": lambda secret: alone(field(samples=(secret.text, "x"))),
    "samples of a code list": lambda secret: alone(codes("open", "closed", samples=(secret.text,))),
    "most frequent values": lambda secret: alone(codes(secret.text, "active", "closed")),
    "values of few": lambda secret: alone(codes(secret.text, "active", count=2)),
    "ends of texts": lambda secret: alone(field(low=secret.text, high=secret.text)),
    "ends of numbers": lambda secret: alone(field(data_type="integer", low=secret.text, high=secret.text)),
    "ends of dates": lambda secret: alone(field(data_type="timestamp", low=secret.text, high=secret.text)),
    "shapes": lambda secret: alone(field(shapes=(secret.text,))),
    "comment": lambda secret: alone(field(comment=next(sentences(secret)))),
    "second comment": lambda secret: alone(field(comment=list(sentences(secret))[1])),
    "free text": lambda secret: alone(field("notes", samples=tuple(sentences(secret)))),
    "free text without a name": lambda secret: alone(field(samples=tuple(sentences(secret)))),
    "comment of the table": lambda secret: (TableFacts("t", next(sentences(secret))), field()),
}
NAMES: dict[str, Place] = {
    "name": lambda secret: alone(field(secret.text)),
    "path": lambda secret: alone(field("name", path=f"users.{secret.text}.name")),
    "data type": lambda secret: alone(field(data_type=secret.text)),
    "semantic type": lambda secret: alone(field(semantic_type=secret.text, unit=secret.text, pii=secret.text)),
    "reference": lambda secret: alone(field(references=f"people.{secret.text}")),
    "table": lambda secret: (TableFacts(secret.text, None, 5, (secret.text,), (secret.text, "b")), field()),
}


def test_the_secrets_are_many_and_of_many_kinds() -> None:
    planted = secrets()
    assert len({secret.text for secret in planted}) == COUNT
    assert len({secret.kind for secret in planted}) > 30


@pytest.mark.parametrize("level", GUARDED)
@pytest.mark.parametrize("place", [*PLACES, *NAMES])
def test_no_secret_leaves(place: str, level: Privacy) -> None:
    made = {**PLACES, **NAMES}[place]
    planted = [secret for secret in secrets() if place in PLACES or not secret.rare]
    leaked = [secret for secret in planted if secret.leaks_into(prompt_of(level, *made(secret)))]
    assert leaked == []


@pytest.mark.parametrize("level", GUARDED)
def test_no_secret_of_other_seeds_leaves(level: Privacy) -> None:
    """The rules were not made for the secrets of one seed: a few of a thousand others may be mistaken, no more."""
    planted = [secret for seed in range(30, 33) for secret in secrets(seed)]
    rng = random.Random(1)  # noqa: S311 - a test's data
    places = {**PLACES, **NAMES}
    tried = [(secret, rng.choice(list(PLACES) if secret.rare else list(places))) for secret in planted]
    leaked = [(secret, place) for secret, place in tried if secret.leaks_into(prompt_of(level, *places[place](secret)))]
    assert len(leaked) <= 3, leaked


def test_the_test_can_fail() -> None:
    leaked = [secret for secret in secrets() if secret.leaks_into(prompt_of(Privacy.RAW, *PLACES["samples"](secret)))]
    assert len(leaked) > COUNT / 2


def test_raw_still_holds_back_passwords_and_cards() -> None:
    for kind in ("api key", "jwt", "password hash", "card", "url with password", "signed url"):
        found = [secret for secret in secrets() if secret.kind == kind]
        assert found
        for place in ("samples", "most frequent values", "comment", "name", "free text"):
            made = {**PLACES, **NAMES}[place]
            leaked = [secret for secret in found if secret.leaks_into(prompt_of(Privacy.RAW, *made(secret)))]
            assert leaked == [], place


def test_a_password_column_shows_nothing_at_any_level() -> None:
    for level in Privacy:
        seen = view(field("password", samples=("swordfish",), low="a", high="z", shapes=("aaaaa",)), level)
        assert (seen.samples, seen.shapes, seen.range) == ((), (), None)
        assert Withheld("samples", "Password or hash of one, by its name") in seen.withheld


ORDINARY = {
    "status": ["open", "closed", "in_progress", "On Hold", "CANCELLED", "shipped"],
    "country": ["DE", "FR", "US", "GB"],
    "country_name": ["Germany", "France", "United States", "South Africa"],
    "product_category": ["Dairy Products", "Beverages", "Grains/Cereals", "Meat & Poultry", "Seafood", "Condiments"],
    "currency": ["USD", "EUR", "JPY"],
    "payment_method": ["credit card", "bank transfer", "cash", "PayPal"],
    "weekday": ["Monday", "Dienstag", "miércoles", "lundi"],
    "priority": ["1", "2", "3"],
    "http_status": ["200", "404", "500"],
    "fiscal_year": ["2021", "2022", "2023"],
    "size": ["S", "M", "L", "XL"],
    "is_active": ["true", "false"],
    "quarter": ["Q1", "Q2", "Q3", "Q4"],
    "ship_mode": ["First Class", "Second Class", "Standard Class", "Same Day"],
    "gender": ["male", "female", "F", "M"],
    "department": ["Human Resources", "Finance", "R&D", "IT"],
}


@pytest.mark.parametrize("level", [Privacy.SHAPES, Privacy.MASKED])
@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_codes_stay_visible(name: str, level: Privacy) -> None:
    seen = view(codes(*ORDINARY[name], name=name), level)
    assert list(seen.values) == ORDINARY[name]
    assert seen.values_closed


def test_masked_shows_unknown_words_that_shapes_does_not() -> None:
    facts = codes("Chiropractor", "Dentist", name="specialty")
    assert view(facts).values == ("Dentist",)
    assert view(facts, Privacy.MASKED).values == ("Chiropractor", "Dentist")
    assert not view(facts).values_closed


def test_values_of_fewer_than_five_records_are_kept_back() -> None:
    shares = (ValueShare("open", 0.9, 900), ValueShare("closed", 0.09, 5), ValueShare("pending", 0.01, 4))
    seen = view(field("status", values=shares, values_closed=True, distinct=3))
    assert seen.values == ("open", "closed")
    assert not seen.values_closed
    assert Withheld("values", "1 rare, long or not plainly codes") in seen.withheld


def test_shares_without_counts_are_counted() -> None:
    shares = (ValueShare("open", 0.99), ValueShare("closed", 0.01))
    facts = field("status", values=shares, distinct=2)
    assert view(facts).values == ("open", "closed")
    assert view(dataclasses.replace(facts, count=400)).values == ("open",)
    assert view(dataclasses.replace(facts, count=None)).values == ()


def test_no_codes_of_keys_and_of_many_values() -> None:
    assert view(codes("open", "closed", unique=True)).values == ()
    assert view(codes("open", "closed", is_primary_key=True)).values == ()
    many = dataclasses.replace(codes("open", "closed"), distinct=51, values_closed=False)
    assert view(many).values == ()
    assert view(dataclasses.replace(many, distinct=50)).values == ("open", "closed")


@pytest.mark.parametrize(
    ("data_type", "low", "high", "expected"),
    [
        ("integer", "4711", "536904399", ("4700", "5.4e8")),
        ("integer", "1", "5", ("1", "5")),
        ("decimal", "-0.0512", "19.99", ("-0.051", "20")),
        ("float", "0.0000012", "1e300", ("1.2e-6", "1.0e300")),
        ("integer | float", "0", "99", ("0", "99")),
        ("date", "2019-02-17", "2024-11-20", ("2019", "2024")),
        ("timestamp", "2019-02-17T10:11:12", "2024-11-20T00:00:00", ("2019", "2024")),
        ("string", "aa", "zz", None),
        ("integer", "nan", "inf", None),
        ("integer", "x", "y", None),
        ("date", "x", "y", None),
    ],
)
def test_ends_are_rounded(data_type: str, low: str, high: str, expected: tuple[str, str] | None) -> None:
    assert view(field("amount", data_type, low=low, high=high)).range == expected
    assert view(field("amount", data_type, low=low, high=high), Privacy.NONE).range is None


def test_personal_fields_show_shapes_or_nothing() -> None:
    mail = view(field("email", samples=("a.b@example.org",)), Privacy.MASKED)
    assert (mail.personal, mail.shapes, mail.samples) == ("contact", ("a.a@a{7}.aaa",), ())
    born = view(field("birth_date", "date", low="1950-01-01", high="2001-12-31", samples=("1984-05-17",)))
    assert (born.personal, born.shapes, born.range) == ("demographic", (), None)
    assert view(field("salary", "integer", low="1000", high="90000")).range is None


def test_what_others_found_counts() -> None:
    assert view(field("c1", pii="government_id", samples=("X12",))).shapes == ()
    assert view(field("c1", pii="contact", samples=("X12",))).shapes == ("A99",)
    assert view(codes("open", "closed", pii="contact")).values == ()
    assert view(field("c1", semantic_type="contact.email", samples=("x",))).personal == "contact"
    assert view(field("c1", semantic_type="email_address", samples=("x",))).personal == "contact"


def test_the_name_of_a_person_by_its_table_and_path() -> None:
    facts = codes("Al", "Bo", name="name")
    assert view(facts, table=TableFacts("customers")).personal == "identity"
    assert view(facts, table=TableFacts("products")).personal is None
    assert view(field("name", path="orders[].customer.name")).personal == "identity"


def test_levels_are_ordered() -> None:
    facts = field("x1", samples=("Order 4711 was late, see Zqx", "b"), shapes=("Aaaaa 9999",), lengths=(1, 30))
    none, shapes, masked, raw = (view(facts, level) for level in Privacy)
    assert (none.samples, none.shapes, none.lengths) == ((), (), None)
    assert (shapes.samples, shapes.shapes, shapes.lengths) == ((), ("Aaaaa 9999",), (1, 30))
    assert masked.samples == ("Order 9999 was late, see Aaa",)
    assert raw.samples == ("Order 4711 was late, see Zqx", "b")


def test_masked_samples_of_free_text() -> None:
    seen = view(field("notes", samples=("Customer Maria Kowalska called about order 4711",)), Privacy.MASKED)
    assert seen.samples == ("Customer [name] called about order 9999",)


def test_samples_alone_give_shapes() -> None:
    assert view(field("sku", samples=("AB-1234", "CD-9876"))).shapes == ("AA-9999",)


def test_roles_and_shares() -> None:
    assert view(field("id", is_primary_key=True)).role == "key"
    assert view(field("customer_id", references="customers.id")).role == "refers to customers.id"
    assert view(field("code", unique=True)).role == "unique"
    assert [view(field(missing=share)).missing for share in (0, 0.001, 0.126, 0.999, 1)] == [
        *(None, "<1%", "13%", ">99%", "100%")
    ]


def test_comments_are_kept_but_for_what_is_personal() -> None:
    seen = view(field(comment="State of the order: 1=new, 2=paid; ask john.doe@corp.example"))
    assert seen.comment == "State of the order: 1=new, 2=paid; ask [email]"
    assert Withheld("comment", "E-mail address") in seen.withheld


def test_everything_held_back_is_told() -> None:
    seen = view(field("ssn", samples=("536-90-4399",), low="1", high="2", shapes=("999-99-9999",)))
    assert {one.what for one in seen.withheld} >= {"samples", "shapes", "range"}
    assert all("536" not in one.why for one in seen.withheld)


def test_the_table() -> None:
    seen = Firewall(Privacy.SHAPES).table(
        TableFacts(
            "export_john.doe@corp.example", "Made by Maria Kowalska", 7, ("id",), ("id", "sk_live_4eC39HqLyjWDarjt")
        )
    )
    assert (seen.name, seen.comment) == ("[email]", "Made by [name]")
    assert seen.siblings == ("id", "[secret]")
    assert {one.what for one in seen.withheld} == {"name", "comment", "siblings"}


@pytest.mark.parametrize("level", GUARDED)
def test_a_persons_own_type_says_what_may_be_seen(level: Privacy) -> None:
    shown = view(codes("open", "closed"), level)
    assert bool(shown.values) is (level is not Privacy.NONE)
    shape = view(codes("open", "closed", send="shape", semantic_type="acme.step", shapes=("aaaa",)), level)
    assert shape.values == ()
    assert bool(shape.shapes) is (level is not Privacy.NONE)
    assert Withheld("values", "semantic type acme.step") in shape.withheld or level is Privacy.NONE
    nothing = view(field(samples=("AB-1",), shapes=("AA-9",), send="none", semantic_type="acme.step"), level)
    assert (nothing.values, nothing.samples, nothing.shapes, nothing.lengths) == ((), (), (), None)


def test_a_persons_word_is_obeyed() -> None:
    opinions = codes("young", "old", name="email")
    assert view(opinions).values == ()
    cleared = view(dataclasses.replace(opinions, cleared=True))
    assert cleared.values == ("young", "old")
    assert cleared.personal is None


def test_of_what_is_most_sensitive_not_even_shapes_leave() -> None:
    told = field("ref", pii="house secret", shapes=("AA-99",), samples=("AB-12",), lengths=(5, 5))
    assert view(told).shapes == ("AA-99",)
    hidden = view(dataclasses.replace(told, masking="counts"))
    assert (hidden.shapes, hidden.samples, hidden.lengths) == ((), (), None)
