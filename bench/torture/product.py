"""ddgen as the evaluation sees it: a file goes in, an exit code and a dictionary come out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from ddgen.model.dictionary import Dictionary, load

SOURCE = Path(__file__).parents[2] / "backend/src"
PATIENCE = 60.0
"""Seconds after which a file counts as one that ddgen hangs on."""


@dataclass(slots=True)
class Outcome:
    """What became of one file: the exit code, or None for a crash or a hang."""

    code: int | None
    said: str
    dictionary: Dictionary | None = None
    records: list[dict[str, str]] = field(default_factory=list)


class Product:
    """A process that builds dictionaries, started anew after a crash or a hang."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        """Nothing yet: the process starts with the first file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._end()
        self._errors.close()

    def build(self, file: Path, *, records: bool = False) -> Outcome:
        """Build the dictionary of `file`; with `records`, read its cells as well."""
        process = self._process = self._process or self._start()
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the process has no pipes")
        hung = threading.Event()

        def give_up() -> None:
            hung.set()
            process.kill()

        timer = threading.Timer(self.patience, give_up)
        timer.start()
        try:
            stdin.write(json.dumps({"file": str(file), "records": records}) + "\n")
            stdin.flush()
            line = stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            timer.cancel()
        return _outcome(line) if line else self._failed(hung=hung.is_set())

    def _start(self) -> subprocess.Popen[str]:
        path = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")]))
        self._errors.seek(0)
        self._errors.truncate()
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )

    def _failed(self, *, hung: bool) -> Outcome:
        self._end()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        last = said[-1] if said else "no word"
        return Outcome(None, f"no answer within {self.patience:g} s" if hung else f"crash: {last}")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with suppress(BrokenPipeError):  # what was not yet written to a process that is gone
                process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _outcome(line: str) -> Outcome:
    answer = json.loads(line)
    written = answer["dictionary"]
    return Outcome(answer["code"], answer["said"], load(written) if written else None, answer.get("records", []))
