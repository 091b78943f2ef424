"""What came of taking a file in: as counts and lists for people, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.padding import Padding
from rich.text import Text

from ddgen.cli.terminal import console
from ddgen.exporters import text
from ddgen.review.returned import Change, Report, Verdict

_SHOWN = 80
"""Characters of a text that stands in the dictionary as well."""

_LISTED = 200
_TITLES: dict[Verdict, str] = {
    "applied": "Taken",
    "conflict": "Conflicts: changed in the dictionary too; yours holds, the other stays as a claim",
    "ignored": "Not taken",
    "already": "In the dictionary already",
}
_COLUMNS = {"pii": "personal data", "note": "comment"}


def as_json(report: Report) -> str:
    """The report as one JSON document."""
    whole = {
        "compared": report.compared,
        "applied": len(report.of("applied")),
        "conflict": len(report.of("conflict")),
        "ignored": len(report.of("ignored")),
        "already": len(report.of("already")),
        "changes": [asdict(change) for change in report.changes],
        "warnings": report.warnings,
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def draw(report: Report, written: Path | None, *, changed: bool) -> None:
    """Draw the report; `written` is where the result is, None where nothing was to be written."""
    screen = console()
    for warning in report.warnings:
        screen.print(Text(f"Note: {text.visible(warning)}", style="yellow"))
    for verdict, title in _TITLES.items():
        _draw(report.of(verdict), title, verdict)
    counts = ", ".join(f"{len(report.of(verdict)):,} {word}" for verdict, word in _WORDS.items())
    screen.print(Text(f"{report.compared:,} cells compared: {counts}"))
    if written is None:
        screen.print("Nothing was written")
    else:
        screen.print(f"Wrote {text.visible(str(written))}" if changed else "Nothing has changed", soft_wrap=True)


_WORDS: dict[Verdict, str] = {
    "applied": "taken",
    "conflict": "in conflict",
    "ignored": "not taken",
    "already": "known already",
}


def _draw(changes: Sequence[Change], title: str, verdict: Verdict) -> None:
    if not changes:
        return
    screen = console()
    screen.print(Text(f"{title} ({len(changes):,})", style="bold underline"))
    for change in changes[:_LISTED]:
        column = _COLUMNS.get(change.column, change.column.replace("_", " "))
        head = Text.assemble((text.visible(change.place), "bold"), f" {column}".rstrip())
        screen.print(Text.assemble(head, (f"  {change.where}", "dim")))
        for line in _lines(change, verdict):
            screen.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
    if len(changes) > _LISTED:
        screen.print(f"… and {len(changes) - _LISTED:,} more: --json has them all")


def _lines(change: Change, verdict: Verdict) -> list[str]:
    whole = verdict in {"conflict", "ignored"}
    lines = []
    if verdict == "conflict":
        lines += [f"at first: {_clip(change.was, whole=whole)}"] if change.was is not None else []
        lines.append(f"in the dictionary: {_clip(change.current, whole=whole)}")
    lines.append(f"yours: {_clip(change.mine, whole=whole)}")
    return lines + ([f"because {text.visible(change.reason)}"] if change.reason else [])


def _clip(content: str | None, *, whole: bool) -> str:
    """A text on one line; those that could be lost stand whole."""
    said = text.visible(content or "")
    return (said if whole else text.clip(said, _SHOWN)) or "(empty)"
