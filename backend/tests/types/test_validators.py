"""Checks by their names: they never raise, and tell once that they would have."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest

from ddgen.types.validators import Guarded, validator


@pytest.mark.parametrize("error", [ValueError("x"), RecursionError(), re.error("x"), AssertionError(), OSError()])
def test_one_that_raises_counts_as_not_passed_and_is_logged_once(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(_text: str) -> bool:
        raise error

    check: Callable[[str], bool] = Guarded("ours", failing)
    with caplog.at_level(logging.WARNING):
        assert [check("a"), check("b")] == [False, False]
    assert caplog.messages == [f"the check ours failed: {type(error).__name__}"]


@pytest.mark.parametrize("name", ["no_such", "stdnum.no.such", "stdnum.us", "stdnum.", "os.path"])
def test_one_that_is_not_there(name: str) -> None:
    with pytest.raises(LookupError):
        validator(name)


def test_ours_and_those_of_python_stdnum() -> None:
    assert validator("luhn")("4111111111111111")
    assert validator("stdnum.iban")("DE89370400440532013000")
    assert not validator("stdnum.iban")("DE89370400440532013001")
