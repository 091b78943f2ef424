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
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from ddgen import merge
from ddgen.cli.documents import load_content, read_content
from ddgen.errors import UsageError
from ddgen.exporters.write import write_file
from ddgen.masked import document
from ddgen.model.claim import Kind
from ddgen.model.dictionary import Dictionary
from ddgen.review import decide
from ddgen.review.items import parts

Result = TypeVar("Result")
_INDENT = re.compile(rb"\A\s*\{\r?\n([ \t]+)\S")


class Kept:
    """The dictionary in a JSON file. `dictionary` is what stands there, with edits by hand as people's words."""

    def __init__(self, path: Path) -> None:
        """Read it. Raises UsageError, InputError and DocumentError."""
        if str(path) == "-":
            raise UsageError("name a file: it is changed where it stands", where="-")
        self.path = path
        self._content = read_content(path)
        self.dictionary = _adopted(self._content, path)

    def _fresh(self) -> None:
        content = read_content(self.path)
        if content != self._content:
            self._content = content
            self.dictionary = _adopted(content, self.path)

    def try_out(self, decision: Callable[[Dictionary], Result]) -> Result:
        """What a decision would bring; nothing is changed."""
        return decision(self.dictionary.model_copy(deep=True))

    def change(
        self,
        decision: Callable[[Dictionary], Result],
        *,
        to: Path | None = None,
        more: bool = False,
        wanted: Callable[[Result], bool] = lambda _result: True,
    ) -> Result:
        """Decide on what stands in the file now, and save it there, or in the file `to`, if what came of it is wanted.

        With `more` to come the hash of the whole is left for the last one.
        """
        with _locked(self.path):
            self._fresh()
            known = len(self.dictionary.reviews or ())
            result = decision(self.dictionary)
            if not wanted(result):
                return result
            news = (self.dictionary.reviews or [])[known:]
            if self.dictionary.masked and any(review.kind is Kind.PII for review in news):
                self.dictionary = document.masked(self.dictionary)
            if not more:
                decide.finish(self.dictionary)
            content = laid_out(self.dictionary, self._content)
            write_file(to or self.path, content)
            if to is None:
                self._content = content
        return result


def _adopted(content: bytes, path: Path) -> Dictionary:
    dictionary = load_content(content, path)
    at = dictionary.generated_at + timedelta(seconds=1)
    for part in parts(dictionary):
        merge.adopt_edits(part.thing, at)
    dictionary.settle()
    return dictionary


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
