from __future__ import annotations

import pytest

from ddgen.api.config import ServerSettings, is_local
from ddgen.errors import UsageError


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.0.1", "::1", "[::1]", "localhost"])
def test_this_machine_needs_no_login(host: str) -> None:
    assert is_local(host)
    assert ServerSettings(host=host).checked().host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", "localhost.example.org"])  # noqa: S104 - it is refused
def test_any_other_address_needs_one(host: str) -> None:
    with pytest.raises(UsageError) as told:
        ServerSettings(host=host).checked()
    assert "ddgen keys create" in str(told.value)
    assert ServerSettings(host=host, auth=True).checked().auth
