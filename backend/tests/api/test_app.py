from __future__ import annotations

from fastapi.testclient import TestClient

from ddgen.api.app import ROUTES


def test_every_operation_has_its_own_name_and_group(client: TestClient) -> None:
    operations = [
        operation for methods in client.get("/openapi.json").json()["paths"].values() for operation in methods.values()
    ]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names) > len(ROUTES)
    assert all(operation["tags"] and operation["summary"] for operation in operations)


def test_no_page_needs_what_the_policy_forbids(client: TestClient) -> None:
    assert [client.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]


def test_an_address_that_ends_in_a_slash_is_another(client: TestClient) -> None:
    assert client.get("/healthz/", follow_redirects=False).status_code == 404


def test_a_load_balancer_may_ask_for_the_head_alone(client: TestClient) -> None:
    assert [client.head(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
