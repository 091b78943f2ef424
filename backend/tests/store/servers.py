"""Where the server of tests is, and doing without."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

SERVER = "postgresql://127.0.0.1:5432/test"


def absent(what: str, error: Exception) -> NoReturn:
    """Skip, saying so; where every server has to be there, fail."""
    if os.environ.get("CI") == "true":
        raise error
    pytest.skip(f"no {what} here")
