"""CSV: one row for each field of every table, for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Member

from ddgen.exporters.base import Exporter
from ddgen.exporters.columns import CSV_COLUMNS, Cell
from ddgen.exporters.spreadsheet import neutral
from ddgen.model.dictionary import Dictionary

BOM = "\ufeff"


class CsvOptions(BaseModel):
    """How the CSV file is written."""

    model_config = ConfigDict(extra="forbid")

    bom: bool = Member(default=True, description="Start with a byte order mark, so that Excel reads it as UTF-8")


class CsvExporter(Exporter):
    """RFC 4180: commas, double quotes, CRLF; texts that a spreadsheet would run start with an apostrophe."""

    name = "csv"
    suffixes = (".csv",)
    media_type = "text/csv; charset=utf-8"
    Options = CsvOptions

    def render(self, dictionary: Dictionary, options: BaseModel) -> bytes:
        """A header row, then the fields in the dictionary's order."""
        chosen = CsvOptions.model_validate(options.model_dump())
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([column.key for column in CSV_COLUMNS])
        writer.writerows([_cell(column.read(*pair)) for column in CSV_COLUMNS] for pair in dictionary.fields())
        return ((BOM if chosen.bom else "") + out.getvalue()).encode()


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return neutral(cell) if isinstance(cell, str) else repr(cell)
