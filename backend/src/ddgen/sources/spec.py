"""What a person points at, and the contract every kind of source keeps."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ddgen.model.problem import Problem, Severity
from ddgen.model.relation import Relation
from ddgen.sources.database_url import DatabaseUrl


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One file or folder to read, as found: `path` is what is opened, `display` what people see.

    `head` holds the first bytes after decompression (up to 64 KB), empty for a folder; `suffix` is the lower-case
    suffix without a compression's own (`orders.CSV.gz` has `.csv`). `stem` is the name a table gets from it.
    """

    path: Path
    display: str
    head: bytes
    suffix: str
    stem: str
    member: str | None = None
    """Name inside an archive, where `path` is one."""

    spooled: bool = False
    """Whether `path` is our own copy of something that could be read only once."""

    address: DatabaseUrl | None = None
    """The database that is meant; there is then no path."""

    def __post_init__(self) -> None:
        """Names of files may be any bytes; what people see is text, and may be shared."""
        object.__setattr__(self, "display", readable(shareable(self.display)))
        object.__setattr__(self, "stem", readable(self.stem))


def changed(spec: SourceSpec, size: int | None, table: str) -> list[Problem]:
    """The problem of a file that has grown or shrunk since it had `size` bytes; none where it has not, or is gone."""
    if size is None or spec.member is not None or not spec.path.exists():
        return []
    now = spec.path.stat().st_size
    if now == size:
        return []
    return [
        Problem(
            code="changed",
            severity=Severity.ERROR if now < size else Severity.WARNING,
            message=f"the file changed while it was read: it had {size:,} bytes, and has {now:,}",
            source=spec.display,
            table=table,
            hint="Read a copy that nobody writes to",
        )
    ]


def shareable(place: str) -> str:
    """A place as documents name it, which are shared: below the working folder from there, below the home from `~`.

    So neither who made a document nor where their files lie stands in it, as far as it need not.
    """
    if not Path(place).is_absolute():
        return place
    try:
        folders = ((os.getcwd(), ""), (os.path.expanduser("~"), "~/"))  # noqa: PTH109, PTH111 - Path.home() raises where there is none
    except FileNotFoundError:  # the working folder has been removed
        return place
    for folder, mark in folders:
        inside = place.removeprefix(folder.rstrip(os.sep) + os.sep)
        if inside != place and folder.strip(os.sep):
            return mark + inside
    return place


def readable(name: str) -> str:
    """The name of a file as text that can be written anywhere: bytes that are not UTF-8 by their hex digits."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class Source(ABC):
    """One kind of input. Stateless: everything about an input travels in its spec and relations."""

    name: ClassVar[str]
    suffixes: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    @abstractmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """Whether this kind reads it, judged by content first and suffix second."""

    @classmethod
    def is_fragile(cls, spec: SourceSpec) -> bool:  # noqa: ARG003 - the contract's
        """Whether a damaged input may end the whole process that reads it; it is then read by one of its own."""
        return False

    @classmethod
    @abstractmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """The tables in it, unread but described (names, declared fields, keys, size).

        Raises InputError where it cannot be read at all.
        """
