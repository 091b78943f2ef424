"""The sheets of a workbook about meaning: personal data, codes with their labels, and questions that are open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ddgen.exporters import codes, personal, text
from ddgen.exporters.columns import SENSITIVITY_WORDS, Style, provenance
from ddgen.exporters.excel_book import Page
from ddgen.exporters.excel_grid import Grid, Heading, Item, Row, write_pages
from ddgen.exporters.excel_widths import of_tables
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.model.questions import Question

Targets = Mapping[int, str]
_SENSITIVITY = 3


def write_personal(pages: Iterator[Page], dictionary: Dictionary, targets: Targets) -> None:
    """What was found, why, by what law and how it is shown; then where nothing was found or nobody looked."""
    headings = (
        Heading("Table", of_tables(dictionary)),
        Heading("Field", 28),
        Heading("Class", 16),
        Heading("Sensitivity", 13, Style.MARK),
        Heading("Laws", 34, Style.PROSE),
        Heading("Why", 60, Style.PROSE),
        Heading("Against", 44, Style.PROSE),
        Heading("Values shown", 20),
        Heading("Said by", 18, Style.MARK),
    )

    def finish(grid: Grid) -> None:
        grid.arrange(frozen=2)
        grid.colour_sensitivity(2, _SENSITIVITY)

    write_pages(pages, headings, _rows(dictionary, targets, _personal_rows), finish)


def _personal_rows(table: Table, field: Field, target: str | None) -> Iterator[Row]:
    if not personal.search(field):
        return
    found = field.pii
    why = found.why if found is not None else field.not_personal or []
    yield (
        Item(text.name(table.name), target=target),
        text.name(field.path),
        text.visible(found.category) if found is not None else personal.search(field),
        SENSITIVITY_WORDS[found.sensitivity] if found is not None else None,
        personal.laws(field).replace("; ", "\n"),
        "\n".join(map(text.visible, why)),
        "\n".join(map(text.visible, found.against)) if found is not None else None,
        personal.shown_as(field),
        provenance(field.claims, Kind.PII),
    )


def write_codes(pages: Iterator[Page], dictionary: Dictionary, targets: Targets) -> None:
    """Every code with its count and what it stands for."""
    headings = (
        Heading("Table", of_tables(dictionary)),
        Heading("Field", 28),
        Heading("Code", 20),
        Heading("Stands for", 36),
        Heading("Count", 13, Style.COUNT),
        Heading("Share", 12, Style.SHARE),
        Heading("Explained", 30),
    )

    def finish(grid: Grid) -> None:
        grid.arrange(frozen=3)
        grid.colour_shares(5)
        grid.colour_text(3, codes.UNEXPLAINED)
        grid.page.sheet.ignore_errors({"number_stored_as_text": f"A1:G{grid.end}"})

    write_pages(pages, headings, _rows(dictionary, targets, _code_rows), finish)


def _code_rows(table: Table, field: Field, target: str | None) -> Iterator[Row]:
    for code in field.codes.codes if field.codes is not None else ():
        yield (
            Item(text.name(table.name), target=target),
            text.name(field.path),
            text.value(code.value),
            codes.label(code, field.codes) if field.codes is not None else None,
            code.count,
            codes.share(code, field),
            codes.explained(field.codes) if field.codes is not None else None,
        )


def _rows(
    dictionary: Dictionary, targets: Targets, rows: Callable[[Table, Field, str | None], Iterator[Row]]
) -> Iterator[Row]:
    for number, table in enumerate(dictionary.tables):
        for field in table.fields:
            yield from rows(table, field, targets.get(number))


def write_questions(pages: Iterator[Page], questions: list[Question]) -> None:
    """What is left to ask, that whose answer explains most values first; with room for answers."""
    headings = (
        Heading("Question", 56, Style.PROSE),
        Heading("Fields", 40),
        Heading("Values explained", 17, Style.COUNT),
        Heading("Answer", 50, Style.PROSE),
    )
    rows = (
        (
            text.prose(question.text),
            "\n".join(text.visible(f"{place.table}.{place.path}") for place in question.places),
            question.explains,
            None,
        )
        for question in questions
    )
    write_pages(pages, headings, rows, lambda grid: grid.arrange(frozen=1))
