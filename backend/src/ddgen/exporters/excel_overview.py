"""The sheets of a workbook about the dictionary itself: the overview in front and the metadata at the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain

from ddgen.exporters import personal, text
from ddgen.exporters.columns import Cell, Style
from ddgen.exporters.excel_book import NOTICE, SECTION, SUBTITLE, TITLE, Page
from ddgen.exporters.excel_grid import Heading, Item, Row, write_grid
from ddgen.model.claim import Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Table

_WIDTHS = (32, 26, 48, 13, 10, 12, 12, 12, 40)
_LONGEST_SETTING = 2_000


def write_overview(page: Page, dictionary: Dictionary, contents: Mapping[str, str], targets: Mapping[int, str]) -> None:
    """What the dictionary is of, where to find what, its tables, and what went wrong."""
    page.widths(_WIDTHS)
    row = _write_head(page, dictionary, contents)
    row = _write_notices(page, row, dictionary, len(targets))
    row = _write_tables(page, row, dictionary, targets)
    _write_problems(page, row, dictionary)


def _write_head(page: Page, dictionary: Dictionary, contents: Mapping[str, str]) -> int:
    page.sheet.set_row(0, 30)
    page.put(0, 0, text.name(dictionary.name), TITLE)
    engine = dictionary.engine
    made = f"Made {text.instant(dictionary.generated_at)} by {text.visible(f'{engine.name} {engine.version}')}"
    parts = [text.totals(dictionary), f"version {dictionary.version}", made]
    page.put(1, 0, text.SEPARATOR.join(parts), SUBTITLE)
    row = 2
    for row, (title, target) in enumerate(contents.items(), 3):
        page.link(row, 0, target, f"→ {title}")
    return row + 2


def _write_notices(page: Page, row: int, dictionary: Dictionary, shown: int) -> int:
    notices = [personal.notice(dictionary)]
    if dictionary.sample:
        notices.append(f"A sample: facts describe at most {dictionary.sample.rows:,} records of each table.")
    early = [text.name(table.name) for table in dictionary.tables if not table.complete]
    if early:
        notices.append(f"Not read whole: {text.clip(', '.join(early), 400)}.")
    if shown < len(dictionary.tables):
        left = f"{shown:,} of {len(dictionary.tables):,} tables"
        notices.append(f"Only the first {left} have a sheet of their own; the fields of all are in the sheet Fields.")
    for notice in notices:
        page.across(row, 4, notice, NOTICE, 110)
        row += 1
    return row + 1 if notices else row


def _write_tables(page: Page, row: int, dictionary: Dictionary, targets: Mapping[int, str]) -> int:
    page.put(row, 0, "Tables", SECTION)
    headings = (
        Heading("Table"),
        Heading("Business name"),
        Heading("Description"),
        Heading("Rows", style=Style.COUNT),
        Heading("Fields", style=Style.COUNT),
        Heading("PII fields", style=Style.COUNT),
        Heading("Missing", style=Style.SHARE),
        Heading("Format", style=Style.MARK),
        Heading("Source"),
    )
    rows = (_table_row(table, targets.get(number)) for number, table in enumerate(dictionary.tables))
    grid = write_grid(page, row + 1, headings, rows)
    grid.colour_shares(6)
    return grid.end + 1


def _table_row(table: Table, target: str | None) -> Row:
    total = sum(field.profile.total for field in table.fields)
    missing = sum(field.profile.null_fraction * field.profile.total for field in table.fields)
    record_path = f" at {table.record_path}" if table.record_path else ""
    return (
        Item(text.name(table.name), target=target, bold=target is not None),
        text.visible(table.business_name or ""),
        text.prose(table.description or ""),
        table.row_count,
        len(table.present),
        sum(1 for field in table.fields if field.pii),
        missing / total if total else None,
        text.visible(table.format),
        text.visible(table.uri + record_path),
    )


def _write_problems(page: Page, row: int, dictionary: Dictionary) -> None:
    if not dictionary.problems:
        return
    page.put(row, 0, "Problems", SECTION)
    headings = (
        Heading("Where"),
        Heading("Table or field"),
        Heading("Problem"),
        Heading("Severity", style=Style.MARK),
        Heading("Times", style=Style.COUNT),
    )
    rows = (
        (
            text.visible(problem.source) + "".join(f"\n{place}" for place in problem.places[:3]),
            text.visible(".".join(filter(None, (problem.table, problem.field)))),
            text.visible(problem.message + (f". {problem.hint}" if problem.hint else "")),
            problem.severity.value,
            problem.count,
        )
        for problem in dictionary.problems
    )
    write_grid(page, row + 1, headings, rows)


def write_metadata(page: Page, dictionary: Dictionary) -> None:
    """The document itself, who made its claims, and how each table was read."""
    page.widths((34, 34, 60, 14, 14))
    sections = (
        ("Document", (Heading("What"), Heading("Value")), _document_rows(dictionary)),
        ("Claims", _CLAIM_HEADINGS, _claim_rows(dictionary)),
        ("How each table was read", (Heading("Table"), Heading("Setting"), Heading("Value")), _reading(dictionary)),
    )
    row = 0
    for title, headings, rows in sections:
        page.put(row, 0, title, SECTION)
        row = write_grid(page, row + 1, headings, rows).end + 1


def _document_rows(dictionary: Dictionary) -> Iterator[Row]:
    engine = dictionary.engine
    facts: tuple[tuple[str, Cell], ...] = (
        ("Format", dictionary.format),
        ("Name", text.name(dictionary.name)),
        ("Version", str(dictionary.version)),
        ("Content hash", dictionary.content_hash),
        ("Made", text.instant(dictionary.generated_at)),
        ("Made by", text.visible(f"{engine.name} {engine.version}")),
        ("Profiler", text.visible(engine.profiler)),
        ("Personal values", "masked" if dictionary.masked else "in clear"),
        ("Sample", f"at most {dictionary.sample.rows:,} records a table" if dictionary.sample else "none: all records"),
    )
    yield from facts


_CLAIM_HEADINGS = (
    Heading("Kind"),
    Heading("Said by"),
    Heading("Meaning"),
    Heading("Claims", style=Style.COUNT),
    Heading("Approved", style=Style.COUNT),
)


def _claim_rows(dictionary: Dictionary) -> Iterator[Row]:
    of_tables = (claim for table in dictionary.tables for claim in table.claims)
    of_fields = (claim for _, field in dictionary.fields() for claim in field.claims)
    claims = [claim for claim in chain(of_tables, of_fields) if claim.alive]
    count = Counter((claim.kind, claim.origin) for claim in claims)
    approved = Counter((claim.kind, claim.origin) for claim in claims if claim.status is Status.APPROVED)
    for kind in Kind:
        for origin in Origin:
            key = (kind, origin)
            if count[key]:
                yield kind.value.replace("_", " "), origin.value, text.ORIGINS[origin], count[key], approved[key]


def _reading(dictionary: Dictionary) -> Iterator[Row]:
    for table in dictionary.tables:
        size = text.size(table.size_bytes) if table.size_bytes is not None else None
        settings = {
            "source": table.uri,
            "format": table.format,
            "size": size,
            "rows": text.rows(table),
            "records at": table.record_path,
            **table.reading,
            **{f"map {path}": "yes" if is_map else "no" for path, is_map in table.maps.items()},
        }
        for name, setting in settings.items():
            if setting is not None:
                yield text.name(table.name), text.name(name), _setting(setting)


def _setting(setting: object) -> str:
    said = setting if isinstance(setting, str) else json.dumps(setting, ensure_ascii=False, default=str)
    return text.clip(text.visible(said), _LONGEST_SETTING)
