"""Checks of single values by their names, as declarations call them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import cache

from ddgen.types import checks, codes, looks

STANDARD = "stdnum."
"""Begins the name of a module of python-stdnum."""

NAMED: dict[str, Callable[[str], bool]] = checks.NAMED | codes.NAMED | looks.NAMED

_FAILURES = (
    *(ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError, AssertionError),
    *(OSError, EOFError, ImportError, re.error),
)


@cache
def validator(name: str) -> Callable[[str], bool]:
    """A check by its name: of `checks`, `codes` or `looks`, or `stdnum.` and a module of python-stdnum.

    One that fails with an error counts as not passed, and is logged once. Raises LookupError where there is none of
    that name.
    """
    if not name.startswith(STANDARD):
        return Guarded(name, NAMED[name])
    try:
        return Guarded(name, checks.standard(name))
    except (ImportError, AttributeError) as error:
        raise LookupError(name) from error


class Guarded:
    """A check that never raises."""

    def __init__(self, name: str, check: Callable[[str], bool]) -> None:
        self._name, self._check, self._told = name, check, False

    def __call__(self, text: str) -> bool:
        """Whether the value passes."""
        try:
            return bool(self._check(text))
        except _FAILURES as error:
            if not self._told:
                self._told = True
                logging.getLogger(__name__).warning("the check %s failed: %s", self._name, type(error).__name__)
            return False
