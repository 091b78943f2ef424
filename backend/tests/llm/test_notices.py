"""Notices are few, and say how many there would have been."""

from __future__ import annotations

import pytest
from virtual_clock import VirtualClock

from ddgen.llm.notices import EVERY, Notices


def test_one_a_kind_and_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = VirtualClock()
    notices = Notices(clock)
    for _ in range(5):
        notices.say("OpenAI API timeout", "no answer")
    notices.say("OpenAI rate limit hit", "waiting")
    clock.now += EVERY
    notices.say("OpenAI API timeout", "no answer")
    clock.now += EVERY
    notices.say("OpenAI API timeout", "no answer")
    assert [record.getMessage() for record in caplog.records] == [
        "OpenAI API timeout: no answer",
        "OpenAI rate limit hit: waiting",
        "OpenAI API timeout: no answer (4 more since the last notice)",
        "OpenAI API timeout: no answer",
    ]


def test_two_servers_are_told_of_apart(caplog: pytest.LogCaptureFixture) -> None:
    clock = VirtualClock()
    for notices in (Notices(clock), Notices(clock)):
        notices.say("OpenAI API timeout", "no answer")
    assert len(caplog.records) == 2
