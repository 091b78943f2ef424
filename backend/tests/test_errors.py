"""Every error can be told in one line and knows its exit code."""

from __future__ import annotations

import pytest

from ddgen import errors
from ddgen.errors import DdgenError, InputError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DdgenError)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_line_says_where_what_and_what_to_do(kind: type[DdgenError]) -> None:
    assert str(kind("is broken", where="a.csv", hint="Mend it")) == "a.csv: is broken. Mend it"
    assert str(kind("is broken")) == "is broken"


@pytest.mark.parametrize("kind", KINDS)
def test_codes_are_the_documented_ones(kind: type[DdgenError]) -> None:
    assert kind.exit_code in {1, 2, 3, 4, 5, 6, 130}
    assert 400 <= kind.http_status < 600


def test_an_input_error_says_why_in_a_word() -> None:
    assert (InputError("x").code, InputError("x", code="truncated").code) == ("unreadable", "truncated")
