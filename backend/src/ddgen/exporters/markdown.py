"""A dictionary as GitHub-flavoured Markdown: one file, or an index and a file for every table."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Member

from ddgen.exporters import codes, personal, text
from ddgen.exporters.base import Exporter
from ddgen.exporters.markdown_field import details, row
from ddgen.exporters.markdown_text import cell, code, inline, link, paragraph
from ddgen.exporters.markdown_text import table as grid
from ddgen.exporters.markup import NOTHING, Slugs
from ddgen.model.dictionary import Dictionary, Relationship, Table
from ddgen.model.problem import Problem
from ddgen.model.questions import Question, open_questions

_FIELD_HEADS = ("#", "Field", "Business name", "Type", "Marks", "Facts", "Description", "By")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names that Windows keeps for devices, whatever the suffix."""


class MarkdownOptions(BaseModel):
    """How the document is laid out."""

    model_config = ConfigDict(extra="forbid")

    split: bool = Member(default=False, description="An index and one file for each table, instead of one file")


class MarkdownExporter(Exporter):
    """Markdown as GitHub and most other readers show it."""

    name: ClassVar[str] = "markdown"
    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown")
    media_type: ClassVar[str] = "text/markdown; charset=utf-8"
    Options: ClassVar[type[BaseModel]] = MarkdownOptions

    def render(self, dictionary: Dictionary, options: BaseModel) -> bytes | dict[str, bytes]:
        """The document, or `index.md` and `tables/<name>.md`."""
        slugs = _slugs(dictionary)
        if not MarkdownOptions.model_validate(options.model_dump()).split:
            targets = [f"#{slug}" for slug in slugs]
            tables = [_table(table, slug) for table, slug in zip(dictionary.tables, slugs, strict=True)]
            return _text([*_index(dictionary, targets), *(line for lines in tables for line in lines)])
        files = [f"tables/{slug}.md" for slug in slugs]
        back = [link(f"All tables of {text.name(dictionary.name)}", "../index.md"), ""]
        made = {"index.md": _text(_index(dictionary, files))}
        for table, slug, file in zip(dictionary.tables, slugs, files, strict=True):
            made[file] = _text([*back, *_table(table, slug, level=1)])
        return made


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines).rstrip("\n") + "\n").encode()


def _slugs(dictionary: Dictionary) -> list[str]:
    """A name for each table that is safe as an anchor and as a file on every system."""
    slugs = Slugs()
    names = [slugs.make(table.name, f"table-{number}") for number, table in enumerate(dictionary.tables, 1)]
    return [slugs.make(f"table-{name}", name) if name in _RESERVED else name for name in names]


def _index(dictionary: Dictionary, targets: list[str]) -> list[str]:
    made = f"generated {text.instant(dictionary.generated_at)} by {dictionary.engine.name} {dictionary.engine.version}"
    lines = [f"# {inline(text.name(dictionary.name))}", ""]
    lines += [text.totals(dictionary), "", inline(f"Data dictionary · version {dictionary.version} · {made}"), ""]
    if dictionary.sample is not None:
        rows = text.count(dictionary.sample.rows, "record")
        lines += [f"> **Sample.** The facts here describe at most {rows} of each table, not the whole of it.", ""]
    lines += [f"> **Personal data.** {inline(personal.notice(dictionary))}", ""]
    if dictionary.problems:
        lines += ["## Problems", "", *map(_problem, dictionary.problems), ""]
    lines += ["## Tables", "", *_overview(dictionary, targets)]
    questions = open_questions(dictionary.tables)
    if questions:
        lines += ["## Open questions", "", *map(_question, questions), ""]
    if dictionary.relationships:
        lines += ["## Relationships", "", *map(_relationship, dictionary.relationships), ""]
    return lines


def _problem(problem: Problem) -> str:
    parts = [code(problem.source)]
    parts += [code(part) for part in (problem.table, problem.field) if part]
    parts += [inline("; ".join(map(str, problem.places)))] if problem.places else []
    times = f" ({text.count(problem.count, 'time')})" if problem.count > 1 else ""
    hint = f". {cell(problem.hint)}" if problem.hint else ""
    return f"- **{problem.severity.value}**: {cell(problem.message)}{times} ({', '.join(parts)}){hint}"


def _question(question: Question) -> str:
    places = ", ".join(code(f"{place.table}.{place.path}") for place in question.places)
    return f"- {inline(question.text)} {codes.unlocks(question)}: {places}"


def _overview(dictionary: Dictionary, targets: list[str]) -> list[str]:
    if not dictionary.tables:
        return ["This dictionary has no tables.", ""]
    rows = [_overview_row(table, target) for table, target in zip(dictionary.tables, targets, strict=True)]
    return grid(("Table", "Name", "Rows", "Fields", "PII", "Description"), rows, right=(2, 3, 4))


def _overview_row(table: Table, target: str) -> list[str]:
    personal = sum(field.pii is not None for field in table.fields)
    rows = f"{table.row_count:,}" if table.row_count is not None else NOTHING
    named = [link(text.label(table), target), code(table.name)]
    figures = [rows, f"{len(table.present):,}", f"{personal:,}" if personal else NOTHING]
    return [*named, *figures, cell(table.description or "")]


def _relationship(link_: Relationship) -> str:
    ends = f" {text.arrow(link_)} ".join(", ".join(map(code, side)) for side in (link_.from_, link_.to))
    return f"- {ends}: {text.relationship_facts(link_)}"


def _table(table: Table, slug: str, level: int = 2) -> list[str]:
    heading = f"{'#' * level} {inline(text.label(table))} {code(table.name)}"
    lines = [f'<a id="{slug}"></a>', "", heading, ""]
    if table.description:
        lines += [paragraph(table.description), ""]
    lines += [*_facts(table), ""]
    if not table.fields:
        return [*lines, "This table has no fields.", ""]
    lines += grid(_FIELD_HEADS, (row(field, table) for field in table.fields), right=(0,))
    noted = [line for field in table.fields for line in details(field)]
    return [*lines, f"{'#' * (level + 1)} Fields in detail", "", *noted, ""] if noted else lines


def _facts(table: Table) -> list[str]:
    size = f"{text.SEPARATOR}{text.size(table.size_bytes)}" if table.size_bytes is not None else ""
    reading = text.reading(table)
    facts = {
        "Size": f"{text.rows(table)}{text.SEPARATOR}{text.count(len(table.present), 'field')}{size}",
        "Personal data": inline(personal.totals(table.fields)),
        "Grain": cell(table.grain or ""),
        "Primary key": ", ".join(map(code, table.primary_key)),
        "Source": code(table.uri) + (f", records at {code(table.record_path)}" if table.record_path else ""),
        "Format": inline(table.format) + (f" ({cell(reading)})" if reading else ""),
        "Owner": inline(table.owner or ""),
        "Source comment": cell(table.comment or "") if table.comment != table.description else "",
    }
    return [f"- **{label}**: {said}" for label, said in facts.items() if said]
