"""Zip archives, of which any number of members are read, one after another."""

from __future__ import annotations

import copy
import os
import zipfile
from typing import IO

from ddgen.errors import InputError

_directories: dict[tuple[int, int, int, int], zipfile.ZipFile] = {}
"""The directory of the archive opened last: read again for each member, thousands of them would take minutes."""


def open_archive(raw: IO[bytes], display: str) -> zipfile.ZipFile:
    """The zip archive in `raw`.

    Raises InputError of code `damaged` where its directory cannot be read.
    """
    status = os.fstat(raw.fileno())
    key = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    try:
        known = _directories.get(key) or _directory(raw)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(
            "the zip archive is cut short or damaged: its directory is missing", code="truncated", where=display
        ) from error
    _directories.clear()
    _directories[key] = known
    archive = copy.copy(known)
    archive.fp = raw
    return archive


def _directory(raw: IO[bytes]) -> zipfile.ZipFile:
    """An archive without its file: only what stands in its directory."""
    with zipfile.ZipFile(raw) as archive:
        known = copy.copy(archive)
        known.fp = None
        return known
