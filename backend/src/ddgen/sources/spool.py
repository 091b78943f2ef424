"""Copies of inputs that can be read only once, or that cannot be read in place; removed at the end of a run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from ddgen.errors import OutputError

PIECE = 1 << 20


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
        """A copy of all that `read` gives, as a file whose name ends with `name`.

        Raises OutputError where there is no room for it, and what `read` raises.
        """
        if self._folder is None:
            self._folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ddgen-")))
        self._count += 1
        path = self._folder / f"{self._count}-{Path(name).name}"
        with path.open("wb") as file:
            while piece := read(PIECE):
                self._write(file.write, piece, path)
        return path

    @staticmethod
    def _write(write: Callable[[bytes], object], piece: bytes, path: Path) -> None:
        try:
            write(piece)
        except OSError as error:
            raise OutputError(
                f"the input cannot be copied: {error.strerror}",
                where=str(path.parent),
                hint="Set TMPDIR to a larger disk",
            ) from error
