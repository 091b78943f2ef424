"""Requests and tokens per minute: one fair queue before the wire, evenly spaced, and one gate after a refusal.

Each of the two rates is a generic cell rate algorithm (ITU-T I.371): it keeps the moment by which everything
admitted so far is paid for at the permitted rate, so that nothing needs to tick, and waiting times are exact.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from copy import copy
from math import inf

from ddgen.llm.clock import Clock
from ddgen.llm.messages import Limits

MINUTE = 60.0
BURST = 10.0
"""Requests at most that may go at once after a pause; servers enforce limits per second too."""

BURST_SHARE = 6.0
"""A bucket holds what the rate gives in a sixth of a minute."""

SLOW = 0.5
"""The share of the rate at which sending begins anew after a refusal..."""

SLOW_SECONDS = 50.0
"""...and the seconds until it is nearly whole again (a tenth each ten seconds)."""

CAREFUL = 0.95
"""The share that is used from then on: the server counts in windows of its own, and even sending arrives less even."""

DISTRUST = 600.0
"""Seconds after a refusal in which no room is taken on the server's word, and the rate is not used to its end."""


class Bucket:
    """One rate: `per_minute` (0 = unlimited), and `capacity` that may go at once."""

    def __init__(self, per_minute: float, capacity: float) -> None:
        self.set(per_minute, capacity)
        self._paid_at = -inf

    def set(self, per_minute: float, capacity: float) -> None:
        """Change the rate; what was admitted stays paid for as it was."""
        self.per_minute = max(0.0, per_minute)
        self.capacity = max(1.0, capacity)

    @property
    def _interval(self) -> float:
        return MINUTE / self.per_minute if self.per_minute else 0.0

    def ready_at(self, amount: float) -> float:
        """When so much may go; more than the bucket holds waits for a full one."""
        if not self.per_minute:
            return -inf
        return self._paid_at - (self.capacity - min(amount, self.capacity)) * self._interval

    def take(self, amount: float, now: float, *, pace: float = 1.0) -> None:
        """Admit so much, at a share of the rate."""
        self._paid_at = max(self._paid_at, now) + amount * self._interval / pace

    def give_back(self, amount: float) -> None:
        """Return what was taken too much; below zero, charge what was taken too little."""
        self._paid_at -= amount * self._interval

    def leave_at_most(self, amount: float, now: float) -> None:
        """Believe that no more than so much is left at `now`."""
        if self.per_minute and amount < self.capacity:
            self._paid_at = max(self._paid_at, now + (self.capacity - amount) * self._interval)


class Ticket:
    """Leave to send one request now."""

    def __init__(self, rates: Rates, tokens: int, pace: float) -> None:
        self._rates = rates
        self._tokens = tokens
        self._pace = pace
        self._settled = False

    def settle(self, actual_tokens: int) -> None:
        """Correct the estimate by what it took; once."""
        if not self._settled:
            self._settled = True
            self._rates.correct((self._tokens - max(0, actual_tokens)) / self._pace)

    def release(self) -> None:
        """Nothing was sent: give the request and its tokens back."""
        if not self._settled:
            self._settled = True
            self._rates.correct(self._tokens / self._pace, requests=1)


class Rates:
    """The rates of one server and key, as set, and as the server tells them where that is less."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._clock = clock
        self._wanted = (limits.requests_per_minute, limits.tokens_per_minute)
        rpm, tpm = self._wanted
        self._requests = Bucket(rpm, min(BURST, rpm / BURST_SHARE))
        self._tokens = Bucket(tpm, tpm / BURST_SHARE)
        self._gate = -inf
        self._turn = asyncio.Lock()
        self._queue: deque[int] = deque()
        self._alarm: asyncio.Task[None] | None = None
        self._room = 0.0
        self._recent: deque[float] = deque(maxlen=max(1, int(rpm)))

    @property
    def waiting(self) -> int:
        """Callers in the queue."""
        return len(self._queue)

    @property
    def paused_for(self) -> float:
        """Seconds until the gate opens."""
        return max(0.0, self._gate - self._clock.monotonic())

    def expected_wait(self, tokens: int = 0) -> float:
        """Seconds that a caller who came now would wait, if nobody goes and nothing new is learned."""
        now = moment = self._clock.monotonic()
        requests, amounts = copy(self._requests), copy(self._tokens)
        for place, queued in enumerate([*self._queue, tokens]):
            paced = -inf if place < self._room else requests.ready_at(1)
            moment = max(moment, self._gate, paced, amounts.ready_at(queued))
            requests.take(1, moment, pace=self._pace(moment))
            amounts.take(queued, moment, pace=self._most(moment))
        return moment - now

    async def admit(self, tokens: int) -> Ticket:
        """Wait, first come first served, until a request of so many tokens may go."""
        tokens = max(0, tokens)
        self._queue.append(tokens)
        try:
            async with self._turn:
                while (wait := self._ready_at(tokens) - self._clock.monotonic()) > 0:
                    await self._sleep(wait)
                pace = self._take(tokens)
        finally:
            self._queue.remove(tokens)
        return Ticket(self, tokens, pace)

    def pause_until(self, monotonic: float) -> None:
        """Let nothing through before this moment, then begin slowly, one by one."""
        self._gate = max(self._gate, monotonic)
        self._room = 0.0
        self._requests.leave_at_most(1, self._gate)
        self._look_again()

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take the server's `x-ratelimit-limit-*` and `-remaining-*`: less than we thought is believed at once."""
        known = {name.lower(): value for name, value in headers.items()}
        self._learn_requests(*_pair(known, "requests"))
        self._learn_tokens(*_pair(known, "tokens"))
        self._look_again()

    def correct(self, tokens: float, requests: int = 0) -> None:
        """Give back what was estimated too high (or charge what was too low), and requests never sent."""
        self._tokens.give_back(tokens)
        self._requests.give_back(requests)
        if requests and self._recent:
            self._recent.pop()
        self._look_again()

    def _learn_requests(self, limit: float | None, rest: float | None) -> None:
        if limit is None:
            return
        wanted = self._wanted[0]
        rate = min(wanted, limit) if wanted else limit
        self._requests.set(rate, min(BURST, rate / BURST_SHARE) if wanted else rate / BURST_SHARE)
        if rest is None:
            return
        now = self._clock.monotonic()
        self._requests.leave_at_most(rest, now)
        trusted = wanted and limit >= 2 * wanted and now > self._gate + DISTRUST
        self._room = rest if trusted else 0.0

    def _learn_tokens(self, limit: float | None, rest: float | None) -> None:
        if limit is None:
            return
        wanted = self._wanted[1]
        if wanted and wanted <= limit:
            self._tokens.set(wanted, wanted / BURST_SHARE)
        else:
            self._tokens.set(limit, limit)
        if rest is not None:
            self._tokens.leave_at_most(rest, self._clock.monotonic())

    def _ready_at(self, tokens: int) -> float:
        requests = self._requests.ready_at(1)
        if self._room >= 1:
            full = len(self._recent) == self._recent.maxlen
            requests = min(requests, self._recent[0] + MINUTE if full else -inf)
        return max(self._gate, requests, self._tokens.ready_at(tokens))

    def _take(self, tokens: int) -> float:
        """Admit; returns the pace at which the tokens are paid for."""
        now = self._clock.monotonic()
        most = self._most(now)
        self._requests.take(1, now, pace=self._pace(now))
        self._tokens.take(tokens, now, pace=most)
        self._recent.append(now)
        self._room = max(0.0, self._room - 1)
        return most

    def _pace(self, now: float) -> float:
        return min(self._most(now), SLOW + (1 - SLOW) * max(0.0, now - self._gate) / SLOW_SECONDS)

    def _most(self, now: float) -> float:
        return CAREFUL if now - self._gate < DISTRUST else 1.0

    async def _sleep(self, seconds: float) -> None:
        """Wait, or until something changed."""
        self._alarm = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({self._alarm})
        finally:
            self._alarm.cancel()
            self._alarm = None

    def _look_again(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()


def _pair(known: Mapping[str, str], what: str) -> tuple[float | None, float | None]:
    """A limit and what remains of it; a limit that is not above zero says nothing, nor does its rest."""
    limit = _amount(known.get(f"x-ratelimit-limit-{what}"))
    rest = _amount(known.get(f"x-ratelimit-remaining-{what}"))
    return (limit, rest) if limit else (None, None)


def _amount(text: str | None) -> float | None:
    try:
        amount = float(text or "")
    except ValueError:
        return None
    return amount if 0 <= amount < inf else None
