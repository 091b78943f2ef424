"""Texts that hold documents: what they are said to be, and the personal data that they inherit."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field, Pii, Table
from ddgen.semantics.inside import claim, inner_fields
from ddgen.types.table import standard

from .held import built, keys, references

PERSONAL: dict[str, Any] = {"category": "contact", "sensitivity": 2, "laws": ["GDPR Art. 4(1)"]}


def field(path: str, *claims: Claim, holds: str | None = None, inside: str | None = None) -> Field:
    kind = "string"
    return Field(path=path, name=path, position=1, data_type=kind, holds=holds, inside=inside, claims=list(claims))


def says(origin: Origin = Origin.RULE, status: Status = Status.SUGGESTED, **pii: Any) -> Claim:
    value = Pii(**(PERSONAL | pii)).model_dump()
    return Claim(kind=Kind.PII, value=value, origin=origin, status=status)


def table(*fields: Field) -> Table:
    return Table(id="t", name="t", uri="u", format="csv", fields=list(fields))


def verdict(made: Table, path: str, before: Table | None = None) -> Pii | None:
    claim(made, standard(), before)
    made.settle()
    found = made.field(path)
    assert found is not None
    return found.pii


def test_a_text_is_as_personal_as_the_most_personal_of_its_inner_fields() -> None:
    made = table(
        field("p", holds="json"),
        field("p.mail", says(), inside="p"),
        field("p.card", says(category="financial", sensitivity=3, laws=["PCI DSS"]), inside="p"),
        field("p.id", inside="p"),
        field("other", says(category="health", sensitivity=3)),
    )
    found = verdict(made, "p")
    assert found is not None
    assert (found.category, found.sensitivity, found.laws) == ("financial", 3, ["GDPR Art. 4(1)", "PCI DSS"])
    assert found.why == [
        "its texts hold p.card (financial, high sensitivity)",
        "its texts hold p.mail (contact, medium sensitivity)",
    ]


def test_it_stays_as_personal_as_its_name_says() -> None:
    own = says(category="credential", sensitivity=3, why=["the name says so"])
    made = table(field("secrets", own, holds="json"), field("secrets.mail", says(), inside="secrets"))
    found = verdict(made, "secrets")
    assert found is not None
    assert (found.category, found.sensitivity) == ("credential", 3)
    assert found.why == ["the name says so", "its texts hold secrets.mail (contact, medium sensitivity)"]


def test_what_is_inside_documents_inside_counts_for_all_around_it() -> None:
    made = table(
        field("a", holds="xml"),
        field("a.b", holds="json", inside="a"),
        field("a.b.mail", says(), inside="a.b"),
    )
    assert verdict(made, "a") is not None
    inner = made.field("a.b")
    assert inner is not None
    assert inner.pii is not None
    assert inner_fields(made.fields[0], made) == [inner]


def test_nothing_personal_makes_nothing_personal() -> None:
    made = table(field("p", holds="json"), field("p.a", says(sensitivity=0), inside="p"), field("p.b", inside="p"))
    assert verdict(made, "p") is None


@pytest.mark.parametrize(
    ("said", "sensitivity"),
    [
        (lambda: says(status=Status.REJECTED), None),
        (lambda: says(Origin.HUMAN, category="none", sensitivity=0), None),
        (lambda: says(Origin.HUMAN, category="health", sensitivity=3), 3),
        (lambda: says(status=Status.WITHDRAWN, sensitivity=3), 2),
    ],
    ids=["refused", "cleared", "raised", "withdrawn by a run"],
)
def test_what_a_person_said_of_an_inner_field_counts(said: Callable[[], Claim], sensitivity: int | None) -> None:
    before = table(field("p.mail", said(), inside="p"))
    made = table(field("p", holds="json"), field("p.mail", says(), inside="p"))
    found = verdict(made, "p", before)
    assert (found.sensitivity if found is not None else None) == sensitivity


def test_many_reasons_are_counted() -> None:
    made = table(field("p", holds="json"), *(field(f"p.m{number}", says(), inside="p") for number in range(8)))
    found = verdict(made, "p")
    assert found is not None
    assert len(found.why) == 6
    assert found.why[-1] == "and 3 other inner fields with personal data"


def test_a_removed_field_is_left_alone() -> None:
    made = table(field("p", holds="json"), field("p.mail", says(), inside="p"))
    made.fields[0].removed = True
    assert verdict(made, "p") is None


def people(count: int = 60) -> list[dict[str, Any]]:
    return [
        {"order_id": number, "payload": json.dumps({"customer": {"email": f"p{number}@example.com"}, "ref": number})}
        for number in range(count)
    ]


def test_types_are_said_by_what_was_read_and_not_by_what_it_looks_like() -> None:
    rows = [*people(), {"order_id": 99, "payload": "oops"}]
    (made,) = built({"orders": rows}).tables
    found = made.field("payload")
    assert found is not None
    assert (found.semantic_type, found.confidence) == ("technical.json_text", 0.99)
    said = winner(found.claims, Kind.SEMANTIC_TYPE)
    assert said is not None
    assert said.evidence == ["60 of 61 values were read as JSON: 3 inner fields"]
    mail = made.field("payload.customer.email")
    assert mail is not None
    assert mail.semantic_type == "contact.email"
    assert found.pii is not None
    assert (found.pii.category, found.pii.sensitivity) == ("contact", 2)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<o id='{0}'><v>{0}</v></o>", "technical.xml_text"),
        ("page={0}&sort=up", "technical.query_string"),
        ("eyJhIjog{0}fQ==", "technical.base64_json"),
        ("PG8+PHY+{0}PC92Pjwvbz4=", "technical.base64_xml"),
    ],
)
def test_each_format_has_its_type(text: str, kind: str) -> None:
    codes = ["MTAw", "MjAw", "MzAw", "NDAw"]
    (made,) = built([{"id": number, "doc": text.format(code)} for number, code in enumerate(codes)]).tables
    found = made.field("doc")
    assert found is not None
    assert found.semantic_type == kind
    assert inner_fields(found, made)


def test_inner_fields_are_no_keys_of_the_table_but_may_refer() -> None:
    customers = [{"customer_id": 1_000 + 3 * number, "name": f"c{number}"} for number in range(80)]
    orders = [
        {
            "payload": json.dumps({"id": number, "customer_id": customers[number % 80]["customer_id"]}),
            "xml": f"<o><ref id='{customers[number % 80]['customer_id']}'/></o>",
            "note": f"n{number % 9}",
        }
        for number in range(400)
    ]
    dictionary = built({"customers": customers, "orders": orders})
    assert keys(dictionary) == {"customers": ["customer_id"], "orders": []}
    ends = ["orders.payload.customer_id", "orders.xml.o.ref.@id"]
    assert references(dictionary) == dict.fromkeys(ends, "customers.customer_id")
    assert [(link.orphans, link.inclusion, link.cardinality) for link in dictionary.relationships] == [
        (0, 1.0, "n:1")
    ] * 2
    made = dictionary.table("orders")
    assert made is not None
    inner, outer = made.field("payload.id"), made.field("payload")
    assert inner is not None
    assert outer is not None
    assert (inner.is_unique, inner.is_primary_key, outer.is_unique) == (True, False, False)


def test_what_is_nearly_unique_inside_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from ddgen.profiling import accumulator

    monkeypatch.setattr(accumulator, "EXACT_VALUES", 50)
    rows = [{"n": number % 7, "doc": json.dumps({"id": max(number, 2), "l": [number]})} for number in range(200)]
    (made,) = built(rows).tables
    found = made.field("doc.id")
    assert found is not None
    assert found.profile.unique is False
    assert found.profile.notes == ["1 value repeats, such as 2"]


def test_types_that_only_texts_leave_open_are_concluded_in_xml_and_not_in_json(tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    rows = [f'{number};<o active="{number % 2}"/>;{{"active": {number % 2}}};{number % 2}' for number in range(40)]
    path.write_text("id;x;j;active\n" + "\n".join(rows) + "\n", encoding="utf-8")
    (made,) = built(path).tables
    types = {part.path: part.data_type for part in made.fields}
    assert (types["active"], types["x.o.@active"], types["j.active"]) == ("boolean", "boolean", "integer")


def test_a_claim_of_a_person_about_a_text_is_kept() -> None:
    first = built({"orders": people()})
    made = first.tables[0].field("payload")
    assert made is not None
    made.claims.append(says(Origin.HUMAN, category="none", sensitivity=0))
    again: Dictionary = built({"orders": people()}, previous=first)
    found = again.tables[0].field("payload")
    assert found is not None
    assert (found.pii, found.masked) == (None, None)
    assert found.not_personal is not None
