"""A comparison as Markdown, to stand as a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ddgen.diff.change import VERDICTS, Change, Diff, Side, Verdict
from ddgen.exporters.markdown_text import cell, code, inline, table
from ddgen.exporters.text import count

LONGEST = 65_000
"""GitHub takes comments of up to 65,536 characters; this is in bytes, to be sure."""

_FOLDED = frozenset({Verdict.SAFE, Verdict.PROSE})
_HEADS = ("Verdict", "Table", "Field", "What changed", "Why it matters")
_ROOM = 600
"""For what comes after the rows."""


def render(diff: Diff) -> str:
    """The comment: counts first, then what matters, the rest folded; what does not fit is counted."""
    lines = [*_head(diff)]
    room = LONGEST - _ROOM - _size(lines)
    left = 0
    for verdict in VERDICTS:
        changes = diff.of(verdict)
        if not changes:
            continue
        rows, room = _fitting(changes, room)
        left += len(changes) - len(rows)
        lines += _section(verdict, len(changes), rows)
    if left:
        lines += [f"{count(left, 'more change')} left out for length: `ddgen diff --format json` has them all.", ""]
    lines += [f"> {inline(note)}" for note in diff.notes[:3]]
    return "\n".join(lines).rstrip() + "\n"


def _head(diff: Diff) -> Iterator[str]:
    counts = ", ".join(f"{diff.counts[one]:,} {one.value}" for one in VERDICTS if diff.counts.get(one))
    yield f"### Data dictionary: {counts or 'nothing changed'}"
    yield ""
    yield f"{_side(diff.old)} → {_side(diff.new)}" + (f"; {diff.ignored:,} ignored" if diff.ignored else "")
    yield ""
    if diff.gate is not None:
        yield "**The gate lets it pass.**" if diff.gate.passed else f"**The gate fails: {inline(_why(diff))}.**"
        yield ""


def _why(diff: Diff) -> str:
    return "; ".join(diff.gate.failed) if diff.gate is not None else ""


def _side(side: Side) -> str:
    return f"{code(side.name)} version {side.version} ({count(side.fields, 'field')})"


def _row(change: Change) -> list[str]:
    place = code(change.path) if change.path is not None else ""
    return [f"**{change.verdict.value}**", code(change.table), place, cell(change.message), cell(change.why)]


def _fitting(changes: Sequence[Change], room: int) -> tuple[list[list[str]], int]:
    """As many rows as there is room for, and the room that is left."""
    rows: list[list[str]] = []
    for change in changes:
        row = _row(change)
        needed = _size(row) + 3 * len(row)
        if needed > room:
            return rows, 0
        room -= needed
        rows.append(row)
    return rows, room


def _section(verdict: Verdict, number: int, rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    lines = table(_HEADS, rows)
    if verdict not in _FOLDED:
        return lines
    return [f"<details><summary>{number:,} {verdict.value}</summary>", "", *lines, "</details>", ""]


def _size(texts: Sequence[str]) -> int:
    return sum(len(one.encode()) + 1 for one in texts)
