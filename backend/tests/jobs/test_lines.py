"""What a child and its parent tell each other."""

from __future__ import annotations

import json

import pytest

from ddgen.errors import InputError, Interrupted, StoreBusy
from ddgen.jobs import lines


def test_what_is_said_is_heard(capsys: pytest.CaptureFixture[str]) -> None:
    lines.say("progress", step="read", table="a\nb")
    line = capsys.readouterr().out
    assert line.count("\n") == 1
    assert lines.heard(line) == ("progress", {"step": "read", "table": "a\nb"})


@pytest.mark.parametrize("line", ["", "a library prints", "[1]", "{}", json.dumps({"kind": 3})])
def test_anything_else_is_passed_over(line: str) -> None:
    assert lines.heard(line) is None


def test_only_what_may_pass_is_worth_another_attempt() -> None:
    assert lines.told(StoreBusy("away"))["transient"]
    assert not lines.told(Interrupted("stopped"))["transient"]
    assert lines.told(InputError("bad", code="x", where="a.csv", hint="Look")) == {
        "code": "x",
        "detail": "a.csv: bad. Look",
        "hint": "Look",
        "transient": False,
    }
