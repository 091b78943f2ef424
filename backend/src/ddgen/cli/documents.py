"""Reading a dictionary document from a file that a person names."""

from __future__ import annotations

import sys
from pathlib import Path

from ddgen.errors import DocumentError, InputError, UsageError
from ddgen.model.dictionary import Dictionary, load

_COME_HOME = frozenset({".yaml", ".yml", ".xlsx"})


def read_dictionary(path: Path, *, unmasked: bool = False) -> Dictionary:
    """The dictionary in the JSON file at `path`, or on standard input for `-`, as it may be shown.

    What a person has changed by hand in it counts as that person's words. With `unmasked` it comes as it stands there.

    Raises UsageError where there is none, InputError where it cannot be read, DocumentError where it is no dictionary.
    """
    found = _read(path)
    if unmasked:
        return found
    from ddgen import merge
    from ddgen.masked import document

    return document.masked(merge.with_edits(found))


def _read(path: Path) -> Dictionary:
    if str(path) == "-":
        if sys.stdin is None:
            raise InputError("it is closed", code="missing", where="standard input")
        return load(sys.stdin.buffer.read(), where="standard input")
    return load_content(read_content(path), path)


def read_content(path: Path) -> bytes:
    """The bytes of a file. Raises UsageError where there is none, InputError where it cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError("no such file", where=str(path), hint="Name a dictionary that ddgen has written") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error


def load_content(content: bytes, path: Path) -> Dictionary:
    """The dictionary in the bytes of a file. Raises DocumentError, which says what other forms of ours are for."""
    if path.suffix.lower() in _COME_HOME and not content.lstrip().startswith(b"{"):
        hint = f"Take what people have edited in it home: ddgen import {path} --into DICTIONARY.json"
        raise DocumentError("this form has no claims and no exact facts; JSON has", where=str(path), hint=hint)
    return load(content, where=str(path))
