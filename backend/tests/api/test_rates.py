from __future__ import annotations

import pytest

from ddgen.api.rates import Limits
from ddgen.errors import TooManyRequests


def test_each_client_has_its_own_count() -> None:
    limits = Limits("2/minute", "1/minute")
    limits.count("a")
    assert limits.count("a")["RateLimit"].startswith('"client";r=0;t=')
    with pytest.raises(TooManyRequests) as told:
        limits.count("a")
    assert told.value.retry_after >= 1
    assert limits.count("b")["RateLimit"].startswith('"client";r=1;')


def test_wrong_keys_are_counted_apart() -> None:
    limits = Limits("100/minute", "1/minute")
    assert not limits.failed_too_often("here")
    limits.failed("here")
    assert limits.failed_too_often("here")
    assert not limits.failed_too_often("there")
