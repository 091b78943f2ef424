"""Files that people have edited and nobody has taken home yet: no output replaces them unawares."""

from __future__ import annotations

from pathlib import Path

from ddgen.errors import DdgenError, UsageError
from ddgen.model.dictionary import Dictionary
from ddgen.review import take
from ddgen.review.decide import Decision
from ddgen.review.returned import Report, Returned

_FORMS = frozenset({"excel", "yaml"})
_NAMED = 3


def refuse(dictionary: Dictionary, path: Path, format_: str) -> None:
    """Raise UsageError where a file stands at `path` with edits that are not in the dictionary."""
    if format_ not in _FORMS or not path.is_file():
        return
    try:
        returned = _read(dictionary, path, format_)
    except DdgenError:
        return  # it is none of ours, or nothing can be read in it: replacing it is what was asked for
    edited = [
        f"{row.place} {key}"
        for row in returned.rows
        for key, cell in row.cells.items()
        if cell.base is not None and cell.changed
    ]
    if edited and not _known(dictionary, returned):
        named = ", ".join(edited[:_NAMED]) + (f" and {len(edited) - _NAMED:,} more" if len(edited) > _NAMED else "")
        raise UsageError(
            f"people have edited it, and that is not in the dictionary: {named}",
            where=str(path),
            hint=f"Take it home first (ddgen import {path} --into DICTIONARY.json), or add --force to replace it",
        )


def _read(dictionary: Dictionary, path: Path, format_: str) -> Returned:
    from ddgen.review import sheet, yaml_file

    return sheet.read(path, dictionary) if format_ == "excel" else yaml_file.read(path, dictionary)


def _known(dictionary: Dictionary, returned: Returned) -> bool:
    """Whether the dictionary holds already what could be taken from the file."""
    try:
        take.check(dictionary, returned)
    except DdgenError:
        return False
    return not _tried(dictionary, returned).changed


def _tried(dictionary: Dictionary, returned: Returned) -> Report:
    copy = dictionary.model_copy(deep=True)
    return take.take(take.Taking(copy, copy, Decision(), lambda _said: None, returned.name), returned)
