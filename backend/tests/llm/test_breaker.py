from __future__ import annotations

import asyncio
import logging

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from virtual_clock import VirtualClock

from ddgen.llm.breaker import Breaker, Lease, State
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.messages import Limits

LIMITS = Limits()


def opened(clock: VirtualClock) -> Breaker:
    breaker = Breaker(LIMITS, clock)
    for _ in range(3):
        breaker.admit().failure()
    return breaker


def refused(breaker: Breaker) -> Failure:
    with pytest.raises(CallFailed) as caught:
        breaker.admit()
    return caught.value.failure


def test_it_opens_at_the_third_failure_in_a_row() -> None:
    breaker = Breaker(LIMITS, VirtualClock())
    breaker.admit().failure()
    breaker.admit().failure()
    breaker.admit().success()
    breaker.admit().failure()
    breaker.admit().failure()
    before = breaker.state
    breaker.admit().failure()
    assert (before, breaker.state, breaker.opened_count) == (State.CLOSED, State.OPEN, 1)


def test_it_says_when_to_come_back() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.now += 15
    failure = refused(breaker)
    assert (failure.cause, failure.retry_after) == (Cause.BREAKER_OPEN, 45)


def test_at_59_9_seconds_nobody_and_at_60_exactly_one_of_fifty() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.now += 59.9
    assert all(refused(breaker).retry_after == pytest.approx(0.1) for _ in range(50))
    clock.now += 0.1
    assert breaker.state is State.HALF_OPEN
    probe = breaker.admit()
    assert probe.probe
    assert all(refused(breaker).cause is Cause.BREAKER_OPEN for _ in range(49))


def test_a_probe_that_fails_opens_for_60_seconds_every_time() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    for count in range(2, 6):
        clock.now += 60
        breaker.admit().failure()
        assert (breaker.retry_after, breaker.opened_count) == (60, count)


def test_a_probe_that_succeeds_closes() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.now += 60
    breaker.admit().success()
    assert breaker.state is State.CLOSED
    breaker.admit().failure()
    breaker.admit().failure()
    assert breaker.state is State.CLOSED


def test_a_probe_that_is_cancelled_is_given_back_at_once() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.now += 60
    with pytest.raises(asyncio.CancelledError), breaker.admit():
        raise asyncio.CancelledError
    assert breaker.admit().probe


def test_a_probe_that_is_refused_shows_that_the_server_lives() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.now += 60
    breaker.admit().record(Failure(Cause.BAD_REQUEST, status=400))
    assert breaker.state is State.CLOSED


def test_a_probe_that_was_not_sent_shows_nothing() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.now += 60
    breaker.admit().record(Failure(Cause.DEADLINE))
    assert breaker.state is State.HALF_OPEN
    assert breaker.admit().probe


def test_a_probe_that_hangs_is_replaced_and_has_no_say_then() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.now += 60
    lost = breaker.admit()
    clock.now += 64.9
    refused(breaker)
    clock.now += 0.1
    second = breaker.admit()
    assert (lost.still_valid(), second.still_valid()) == (False, True)
    lost.success()
    refused(breaker)
    second.success()
    assert breaker.state is State.CLOSED


def test_a_probe_that_waited_long_before_it_is_sent_has_its_whole_time() -> None:
    clock = VirtualClock()
    breaker = opened(clock)
    clock.now += 60
    probe = breaker.admit()
    clock.now += 64
    assert probe.still_valid()
    clock.now += 60
    refused(breaker)


def test_a_late_failure_from_before_has_no_say() -> None:
    clock = VirtualClock()
    breaker = Breaker(LIMITS, clock)
    late = [breaker.admit() for _ in range(10)]
    for lease in late[:3]:
        lease.failure()
    opened_for = breaker.retry_after
    clock.now += 30
    late[3].failure()
    late[4].success()
    assert (opened_for, breaker.retry_after, breaker.opened_count) == (60, 30, 1)
    clock.now += 30
    probe = breaker.admit()
    late[5].failure()
    refused(breaker)
    probe.success()
    for lease in late[6:]:
        lease.failure()
    assert breaker.state is State.CLOSED


def test_whoever_waited_sees_that_it_opened() -> None:
    clock = VirtualClock()
    breaker = Breaker(LIMITS, clock)
    waiting = breaker.admit()
    assert waiting.still_valid()
    for _ in range(3):
        breaker.admit().failure()
    assert not waiting.still_valid()
    clock.now += 60
    breaker.admit().success()
    assert not waiting.still_valid()


def test_a_lease_says_its_outcome_once() -> None:
    breaker = Breaker(LIMITS, VirtualClock())
    lease = breaker.admit()
    for _ in range(5):
        lease.failure()
    assert breaker.state is State.CLOSED
    assert not lease.still_valid()


@pytest.mark.parametrize(
    ("cause", "status", "opens"),
    [
        (Cause.OVERLOAD, 500, True),
        (Cause.NETWORK, None, True),
        (Cause.TIMEOUT, None, True),
        (Cause.BAD_REQUEST, 400, False),
        (Cause.AUTH, 401, False),
        (Cause.RATE, 429, False),
        (Cause.BAD_OUTPUT, 200, False),
        (Cause.WARMING, 503, False),
        (Cause.TOO_LARGE, 500, False),
    ],
)
def test_only_failures_of_the_server_open_it(cause: Cause, status: int | None, opens: bool) -> None:
    breaker = Breaker(LIMITS, VirtualClock())
    for _ in range(10):
        if breaker.state is State.CLOSED:
            breaker.admit().record(Failure(cause, status=status))
    assert (breaker.state is State.OPEN) is opens


def test_it_logs_a_line_per_transition_not_per_call(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ddgen")
    clock = VirtualClock()
    breaker = opened(clock)
    for _ in range(20):
        refused(breaker)
    clock.now += 60
    breaker.admit().success()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


class BreakerMachine(RuleBasedStateMachine):
    """Any order of admissions, outcomes and waiting."""

    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock()
        self.breaker = Breaker(LIMITS, self.clock)
        self.probes: dict[int, tuple[Lease, float]] = {}
        self.not_before = self.refused_for = 0.0
        self.refusal: Failure | None = None

    @rule(target=leases)
    def admit(self) -> Lease | None:
        closed = self.breaker.state is State.CLOSED
        promised = self.breaker.retry_after
        try:
            lease = self.breaker.admit()
        except CallFailed as refusal:
            self.refusal = refusal.failure
            self.refused_for = promised
            return None
        assert promised == 0
        assert lease.probe is not closed
        if lease.probe:
            assert self.clock.now >= self.not_before
            self.probes[id(lease)] = (lease, self.clock.now)
        return lease

    @rule(lease=consumes(leases), outcome=st.sampled_from(["success", "failure", "release"]))
    def ends(self, lease: Lease | None, outcome: str) -> None:
        if lease is None:
            return
        count = self.breaker.opened_count
        getattr(lease, outcome)()
        self.probes.pop(id(lease), None)
        if self.breaker.opened_count > count:
            assert outcome == "failure"
            self.not_before = self.clock.now + 60

    @rule(lease=leases)
    def is_about_to_send(self, lease: Lease | None) -> None:
        if lease is not None and lease.still_valid() and lease.probe:
            self.probes[id(lease)] = (lease, self.clock.now)

    @rule(seconds=st.sampled_from([0.1, 1.0, 30.0, 59.9, 60.0, 65.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def never_more_than_one_probe(self) -> None:
        alive = [lease for lease, sent in self.probes.values() if self.clock.now - sent < 65 and not lease.done]
        assert len(alive) <= 1

    @invariant()
    def a_refusal_says_when_to_come_back(self) -> None:
        assert self.refusal is None or self.refusal.retry_after == self.refused_for > 0

    @invariant()
    def it_never_stays_shut(self) -> None:
        assert self.breaker.retry_after <= 65


TestBreakerMachine = BreakerMachine.TestCase
