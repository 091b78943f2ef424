"""A small dictionary with something of everything that people decide on."""

from __future__ import annotations

from datetime import UTC, datetime

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Engine, Field, Table

LONG = "A long text. " * 4_000
HOSTILE = '=HYPERLINK("http://x")\r\nsecond _x0041_ line \u202e\x01 end'


def said(kind: Kind, value: object, origin: Origin = Origin.RULE) -> Claim:
    return Claim(kind=kind, value=value, origin=origin)


def field(path: str, *claims: Claim, position: int = 0) -> Field:
    name = path.rpartition(".")[2]
    own = [said(Kind.BUSINESS_NAME, name.replace("_", " ").title()), said(Kind.DESCRIPTION, f"What {path} is about.")]
    return Field(path=path, name=name, position=position, data_type="string", claims=[*own, *claims])


def table(name: str, *fields: Field) -> Table:
    claims = [said(Kind.BUSINESS_NAME, name.title()), said(Kind.DESCRIPTION, f"The {name}, one a row.")]
    return Table(id=f"id-{name}", name=name, uri=f"{name}.csv", format="csv", claims=claims, fields=list(fields))


def dictionary(*tables: Table, name: str = "shop") -> Dictionary:
    made = Dictionary(
        name=name, generated_at=datetime(2026, 1, 31, tzinfo=UTC), engine=Engine(version="0"), tables=list(tables)
    )
    made.settle()
    return made


def shop() -> Dictionary:
    pii = said(Kind.PII, {"category": "contact", "sensitivity": 2})
    by_model = said(Kind.DESCRIPTION, "Where the customer reads mail.", Origin.AI)
    return dictionary(
        table(
            "customers",
            field("customer_id"),
            field("email", pii, by_model, said(Kind.SEMANTIC_TYPE, "contact.email")),
            field("remark", said(Kind.DESCRIPTION, HOSTILE, Origin.AI)),
            field("terms", said(Kind.DESCRIPTION, LONG, Origin.AI)),
        ),
        table("orders", field("customer_id"), field("items[].sku")),
    )
