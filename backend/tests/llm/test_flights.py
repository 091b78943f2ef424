"""Equal questions at the same time make one request, whoever gives up meanwhile."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable

import pytest

from ddgen.llm.flights import Flights


class Work:
    """Something slow that counts how often it began, ended and was cancelled."""

    def __init__(self, seconds: float = 0.02, error: Callable[[], Exception] | None = None) -> None:
        self.begun = self.ended = self.cancelled = 0
        self.seconds = seconds
        self.error = error

    async def __call__(self) -> str:
        self.begun += 1
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.error:
            raise self.error()
        self.ended += 1
        return f"answer {self.begun}"


async def test_200_equal_questions_make_one_request() -> None:
    flights, work = Flights(), Work()
    answers = await asyncio.gather(*(flights.run("k", work) for _ in range(200)))
    assert set(answers) == {"answer 1"}
    assert work.begun == 1
    assert flights.joined == 199
    assert len(flights) == 0


async def test_different_questions_do_not_share() -> None:
    flights, work = Flights(), Work()
    await asyncio.gather(flights.run("a", work), flights.run("b", work))
    assert work.begun == 2
    assert flights.joined == 0


async def test_nothing_is_kept_after_the_answer() -> None:
    flights, work = Flights(), Work(0)
    assert await flights.run("k", work) == "answer 1"
    assert await flights.run("k", work) == "answer 2"


async def test_the_leader_may_give_up_and_the_others_get_the_answer() -> None:
    flights, work = Flights(), Work()
    leader = asyncio.create_task(flights.run("k", work))
    await asyncio.sleep(0)
    others = [asyncio.create_task(flights.run("k", work)) for _ in range(5)]
    await asyncio.sleep(0)
    leader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leader
    assert set(await asyncio.gather(*others)) == {"answer 1"}
    assert (work.begun, work.ended, work.cancelled) == (1, 1, 0)


async def test_when_the_last_one_gives_up_the_work_has_ended() -> None:
    flights, work = Flights(), Work(60)
    waiters = [asyncio.create_task(flights.run("k", work)) for _ in range(3)]
    await asyncio.sleep(0.01)
    for waiter in waiters[:2]:
        waiter.cancel()
    await asyncio.wait(waiters[:2])
    assert work.cancelled == 0
    waiters[2].cancel()
    await asyncio.wait(waiters)
    assert work.cancelled == 1
    assert len(flights) == 0


async def test_who_asks_while_the_work_is_being_cancelled_starts_afresh() -> None:
    flights = Flights()

    async def slow_to_die() -> str:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.02)
        return "never"

    first = asyncio.create_task(flights.run("k", slow_to_die))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0)
    assert await flights.run("k", Work(0)) == "answer 1"
    await asyncio.wait({first})
    assert first.cancelled()


async def test_an_error_reaches_all_who_waited_and_nobody_after_them() -> None:
    flights, bad = Flights(), Work(error=lambda: ValueError("no"))
    results = await asyncio.gather(*(flights.run("k", bad) for _ in range(4)), return_exceptions=True)
    assert [str(result) for result in results] == ["no"] * 4
    assert bad.begun == 1
    assert await flights.run("k", Work(0)) == "answer 1"


async def test_an_error_that_nobody_waits_for_warns_nobody() -> None:
    flights = Flights()

    async def fails_when_cancelled() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise ValueError("too late") from None
        return "never"

    heard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
    waiter = asyncio.create_task(flights.run("k", fails_when_cancelled))
    await asyncio.sleep(0.01)
    waiter.cancel()
    await asyncio.wait({waiter})
    gc.collect()
    await asyncio.sleep(0)
    assert waiter.cancelled()
    assert not heard


async def test_one_may_ask_whether_one_would_join() -> None:
    flights = Flights()
    assert not flights.flying("k")
    waiter = asyncio.create_task(flights.run("k", Work()))
    await asyncio.sleep(0)
    assert flights.flying("k")
    await waiter
    assert not flights.flying("k")


def test_a_flight_of_a_loop_that_has_ended_is_not_joined() -> None:
    flights, work = Flights(), Work(60)

    async def leave() -> None:
        waiter = asyncio.create_task(flights.run("k", work))
        await asyncio.sleep(0.01)
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().stop)
        await waiter

    loop = asyncio.new_event_loop()
    left = loop.create_task(leave())
    loop.run_forever()
    assert asyncio.run(flights.run("k", Work(0))) == "answer 1"
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(left)
    loop.close()


async def test_any_order_of_giving_up_ends_everything() -> None:
    for pattern in range(16):
        flights, work = Flights(), Work(0.005)
        waiters = [asyncio.create_task(flights.run("k", work)) for _ in range(4)]
        for number, waiter in enumerate(waiters):
            await asyncio.sleep(0)
            if pattern >> number & 1:
                waiter.cancel()
        results = await asyncio.gather(*waiters, return_exceptions=True)
        kept = [result for number, result in enumerate(results) if not pattern >> number & 1]
        assert all(isinstance(result, str) for result in kept)
        assert len(flights) == 0
        assert work.begun == work.ended + work.cancelled
