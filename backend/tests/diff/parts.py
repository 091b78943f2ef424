"""Small dictionaries to compare."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ddgen.diff.change import Change, Diff
from ddgen.diff.compare import compare
from ddgen.diff.rules import STANDARD, Rules
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Engine, Field, Table
from ddgen.model.profile import Distinct, Profile, Quantiles, ValueCount

NOW = datetime(2024, 1, 31, tzinfo=UTC)
ROWS = 1000


def profile(values: int = ROWS, null: int = 0, **more: Any) -> Profile:
    return Profile(total=values + null, values=values, null=null, **more)


def listed(**counts: int) -> Profile:
    top = [ValueCount(value=value, count=count) for value, count in counts.items()]
    distinct = Distinct(count=len(top), exact=True)
    return profile(sum(counts.values()), top_values=top, all_values_listed=True, distinct=distinct)


def numbers(low: float, high: float, values: int = ROWS, **more: Any) -> Profile:
    """Values spread evenly."""
    at = {f"p{share}": low + (high - low) * share / 100 for share in (1, 5, 25, 50, 75, 95, 99)}
    return profile(values, min=low, max=high, quantiles=Quantiles(**at, exact=True), **more)


def field(path: str, data_type: str = "integer", **more: Any) -> Field:
    more.setdefault("profile", profile())
    return Field(path=path, name=path.rpartition(".")[2], position=1, data_type=data_type, **more)


def text(kind: Kind, value: Any, origin: Origin = Origin.HUMAN, **more: Any) -> Claim:
    return Claim(kind=kind, value=value, origin=origin, **more)


def table(name: str, *fields: Field, rows: int = ROWS, **more: Any) -> Table:
    facts: dict[str, Any] = {"id": f"t_{name}", "uri": f"{name}.csv", "format": "csv", "row_count": rows}
    return Table(name=name, fields=list(fields), **(facts | more))


def dictionary(*tables: Table, **more: Any) -> Dictionary:
    return Dictionary(name="shop", generated_at=NOW, engine=Engine(version="1"), tables=list(tables), **more)


def between(old: Field, new: Field, rules: Rules = STANDARD) -> Diff:
    """The comparison of two states of one field among others."""
    first, last = field("first", "string"), field("last", "string")
    return compare(dictionary(table("t", first, old, last)), dictionary(table("t", first, new, last)), rules)


def kinds(old: Field, new: Field, rules: Rules = STANDARD) -> list[str]:
    return [change.kind for change in between(old, new, rules).changes]


def only(diff: Diff) -> Change:
    [change] = diff.changes
    return change
