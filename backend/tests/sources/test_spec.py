from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.model.problem import Severity
from ddgen.sources.spec import SourceSpec, changed, readable


def spec_of(path: Path, member: str | None = None) -> SourceSpec:
    return SourceSpec(path, str(path), b"", path.suffix, path.stem, member)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("orders.csv", "orders.csv"), ("d\udce9j\udce0.csv", "d\\xe9j\\xe0.csv"), ("字.csv", "字.csv"), ("a\nb", "a\nb")],
)
def test_names_of_any_bytes_can_be_written(name: str, shown: str) -> None:
    assert readable(name) == shown
    assert readable(name).encode()


def test_a_spec_shows_text_and_opens_bytes() -> None:
    spec = SourceSpec(Path("d\udce9.csv"), "d\udce9.csv", b"", ".csv", "d\udce9")
    assert (spec.display, spec.stem) == ("d\\xe9.csv", "d\\xe9")
    assert spec.path == Path("d\udce9.csv")


@pytest.mark.parametrize(("now", "severity"), [(3, Severity.ERROR), (11, Severity.WARNING)])
def test_a_file_that_changed_is_told(tmp_path: Path, now: int, severity: Severity) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(now))
    (problem,) = changed(spec_of(path), 10, "a")
    assert (problem.code, problem.severity, problem.source, problem.table) == ("changed", severity, str(path), "a")
    assert f"it had 10 bytes, and has {now}" in problem.message


def test_a_file_that_is_as_it_was_or_gone_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert changed(spec_of(path), 10, "a") == []
    path.write_bytes(bytes(10))
    assert changed(spec_of(path), 10, "a") == []
    assert changed(spec_of(path), None, "a") == []
    assert changed(spec_of(path, member="b.csv"), 3, "a") == []
