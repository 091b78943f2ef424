"""The parts of an Excel workbook: which of them holds a sheet, and how far that sheet reaches (ECMA-376, part 1)."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

_HEAD = 1 << 12
_SHORTEST_CELL = len('<c r="A1"><v>1</v></c>')
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DIMENSION = re.compile(rb'<dimension ref="(?:[A-Z]+[0-9]+:)?([A-Z]+)([0-9]+)"')

XML_ERRORS = (ET.ParseError, KeyError, OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError)
"""What reading the parts of a damaged workbook raises."""


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """By the name of each sheet, the part of the workbook that holds it. Raises one of `XML_ERRORS`."""
    targets = {
        relation.get("Id"): str(relation.get("Target"))
        for relation in ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - expat refuses bombs
    }
    sheets = ET.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")  # noqa: S314 - same
    return {
        str(sheet.get("name")): target[1:] if target.startswith("/") else f"xl/{target}"
        for sheet in sheets
        if (target := targets.get(sheet.get(_RELATION))) is not None
    }


@dataclass(frozen=True, slots=True)
class Extent:
    """How many rows and columns a sheet says it has, and how many of its cells can hold anything at most."""

    rows: int
    columns: int
    filled: int

    @property
    def cells(self) -> int:
        """How many cells, empty ones too."""
        return self.rows * self.columns


def extents_of(path: Path) -> dict[str, Extent]:
    """The extent of each sheet that says it; none in other formats than that of `.xlsx`."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = {name: _extent(archive, part) for name, part in sheet_parts(archive).items()}
    except XML_ERRORS:
        return {}
    return {name: extent for name, extent in found.items() if extent is not None}


def _extent(archive: zipfile.ZipFile, part: str) -> Extent | None:
    with archive.open(part) as xml:
        found = _DIMENSION.search(xml.read(_HEAD))
    if found is None:
        return None
    return Extent(int(found[2]), column_number(found[1]) + 1, archive.getinfo(part).file_size // _SHORTEST_CELL)


def column_number(letters: bytes) -> int:
    """The 0-based number of a column: 0 for `A`, 26 for `AA`."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
