"""One request: wait for its turn, send it, judge what came back, and tell everybody who has to know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ddgen.llm import envelope
from ddgen.llm.bell import Bell, Rung
from ddgen.llm.breaker import Breaker, Lease, State
from ddgen.llm.budget import Budget, Reservation
from ddgen.llm.classify import classify_exception, classify_response
from ddgen.llm.clock import Clock
from ddgen.llm.concurrency import Concurrency, Slot
from ddgen.llm.deadline import Deadline
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.ladder import Ladder
from ddgen.llm.latch import Latch
from ddgen.llm.messages import Answer, Endpoint, Limits, Question, Usage
from ddgen.llm.metrics import Metrics
from ddgen.llm.notices import RATE_LIMIT, TIMEOUT, Notices
from ddgen.llm.pioneer import Pioneer
from ddgen.llm.rates import Rates, Ticket
from ddgen.llm.server import ServerFacts
from ddgen.llm.tokens import Calibration
from ddgen.llm.wire import Reply, Wire

if TYPE_CHECKING:
    from ddgen.llm.prices import Price

UNTOLD_SLOTS = 4
"""Concurrency to start with where a local server does not tell its slots: LM Studio's default."""

LIKELY_SHARE = 0.6
"""How much of the allowed output an answer is expected to take, when tokens per minute are shared out."""

HEAD_START = 1 / 120, 1 / 400
"""Parts of the request timeout that the first prompt is ahead of the others, when the key is known to be good: at most,
and at least where the server is near."""

ROUND_TRIPS = 10
"""A refusal is expected within so many times what the server took to list its models."""

UNCOUNTED = frozenset({Cause.UNSUPPORTED, Cause.WARMING})
"""Failures after which the question may be asked once more, beside its attempts."""


@dataclass(slots=True)
class Call:
    """One question on its way. `sent` counts requests on the wire, `attempts` those that count as attempts."""

    question: Question
    model: str
    prompt_tokens: int
    deadline: Deadline
    on_wire: Callable[[], None] | None = None
    sent: int = 0
    attempts: int = 0
    payload: dict[str, Any] = field(default_factory=dict, repr=False)
    refusal: str = field(default="", repr=False)
    last: Failure | None = None
    warm_until: float | None = None


@dataclass(slots=True)
class Turn:
    """The right to send one request, and what it may cost."""

    lease: Lease
    slot: Slot
    ticket: Ticket
    reservation: Reservation
    cost_known: bool = False


class Sender:
    """Sends single requests to one model of one server, in turn."""

    def __init__(self, endpoint: Endpoint, limits: Limits, clock: Clock, budget: Budget, metrics: Metrics) -> None:
        """Raise CallFailed (BLOCKED, SETTINGS) when the server's address may not be asked."""
        self.endpoint = endpoint
        self.limits = limits
        self.clock = clock
        self.budget = budget
        self.metrics = metrics
        self.wire = Wire(endpoint, limits)
        self.latch = Latch(clock, limits.latch_seconds)
        self.breaker = Breaker(limits, clock)
        self.rates = Rates(limits, clock)
        self.concurrency = self._new_concurrency(UNTOLD_SLOTS)
        self.calibration = Calibration()
        self.ladder = Ladder(openai=self.wire.openai, model=endpoint.model or "")
        self.facts: ServerFacts | None = None
        self.price: Price | None = None
        self.bell = Bell()
        self._out = 0
        self._back = asyncio.Event()
        self._server = (self.wire.origin.host, self.wire.origin.port)
        self._notices = Notices(clock)
        self._pioneer = Pioneer()
        self.head_start = limits.request_timeout * HEAD_START[0]

    def adopt(self, facts: ServerFacts, price: Price | None) -> None:
        """Use what the server told about itself."""
        if self.facts is None:
            self.concurrency = self._new_concurrency(UNTOLD_SLOTS if facts.local else self.limits.max_concurrent)
            self.ladder = Ladder(openai=self.wire.openai, model=facts.model or "")
        if facts.slots:
            self.concurrency.ceiling = facts.slots
        self._pioneer.key_proven = facts.key_ok is True
        most, least = (self.limits.request_timeout * part for part in HEAD_START)
        self.head_start = min(most, max(least, ROUND_TRIPS * facts.seconds)) if facts.seconds else most
        self.facts = facts
        self.price = price

    def _new_concurrency(self, start: int) -> Concurrency:
        return Concurrency(self.limits.max_concurrent, start, self.clock, timeout=self.limits.request_timeout)

    async def attempt(self, call: Call) -> Answer:
        """Send a question once; raises CallFailed, or Rung when things changed while it waited for its turn."""
        async with self._pioneer.ahead(self.head_start):
            self.check_latch()
            async with self._turn(call) as turn:
                return await self._send(call, turn)

    def check_latch(self) -> None:
        """Raise CallFailed when key or quota have been refused."""
        model = self.facts.model if self.facts else self.endpoint.model
        self.latch.check(str(self.wire.origin), self.endpoint.api_key, model=model)

    def close_latch(self, failure: Failure, *, seconds: float | None = None) -> None:
        """No more requests, and everybody who waits is told."""
        model = self.facts.model if self.facts else self.endpoint.model
        self.latch.close(str(self.wire.origin), self.endpoint.api_key, failure, model=model, seconds=seconds)
        self.bell.ring()

    def vote(self, lease: Lease, failure: Failure | None) -> None:
        """Tell the breaker how a request ended; when that opens it, everybody who waits is told."""
        before, opened = self.breaker.state, self.breaker.opened_count
        lease.record(failure)
        if self.breaker.opened_count != opened:
            self.metrics.breaker_moved("open")
            self.bell.ring()
        elif before is not State.CLOSED and self.breaker.state is State.CLOSED:
            self.metrics.breaker_moved("closed")

    @asynccontextmanager
    async def _turn(self, call: Call) -> AsyncIterator[Turn]:
        lease = self._admit()
        started = call.deadline.remaining() if call.sent else None
        try:
            async with AsyncExitStack() as stack:
                async with self.bell.listening(started):
                    begin = self.clock.monotonic()
                    slot = await stack.enter_async_context(self.concurrency.slot())
                    seated = self.clock.monotonic()
                    ticket = await self.rates.admit(self._expected(call))
                self.metrics.waited("slot", seated - begin)
                self.metrics.waited("rate", self.clock.monotonic() - seated)
                yield Turn(lease, slot, ticket, self._look_again(call, lease, ticket))
        finally:
            lease.release()

    def _admit(self) -> Lease:
        lease = self.breaker.admit()
        if lease.probe:
            self.metrics.breaker_moved("half_open")
        return lease

    def _expected(self, call: Call) -> int:
        return call.prompt_tokens + int(LIKELY_SHARE * call.question.max_output_tokens)

    def _look_again(self, call: Call, lease: Lease, ticket: Ticket) -> Reservation:
        """The wait may have taken minutes: raises what now speaks against sending."""
        try:
            self._check_turn(call, lease)
            worst = self.price.worst(call.prompt_tokens, call.question.max_output_tokens) if self.price else None
            return self.budget.reserve(worst)
        except (CallFailed, Rung):
            ticket.release()
            raise

    def _check_turn(self, call: Call, lease: Lease) -> None:
        self.check_latch()
        if call.deadline.expired or not lease.still_valid():
            raise Rung

    async def _send(self, call: Call, turn: Turn) -> Answer:
        call.payload = self.ladder.payload(call.question, call.model)
        call.deadline.start()
        begin = self.clock.monotonic()
        self._set_out(1)
        try:
            answer = self._judge(call, turn, await self._post(call, turn))
        except CallFailed as failed:
            self._count_failure(call, turn, failed.failure, self.clock.monotonic() - begin)
            raise
        finally:
            if not turn.cost_known:
                turn.reservation.unknown()
                self.metrics.cost(turn.reservation.cost, unknown=True)
            self._set_out(-1)
            self._back.set()
            self._back = asyncio.Event()
        self._count_success(call, turn, answer)
        return answer

    def _set_out(self, change: int) -> None:
        self._out += change
        self.metrics.under_way(change)

    async def until_back(self) -> bool:
        """Wait until one of the requests on the wire has ended; False where there is none."""
        if not self._out:
            return False
        await self._back.wait()
        return True

    async def _post(self, call: Call, turn: Turn) -> Reply:
        """One request, inside its own time and the call's."""
        import openai

        left = call.deadline.remaining()
        if call.on_wire is not None and not call.sent:
            call.on_wire()
        call.sent += 1
        call.attempts += 1
        most = self.limits.request_timeout
        try:
            return await self.wire.post(call.payload, seconds=min(most, left, self.budget.remaining_seconds()))
        except (openai.OpenAIError, TimeoutError, OSError) as error:
            failure = classify_exception(error)
            if _never_sent(error):
                self._settle(turn, 0.0)
        if failure.cause is Cause.TIMEOUT and self.budget.remaining_seconds() <= 0:
            failure = self.budget.time_over()
        elif failure.cause is Cause.TIMEOUT and left < most:
            failure = replace(failure, cause=Cause.DEADLINE)
        raise CallFailed(failure)

    def _judge(self, call: Call, turn: Turn, reply: Reply) -> Answer:
        """The answer in a reply; raises CallFailed where it holds none. What it took is settled either way."""
        self.rates.learn(reply.headers)
        local = self.facts is not None and self.facts.local
        failure = classify_response(reply.status, reply.headers, reply.body, self.clock.time(), local=local)
        usage = envelope.usage_of(reply, call.question) if reply.status == 200 else Usage()
        cost = self.price.cost(usage) if self.price else 0.0
        self._settle(turn, cost)
        if reply.status == 200:
            self.metrics.tokens(usage)
            turn.ticket.settle(usage.total_tokens)
        if failure is not None:
            call.refusal = reply.body.decode("utf-8", "replace")
            raise CallFailed(failure)
        self._refuse_truncated(call, usage)
        answer = envelope.read(reply, call.question)
        known = cost if self.price else None
        return replace(answer, model=answer.model or call.model, attempts=call.sent, rung=self.ladder.rung, cost=known)

    def _settle(self, turn: Turn, cost: float) -> None:
        turn.cost_known = True
        turn.reservation.settle(cost)
        self.metrics.cost(cost)

    def _refuse_truncated(self, call: Call, usage: Usage) -> None:
        """Some servers cut a prompt beyond their context in silence; their count of its tokens gives them away."""
        context = self.facts.context_tokens if self.facts else None
        if context is None or usage.estimated or self.calibration.samples(call.model) == 0:
            return
        if call.prompt_tokens > context and usage.prompt_tokens < 0.8 * call.prompt_tokens:
            raise CallFailed(Failure(Cause.TOO_LARGE, "the server cut the prompt to its context", 200, "truncated"))

    def _count_success(self, call: Call, turn: Turn, answer: Answer) -> None:
        self.vote(turn.lease, None)
        turn.slot.succeeded(answer.seconds, answer.usage.completion_tokens)
        if not answer.usage.estimated:
            self.calibration.learn(call.model, envelope.prompt_tokens(call.question), answer.usage.prompt_tokens)
        self.metrics.attempt(call.model, None, answer.seconds, answer=answer, server=self._server)
        self.metrics.gauge("concurrency_limit", self.concurrency.limit)

    def _count_failure(self, call: Call, turn: Turn, failure: Failure, seconds: float) -> None:
        policy = failure.policy
        call.last = failure
        if failure.cause in UNCOUNTED:
            call.attempts -= 1
        if policy.cut < 1:
            turn.slot.overloaded(policy.cut)
        self.vote(turn.lease, failure)
        if policy.latch:
            self.close_latch(failure)
        if failure.cause is Cause.RATE:
            self._close_gate(failure)
        elif failure.cause in {Cause.TIMEOUT, Cause.DEADLINE}:
            self._notices.say(TIMEOUT, f"no answer of {self._server[0]} after {seconds:.3g} s")
        self.metrics.attempt(call.model, failure.cause, seconds, server=self._server)
        self.metrics.gauge("concurrency_limit", self.concurrency.limit)

    def _close_gate(self, failure: Failure) -> None:
        """A limit holds for all callers: nobody sends before it is over, and nobody waits where that is too long."""
        hint = failure.retry_after
        wait = hint if hint is not None else self.limits.retry_min_wait
        self._notices.say(RATE_LIMIT, f"{self._server[0]} is asked nothing for {wait:.3g} s")
        if hint is not None and hint > self.limits.max_hint:
            self.close_latch(failure, seconds=hint)
            return
        self.rates.pause_until(self.clock.monotonic() + wait)


def _never_sent(error: BaseException | None) -> bool:
    """Whether there was no connection that a request could have been sent over."""
    while error is not None:
        if type(error).__name__ in {"ConnectError", "ConnectTimeout"}:
            return True
        error = error.__cause__
    return False
