"""Finding the table or field that a person means in a dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ddgen.errors import UsageError
from ddgen.exporters.text import visible
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.model.path import format_path, parse


def table_of(dictionary: Dictionary, name: str) -> Table:
    """The table of that name, in any letter case where only one fits. Raises UsageError with near names."""
    same = [table for table in dictionary.tables if table.name == name]
    alike = same or [table for table in dictionary.tables if table.name.casefold() == name.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise UsageError(f"no such table: {visible(name)}", hint=_near(name, (table.name for table in dictionary.tables)))


def field_of(dictionary: Dictionary, table: str | None, path: str) -> tuple[Table, Field]:
    """The field of that path, with its table. Raises UsageError if there is none, or several."""
    tables = dictionary.tables if table is None else [table_of(dictionary, table)]
    wanted = _canonical(path)
    found = [(owner, field) for owner in tables if (field := owner.field(wanted)) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        owners = ", ".join(visible(owner.name) for owner, _ in found)
        raise UsageError(
            f"several tables have {visible(path)}: {owners}",
            hint=f"Name the table too, as in {visible(found[0][0].name)}.{visible(path)}",
        )
    known = [field.path for owner in tables for field in owner.fields]
    raise UsageError(f"no such field: {visible(path)}", hint=_near(path, known))


def place_of(dictionary: Dictionary, text: str) -> tuple[Table, Field]:
    """The field of a text that is its path, or its table and path as references write them: `orders.items[].sku`.

    Raises UsageError if there is none, or several.
    """
    owned = [
        (owner, field)
        for owner in dictionary.tables
        if text.casefold().startswith((f"{owner.name.casefold()}.", f"{owner.name.casefold()}:"))
        and (field := owner.field(_canonical(text[len(owner.name) + 1 :]))) is not None
    ]
    alone = [owner for owner in dictionary.tables if owner.field(_canonical(text)) is not None]
    return owned[0] if len(owned) == 1 and not alone else field_of(dictionary, None, text)


def _canonical(path: str) -> str:
    """The path as it stands in documents; a text that is no path may still be a plain name (`unit price`)."""
    try:
        return format_path(parse(path))
    except ValueError:
        return format_path((path,))


def _near(name: str, known: Iterable[str]) -> str | None:
    names = list(known)
    near = get_close_matches(name, names, n=3, cutoff=0.5) or (names if len(names) <= 12 else [])
    return f"There is: {', '.join(map(visible, near))}" if near else None
