"""Excel: a workbook to hand to a colleague, with an overview, all fields, values, relations and a sheet a table."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Member

from ddgen.exporters import personal
from ddgen.exporters.base import Exporter
from ddgen.exporters.excel_book import A3, Book
from ddgen.exporters.excel_fields import field_columns, write_fields, write_relations, write_table, write_values
from ddgen.exporters.excel_meaning import write_codes, write_personal, write_questions
from ddgen.exporters.excel_overview import write_metadata, write_overview
from ddgen.exporters.excel_return import protect, write_base, write_review
from ddgen.model.dictionary import Dictionary
from ddgen.model.questions import open_questions

MOST_TABLE_SHEETS = 200


class ExcelOptions(BaseModel):
    """What the workbook holds."""

    model_config = ConfigDict(extra="forbid")

    table_sheets: int = Member(
        default=MOST_TABLE_SHEETS, ge=0, le=MOST_TABLE_SHEETS, description="At most so many tables get their own sheet"
    )
    values: bool = Member(default=True, description="Include the sheet of values")
    review: bool = Member(
        default=True,
        description="Include the sheet that people edit and `ddgen import` takes back; other sheets are protected",
    )


class ExcelExporter(Exporter):
    """A workbook without macros, formulas and links to elsewhere."""

    name = "excel"
    suffixes = (".xlsx",)
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    Options = ExcelOptions

    def render(self, dictionary: Dictionary, options: BaseModel) -> bytes:
        """The workbook's bytes."""
        chosen = ExcelOptions.model_validate(options.model_dump())
        book = Book(dictionary)
        titles = _contents(dictionary, chosen)
        contents = dict(zip(titles, book.reserve(titles), strict=True))
        shown = dictionary.tables[: chosen.table_sheets]
        targets = dict(enumerate(book.reserve(table.name for table in shown)))
        overview = contents.pop("Overview")
        write_overview(book.page(overview), dictionary, contents, targets)
        columns = field_columns(dictionary)
        write_fields(book.pages(contents["Fields"], A3), dictionary, columns, targets)
        if "Review" in contents:
            write_review(book.pages(contents["Review"], A3), dictionary)
        if "Values" in contents:
            write_values(book.pages(contents["Values"]), dictionary, targets)
        if "Codes" in contents:
            write_codes(book.pages(contents["Codes"]), dictionary, targets)
        if "Personal data" in contents:
            write_personal(book.pages(contents["Personal data"], A3), dictionary, targets)
        if "Questions" in contents:
            write_questions(book.pages(contents["Questions"]), open_questions(dictionary.tables))
        if "Relations" in contents:
            write_relations(book.pages(contents["Relations"]), dictionary)
        for name, table in zip(targets.values(), shown, strict=True):
            write_table(book.page(name, A3), table, columns, overview)
        write_metadata(book.page(contents["Metadata"]), dictionary)
        if chosen.review:
            write_base(book, dictionary)
            protect(book, contents.get("Questions"))
        return book.finish()


def _contents(dictionary: Dictionary, chosen: ExcelOptions) -> list[str]:
    has_values = chosen.values and any(field.profile.top_values for _, field in dictionary.fields())
    wanted = {
        "Overview": True,
        "Fields": True,
        "Review": chosen.review,
        "Values": has_values,
        "Codes": any(field.codes is not None and field.codes.codes for _, field in dictionary.fields()),
        "Personal data": any(personal.search(field) for _, field in dictionary.fields()),
        "Questions": bool(open_questions(dictionary.tables)),
        "Relations": bool(dictionary.relationships),
        "Metadata": True,
    }
    return [title for title, present in wanted.items() if present]
