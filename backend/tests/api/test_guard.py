from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from ddgen.api.app import create_app
from ddgen.api.config import ServerSettings
from ddgen.api.guard import SAFE
from ddgen.api.runner import runner
from ddgen.store.store import Store

from .conftest import BASE

API = "/api/v1"


@pytest.fixture
def tight(store: Store, settings: ServerSettings) -> Iterator[TestClient]:
    narrow = replace(settings, max_body=1000, max_upload=2000, rate="5/minute")
    with closing(TestClient(create_app(narrow, store, runner(narrow, store)), base_url=BASE)) as opened:
        yield opened


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", "127.0.0.2", ""])
def test_a_host_that_the_server_is_not_called_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/healthz", headers={"Host": host})
    assert (answer.status_code, answer.json()["type"]) == (421, "/problems/misdirected")


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1:1", "[::1]", "[::1]:8765", "LOCALHOST"])
def test_its_own_names_are_taken_with_and_without_port(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", f"{API}/dictionaries", "/problems/usage"])
def test_safe_headers_are_on_every_answer(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert {name: headers[name] for name in SAFE} == SAFE
    assert headers["Cache-Control"] == "no-store"


def test_no_other_site_may_read_answers(client: TestClient) -> None:
    answer = client.get("/healthz", headers={"Origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    preflight = client.options(f"{API}/runs", headers={"Origin": "https://evil.example"})
    assert preflight.status_code == 405


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000", "http://localhost.evil"])
def test_a_page_of_another_site_changes_nothing(client: TestClient, origin: str) -> None:
    form = {"file": ("a.csv", b"a\n1\n")}
    refused = client.post(f"{API}/uploads", files=form, headers={"Origin": origin})
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/forbidden")
    text = client.post(f"{API}/reviews:undo", content=b"{}", headers={"content-type": "text/plain"})
    assert text.status_code == 422
    assert client.post(f"{API}/uploads", files=form, headers={"Origin": "http://localhost"}).status_code == 201


def test_a_body_that_is_too_large_is_refused_by_its_length_and_by_what_comes(tight: TestClient) -> None:
    body = b'{"name": "' + b"a" * 2000 + b'"}'
    kind = {"content-type": "application/json"}
    told = tight.post(f"{API}/runs", content=body, headers=kind)
    assert (told.status_code, told.json()["type"]) == (413, "/problems/too_large")
    streamed = tight.post(f"{API}/runs", content=iter([body[:600], body[600:]]), headers=kind)
    assert (streamed.status_code, streamed.json()["type"]) == (413, "/problems/too_large")


def test_too_many_requests_are_told_when_to_come_back(tight: TestClient) -> None:
    answers = [tight.get("/version") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"client";q=5;w=60'
    a_fifth_is_free_again_within = 60 + 60 // 5
    assert 1 <= int(answers[5].headers["Retry-After"]) <= a_fifth_is_free_again_within


def test_an_address_with_a_nul_is_refused(client: TestClient) -> None:
    assert client.get(f"{API}/dictionaries?q=%00").status_code == 400
    answer = client.post(f"{API}/users", json={"name": "a\0b", "role": "read"})
    assert answer.status_code == 422
