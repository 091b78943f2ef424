from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from concurrent.futures import CancelledError

import pytest

from ddgen.llm.loop import LoopThread


async def where() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


async def fail() -> None:
    raise ValueError("on purpose")


def threads() -> int:
    return sum(thread.name == "ddgen-llm" for thread in threading.enumerate())


def test_it_runs_without_a_loop() -> None:
    loop = LoopThread()
    assert not loop.running
    assert loop.run_sync(where) == "ddgen-llm"
    loop.close()
    assert not loop.running


async def test_it_runs_inside_a_running_loop() -> None:
    loop = LoopThread()
    assert loop.run_sync(where) == "ddgen-llm"
    assert await loop.run(where) == "ddgen-llm"
    loop.close()


def test_it_outlives_the_loops_of_its_callers() -> None:
    loop = LoopThread()
    assert asyncio.run(loop.run(where)) == asyncio.run(loop.run(where))
    loop.close()


def test_exceptions_come_through() -> None:
    loop = LoopThread()
    with pytest.raises(ValueError, match="on purpose"):
        loop.run_sync(fail)
    loop.close()


async def test_cancelling_the_caller_cancels_the_work() -> None:
    loop = LoopThread()
    ended = threading.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.set()
            raise

    task = asyncio.create_task(loop.run(long))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 5)
    loop.close()


def test_closing_cancels_and_a_later_call_starts_anew() -> None:
    loop = LoopThread()
    seen: list[str] = []

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            seen.append("ended")

    def wait() -> None:
        with pytest.raises(CancelledError):
            loop.run_sync(long)

    waiter = threading.Thread(target=wait)
    waiter.start()
    time.sleep(0.05)
    loop.close()
    waiter.join(5)
    assert seen == ["ended"]
    assert loop.run_sync(where) == "ddgen-llm"
    loop.close()


def test_it_ends_with_its_owner() -> None:
    before = threads()
    loop = LoopThread()
    loop.run_sync(where)
    assert threads() == before + 1
    del loop
    gc.collect()
    time.sleep(0.05)
    assert threads() == before


def test_its_own_thread_cannot_wait_for_itself() -> None:
    loop = LoopThread()

    async def again() -> None:
        loop.run_sync(where)

    with pytest.raises(RuntimeError, match="never end"):
        loop.run_sync(again)
    loop.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_it_survives_a_fork() -> None:
    loop = LoopThread()
    loop.run_sync(where)
    child = os.fork()
    if child == 0:
        good = loop.run_sync(where) == "ddgen-llm"
        os._exit(0 if good else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert loop.run_sync(where) == "ddgen-llm"
    loop.close()


def test_two_are_independent() -> None:
    one, two = LoopThread(), LoopThread()
    one.run_sync(where)
    two.run_sync(where)
    one.close()
    assert two.run_sync(where) == "ddgen-llm"
    two.close()
