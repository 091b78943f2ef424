"""Where a comparison goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.cli.comparison import Target, judge, rules_of, targets_of, write
from ddgen.diff.compare import compare
from ddgen.diff.gate import passed, read
from ddgen.errors import GateError, OutputError, UsageError
from ddgen.model.dictionary import Dictionary


def test_targets() -> None:
    assert targets_of([], None) == [Target("-", "text")]
    assert targets_of([], None, quiet=True) == []
    assert targets_of([], "json", quiet=True) == [Target("-", "json")]
    assert targets_of(["-", "a.md", "b.log"], "sarif") == [
        Target("-", "sarif"),
        Target("a.md", "markdown"),
        Target("b.log", "sarif"),
    ]
    with pytest.raises(UsageError, match="does not tell the format"):
        targets_of(["b.log"], None)


def test_patterns_of_the_command_line_come_on_top_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('ignore = ["a"]\n', encoding="utf-8")
    assert rules_of(path, ["b"]).ignore == ("a", "b")
    assert rules_of(None, ()).ignore == ()


def test_writing_and_judging(shop: Dictionary, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = shop.model_copy(deep=True)
    new.tables[0].fields.pop()
    found = compare(shop, new)
    judge(found)
    write(found, [Target("-", "text"), Target(str(tmp_path / "x/y.txt"), "text")], "d.json")
    assert "1 breaking" in capsys.readouterr().out
    assert "breaking  contact.email" in (tmp_path / "x/y.txt").read_text(encoding="utf-8")
    with pytest.raises(OutputError):
        write(found, [Target(str(tmp_path), "json")], "d.json")
    with pytest.raises(GateError, match="not let pass: 1 breaking change"):
        judge(passed(found, new, read(["breaking"])))
