"""A comparison in the terminal: verdicts as words, changes by table."""

from __future__ import annotations

import io

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from ddgen.cli.terminal import GAP, WIDEST
from ddgen.diff.change import VERDICTS, Change, Diff, Outcome, Side, Verdict
from ddgen.exporters.text import count, percent, visible

STYLES = {Verdict.BREAKING: "bold red", Verdict.RISKY: "yellow", Verdict.SAFE: "green", Verdict.PROSE: "cyan"}


def plain(diff: Diff) -> str:
    """The comparison as plain text, for a file."""
    screen = Console(file=io.StringIO(), width=WIDEST, highlight=False, markup=False, emoji=False, color_system=None)
    draw(screen, diff)
    assert isinstance(screen.file, io.StringIO)  # noqa: S101 - as it was given, a line above
    return "".join(f"{line.rstrip()}\n" for line in screen.file.getvalue().splitlines())


def draw(screen: Console, diff: Diff) -> None:
    """Print the comparison."""
    screen.print(Text(f"{_side(diff.old)} -> {_side(diff.new)}"))
    screen.print(summary(diff))
    for table, changes in diff.by_table().items():
        screen.print()
        screen.print(Text(visible(table), style="bold"))
        screen.print(_grid(changes))
    if diff.gate is not None:
        screen.print(_outcome(diff.gate))
    for note in diff.notes:
        screen.print(Text(f"\nNote: {visible(note)}", style="dim"))


def summary(diff: Diff) -> Text:
    """How many changes there are of each verdict, in a line."""
    parts = [
        Text(f"{diff.counts.get(verdict, 0):,} {verdict.value}", style=STYLES[verdict])
        for verdict in VERDICTS
        if diff.counts.get(verdict)
    ]
    said = Text(", ").join(parts) if parts else Text("nothing changed")
    return said + Text(f"; {count(diff.ignored, 'change')} ignored") if diff.ignored else said


def _outcome(gate: Outcome) -> Text:
    shares = ", ".join(f"{level} {percent(share)}" for level, share in gate.described.items())
    said = Text(f"\nDescribed by: {shares}\n", style="dim")
    if gate.passed:
        return said + Text("passes", style="green")
    return said + Text(f"does not pass: {'; '.join(gate.failed)}", style="bold red")


def _side(side: Side) -> str:
    return f"{visible(side.name)} version {side.version} ({count(side.tables, 'table')}, {count(side.fields, 'field')})"


def _grid(changes: list[Change]) -> Grid:
    grid = Grid.grid(padding=(0, GAP, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(max_width=32, overflow="fold")
    grid.add_column(ratio=1)
    for change in changes:
        said = Text.assemble(visible(change.message), "\n", (change.why, "dim"))
        place = Text(visible(change.path)) if change.path is not None else Text("(the table)", style="dim")
        grid.add_row(Text(f"  {change.verdict.value}", style=STYLES[change.verdict]), place, said)
    return grid
