from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

API = "/api/v1"
Ask = Callable[..., Any]


@pytest.fixture
def ask(client: TestClient) -> Ask:
    """What a route below the API answers with, where all is well."""

    def asked(method: str, path: str, **options: Any) -> Any:
        answer = client.request(method, f"{API}/{path}", **options)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    return asked
