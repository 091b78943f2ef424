"""What is compared: a dictionary in a file or the store, or data, of which one is built without a model."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ddgen.cli import versions
from ddgen.cli.documents import read_dictionary
from ddgen.errors import InputError
from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Severity

_HEAD = 1 << 10
_COMPARED = frozenset({"fields_renamed", "table_recognised"})
"""Notices that the comparison itself tells."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How data are read that are to be compared, and where the store is that holds versions."""

    tables: tuple[str, ...] = ()
    sample: int | None = None
    types: tuple[Path, ...] = ()
    store: str | None = None
    quiet: bool = False


def is_document(place: str) -> bool:
    """Whether a place is a dictionary: in a file that ddgen has written, in the store, or `-` on standard input."""
    from ddgen.sources.files import is_dictionary

    path = Path(place)
    if place == "-" or versions.named(place) is not None:
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return is_dictionary(file.read(_HEAD))


def side(place: str, reading: Reading, previous: Dictionary | None = None) -> Dictionary:
    """The dictionary at a place, or that of the data there; decisions are taken over from `previous`.

    Raises UsageError, NotFound and InputError where there is neither.
    """
    if is_document(place):
        return dictionary_at(place, reading.store)
    return built([place], reading, previous)


def dictionary_at(place: str, store: str | None) -> Dictionary:
    """The dictionary in a file, or a version of one in the store.

    Raises UsageError, NotFound, InputError and DocumentError.
    """
    version = versions.named(place)
    return read_dictionary(Path(place)) if version is None else versions.read(version, store)


def built(sources: list[str], reading: Reading, previous: Dictionary | None) -> Dictionary:
    """The dictionary of data, made without a model, with people's decisions of `previous`; its problems are told.

    Raises InputError where nothing could be read.
    """
    from ddgen import pipeline
    from ddgen.cli.report import Person, Quiet, tell_problems

    reporter = Quiet() if reading.quiet else Person(stdout_taken=True)
    with closing(reporter):
        request = pipeline.BuildRequest(
            sources=tuple(sources),
            tables=reading.tables,
            sample=reading.sample,
            types=reading.types,
            previous=previous,
        )
        dictionary = pipeline.build(request, reporter.progress)
    if dictionary.problems and all(table.removed for table in dictionary.tables):
        first = dictionary.problems[0]
        raise InputError(first.message, code=first.code, where=first.source, hint=first.hint)
    tell_problems([problem for problem in dictionary.problems if problem.code not in _COMPARED])
    return dictionary


def narrowed(dictionary: Dictionary, patterns: Sequence[str]) -> Dictionary:
    """The dictionary with only the tables whose names fit one of the patterns; all of them where there are none."""
    if not patterns:
        return dictionary
    tables = [table for table in dictionary.tables if any(fnmatchcase(table.name, pattern) for pattern in patterns)]
    return dictionary.model_copy(update={"tables": tables})


def continued(dictionary: Dictionary, by: Dictionary) -> Dictionary:
    """The dictionary with only the tables that another one, built upon it, has too."""
    there = {table.id for table in by.tables if not table.removed}
    return dictionary.model_copy(update={"tables": [table for table in dictionary.tables if table.id in there]})


def broken(*dictionaries: Dictionary) -> bool:
    """Whether data could not be read whole."""
    return any(problem.severity is Severity.ERROR for one in dictionaries for problem in one.problems)
