"""Dictionaries to export: a realistic shop, a hostile one, an empty one, and a very wide one."""

from __future__ import annotations

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Field, Relationship, Table
from ddgen.model.problem import Place, Problem
from ddgen.model.profile import Distinct, Oddity, Shape

from .parts import bell, described, field, profile_of, quantiles, says, settled, tops
from .shop import shop

__all__ = ["HOSTILE", "empty", "field", "hostile", "profile_of", "says", "shop", "tops", "wide"]

HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "a|b||c",
    "`tick``tick`",
    "line\nbreak\r\nand\ttab",
    "\u202eevil\u202c",
    "zero\u200bwidth\ufeff",
    "👩\u200d👩\u200d👧 family 🎉",
    "",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "[link](javascript:alert(1))",
    "# heading",
    "- item",
    "</style></script><!--",
    "&amp; &lt;",
    "+1+1",
    "@SUM(A1)",
    "nul\x00\x1b[31m",
    "../../etc/passwd",
    "CON",
    "naïve café",
    "字段",
)


def _claims(text: str) -> list[Claim]:
    kinds = (Kind.BUSINESS_NAME, Kind.DESCRIPTION, Kind.GRAIN, Kind.COMMENT)
    return [says(kind, text, Origin.AI, model=text) for kind in kinds]


def _hostile_field(text: str, position: int) -> Field:
    pii = says(Kind.PII, {"category": text, "sensitivity": 3, "why": [text]}, Origin.RULE, evidence=[text])
    profile = profile_of(
        9,
        top_values=tops({text: 5, "x": 4}),
        samples=[text],
        null_tokens={text: 1},
        shapes=[Shape(shape=text, count=9)],
        notes=[text],
        oddities=[Oddity(kind=text, count=2, example=text, first=[Place(line=1)])],
    )
    return Field(
        path="`" + text.replace("`", "``") + "`",
        name=text,
        position=position,
        data_type="string",
        physical_type=text,
        profile=profile,
        tags=[text],
        claims=[*_claims(text), pii, says(Kind.REFERENCES, text, Origin.SOURCE), says(Kind.UNIT, text, Origin.AI)],
    )


def _hostile_table(text: str, position: int) -> Table:
    fields = [_hostile_field(text, position), _hostile_field(text, position)]
    return Table(
        id=text,
        name=text,
        uri=text,
        format="csv",
        row_count=9,
        fields=fields,
        claims=_claims(text),
        reading={text: text},
    )


def hostile() -> Dictionary:
    """Tables and fields whose every text tries to break out of the format that shows it."""
    tables = [_hostile_table(text, position) for position, text in enumerate(HOSTILE)]
    problems = [Problem(code=text, message=text, source=text, table=text, field=text, hint=text) for text in HOSTILE]
    links = [Relationship(from_=[text], to=[text], kind="inferred", confidence=0.5) for text in HOSTILE]
    return settled(HOSTILE[0], tables, problems=problems, relationships=links)


def empty() -> Dictionary:
    """No tables at all."""
    return settled("empty", [])


def wide(fields: int = 2_000) -> Dictionary:
    """One table of very many fields, each with facts of an ordinary size."""
    columns = []
    for position in range(fields):
        profile = profile_of(
            5_000,
            null=position % 700,
            distinct=Distinct(count=900 + position, exact=True),
            min=0,
            max=position + 1.5,
            mean=position / 2,
            stddev=3.1,
            quantiles=quantiles(1, 2, 3, 4, 5, 6, 7),
            histogram=bell("number", [float(edge) for edge in range(21)]),
            top_values=tops({float(value): 90 - value for value in range(8)}),
            samples=[1.5, 2.5, 3.5],
        )
        columns.append(
            field(
                f"measure_{position}",
                "float",
                position,
                profile,
                claims=described(f"Measure {position}", f"Reading of sensor {position}."),
            )
        )
    return settled("wide", [Table(id="w", name="wide", uri="wide.csv", format="csv", row_count=5_000, fields=columns)])
