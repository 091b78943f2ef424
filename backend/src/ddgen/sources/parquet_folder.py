"""Folders of Parquet files: which of them are data sets, and which of their files make one table."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from ddgen.sources.partitions import Keys, is_key, keys_of
from ddgen.sources.spec import readable

OVERLAP = 0.5
"""Share of common names among all from which two files may be of one table."""

_MOVING = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+", re.IGNORECASE)
"""What differs in the names of files that are parts of one table: ids, dates and numbers."""

_BESIDE_DATA = frozenset({".crc", ".md", ""})


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a data set."""

    path: Path
    display: str
    keys: Keys = ()


def is_data_set(folder: Path, suffixes: frozenset[str]) -> bool:
    """Whether a folder is one of Parquet files: partitioned, or flat with no other data beside them."""
    visible = [entry for entry in folder.iterdir() if not _hidden(entry.name)]
    folders = [entry for entry in visible if entry.is_dir()]
    if folders:
        return all(is_key(entry.name) for entry in folders) and bool(data_files(folder, suffixes))
    kinds = {entry.suffix.lower() for entry in visible}
    return bool(kinds & suffixes) and kinds <= suffixes | _BESIDE_DATA


def data_files(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """The Parquet files below a folder in the order of their names, without hidden ones and logs."""
    found = []
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _hidden(name)]
        found += [Path(root, name) for name in files if not _hidden(name) and Path(name).suffix.lower() in suffixes]
    return sorted(found)


def _hidden(name: str) -> bool:
    return name.startswith((".", "_")) and not is_key(name)


def parts(folder: Path, display: str, files: list[Path]) -> list[Part]:
    """The files with the names people see and their partition keys."""
    relative = [path.relative_to(folder) for path in files]
    return [
        Part(path, f"{display.rstrip('/')}/{readable(inside.as_posix())}", keys_of(inside))
        for path, inside in zip(files, relative, strict=True)
    ]


@dataclass(slots=True)
class _Group:
    """Files taken for one table: what their names have in common, and the types of their fields."""

    pattern: str
    fields: dict[str, str]
    parts: list[Part]

    def takes(self, pattern: str, fields: dict[str, str]) -> bool:
        """Whether a file is of this table: a name of the same pattern, most fields the same, none of another type."""
        common = self.fields.keys() & fields.keys()
        alike = len(common) >= OVERLAP * len(self.fields.keys() | fields.keys())
        same = all(self.fields[name] == fields[name] for name in common)
        return pattern == self.pattern and (not fields or not self.fields or (alike and same))


def tables(stem: str, found: list[Part], fields_of: Callable[[Part], dict[str, str]]) -> list[tuple[str, list[Part]]]:
    """The tables in a folder: all of it where it is partitioned or alike, else a table for each kind of file.

    `fields_of` gives the names of a file's fields with their types.
    """
    if any(part.keys for part in found):
        return [(stem, found)]
    groups: list[_Group] = []
    for part in found:
        fields, pattern = fields_of(part), _MOVING.sub("", part.path.stem.partition(".")[0])
        home = next((group for group in groups if group.takes(pattern, fields)), None)
        if home is None:
            groups.append(_Group(pattern, fields, [part]))
        else:
            home.fields = {**fields, **home.fields}
            home.parts.append(part)
    if len(groups) == 1:
        return [(stem, found)]
    return [(_common_name([part.path.stem for part in group.parts]), group.parts) for group in groups]


def _common_name(stems: list[str]) -> str:
    """What the names of several files share: `orders` of `orders_1` and `orders_2`."""
    if len(stems) == 1:
        return stems[0]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    return "".join(letters[0] for letters in alike).rstrip("0123456789-_. ") or stems[0]
