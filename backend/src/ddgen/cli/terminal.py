"""The terminal: its width and colours, and tables that fit it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

NARROWEST, WIDEST = 40, 200
GAP = 2


def console(*, stderr: bool = False) -> Console:
    """A console that knows no markup: what comes from data is shown as it is. Colours only on a terminal."""
    columns = shutil.get_terminal_size((100, 24)).columns
    width = min(max(columns, NARROWEST), WIDEST)
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: how narrow it may become, how wide it may grow, and which goes first (highest `rank`)."""

    title: str
    least: int
    most: int
    rank: int = 0
    justify: Literal["left", "right"] = "left"
    style: str = ""


def widths(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> list[int]:
    """The width of each column so that all fit into `width`; 0 for those left out.

    Columns go, highest rank first, until each of the rest has its least; what room is left goes to the lowest ranks.
    """
    needs = [_need(column, [row[index] for row in rows]) for index, column in enumerate(columns)]
    wide = [min(need, column.least) for need, column in zip(needs, columns, strict=True)]
    by_rank = sorted(range(len(columns)), key=lambda index: (columns[index].rank, index))
    for index in reversed(by_rank[1:]):
        if _total(wide) > width:
            wide[index] = 0
    spare = width - _total(wide)
    for index in by_rank:
        more = min(needs[index] - wide[index], spare) if wide[index] else 0
        wide[index] += more
        spare -= more
    return wide


def _total(wide: Sequence[int]) -> int:
    present = [size for size in wide if size]
    return sum(present) + GAP * (len(present) - 1)


def _need(column: Column, cells: Sequence[Text]) -> int:
    """What the contents need, up to the column's most; 0 for a column without contents."""
    longest = max((cell_len(cell.plain) for cell in cells), default=0)
    return min(max(longest, cell_len(column.title)), column.most) if longest else 0


def grid(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> Grid:
    """A table of one line a row that fits into `width`; what is cut ends in `…`."""
    wide = widths(columns, rows, width)
    kept = [index for index, size in enumerate(wide) if size]
    table = Grid(box=None, pad_edge=False, padding=(0, GAP, 0, 0), collapse_padding=True, header_style="bold")
    for index in kept:
        column = columns[index]
        table.add_column(
            column.title,
            width=wide[index],
            justify=column.justify,
            style=column.style,
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in rows:
        table.add_row(*(row[index] for index in kept))
    return table


def pairs(facts: Sequence[tuple[str, str]]) -> Grid:
    """Labels and what they say; long texts run on over several lines."""
    table = Grid.grid(padding=(0, GAP, 0, 0))
    table.add_column(style="dim", no_wrap=True, max_width=26)
    table.add_column(ratio=1)
    for label, said in facts:
        table.add_row(Text(label), Text(said))
    return table


def clip_left(text: str, width: int) -> str:
    """The end of the text where it is longer than `width`: of a path the last names say most."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) > width - 1:
        text = text[1:]
    return f"…{text}"
