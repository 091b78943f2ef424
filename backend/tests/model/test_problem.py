"""Problems are told once."""

from __future__ import annotations

from ddgen.model.problem import POSITIONS_KEPT, Place, Problem, Problems, Severity


def bad_line(line: int, source: str = "a.csv", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(
        code="bad_line", severity=severity, message="too many cells", source=source, places=[Place(line=line)]
    )


def test_the_same_trouble_is_counted_and_its_first_places_kept() -> None:
    problems = Problems()
    for line in range(1, 101):
        problems.add(bad_line(line))
    (only,) = problems
    assert only.count == 100
    assert [place.line for place in only.places] == list(range(1, POSITIONS_KEPT + 1))


def test_another_source_is_another_entry() -> None:
    problems = Problems()
    problems.add(bad_line(1))
    problems.add(bad_line(1, source="b.csv"))
    assert len(problems) == 2


def test_warnings_break_nothing() -> None:
    problems = Problems()
    problems.add(bad_line(1, severity=Severity.WARNING))
    assert not problems.broken
    problems.add(bad_line(1, source="b.csv"))
    assert problems.broken


def test_a_problem_is_one_line() -> None:
    problem = bad_line(3)
    problem.count, problem.hint = 1200, "Quote it"
    assert str(problem) == "a.csv: line 3: too many cells (1,200 times). Quote it"
    assert str(Place(line=3, byte=17)) == "line 3, byte 17"
