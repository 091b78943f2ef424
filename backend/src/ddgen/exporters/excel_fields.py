"""The sheets of a workbook that show fields: all of them, those of one table, their values, and relationships."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ddgen.exporters import text
from ddgen.exporters.columns import SHEET_COLUMNS, Column, Style
from ddgen.exporters.excel_book import SUBTITLE, TITLE, WRAPPED, Page
from ddgen.exporters.excel_grid import Grid, Heading, Item, Row, write_grid, write_pages
from ddgen.exporters.excel_widths import fitted, of_tables
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.model.path import parse
from ddgen.model.profile import Scalar

_LAST_PRINTED = "top_values"
"""Columns up to this one are always there and are printed; those after it stand where any field has them."""


def field_columns(dictionary: Dictionary) -> tuple[Column, ...]:
    """The columns in which the dictionary's fields are shown."""
    always = 1 + next(number for number, column in enumerate(SHEET_COLUMNS) if column.key == _LAST_PRINTED)
    shown = SHEET_COLUMNS[:always] + tuple(column for column in SHEET_COLUMNS[always:] if _occurs(column, dictionary))
    return fitted(shown, dictionary)


def _occurs(column: Column, dictionary: Dictionary) -> bool:
    return any(column.read(table, field) is not None for table, field in dictionary.fields())


def write_fields(
    pages: Iterator[Page], dictionary: Dictionary, columns: Sequence[Column], targets: Mapping[int, str]
) -> None:
    """All fields of all tables in one filterable grid."""
    rows = (
        _field_row(columns, table, field, target=targets.get(number))
        for number, table in enumerate(dictionary.tables)
        for field in table.fields
    )
    write_pages(pages, _headings(columns), rows, lambda grid: _finish(grid, columns, frozen=2))


def write_table(page: Page, table: Table, columns: Sequence[Column], overview: str) -> None:
    """One table: what it is, then its fields, nested ones indented."""
    columns = [column for column in columns if column.key != "table"]
    headings = _headings(columns)
    page.widths(heading.width for heading in headings)
    page.link(0, 0, overview, f"← {overview}")
    page.sheet.set_row(1, 28)
    page.put(1, 0, text.label(table), TITLE)
    page.put(2, 0, _facts(table), SUBTITLE)
    page.across(3, 8, text.prose(table.description or ""), WRAPPED, 160)
    rows = (_field_row(columns, table, field, indented=True) for field in table.fields)
    _finish(write_grid(page, 5, headings, rows), columns, frozen=1)


def write_values(pages: Iterator[Page], dictionary: Dictionary, targets: Mapping[int, str]) -> None:
    """The values of each field: all of them where they are few, else the most frequent."""
    headings = (
        Heading("Table", of_tables(dictionary)),
        Heading("Field", 30),
        Heading("Value", 44),
        Heading("Count", 13, Style.COUNT),
        Heading("Share", 12, Style.SHARE),
        Heading("Listed", 22),
    )

    def finish(grid: Grid) -> None:
        grid.arrange(frozen=3)
        grid.colour_shares(5)
        grid.page.sheet.ignore_errors({"number_stored_as_text": f"A1:F{grid.end}"})

    write_pages(pages, headings, _value_rows(dictionary, targets), finish)


def write_relations(pages: Iterator[Page], dictionary: Dictionary) -> None:
    """Which fields refer to which."""
    headings = (
        Heading("From", 44),
        Heading("To", 44),
        Heading("Kind", 12, Style.MARK),
        Heading("Cardinality", 24),
        Heading("Confidence", 13, Style.SHARE),
        Heading("Values found", 15, Style.SHARE),
        Heading("Orphans", 12, Style.COUNT),
    )
    rows = (
        (
            "\n".join(map(text.visible, link.from_)),
            "\n".join(map(text.visible, link.to)),
            link.kind,
            text.cardinality(link),
            link.confidence,
            link.inclusion,
            link.orphans,
        )
        for link in dictionary.relationships
    )

    def finish(grid: Grid) -> None:
        grid.arrange()
        grid.colour_shares(5)

    write_pages(pages, headings, rows, finish)


def _facts(table: Table) -> str:
    parts = [
        text.visible(table.name) if table.business_name else "",
        text.rows(table),
        text.count(len(table.present), "field"),
        text.visible(table.grain or ""),
        "primary key " + ", ".join(map(text.visible, table.primary_key)) if table.primary_key else "",
        text.visible(f"{table.format} {table.uri}"),
    ]
    return text.SEPARATOR.join(part for part in parts if part)


def _headings(columns: Sequence[Column]) -> list[Heading]:
    return [Heading(column.title, column.width, column.style) for column in columns]


def _field_row(
    columns: Sequence[Column], table: Table, field: Field, *, target: str | None = None, indented: bool = False
) -> Row:
    depth = _depth(field.path) if indented else 0
    return [_item(column, table, field, target, depth) for column in columns]


def _item(column: Column, table: Table, field: Field, target: str | None, depth: int) -> Item:
    content = column.read(table, field)
    if column.key == "table":
        return Item(content, target=target)
    if column.key == "path":
        return Item(content, bold=field.is_primary_key, indent=depth)
    estimated = column.estimated is not None and column.estimated(field)
    return Item(content, estimated=estimated, plain=text.like_years(field.profile.min, field.profile.max))


def _depth(path: str) -> int:
    try:
        return len(parse(path)) - 1
    except ValueError:  # a document of another hand may name a field as it likes; it then stands unindented
        return 0


def _finish(grid: Grid, columns: Sequence[Column], *, frozen: int) -> None:
    at = {column.key or column.title: number for number, column in enumerate(columns)}
    grid.arrange(frozen)
    grid.colour_shares(at["missing_share"])
    grid.colour_sensitivity(at["PII"], at["Sensitivity"])
    grid.colour_text(at["Key"], "primary key")
    if "removed" in at:
        grid.fade_rows(at["removed"])
    grid.page.sheet.print_area(0, 0, max(grid.end - 1, grid.top + 1), at[_LAST_PRINTED])
    grid.page.sheet.ignore_errors({"number_stored_as_text": f"A1:AZ{grid.end}"})


def _value_rows(dictionary: Dictionary, targets: Mapping[int, str]) -> Iterator[Row]:
    for number, table in enumerate(dictionary.tables):
        target = targets.get(number)
        for field in table.fields:
            listed = "all values" if field.profile.all_values_listed else "most frequent values"
            for entry in field.profile.top_values:
                yield (
                    Item(text.name(table.name), target=target),
                    text.name(field.path),
                    _value(entry.value),
                    Item(entry.count, estimated=entry.error > 0),
                    entry.count / max(field.profile.values, 1),
                    listed,
                )


def _value(value: Scalar) -> Scalar:
    if value is None or isinstance(value, str | bool):
        return text.value(value)
    return value
