"""A dictionary in a file that people decide on: saved after each decision, whole or not at all, in its own layout.

Who else saves the file in between loses nothing: it is read again, and the decision made on what stands there then.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from ddgen import merge
from ddgen.cli.documents import read_dictionary
from ddgen.errors import InputError, UsageError
from ddgen.exporters.write import write_file
from ddgen.masked import document
from ddgen.model.dictionary import Dictionary, load
from ddgen.review import decide

Result = TypeVar("Result")
_INDENT = re.compile(rb"\A\s*\{\r?\n([ \t]+)\S")


class Kept:
    """The dictionary in a JSON file. `dictionary` is what stands there, with edits by hand as people's words."""

    def __init__(self, path: Path) -> None:
        """Read it. Raises UsageError where it is no file, and what `read_dictionary` raises."""
        if str(path) == "-":
            raise UsageError("name a file: it is changed where it stands", where="-")
        self.path = path
        read_dictionary(path, unmasked=True)
        self._content = b""
        self._fresh()

    def _fresh(self) -> None:
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise InputError(f"cannot be read any more: {error.strerror}", where=str(self.path)) from error
        if content != self._content:
            self._content = content
            self.dictionary = merge.with_edits(load(content, where=str(self.path)))
            self.dictionary.settle()

    @property
    def shown(self) -> Dictionary:
        """The same as it may be shown, with the same claims in the same order."""
        return document.masked(self.dictionary)

    def try_out(self, decision: Callable[[Dictionary], Result]) -> Result:
        """What a decision would bring; nothing is changed."""
        return decision(self.dictionary.model_copy(deep=True))

    def change(self, decision: Callable[[Dictionary], Result], *, to: Path | None = None) -> Result:
        """Decide on what stands in the file now, and save it there, or in the file `to`."""
        with _locked(self.path):
            self._fresh()
            result = decision(self.dictionary)
            decide.finish(self.dictionary)
            if self.dictionary.masked:
                self.dictionary = document.masked(self.dictionary)
                self.dictionary.content_hash = merge.content_hash(self.dictionary)
            content = laid_out(self.dictionary, self._content)
            write_file(to or self.path, content)
            if to is None:
                self._content = content
        return result


def laid_out(dictionary: Dictionary, like: bytes) -> bytes:
    """The dictionary as JSON, indented as another document is, with its line ends."""
    found = _INDENT.match(like)
    indent = found[1].decode() if found is not None else None
    said = dictionary.to_json()
    if indent != "  ":
        said = json.dumps(json.loads(said), ensure_ascii=False, indent=indent) + "\n"
    if not like.endswith(b"\n"):
        said = said.rstrip("\n")
    return (said.replace("\n", "\r\n") if b"\r\n" in like[:200] else said).encode()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep others who decide on this machine from saving the file meanwhile; where locks are unknown, do not."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    owner = os.getuid()
    with Path(tempfile.gettempdir(), f"ddgen-{owner}-{name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def person(named: str | None) -> str:
    """Who decides: the name that was given, else that in the settings of git, else that of the account."""
    if named is not None and named.strip():
        return named.strip()
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        asked = subprocess.run(
            ["git", "config", "user.name"],  # noqa: S607 - whatever git there is
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=5,
        )
        if asked.returncode == 0 and asked.stdout.strip():
            return asked.stdout.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name
        return "unknown"
