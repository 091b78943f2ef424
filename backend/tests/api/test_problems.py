from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from ddgen.api.problem_types import TYPES
from ddgen.store import schema
from ddgen.store.records import Put
from ddgen.store.store import Store

API = "/api/v1"


def problem(answer: Any, status: int, slug: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    found: dict[str, Any] = answer.json()
    assert found["type"] == f"/problems/{slug}"
    assert found["request_id"] == answer.headers["X-Request-ID"]
    assert found["status"] == status
    return found


def test_an_address_with_nothing_behind_it(client: TestClient) -> None:
    assert problem(client.get("/nowhere"), 404, "not_found")["instance"] == "/nowhere"


def test_a_method_that_is_not_possible_names_all_that_are(client: TestClient) -> None:
    answer = client.put(f"{API}/fields/x")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, PATCH"


def test_a_body_that_is_no_json(client: TestClient) -> None:
    answer = client.post(f"{API}/reviews:undo", content=b"{", headers={"content-type": "application/json"})
    problem(answer, 400, "malformed")


def test_what_does_not_fit_the_schema_is_told_by_place_and_never_quoted(client: TestClient) -> None:
    found = problem(
        client.post(f"{API}/runs", json={"name": "a", "sources": [], "colour": "secret-value"}), 422, "invalid"
    )
    assert {error["pointer"] for error in found["errors"]} == {"/sources", "/colour"}
    assert "secret-value" not in str(found)


def test_a_parameter_that_does_not_fit(client: TestClient) -> None:
    found = problem(client.get(f"{API}/dictionaries?limit=0"), 422, "invalid")
    assert found["errors"][0]["parameter"] == "limit"


def test_a_parameter_that_nobody_knows(client: TestClient) -> None:
    found = problem(client.get(f"{API}/dictionaries?limt=3"), 422, "usage")
    assert found["hint"] == "Was limit meant?"


def test_a_cursor_that_is_none(client: TestClient) -> None:
    problem(client.get(f"{API}/dictionaries?cursor=zzz"), 400, "malformed")


def test_an_error_of_ours_shows_nothing_of_itself(client: TestClient, store: Store, put: Put) -> None:
    with store.database.transaction() as connection:
        connection.execute(update(schema.bodies).values(data=b"broken"))
    found = problem(client.get(f"{API}/dictionaries/{put.dictionary_id}/document"), 500, "internal")
    assert "log of the server" in found["detail"]


def test_the_id_that_a_client_sends_comes_back(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "mine-7"}).headers["X-Request-ID"] == "mine-7"
    assert client.get("/healthz", headers={"X-Request-ID": "not mine"}).headers["X-Request-ID"] != "not mine"


@pytest.mark.parametrize("slug", TYPES)
def test_each_type_has_a_page(client: TestClient, slug: str) -> None:
    page = client.get(f"/problems/{slug}")
    assert page.status_code == 200
    assert TYPES[slug].title in page.text
