"""Every cause of failure has a policy, and an error for people."""

from __future__ import annotations

import pytest

from ddgen.errors import ExternalServiceError, RateLimitError
from ddgen.llm.failure import POLICIES, CallFailed, Cause, Failure


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_policy_and_one_metric(cause: Cause) -> None:
    policy = POLICIES[cause]
    assert policy.metric in {"rate_limit", "timeout", "api"}
    assert 0 < policy.cut <= 1
    assert not (policy.latch and policy.retry)


def test_only_failures_of_the_server_itself_open_the_breaker() -> None:
    assert {cause for cause, policy in POLICIES.items() if policy.vote} == {
        Cause.OVERLOAD,
        Cause.NETWORK,
        Cause.TIMEOUT,
    }


@pytest.mark.parametrize("cause", [Cause.RATE, Cause.QUOTA])
def test_limits_become_a_429(cause: Cause) -> None:
    error = CallFailed(Failure(cause, "slow down", retry_after=7.0)).for_people()
    assert isinstance(error, RateLimitError)
    assert (error.http_status, error.retry_after, error.reason) == (429, 7.0, cause.value)


def test_the_rest_becomes_a_503() -> None:
    error = CallFailed(Failure(Cause.NETWORK, "refused"), attempts=3).for_people()
    assert isinstance(error, ExternalServiceError)
    assert not isinstance(error, RateLimitError)
    assert (error.http_status, error.exit_code, str(error)) == (503, 5, "network: refused")
