"""Uploads: files under names of ours, judged by what is in them, removed when their run ends or after a day."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from ddgen.api.config import ServerSettings
from ddgen.errors import InputError, NotFound
from ddgen.sources import files
from ddgen.sources.folder import split_name
from ddgen.sources.spec import SourceSpec
from ddgen.sources.streams import compression, open_raw
from ddgen.store.ids import new_id, utc_now

KEPT_SECONDS = 24 * 3600
_ID = re.compile(r"[0-9a-f-]{36}")
_ODD = re.compile(r"[^\w. -]")
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a client sent: `name` is what its table is named after, `kind` what was found in it."""

    id: str
    name: str
    size: int
    kind: str
    sha256: str
    by: str
    created_at: str
    path: Path


class Uploads:
    """The folder of uploads."""

    def __init__(self, settings: ServerSettings) -> None:
        self._folder = settings.uploads

    def place(self) -> tuple[str, Path]:
        """A new id, and the file that belongs to it. Raises OSError where there can be none."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        identity = new_id(utc_now())
        return identity, self._folder / identity

    def keep(self, identity: str, *, name: str, size: int, sha256: str, by: str) -> Upload:
        """Take a file that was written. Raises InputError where nobody could read it; it is gone then."""
        path = self._folder / identity
        shown = safe_name(name)
        try:
            kind = kind_of(path, shown)
        except InputError:
            path.unlink(missing_ok=True)
            raise
        held = Upload(identity, shown, size, kind, sha256, by, datetime.now(UTC).isoformat(), path)
        self._note(identity).write_text(json.dumps({**asdict(held), "path": None}), encoding="utf-8")
        return held

    def get(self, identity: str) -> Upload:
        """An upload. Raises NotFound."""
        note = self._note(identity) if _ID.fullmatch(identity) else None
        if note is None or not note.is_file():
            raise NotFound("there is no such upload", where=identity, hint="It is gone a day after it came")
        held = json.loads(note.read_text(encoding="utf-8"))
        return Upload(**{**held, "path": self._folder / identity})

    def remove(self, identity: str) -> None:
        """Remove an upload. Raises NotFound."""
        held = self.get(identity)
        held.path.unlink(missing_ok=True)
        self._note(identity).unlink(missing_ok=True)

    def remove_of(self, request: Mapping[str, Any]) -> None:
        """Remove the uploads of a run that is over."""
        for source in request["sources"]:
            identity = str(source.get("id"))
            if source["kind"] == "upload" and _ID.fullmatch(identity):
                (self._folder / identity).unlink(missing_ok=True)
                self._note(identity).unlink(missing_ok=True)

    def clear_old(self) -> None:
        """Remove what nobody used for a day."""
        if not self._folder.is_dir():
            return
        for entry in os.scandir(self._folder):
            if _ID.match(entry.name) and entry.stat().st_mtime < time.time() - KEPT_SECONDS:
                Path(entry.path).unlink(missing_ok=True)

    def _note(self, identity: str) -> Path:
        return self._folder / f"{identity}.json"


def safe_name(name: str) -> str:
    """A name for people that a client gave: its last part, without odd characters. It is never opened."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return _ODD.sub("_", last).strip(". ")[:_LONGEST] or "data"


def kind_of(path: Path, name: str) -> str:
    """What is in a file, by its beginning. Raises InputError where it is empty or nobody could read it."""
    with open_raw(path) as raw:
        head = raw.read(files.HEAD)
    if not head:
        raise InputError("the file is empty", code="empty", where=name)
    stem, suffix = split_name(name)
    packed = compression(head)
    spec = SourceSpec(path, name, head, suffix, stem)
    if packed in {"gzip", "zstd", "bzip2"}:
        return packed
    try:
        return files.choose(spec).name
    except InputError:
        if packed is None:
            raise
        return packed
