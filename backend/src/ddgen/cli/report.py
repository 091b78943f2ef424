"""Telling how a build goes and what came of it: to a person, to a program as JSON lines, or hardly at all."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ddgen.errors import DdgenError
from ddgen.exporters.text import count, size, visible
from ddgen.exporters.write import Written
from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Problem, Severity
from ddgen.pipeline import Event

PROBLEMS_SHOWN = 20


class Reporter(ABC):
    """Follows a build: told its events, closed when it ends, then asked for the result."""

    def progress(self, event: Event) -> None:  # noqa: B027 - a reporter may keep silent
        """Take notice of an event."""

    def close(self) -> None:  # noqa: B027 - most have nothing to put away
        """End, whether well or not."""

    @abstractmethod
    def result(self, dictionary: Dictionary, written: Sequence[Written], code: int, seconds: float) -> None:
        """Tell what was built, what went wrong, and what was written where."""


class Quiet(Reporter):
    """Tells problems, nothing else."""

    def result(self, dictionary: Dictionary, written: Sequence[Written], code: int, seconds: float) -> None:  # noqa: ARG002 - the contract's
        """Print the problems."""
        tell_problems(dictionary.problems)
        tell_failures(written)


class Person(Reporter):
    """Progress on a terminal, then the summary, the problems and the files."""

    def __init__(self, *, stdout_taken: bool) -> None:
        from ddgen.cli.progress import ProgressBar

        self._bar = ProgressBar()
        self._stdout_taken = stdout_taken

    def close(self) -> None:
        """Take the bar away."""
        self._bar.close()

    def progress(self, event: Event) -> None:
        """Move the bar."""
        self._bar.move(event)

    def result(self, dictionary: Dictionary, written: Sequence[Written], code: int, seconds: float) -> None:  # noqa: ARG002 - the contract's
        """Print everything a person wants to know."""
        from ddgen.cli import summary
        from ddgen.cli.terminal import console

        screen = console(stderr=self._stdout_taken)
        documents = [str(path) for result in written for path in result.files if path.suffix == ".json"]
        summary.draw(screen, dictionary, document=documents[0] if documents else None)
        for path in (path for result in written for path in result.files if str(path) != "-"):
            screen.print(f"Wrote {visible(str(path))} ({size(_size(path))})", soft_wrap=True)
        screen.print(f"{count(len(dictionary.present), 'table')} in {seconds:.1f} s", style="dim")
        screen.file.flush()
        tell_problems(dictionary.problems)
        tell_failures(written)


class JsonLines(Reporter):
    """One JSON object a line on standard error: `progress`, `problem`, `output`, `done`."""

    def progress(self, event: Event) -> None:
        """Write the event."""
        _json_line("progress", asdict(event))

    def result(self, dictionary: Dictionary, written: Sequence[Written], code: int, seconds: float) -> None:
        """Write the problems, the outputs and the end."""
        for problem in dictionary.problems:
            _json_line("problem", problem.model_dump(mode="json", exclude_none=True))
        for result in written:
            _json_line("output", _outcome(result))
        rows = [table.row_count for table in dictionary.present if table.row_count is not None]
        fields = sum(len(table.present) for table in dictionary.present)
        done = {"exit_code": code, "tables": len(dictionary.present), "fields": fields, "rows": sum(rows)}
        done |= {"masked": dictionary.masked}
        _json_line("done", done | {"seconds": round(seconds, 3)})


def _outcome(result: Written) -> dict[str, Any]:
    told: dict[str, Any] = {"path": str(result.output.path), "format": result.output.format}
    if result.error is not None:
        return told | {"error": str(result.error)}
    return told | {"files": [str(path) for path in result.files]}


def _json_line(event: str, facts: dict[str, Any]) -> None:
    sys.stderr.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stderr.flush()


def _size(path: Path) -> int:
    return path.stat().st_size


def tell_problems(problems: Sequence[Problem]) -> None:
    """Print problems on standard error, errors first, one line each, and how many more there are."""
    ranked = sorted(problems, key=lambda problem: problem.severity is not Severity.ERROR)
    for problem in ranked[:PROBLEMS_SHOWN]:
        mark = "" if problem.severity is Severity.ERROR else "warning: "
        sys.stderr.write(f"{mark}{_line(str(problem))}\n")
    if len(ranked) > PROBLEMS_SHOWN:
        sys.stderr.write(f"and {count(len(ranked) - PROBLEMS_SHOWN, 'more kind')} of problems\n")


def tell_failures(written: Sequence[Written]) -> None:
    """Print why outputs could not be written."""
    for result in written:
        if result.error is not None:
            sys.stderr.write(f"{error_line(result.error)}\n")


def error_line(error: DdgenError, *, as_json: bool = False) -> str:
    """An error in one line, for a person or as JSON."""
    if not as_json:
        return f"ddgen: {_line(str(error))}"
    facts = {"code": error.code, "message": error.message, "where": error.where, "hint": error.hint}
    return json.dumps({"event": "error", **facts, "exit_code": error.exit_code})


def _line(said: str) -> str:
    return visible(" ".join(said.split()))
