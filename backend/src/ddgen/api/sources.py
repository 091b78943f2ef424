"""What runs may read: files in folders that the operator allows, databases under a name, and uploads.

No path of a client is ever opened: a name that it sends is looked for among what the folders hold.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, Field

from ddgen.api.config import ServerSettings
from ddgen.errors import NotFound, UsageError
from ddgen.store.store import Store

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_MOST = 1_000
"""Files that are listed."""


class SourceShown(BaseModel):
    """Something that a run may read: the `name` to send, and of a file its size in bytes."""

    kind: str = Field(examples=["file"])
    name: str = Field(examples=["shop/orders.csv"])
    size: int | None = None


class Sources:
    """Knows what may be read, and what it stands for."""

    def __init__(self, settings: ServerSettings, store: Store) -> None:
        self._roots = {root.resolve().name: root.resolve() for root in settings.source_roots}
        self._given = settings.connections
        self._store = store

    def listed(self) -> list[SourceShown]:
        """Everything that may be read, the first thousand files of it."""
        found = [SourceShown(kind="connection", name=name) for name in sorted(self._connections())]
        for name, root in sorted(self._roots.items()):
            found.append(SourceShown(kind="folder", name=name))
            found += (SourceShown(kind="file", name=f"{name}/{inside}", size=size) for inside, size in _files(root))
        return found[:_MOST]

    def file(self, name: str) -> Path:
        """The file or folder of a name, such as `shop/orders.csv`. Raises NotFound where none is allowed."""
        first, *rest = name.split("/")
        place = self._roots.get(first)
        for step in rest:
            place = _child(place, step) if place is not None else None
        if place is None:
            raise NotFound("no such file may be read", where=name, hint="GET /sources lists what may")
        return place

    def connection(self, name: str) -> str:
        """The address of a database, with what its variables hold. Raises NotFound, UsageError."""
        return _VARIABLE.sub(lambda found: _held(found[1], name), self.address(name))

    def address(self, name: str) -> str:
        """The same with the names of its variables. Raises NotFound."""
        address = self._connections().get(name)
        if address is None:
            raise NotFound("there is no such connection", where=name, hint="GET /sources lists what there is")
        return address

    def _connections(self) -> Mapping[str, str]:
        return {**{row.name: row.url for row in self._store.options.connections()}, **self._given}


def _held(variable: str, name: str) -> str:
    value = os.environ.get(variable)
    if value is None:
        raise UsageError(f"the variable {variable} is not set where the server runs", where=name)
    return value


def _child(folder: Path, name: str) -> Path | None:
    """What a folder holds under a name, unless it is hidden or a link that leads out of the folder."""
    if name.startswith(".") or not folder.is_dir():
        return None
    with os.scandir(folder) as entries:
        found = next((Path(entry.path) for entry in entries if entry.name == name), None)
    return found if found is not None and found.resolve().is_relative_to(folder.resolve()) else None


def _files(root: Path) -> Iterator[tuple[str, int]]:
    for place, folders, files in os.walk(root):
        folders[:] = sorted(folder for folder in folders if not folder.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if not name.startswith(".") and not path.is_symlink():
                yield path.relative_to(root).as_posix(), path.stat().st_size
