"""A comparison of tables whose names would break a careless format."""

from __future__ import annotations

from ddgen.diff import formats, gate
from ddgen.diff.change import Diff
from ddgen.diff.compare import compare
from ddgen.model.claim import Kind

from .parts import dictionary, field, table, text

HOSTILE = "<img src=x onerror=alert(1)>|`*_[x](http://y)\x07\n"


def diff(*, gated: bool = False) -> Diff:
    old = dictionary(table("t", field("a"), field("b")), table(f"t{HOSTILE}", field("x"), field("y")))
    mine = field("b", "decimal", claims=[text(Kind.DESCRIPTION, HOSTILE)])
    mine.settle()
    new = dictionary(
        table("t", mine, field("c", "date")), table(f"t{HOSTILE}", field(f"`{HOSTILE}`", "date"), field("y"))
    )
    found = compare(old, new)
    return gate.passed(found, new, gate.read(["breaking"], ["any:90%"])) if gated else found


def rendered(name: str, found: Diff | None = None) -> str:
    return formats.render(found or diff(), name, version="1.2.3", place="docs/my dictionary.json")
