"""Copies of inputs that can be read only once, or that cannot be read in place; removed at the end of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ddgen.errors import OutputError

PIECE = 1 << 20
NAME = 60
"""Characters kept of a name, from its end: with four bytes each they fit every file system."""


class Spool:
    """A temporary folder that comes into being with the first copy and goes with the context."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._count = 0

    def __enter__(self) -> Self:
        """Nothing is made yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove every copy."""
        self._stack.close()
        self._folder = None

    def keep(self, read: Callable[[int], bytes | None], name: str) -> Path:
        """A copy of all that `read` gives, as a file whose name ends as `name` does.

        Raises OutputError where there is no room for it, and what `read` raises.
        """
        with _told():
            if self._folder is None:
                self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ddgen-")))
            self._count += 1
            path = self._folder / f"{self._count}-{Path(name).name[-NAME:]}"
            file = path.open("wb", buffering=0)
        with file:
            while piece := read(PIECE):
                with _told():
                    _write(file, piece)
        return path


def _write(file: IO[bytes], piece: bytes) -> None:
    """Write all of it: an unbuffered file may take a part at a time, and leaves nothing to fail when it is closed."""
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"the input cannot be copied for reading: {error.strerror}",
            where=_place(),
            hint="Set TMPDIR to a folder on a disk with room",
        ) from error


def _place() -> str:
    """Where temporary files go; no folder may be fit for them."""
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:
        return "temporary files"
