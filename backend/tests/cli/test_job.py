"""Which exit code a build ends with."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.cli.job import exit_code
from ddgen.errors import OutputError, UsageError
from ddgen.exporters.write import Output, Written
from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Problem, Severity

FINE = Written(Output(Path("a.json")))
FULL = Written(Output(Path("a.json")), error=OutputError("the disk is full"))
ODD = Written(Output(Path("a.json")), error=UsageError("no such option"))


def problem(code: str = "bad_line", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(code=code, severity=severity, message="m", source="s")


@pytest.mark.parametrize(
    ("problems", "written", "code"),
    [
        ([], [FINE], 0),
        ([problem(severity=Severity.WARNING)], [FINE], 0),
        ([problem()], [FINE], 3),
        ([problem(), problem("interrupted")], [FINE], 130),
        ([problem("interrupted", Severity.WARNING)], [FINE], 130),
        ([problem("interrupted")], [FINE, FULL], 4),
        ([], [ODD], 2),
    ],
)
def test_the_gravest_decides(shop: Dictionary, problems: list[Problem], written: list[Written], code: int) -> None:
    shop.problems = problems
    assert exit_code(shop, written) == code
