"""The document of a comparison."""

from __future__ import annotations

from ddgen.diff.change import VERDICTS, Verdict, counted
from ddgen.diff.compare import compare

from .parts import dictionary, field, table


def test_changes_by_verdict_and_table() -> None:
    old = dictionary(table("a", field("x"), field("y")), table("b", field("z")))
    new = dictionary(table("a", field("x"), field("w", "string")), table("b", field("z", unit="kg")))
    diff = compare(old, new)
    assert {name: [change.kind for change in found] for name, found in diff.by_table().items()} == {
        "a": ["field_removed", "field_added"],
        "b": ["unit_won"],
    }
    assert [change.kind for change in diff.of(Verdict.SAFE)] == ["field_added", "unit_won"]
    assert counted([]) == dict.fromkeys(VERDICTS, 0)
    assert [verdict.value for verdict in VERDICTS] == ["breaking", "risky", "safe", "prose"]
