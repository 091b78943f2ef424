"""The summary in the terminal: tables, their fields, their relationships, in as much width as there is."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ddgen.cli import brief
from ddgen.cli.terminal import Column, clip_left, grid
from ddgen.exporters import codes, personal, text
from ddgen.model.dictionary import Dictionary, Field, Relationship, Table
from ddgen.model.questions import open_questions

TABLES_LISTED = 40
TABLES_DRAWN = 12
FIELDS_DRAWN = 16
LINKS_DRAWN = 12
QUESTIONS_DRAWN = 5

_TABLES = (
    Column("Table", 10, 40, style="bold"),
    Column("Rows", 5, 16, rank=1, justify="right"),
    Column("Fields", 6, 8, rank=2, justify="right"),
    Column("Key", 11, 30, rank=3),
    Column("Noteworthy", 14, 90, rank=4),
)
_FIELDS = (
    Column("Field", 12, 44),
    Column("Type", 7, 24, rank=1),
    Column("Missing", 7, 8, rank=2, justify="right"),
    Column("Distinct", 8, 12, rank=5, justify="right"),
    Column("Values", 24, 44, rank=3),
    Column("Notes", 20, 44, rank=4),
    Column("Name", 14, 28, rank=6, style="dim"),
    Column("Description", 24, 70, rank=7, style="dim"),
)
_LINKS = (Column("Reference", 16, 90), Column("How sure", 12, 60, rank=1, style="dim"))


def draw(screen: Console, dictionary: Dictionary, *, document: str | None = None, full: bool = False) -> None:
    """Draw the whole dictionary; `document` is where `ddgen show` finds it, for hints at what is left out.

    With `full` no table, reference or question is left out of its list, only fields.
    """
    screen.print(Text.assemble((text.name(dictionary.name), "bold"), " · ", text.totals(dictionary)))
    if dictionary.sample is not None:
        said = f"Facts are of a sample: at most {text.count(dictionary.sample.rows, 'record')} of each table"
        screen.print(Text(said, style="yellow"))
    if not dictionary.tables:
        return
    screen.print(Text(personal.notice(dictionary), style="dim" if dictionary.masked else "bold red"))
    screen.print()
    listed = dictionary.tables if full else dictionary.tables[:TABLES_LISTED]
    screen.print(grid(_TABLES, [_table_row(table) for table in listed], screen.width))
    _more(screen, len(dictionary.tables) - len(listed), "more table", document, None)
    _draw_links(screen, dictionary.relationships, document, most=None if full else LINKS_DRAWN)
    for table in dictionary.tables[:TABLES_DRAWN]:
        screen.print()
        draw_table(screen, table, limit=FIELDS_DRAWN, document=document)
    _draw_questions(screen, dictionary, most=None if full else QUESTIONS_DRAWN)


def _draw_questions(screen: Console, dictionary: Dictionary, *, most: int | None) -> None:
    """What is left to ask a person, the most useful first."""
    found = open_questions(dictionary.tables)
    if not found:
        return
    screen.print()
    screen.print(Text("Open questions", style="bold"))
    for question in found[:most]:
        screen.print(Text.assemble(text.prose(question.text), "  ", (codes.unlocks(question), "dim")))
    left = len(found[most:]) if most is not None else 0
    if left:
        screen.print(Text(f"… and {text.count(left, 'more question')}", style="dim"))


def draw_table(screen: Console, table: Table, *, limit: int | None, document: str | None = None) -> None:
    """Draw one table with at most `limit` of its fields."""
    screen.print(_heading(table))
    for said in (table.description, _grain_apart(table)):
        if said:
            screen.print(Text(text.prose(said), style="dim"))
    shown = table.fields[:limit]
    if shown:
        screen.print(grid(_FIELDS, [_field_row(field, screen.width) for field in shown], screen.width))
    _more(screen, len(table.fields) - len(shown), "more field", document, table.name)


def _grain_apart(table: Table) -> str | None:
    """What one row is, unless the description says it."""
    said = table.grain.rstrip(".").lower() if table.grain else ""
    return None if not said or said in (table.description or "").lower() else f"Grain: {table.grain}"


def _heading(table: Table) -> Text:
    size = text.size(table.size_bytes) if table.size_bytes is not None else ""
    told = text.SEPARATOR.join(part for part in (text.rows(table), text.visible(table.format), size) if part)
    return Text.assemble((text.name(table.name), "bold underline"), "  ", (told, "dim"))


def _table_row(table: Table) -> list[Text]:
    return [
        Text(text.name(table.name)),
        Text(f"{table.row_count:,}" if table.row_count is not None else "?"),
        Text(f"{len(table.present):,}"),
        Text(", ".join(map(text.visible, table.primary_key))),
        brief.noteworthy(table),
    ]


def _field_row(field: Field, width: int) -> list[Text]:
    return [
        Text(clip_left(text.name(field.path), max(12, width // 3)), style="strike" if field.removed else ""),
        Text(text.data_type(field)),
        brief.missing(field.profile),
        brief.distinct(field.profile),
        brief.values(field.profile),
        brief.notes(field),
        Text(text.visible(field.business_name or "")),
        Text(text.visible(field.description or "")),
    ]


def _draw_links(screen: Console, links: list[Relationship], document: str | None, *, most: int | None) -> None:
    if not links:
        return
    rows = [[Text(text.relationship(link)), Text(text.relationship_facts(link))] for link in links[:most]]
    screen.print()
    screen.print(grid(_LINKS, rows, screen.width))
    _more(screen, len(links) - len(rows), "more reference", document, None)


def _more(screen: Console, amount: int, what: str, document: str | None, table: str | None) -> None:
    if amount > 0:
        where = f"ddgen show {text.visible(document or 'FILE.json')}{f' {text.visible(table)}' if table else ''}"
        how = where if document else f"write it with -o FILE.json, then {where}"
        screen.print(Text(f"… and {text.count(amount, what)}: {how}", style="dim"), soft_wrap=True)
