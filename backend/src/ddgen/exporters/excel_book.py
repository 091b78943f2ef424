"""A workbook under construction: its looks, its sheets with their names, and cells that stay what they are."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from datetime import UTC
from itertools import count
from typing import Any, TypeAlias
from unicodedata import east_asian_width

import xlsxwriter

from ddgen.exporters import text
from ddgen.exporters.columns import Cell
from ddgen.exporters.spreadsheet import EXACT_INTEGER, fitting, risky, sheet_names
from ddgen.model.dictionary import Dictionary

Look: TypeAlias = frozenset[tuple[str, Any]]

INK, PALE_INK, LINE, LINK = "#22303C", "#6B7A87", "#DDE3E8", "#1F5F99"
HEADER, KEY_FILL, BAR = "#2F4858", "#DCE9F5", "#A9C3D9"
SENSITIVITY_COLOURS = (("#E8F3EC", "#2E6B45"), ("#FFF5CC", "#735C00"), ("#FDE6CC", "#8A4B08"), ("#F8D7DA", "#8A1C2B"))
NOTICE_FILL = "#FFF5CC"

A4, A3 = 9, 8
LINK_LIMIT = 65_000
LINK_LENGTH = 255
LINE_HEIGHT = 15
MOST_LINES = 24


def look(**properties: Any) -> Look:
    """The properties of a cell's format, as XlsxWriter names them."""
    return frozenset({"font_color": INK, "valign": "top", **properties}.items())


def altered(wanted: Look, **properties: Any) -> Look:
    """The look with other values for some properties."""
    return frozenset({**dict(wanted), **properties}.items())


TITLE = look(bold=True, font_size=18, valign="vcenter")
SUBTITLE = look(font_color=PALE_INK)
SECTION = look(bold=True, font_size=13, valign="vcenter")
HEADING = look(
    bold=True,
    font_color="#FFFFFF",
    bg_color=HEADER,
    valign="vcenter",
    text_wrap=True,
    border=1,
    border_color=LINE,
    align="left",
    indent=1,
)
PLAIN = look()
WRAPPED = look(text_wrap=True)
NOTICE = look(bg_color=NOTICE_FILL, text_wrap=True, valign="vcenter")
GO = look(font_color=LINK)


class Book:
    """One workbook in memory; `finish` gives its bytes, the same for the same dictionary."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._buffer = io.BytesIO()
        self._used: list[str] = []
        self._formats: dict[Look, Any] = {}
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.workbook = xlsxwriter.Workbook(self._buffer, options)
        created = dictionary.generated_at
        self.workbook.set_properties(
            {
                "title": fitting(text.name(dictionary.name), 255),
                "subject": "Data dictionary",
                "author": "ddgen",
                "created": (created if created.tzinfo else created.replace(tzinfo=UTC)).astimezone(UTC),
            }
        )
        self.workbook.set_size(2400, 1400)

    def reserve(self, wanted: Iterable[str]) -> list[str]:
        """Sheet names for the wanted ones, valid and unlike all others in the workbook."""
        names = sheet_names(wanted, self._used)
        self._used.extend(names)
        return names

    def page(self, name: str, paper: int = A4) -> Page:
        """A new sheet of a reserved name."""
        return Page(self, name, paper)

    def pages(self, name: str, paper: int = A4) -> Iterator[Page]:
        """A sheet of the reserved name, then further ones to go on where a sheet is full."""
        yield Page(self, name, paper)
        for number in count(2):
            yield Page(self, self.reserve([f"{name} {number}"])[0], paper)

    def format(self, wanted: Look) -> Any:
        """The workbook's format of that look, made once."""
        if wanted not in self._formats:
            self._formats[wanted] = self.workbook.add_format(dict(wanted))
        return self._formats[wanted]

    def finish(self) -> bytes:
        """The workbook's bytes."""
        self.workbook.close()
        return self._buffer.getvalue()


class Page:
    """A sheet, set up for landscape print, one page wide. `sheet` is XlsxWriter's, for what has no method here."""

    def __init__(self, book: Book, name: str, paper: int) -> None:
        self.book = book
        self.name = name
        self._links = 0
        self._widths: list[int] = []
        self.sheet: Any = book.workbook.add_worksheet(name)
        self.sheet.hide_gridlines(2)
        self.sheet.set_landscape()
        self.sheet.set_paper(paper)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        self.sheet.set_footer("&L&8&A&R&8Page &P of &N")

    def widths(self, widths: Iterable[int]) -> None:
        """Set the widths of the columns from the first on, in characters."""
        self._widths = list(widths)
        for col, width in enumerate(self._widths):
            self.sheet.set_column(col, col, width)

    def fit_height(self, row: int, texts: Iterable[tuple[int, str]]) -> None:
        """Make a row as high as the wrapped texts in it need, given each with its column.

        Spreadsheet programs differ in whether they do so by themselves.
        """
        lines = max((lines_of(content, self._widths[col]) for col, content in texts), default=1)
        if lines > 1:
            self.sheet.set_row(row, min(lines, MOST_LINES) * LINE_HEIGHT)

    def put(self, row: int, col: int, cell: Cell, wanted: Look = PLAIN) -> None:
        """Write a cell: a number where a spreadsheet holds it exactly, else text that can never be run."""
        if isinstance(cell, bool):
            cell = "yes" if cell else "no"
        if cell is None or cell == "":
            self.sheet.write_blank(row, col, None, self.book.format(wanted))
        elif isinstance(cell, str):
            self.sheet.write_string(row, col, fitting(cell), self._text_format(cell, wanted))
        elif not math.isfinite(cell) or (isinstance(cell, int) and abs(cell) >= EXACT_INTEGER):
            self.put(row, col, text.number(cell), altered(wanted, align="right"))
        else:
            self.sheet.write_number(row, col, cell, self.book.format(wanted))

    def link(self, row: int, col: int, target: str, label: str, wanted: Look = GO) -> None:
        """Write a text that leads to the sheet `target`; a plain one where the sheet has too many links already."""
        if self._links >= LINK_LIMIT:
            self.put(row, col, label, wanted)
            return
        self._links += 1
        place = target.replace("'", "''")
        self.sheet.write_url(
            row, col, f"internal:'{place}'!A1", self._text_format(label, wanted), fitting(label, LINK_LENGTH)
        )

    def across(self, row: int, columns: int, content: str, wanted: Look, characters: int) -> None:
        """Write a text over the first `columns` cells of a row, made as high as its lines of `characters` need."""
        self.sheet.set_row(row, min(lines_of(content, characters), MOST_LINES) * LINE_HEIGHT + 3)
        self.sheet.merge_range(row, 0, row, columns - 1, "", self.book.format(wanted))
        self.put(row, 0, content, wanted)

    def _text_format(self, content: str, wanted: Look) -> Any:
        return self.book.format(altered(wanted, quote_prefix=True) if risky(content) else wanted)


def lines_of(content: str, characters: int) -> int:
    """How many lines the text takes when wrapped to so many characters; wide ones count twice."""
    if len(content) < characters // 2 and "\n" not in content:
        return 1
    return sum(_wrapped(line, characters) for line in content.split("\n"))


def _wrapped(line: str, characters: int) -> int:
    """How many lines the words of a line take, of which none is broken that fits in a line."""
    lines, used = 1, 0
    for word in line.split(" "):
        needed = _columns(word)
        if used and used + 1 + needed <= characters:
            used += 1 + needed
            continue
        more = max(1, -(-needed // characters))
        lines += more - (0 if used else 1)
        used = needed - (more - 1) * characters
    return lines


def _columns(line: str) -> int:
    return len(line) if line.isascii() else sum(1 + (east_asian_width(character) in "WF") for character in line)
