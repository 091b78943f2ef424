"""Asks one server questions, with everything that has to happen around single requests until there is an answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from ddgen.llm.attempt import Call, Sender
from ddgen.llm.bell import Rung
from ddgen.llm.breaker import Breaker
from ddgen.llm.budget import HELD, Budget
from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.concurrency import Concurrency
from ddgen.llm.deadline import Deadline
from ddgen.llm.envelope import prompt_tokens
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.ladder import Ladder
from ddgen.llm.latch import Latch
from ddgen.llm.messages import Answer, Endpoint, Limits, Question
from ddgen.llm.metrics import Metrics
from ddgen.llm.rates import Rates
from ddgen.llm.retry import RetryBudget, wait_before
from ddgen.llm.server import ServerFacts, learn, until_loaded
from ddgen.llm.tokens import Calibration
from ddgen.llm.wire import Wire

if TYPE_CHECKING:
    from ddgen.llm.prices import Price

T = TypeVar("T")

UNREACHED = frozenset({Cause.NETWORK, Cause.TIMEOUT, Cause.OVERLOAD, Cause.RATE})
"""Failures of the first look at a server that leave it to the first prompt to find out more."""


class Client:
    """Asks one model of one server. Lives in one event loop, and opens nothing before its first call.

    `budget`, `metrics` and `latch` may be shared with other clients of a run; without a latch, refused keys are
    remembered for `limits.latch_seconds`. `price` tells what a model costs, by default from the prices on this machine.
    Raises CallFailed (BLOCKED, SETTINGS) when the server's address may not be asked.
    """

    def __init__(  # noqa: PLR0913 - what a run shares, each by its name
        self,
        endpoint: Endpoint,
        limits: Limits,
        *,
        clock: Clock | None = None,
        rng: random.Random | None = None,
        budget: Budget | None = None,
        metrics: Metrics | None = None,
        latch: Latch | None = None,
        price: Callable[[str], Price | None] | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.limits = limits
        self.clock = clock or SystemClock()
        self.budget = budget or Budget(clock=self.clock)
        self.metrics = metrics or Metrics(enabled=False)
        self._sender = Sender(endpoint, limits, self.clock, self.budget, self.metrics)
        self._sender.latch = latch or self._sender.latch
        self._price_of = price
        self._rng = rng or random.Random()  # noqa: S311 - jitter needs no secrecy
        self._retries = RetryBudget()
        self.metrics.retries_left = lambda: self._retries.left
        self._sure = False
        self.resting = 0
        """Calls that wait between two attempts, and have no request in flight."""

        self.on_rest: Callable[[], None] = lambda: None
        """Called when one more does."""

        self._shared: dict[str, asyncio.Task[Any]] = {}
        self._alarm: asyncio.Task[None] | None = None

    @property
    def wire(self) -> Wire:
        """The connection, for requests that are not questions."""
        return self._sender.wire

    @property
    def breaker(self) -> Breaker:
        """The circuit breaker of this server and model."""
        return self._sender.breaker

    @property
    def concurrency(self) -> Concurrency:
        """How many requests may be in flight."""
        return self._sender.concurrency

    @property
    def rates(self) -> Rates:
        """Requests and tokens per minute."""
        return self._sender.rates

    @property
    def calibration(self) -> Calibration:
        """How well tokens are estimated."""
        return self._sender.calibration

    @property
    def ladder(self) -> Ladder:
        """What the server understands."""
        return self._sender.ladder

    @property
    def latch(self) -> Latch:
        """Refused keys and exhausted quotas."""
        return self._sender.latch

    @property
    def facts(self) -> ServerFacts | None:
        """What the server told about itself; None before `ready`."""
        return self._sender.facts

    @property
    def price(self) -> Price | None:
        """What the model costs; None where nobody told, and before `ready`."""
        return self._sender.price

    async def ready(self) -> ServerFacts:
        """What the server tells about itself; asked once, however many wait.

        Raises CallFailed as `server.learn` does, but a server that does not answer is left to the first prompt where
        a model is set, and looked at again after that.
        """
        known = self._sender.facts
        if known is not None and self._sure:
            return known
        self._start_clock()
        self._sender.check_latch()
        return await self._once("learn", self._learn)

    async def ask(self, question: Question, *, on_wire: Callable[[], None] | None = None) -> Answer:
        """The model's answer; raises CallFailed, which knows why there is none and how many requests it took.

        `on_wire` is called when the question leaves, before its first byte does.
        """
        self._start_clock()
        facts = self._sender.facts or await self.ready()
        model = facts.model or ""
        tokens = self.calibration.corrected(model, prompt_tokens(question))
        call = Call(question, model, tokens, Deadline(self.clock, self.limits.total_timeout), on_wire)
        self._retries.deposit()
        try:
            answer = await self._until_answered(call)
        except CallFailed as failed:
            raise CallFailed(_blamed(failed.failure, call.last), attempts=call.sent) from failed
        finally:
            self.metrics.budgets(retries=self._retries.left, dollars=self.budget.remaining_cost())
        if not self._sure:
            with suppress(CallFailed):
                await self.ready()
        return answer

    def stop(self, why: str) -> None:
        """Send nothing any more; what is in flight may end."""
        self.refuse(Failure(Cause.STOPPED, why))

    def refuse(self, failure: Failure) -> None:
        """Send nothing while the latch holds, and answer with this failure; what is in flight may end."""
        self._sender.close_latch(failure)

    async def aclose(self) -> None:
        """Close every connection and end what runs in the background."""
        for task in (*self._shared.values(), *([self._alarm] if self._alarm is not None else [])):
            task.cancel()
            with suppress(asyncio.CancelledError, CallFailed):
                await task
        self._alarm = None
        await self.wire.aclose()

    def _start_clock(self) -> None:
        """From now on the run's time passes; when it is over everybody who waits is told, whatever they wait for."""
        self.budget.start()
        if self._alarm is None and self.budget.max_seconds is not None:
            self._alarm = asyncio.create_task(self._ring_when_over())

    async def _ring_when_over(self) -> None:
        while (left := self.budget.remaining_seconds()) > 0:
            await self.clock.sleep(left)
        self.refuse(self.budget.time_over())

    async def _once(self, name: str, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """One run of some work for all who want it at the same time; it goes on when one of them is cancelled.

        Raises CallFailed as soon as nothing may be sent any more.
        """
        task = self._shared.get(name)
        if task is None:
            task = asyncio.create_task(work())
            self._shared[name] = task
            task.add_done_callback(lambda done: self._end_shared(name, done))
        while True:
            try:
                async with self._sender.bell.listening():
                    result: T = await asyncio.shield(task)
                    return result
            except Rung:
                if not task.done():
                    self._sender.check_latch()

    def _end_shared(self, name: str, task: asyncio.Task[Any]) -> None:
        self._shared.pop(name, None)
        if not task.cancelled():
            task.exception()

    async def _learn(self) -> ServerFacts:
        model = self.endpoint.model
        lease = self.breaker.admit() if model is None else None
        try:
            facts = await learn(self.wire, self.endpoint, self.clock, warming_seconds=self.limits.warming_seconds)
            self._sure = True
        except CallFailed as failed:
            if failed.failure.policy.latch:
                self._sender.close_latch(failed.failure)
            if lease is not None:
                self._sender.vote(lease, failed.failure)
            if model is None or failed.failure.cause not in UNREACHED:
                raise
            self._sure = self.facts is not None
            facts = self.facts or ServerFacts(model=model, local=await self.wire.local())
        finally:
            if lease is not None:
                lease.release()
        self._sender.adopt(facts, await asyncio.to_thread(self._look_up_price, facts))
        return facts

    def _look_up_price(self, facts: ServerFacts) -> Price | None:
        from ddgen.llm.prices import FREE, price_of

        model = facts.model or ""
        if self._price_of is not None:
            return self._price_of(model)
        return FREE if facts.local else price_of(model, self.endpoint.base_url)

    async def _until_answered(self, call: Call) -> Answer:
        while True:
            try:
                return await self._sender.attempt(call)
            except Rung:
                self._sender.check_latch()
                if call.deadline.expired:
                    raise CallFailed(Failure(Cause.DEADLINE, "no time is left for this question")) from None
            except CallFailed as failed:
                await self._recover(call, failed)

    async def _recover(self, call: Call, failed: CallFailed) -> None:
        """Return when the question may be asked again; raises where it may not."""
        failure = failed.failure
        if failure.cause is Cause.UNSUPPORTED and self.ladder.refused(call.refusal, call.payload):
            return
        if failure.code == HELD and failure.cause is Cause.BUDGET and await self._sender.until_back():
            return
        if failure.cause is Cause.WARMING:
            await self._warm(call, failed)
            return
        if not failure.policy.retry or call.attempts >= self.limits.max_attempts:
            raise failed
        hint = failure.retry_after
        wait = wait_before(call.attempts + 1, hint, self.limits, self._rng)
        if (hint is not None and hint > self.limits.max_hint) or wait >= call.deadline.remaining():
            raise CallFailed(replace(failure, retry_after=wait if hint is None else hint))
        if not self._retries.take():
            raise failed
        self.metrics.retried()
        await self._rest(wait)

    async def _rest(self, seconds: float) -> None:
        """Wait between two attempts; meanwhile somebody else may be asked for."""
        self.resting += 1
        self.on_rest()
        try:
            with suppress(Rung):
                async with self._sender.bell.listening():
                    await self.clock.sleep(seconds)
        finally:
            self.resting -= 1

    async def _warm(self, call: Call, failed: CallFailed) -> None:
        """Wait until the model is loaded; the question's time starts anew after that."""
        now = self.clock.monotonic()
        end = call.warm_until = now + self.limits.warming_seconds if call.warm_until is None else call.warm_until
        if now >= end or not await self._once("warm", self._until_loaded):
            raise failed
        call.deadline = Deadline(self.clock, self.limits.total_timeout)

    async def _until_loaded(self) -> bool:
        return await until_loaded(self.wire, self.clock, self.limits.warming_seconds)


def _blamed(failure: Failure, last: Failure | None) -> Failure:
    """The failure of the server where there was one, rather than what stopped the attempts after it."""
    if last is None or failure.cause not in {Cause.BREAKER_OPEN, Cause.DEADLINE}:
        return failure
    return replace(last, retry_after=failure.retry_after or last.retry_after)
