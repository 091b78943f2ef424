from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from behaviours import always, describe_all, error
from fastapi.testclient import TestClient
from loopback import Loopback

from ddgen.api.app import create_app
from ddgen.api.config import ServerSettings
from ddgen.api.runner import runner
from ddgen.settings import load_ai
from ddgen.store.records import Put
from ddgen.store.store import Store

from .conftest import API, Ask


@pytest.fixture
def model() -> Iterator[Loopback]:
    with Loopback() as running:
        running.answer = describe_all()
        yield running


@pytest.fixture
def settings(model: Loopback, tmp_path: Path) -> ServerSettings:
    ai = load_ai(
        environ={},
        cwd=tmp_path,
        base_url=model.url,
        api_key="secret-key",
        model="test-model",
        cache_path=tmp_path / "ai.sqlite",
        retry_min_wait=0.01,
        retry_max_wait=0.02,
        max_retry_attempts=1,
    )
    return ServerSettings(uploads=tmp_path / "uploads", ai=ai)


def first(store: Store, put: Put) -> str:
    return store.fields(dictionary_id=put.dictionary_id, limit=1).items[0].id


def test_the_model_alone_is_asked_and_its_text_is_a_suggestion(ask: Ask, store: Store, put: Put) -> None:
    field = first(store, put)
    done = ask("POST", f"fields/{field}/describe")
    written = [claim for claim in done["claims"] if claim["model"] == "test-model"]
    assert {(claim["kind"], claim["status"]) for claim in written} == {
        ("business_name", "suggested"),
        ("description", "suggested"),
    }
    assert store.history(field)[0].action == "suggest"
    again = ask("POST", f"fields/{field}/describe")
    assert again["etag"] == done["etag"]


def test_what_a_person_wrote_stays_shown(ask: Ask, store: Store, put: Put) -> None:
    field = first(store, put)
    ask("PATCH", f"fields/{field}", json={"description": "Mine."}, headers={"If-Match": "*"})
    assert ask("POST", f"fields/{field}/describe")["description"] == "Mine."


@pytest.mark.parametrize(("status", "expected"), [(429, (429, "rate_limit")), (500, (503, "external_service"))])
def test_where_the_model_gives_none_there_is_none(
    client: TestClient, model: Loopback, store: Store, put: Put, status: int, expected: tuple[int, str]
) -> None:
    model.answer = always(error(status, headers={"Retry-After": "7"}))
    answer = client.post(f"{API}/fields/{first(store, put)}/describe")
    assert (answer.status_code, answer.json()["type"]) == (expected[0], f"/problems/{expected[1]}")
    if status == 429:
        assert int(answer.headers["Retry-After"]) >= 1
    assert store.field(first(store, put)).row.row_version == 1


def test_status_tells_which_model_there_is_and_never_the_key(
    client: TestClient, store: Store, settings: ServerSettings
) -> None:
    answer = client.get(f"{API}/ai/status")
    assert (answer.json()["enabled"], answer.json()["model"], answer.json()["has_key"]) == (True, "test-model", True)
    assert "secret-key" not in answer.text
    none = replace(settings, ai=None)
    with closing(TestClient(create_app(none, store, runner(none, store)), base_url="http://localhost")) as other:
        assert other.get(f"{API}/ai/status").json()["enabled"] is False
