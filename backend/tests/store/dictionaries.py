"""Dictionaries to put into stores, of any size."""

from __future__ import annotations

from datetime import UTC, datetime

from ddgen import merge
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Engine, Field, Relationship, Table
from ddgen.model.problem import Problem, Severity
from ddgen.model.profile import Distinct, Histogram, Profile, ValueCount
from ddgen.store.records import Put, Recalled
from ddgen.store.store import Store

WORDS = ("customer", "order", "email", "city", "amount", "status", "created", "phone", "price", "warehouse")
MADE = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)


def field(place: int, rows: int = 100) -> Field:
    """A field with a name, a description, and facts; the third of every ten holds e-mail addresses."""
    word = WORDS[place % len(WORDS)]
    name = f"{word}_{place}"
    profile = Profile(
        total=rows,
        values=rows - place % 7,
        null=place % 7,
        distinct=Distinct(count=2, exact=True),
        min=0,
        max=place + 0.5,
        histogram=Histogram(of="number", edges=[0.0, 1.0, place + 1.0], counts=[rows, place], exact=True),
        top_values=[ValueCount(value=f"{word}-open", count=rows), ValueCount(value="shut", count=place)],
        samples=[f"{word}-open", None],
    )
    claims = [
        Claim(kind=Kind.BUSINESS_NAME, value=f"{word.title()} {place}", origin=Origin.RULE, confidence=0.8),
        Claim(
            kind=Kind.DESCRIPTION,
            value=f"The {word} of record {place}.",
            origin=Origin.AI,
            model="small",
            time=datetime(2026, 1, 31, tzinfo=UTC),
            evidence=["its name"],
        ),
    ]
    if word == "email":
        verdict = {"category": "contact.email", "sensitivity": 2, "why": ["they look like it"]}
        claims.append(Claim(kind=Kind.SEMANTIC_TYPE, value="contact.email", origin=Origin.RULE))
        claims.append(Claim(kind=Kind.PII, value=verdict, origin=Origin.RULE))
    return Field(path=name, name=name, position=place, data_type="string", profile=profile, claims=claims)


def dictionary(name: str = "shop", *, tables: int = 2, fields: int = 12, rows: int = 100) -> Dictionary:
    """A settled dictionary."""
    made = [
        Table(
            id=f"t{number}",
            name=f"table_{number}",
            uri=f"table_{number}.csv",
            format="csv",
            row_count=rows,
            reading={"delimiter": ";", "null": None},
            claims=[
                Claim(kind=Kind.DESCRIPTION, value=f"Rows of table {number}.", origin=Origin.RULE),
                Claim(kind=Kind.PRIMARY_KEY, value=["customer_0"], origin=Origin.SOURCE),
            ],
            fields=[field(place, rows) for place in range(fields)],
        )
        for number in range(tables)
    ]
    found = Dictionary(
        name=name,
        generated_at=MADE,
        engine=Engine(version="0"),
        tables=made,
        relationships=[Relationship(from_=["table_1.order_1"], to=["table_0.customer_0"], kind="inferred")],
        problems=[Problem(code="x", severity=Severity.WARNING, message="odd", source="table_0.csv")],
    )
    found.settle()
    found.content_hash = merge.content_hash(found)
    return found


def put(store: Store, document: Dictionary, actor: str = "machine") -> Put:
    """Put a copy of a dictionary in, as a run does."""
    return store.put_run_result(document.model_copy(deep=True), actor=actor, merge=merge.merge)


def claim_of(store: Store, field_id: str, kind: Kind) -> str:
    found = next(claim for claim in store.field(field_id).field.claims if claim.kind is kind)
    return f"{field_id}.{found.id}"


def status_of(store: Store, claim_id: str) -> Status:
    field_id, _, name = claim_id.rpartition(".")
    return next(claim.status for claim in store.field(field_id).field.claims if claim.id == name)


def recalled(store: Store, name: str) -> Recalled:
    found = store.recall(name)
    assert found is not None
    return found
