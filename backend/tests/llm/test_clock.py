"""The machine's clock."""

from __future__ import annotations

import time

from ddgen.llm.clock import SystemClock


async def test_it_goes_forward_by_what_is_slept() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.02)
    assert clock.monotonic() - before >= 0.019
    assert abs(clock.time() - time.time()) < 5
