"""Notices of a run on standard error, for people and for programs."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from ddgen.cli.log import follow


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    logger = logging.getLogger("ddgen")
    handlers = list(logger.handlers)
    yield
    logger.handlers[:] = handlers


def test_a_person_reads_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    follow(as_json=False)
    logging.getLogger("ddgen.llm.x").warning("it is %s\x1b[31m", "red")
    logging.getLogger("ddgen.llm.x").info("nothing of note")
    said = capsys.readouterr().err
    assert said.startswith("warning: it is red")
    assert said.count("\n") == 1
    assert "\x1b" not in said


def test_a_program_reads_one_object_and_each_notice_once(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        follow(as_json=True)
    logging.getLogger("ddgen.llm.x").error("two\nlines")
    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line) == {"event": "notice", "level": "error", "message": "two\nlines"}
