from __future__ import annotations

import pytest

from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.latch import Latch

REFUSED = Failure(Cause.AUTH, "the key was refused", 401)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_refused_key_is_remembered_for_its_time() -> None:
    clock = Hands()
    latch = Latch(clock, 300)
    latch.close("https://a:443", "k", REFUSED)
    with pytest.raises(CallFailed) as failed:
        latch.check("https://a:443", "k")
    assert failed.value.failure.cause is Cause.AUTH
    assert failed.value.failure.retry_after == 300
    clock.now += 300
    latch.check("https://a:443", "k")


def test_in_a_run_it_is_remembered_for_ever() -> None:
    clock = Hands()
    latch = Latch(clock)
    latch.close("o", "k", REFUSED)
    clock.now += 1e9
    with pytest.raises(CallFailed):
        latch.check("o", "k")


def test_changed_settings_are_not_held_back() -> None:
    latch = Latch(Hands())
    latch.close("o", "k", REFUSED, model="m")
    latch.check("o", "other")
    latch.check("other", "k")
    with pytest.raises(CallFailed):
        latch.check("o", "k", model="other")


def test_a_missing_model_holds_back_that_model_alone() -> None:
    latch = Latch(Hands())
    latch.close("o", "k", Failure(Cause.AUTH, code="model_not_found"), model="m")
    latch.check("o", "k", model="other")
    with pytest.raises(CallFailed):
        latch.check("o", "k", model="m")


def test_a_time_of_its_own_and_clear() -> None:
    clock = Hands()
    latch = Latch(clock)
    latch.close("o", "k", Failure(Cause.RATE), seconds=600)
    with pytest.raises(CallFailed):
        latch.check("o", "k")
    clock.now += 600
    latch.check("o", "k")
    latch.close("o", "k", REFUSED)
    latch.clear()
    latch.check("o", "k")


def test_no_key_is_kept() -> None:
    latch = Latch(Hands())
    latch.close("o", "sk-secret", REFUSED)
    assert "sk-secret" not in str(vars(latch))
