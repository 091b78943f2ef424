"""Takes a file that came home into a dictionary: a three-way merge of what it said at first, what it says, and what is.

A cell that nobody changed does nothing, however the dictionary has moved on. A changed one becomes a person's claim;
where the dictionary has moved on too, that is a conflict, which is listed: the person's text holds, the other stays as
a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ddgen import verdicts
from ddgen.errors import DocumentError, UsageError
from ddgen.exporters import editable
from ddgen.exporters.editable import KINDS, STATUS, digest
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.review import take_status
from ddgen.review.decide import Decision, clear, edit
from ddgen.review.items import Part, parts
from ddgen.review.returned import Cell, Change, Report, Returned, Row, Verdict

KnownType = Callable[[str], str | None]
"""Why a text is no semantic type; None where it is one."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A dictionary and the same as it was shown to people, with the same claims in the same order.

    They are one where nothing in it has to be masked.
    """

    dictionary: Dictionary
    shown: Dictionary
    made: Decision
    known_type: KnownType
    source: str


def check(dictionary: Dictionary, returned: Returned, *, force: bool = False) -> None:
    """Raise DocumentError where a file was made of another dictionary."""
    name = returned.stamp.get("name") if returned.stamp else None
    if name is not None and name != dictionary.name and not force:
        raise DocumentError(
            f"it is of the dictionary {name}, not of {dictionary.name}",
            where=returned.name,
            hint="Name the dictionary it was exported from, or add --force where that was renamed",
        )
    known = {part.id for part in parts(dictionary)}
    if returned.rows and not any(row.id in known for row in returned.rows):
        raise DocumentError(
            "not one of its rows is of this dictionary",
            where=returned.name,
            hint="Name the dictionary that it was exported from",
        )


def take(taking: Taking, returned: Returned) -> Report:
    """Take everything that people changed in a file into the dictionary; what became of each changed cell."""
    report = Report(changes=list(returned.ignored), warnings=list(returned.warnings))
    mine = {part.id: part for part in parts(taking.dictionary)}
    seen = {part.id: part for part in parts(taking.shown)}
    for row in returned.rows:
        report.compared += len(row.cells)
        if row.id in mine:
            report.changes += _row(taking, row, mine[row.id], seen[row.id])
        else:
            report.changes += _gone(taking, row)
    return report


def _gone(taking: Taking, row: Row) -> list[Change]:
    """What people wrote of a field that is not in the data any more is kept with the field, marked as removed."""
    changed = [key for key, cell in row.cells.items() if cell.changed and (cell.base is not None or cell.text)]
    tables = [one.table(row.table) for one in (taking.dictionary, taking.shown)]
    if not changed:
        return []
    path = row.path
    added = all(row.cells[key].base is None for key in changed)
    if path is None or added or tables[0] is None or tables[1] is None:
        reason = "there is no such table or field: none can be added" if added else "its table is not there any more"
        return [_told(row, key, "ignored", "", reason) for key in changed]
    part, seen = (_put_back(table, path) for table in tables if table is not None)
    return _row(taking, row, part, seen, remark="not in the data any more: kept with the removed field")


def _put_back(table: Table, path: str) -> Part:
    """The field, kept as removed."""
    field = table.field(path)
    if field is None:
        field = Field(path=path, name=path, position=len(table.fields), data_type="unknown", removed=True)
        table.fields.append(field)
    return Part(table, field)


def _row(taking: Taking, row: Row, part: Part, seen: Part, remark: str | None = None) -> list[Change]:
    was = editable.cells(seen.thing)  # before anything is taken: both parts may be one
    found = []
    for key, cell in row.cells.items():
        if key in KINDS and key in was and cell.changed:
            found += _text(taking, row, key, part, was[key], remark)
    if STATUS in row.cells and row.cells[STATUS].changed:
        found += _status(taking, row, part, seen, was[STATUS])
    return found


def _text(taking: Taking, row: Row, key: str, part: Part, current: str, remark: str | None) -> list[Change]:
    cell = row.cells[key]
    if cell.base is None and (not cell.text.strip() or _said_before(part, KINDS[key], cell)):
        return []
    value, said, reason = _value(taking, key, cell)
    if reason is not None:
        return [_told(row, key, "ignored", current, reason)]
    if digest(said) == digest(current):
        return [] if cell.base is None else [_told(row, key, "already", current, "the dictionary says so already")]
    if value is None:
        clear(taking.dictionary, part, KINDS[key], taking.made)
    else:
        edit(taking.dictionary, part, KINDS[key], value, taking.made)
    moved = cell.base is not None and digest(current) != cell.base
    verdict: Verdict = "conflict" if moved else "applied"
    return [_told(row, key, verdict, current, remark or cell.remark)]


def _said_before(part: Part, kind: Kind, cell: Cell) -> bool:
    """Whether it is an older text of the dictionary, where nothing else tells who wrote it."""
    texts = {digest(claim.value) for claim in part.claims if claim.kind is kind and isinstance(claim.value, str)}
    return digest(cell.text) in texts


def _value(taking: Taking, key: str, cell: Cell) -> tuple[object, str, str | None]:
    """What a cell claims (None: that there be nothing), the same as a cell, and why it says nothing."""
    said = editable.canonical(cell.text)
    if key == "pii":
        try:
            found = verdicts.read(said.casefold())
        except UsageError:
            return None, said, "write none, or a category and a sensitivity of 0 to 3, as in contact:2"
        found = found.model_copy(update={"why": [f"a person said so in {taking.source}"]})
        level = f"{found.category}:{found.sensitivity}" if found.personal else found.category
        return found.model_dump(), level, None
    if key == "semantic_type" and said:
        return said, said, taking.known_type(said)
    return said or None, said, None


def _status(taking: Taking, row: Row, part: Part, seen: Part, current: str) -> list[Change]:
    cell = row.cells[STATUS]
    wanted = editable.canonical(cell.text).casefold()
    if cell.base is None and wanted in {"", current, "suggested"}:
        return []
    if wanted not in editable.STATUSES:
        return [_told(row, STATUS, "ignored", current, f"choose one of {', '.join(editable.STATUSES)}")]
    texts = _texts(row.cells)
    outcome = take_status.decide(taking.dictionary, part, seen, wanted, texts, taking.made)
    return [_told(row, STATUS, outcome.verdict, current, outcome.reason)]


def _texts(cells: Mapping[str, Cell]) -> dict[Kind, str | None]:
    """By kind the text that a person saw when saying what becomes of it; None where that person wrote it anew."""
    judged = {key: cells[key] for key, kind in KINDS.items() if kind in editable.JUDGED and key in cells}
    return {KINDS[key]: None if cell.base is not None and cell.changed else cell.text for key, cell in judged.items()}


def _told(row: Row, key: str, verdict: Verdict, current: str, reason: str | None) -> Change:
    cell = row.cells[key]
    return Change(row.place, key, cell.where, verdict, cell.text, current, cell.was, reason)
