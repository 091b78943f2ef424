"""What is told of problems and errors."""

from __future__ import annotations

import json

import pytest

from ddgen.cli.report import PROBLEMS_SHOWN, JsonLines, error_line, tell_problems
from ddgen.errors import InputError
from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Place, Problem, Severity
from ddgen.pipeline import Event


def problem(number: int, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code=f"c{number}", severity=severity, message="bad\x07 line", source="a.csv", places=[Place(line=9)])


def test_problems_are_one_line_each_errors_first(capsys: pytest.CaptureFixture[str]) -> None:
    tell_problems([problem(1, Severity.WARNING), problem(2)])
    assert capsys.readouterr().err.splitlines() == [
        "a.csv: line 9: bad\\x07 line",
        "warning: a.csv: line 9: bad\\x07 line",
    ]


def test_of_many_problems_some_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    tell_problems([problem(number) for number in range(PROBLEMS_SHOWN + 5)])
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == PROBLEMS_SHOWN + 1
    assert lines[-1] == "and 5 more kinds of problems"


def test_errors_are_one_line_or_one_object() -> None:
    error = InputError("no\nsense", code="truncated", where="a.gz", hint="Fetch it anew")
    assert error_line(error) == "ddgen: a.gz: no sense. Fetch it anew"
    told = json.loads(error_line(error, as_json=True))
    assert (told["event"], told["code"], told["exit_code"]) == ("error", "truncated", 3)


def test_json_lines_tell_progress_problems_and_the_end(capsys: pytest.CaptureFixture[str], shop: Dictionary) -> None:
    shop.problems = [problem(1)]
    lines = JsonLines()
    lines.progress(Event("profile", "orders", 5, 10, rows=2))
    lines.result(shop, [], 3, 1.5)
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [event["event"] for event in events] == ["progress", "problem", "done"]
    assert events[0] | {"step": "profile", "rows": 2} == events[0]
    assert events[-1] | {"exit_code": 3, "tables": 2, "fields": 4, "rows": 3200} == events[-1]
