"""Grids of a workbook: a heading row over rows of cells, filterable, frozen, and repeated on each printed page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from ddgen.exporters.columns import SENSITIVITY_WORDS, Cell, Style
from ddgen.exporters.excel_book import (
    BAR,
    HEADING,
    KEY_FILL,
    LINE,
    LINK,
    PALE_INK,
    SENSITIVITY_COLOURS,
    Look,
    Page,
    altered,
    look,
)

SHEET_ROWS = 1_048_576
HEADING_HEIGHT = 24

_SHARE = '[=0]"-";[<0.001]"< 0.1 %";0.0 %'
_LOOKS = {
    Style.TEXT: look(text_wrap=True, bottom=1, bottom_color=LINE, align="left", indent=1),
    Style.PROSE: look(text_wrap=True, bottom=1, bottom_color=LINE, align="left", indent=1),
    Style.COUNT: look(num_format="#,##0", bottom=1, bottom_color=LINE, align="right", indent=1),
    Style.SHARE: look(num_format=_SHARE, bottom=1, bottom_color=LINE, align="right", indent=1),
    Style.NUMBER: look(text_wrap=True, bottom=1, bottom_color=LINE, align="right", indent=1),
    Style.MARK: look(bottom=1, bottom_color=LINE, align="center"),
}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a grid: its title, width in characters and style."""

    title: str
    width: int = 14
    style: Style = Style.TEXT


@dataclass(frozen=True, slots=True)
class Item:
    """A cell of a grid that is more than its content: a link, an estimate, a plain number, an indented or bold text."""

    content: Cell
    target: str | None = None
    estimated: bool = False
    plain: bool = False
    bold: bool = False
    indent: int = 0

    @property
    def text(self) -> str:
        """The content with its indent as spaces, of which a step is about two wide."""
        return "  " * self.indent + str(self.content)


Row = Sequence[Cell | Item]


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid as written on its page: headings in row `top`, rows up to and without row `end`."""

    page: Page
    headings: Sequence[Heading]
    top: int
    end: int

    def arrange(self, frozen: int = 1) -> None:
        """Set filter, frozen panes and repeated rows of a grid that is its page's only one."""
        if self.end > self.top + 1:
            self.page.sheet.autofilter(self.top, 0, self.end - 1, len(self.headings) - 1)
        self.page.sheet.freeze_panes(self.top + 1, frozen)
        self.page.sheet.repeat_rows(self.top)

    def colour_shares(self, col: int) -> None:
        """Bars from 0 to 1 behind the shares of a column."""
        bar = {"type": "data_bar", "bar_color": BAR, "bar_solid": True, "bar_no_border": True}
        scale = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
        self._rule(col, col, bar | scale)

    def colour_sensitivity(self, first: int, last: int) -> None:
        """Colour the cells from a field's PII category to its sensitivity by the latter."""
        for level, colours in zip(SENSITIVITY_WORDS, SENSITIVITY_COLOURS, strict=True):
            coloured = self._format(bg_color=colours[0], font_color=colours[1])
            formula = f'={self._first_cell(last)}="{level}"'
            self._rule(first, last, {"type": "formula", "criteria": formula, "format": coloured})

    def colour_text(self, col: int, content: str) -> None:
        """Mark the cells of a column that hold exactly `content`."""
        marked = self._format(bg_color=KEY_FILL, bold=True)
        self._rule(col, col, {"type": "cell", "criteria": "==", "value": f'"{content}"', "format": marked})

    def fade_rows(self, col: int) -> None:
        """Grey out the rows whose cell in `col` says yes."""
        faded = self._format(font_color=PALE_INK, italic=True)
        formula = f'={self._first_cell(col)}="yes"'
        self._rule(0, len(self.headings) - 1, {"type": "formula", "criteria": formula, "format": faded})

    def _first_cell(self, col: int) -> str:
        name: str = xl_rowcol_to_cell(self.top + 1, col, col_abs=True)
        return name

    def _format(self, **properties: Any) -> Any:
        return self.page.book.format(frozenset(properties.items()))

    def _rule(self, first: int, last: int, rule: dict[str, Any]) -> None:
        if self.end > self.top + 1:
            self.page.sheet.conditional_format(self.top + 1, first, self.end - 1, last, rule)


def write_grid(page: Page, top: int, headings: Sequence[Heading], rows: Iterable[Row]) -> Grid:
    """Write headings at row `top` and the rows below; the page's columns have their widths already."""
    page.sheet.set_row(top, HEADING_HEIGHT)
    for col, heading in enumerate(headings):
        aligned = HEADING if heading.style in {Style.TEXT, Style.PROSE} else altered(HEADING, align="center", indent=0)
        page.put(top, col, heading.title, aligned)
    row = top
    for row, cells in enumerate(rows, top + 1):
        items = [cell if isinstance(cell, Item) else Item(cell) for cell in cells]
        for col, (heading, item) in enumerate(zip(headings, items, strict=True)):
            _write(page, row, col, item, _shown(heading.style, item))
        page.fit_height(row, ((col, item.text) for col, item in enumerate(items) if isinstance(item.content, str)))
    return Grid(page, headings, top, row + 1)


def write_pages(
    pages: Iterator[Page],
    headings: Sequence[Heading],
    rows: Iterable[Row],
    finish: Callable[[Grid], None],
    capacity: int = SHEET_ROWS - 1,
) -> None:
    """Write a grid from the top of a page, going on in further pages where one cannot hold all rows."""
    left = iter(rows)
    first: list[Row] = []
    while True:
        page = next(pages)
        page.widths(heading.width for heading in headings)
        grid = write_grid(page, 0, headings, islice(chain(first, left), capacity))
        finish(grid)
        first = list(islice(left, 1))
        if not first:
            return


def _write(page: Page, row: int, col: int, item: Item, shown: Look) -> None:
    if item.target is not None:
        page.link(row, col, item.target, str(item.content), shown)
    else:
        page.put(row, col, item.content, shown)


def _shown(style: Style, item: Item) -> Look:
    extra: dict[str, Any] = {}
    if style is Style.NUMBER and isinstance(item.content, int | float) and not isinstance(item.content, bool):
        extra["num_format"] = number_format(item.content, plain=item.plain)
    if item.estimated:
        extra["num_format"] = '"≈ "#,##0'
    if item.target is not None:
        extra["font_color"] = LINK
    if item.bold:
        extra["bold"] = True
    if item.indent:
        extra["indent"] = min(1 + item.indent, 31)
    return altered(_LOOKS[style], **extra) if extra else _LOOKS[style]


def number_format(figure: float, *, plain: bool = False) -> str:
    """How a figure of the data is shown: `plain` leaves thousands marks out, as of years; tiny and huge in powers."""
    size = abs(figure)
    if size and (size < 1e-4 or size >= 1e15):
        return "0.00E+00"
    whole = "0" if plain or size < 1000 else "#,##0"
    return whole if figure == int(figure) else f"{whole}.0###"
