"""Folders of Parquet files: which of them are data sets, and which of their files make one table."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from ddgen.sources.partitions import Keys, is_key, keys_of

OVERLAP = 0.5
"""Share of common names among all from which two files are taken for one table."""

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
        Part(path, f"{display.rstrip('/')}/{inside.as_posix()}", keys_of(inside))
        for path, inside in zip(files, relative, strict=True)
    ]


def tables(stem: str, found: list[Part], names: Callable[[Part], list[str]]) -> list[tuple[str, list[Part]]]:
    """The tables in a folder: all of it where it is partitioned or alike, else a table for each kind of file."""
    if any(part.keys for part in found):
        return [(stem, found)]
    groups: list[tuple[set[str], list[Part]]] = []
    for part in found:
        fields = set(names(part))
        home = next((group for group in groups if _alike(group[0], fields)), None)
        if home is None:
            groups.append((fields, [part]))
        else:
            home[0].update(fields)
            home[1].append(part)
    if len(groups) == 1:
        return [(stem, found)]
    return [(_common_name([part.path.stem for part in group]), group) for _, group in groups]


def _alike(known: set[str], fields: set[str]) -> bool:
    return not fields or not known or len(known & fields) >= OVERLAP * len(known | fields)


def _common_name(stems: list[str]) -> str:
    """What the names of several files share: `orders` of `orders_1` and `orders_2`."""
    if len(stems) == 1:
        return stems[0]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    return "".join(letters[0] for letters in alike).rstrip("0123456789-_. ") or stems[0]
