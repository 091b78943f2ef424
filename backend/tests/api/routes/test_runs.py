from __future__ import annotations

import time

from fastapi.testclient import TestClient

from ddgen.store.store import Store

from .conftest import API, Ask

SOURCE = {"kind": "file", "name": "shop/orders.csv"}


def test_a_run_is_asked_for_once_however_often_it_is_sent(working: TestClient, ask: Ask, store: Store) -> None:
    body, key = {"name": "shop", "sources": [SOURCE]}, {"Idempotency-Key": "monday"}
    first = working.post(f"{API}/runs", json=body, headers=key)
    assert first.status_code == 202
    again = working.post(f"{API}/runs", json=body, headers=key)
    assert (again.json(), again.headers["Location"]) == (first.json(), first.headers["Location"])
    assert len(ask("GET", "runs")["items"]) == 1
    while store.runs.get(first.json()["id"]).finished_at is None:
        time.sleep(0.05)
    done = working.get(first.headers["Location"])
    assert (done.json()["state"], done.headers["ETag"]) == ("succeeded", done.json()["etag"])
    of_it = ask("GET", "runs", params={"dictionary_id": done.json()["dictionary_id"], "state": "succeeded"})
    assert [run["id"] for run in of_it["items"]] == [done.json()["id"]]


def test_a_request_that_failed_may_be_sent_again_under_its_key(client: TestClient) -> None:
    key = {"Idempotency-Key": "k"}
    wrong = {"name": "shop", "sources": [{"kind": "file", "name": "shop/none.csv"}]}
    assert [client.post(f"{API}/runs", json=wrong, headers=key).status_code for _ in range(2)] == [404, 404]


def test_addresses_and_odd_kinds_of_sources_are_no_sources(client: TestClient) -> None:
    for source in (
        {"kind": "url", "url": "http://169.254.169.254/"},
        {"kind": "file", "name": "shop/orders.csv", "path": "/etc/passwd"},
        {"kind": "upload", "id": "../../etc/passwd"},
        "http://example.org/data.csv",
    ):
        answer = client.post(f"{API}/runs", json={"name": "x", "sources": [source]})
        assert answer.status_code == 422
    gone = client.post(f"{API}/runs", json={"name": "x", "sources": [{"kind": "file", "name": "/etc/passwd"}]})
    assert gone.status_code == 404


def test_two_uploads_of_one_name_would_be_one_table(client: TestClient) -> None:
    ids = [client.post(f"{API}/uploads", files={"file": ("a.csv", b"a\n1\n")}).json()["id"] for _ in range(2)]
    body = {"name": "x", "sources": [{"kind": "upload", "id": identity} for identity in ids]}
    answer = client.post(f"{API}/runs", json=body)
    assert (answer.status_code, "two uploads have one name" in answer.json()["detail"]) == (422, True)


def test_too_many_runs_of_one_client_wait(client: TestClient, store: Store) -> None:
    for _ in range(20):
        store.runs.create("x", {"sources": []}, actor="local")
    answer = client.post(f"{API}/runs", json={"name": "x", "sources": [SOURCE]})
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)


def test_there_is_nothing_to_follow_of_a_run_that_is_not_there(client: TestClient) -> None:
    answer = client.get(f"{API}/runs/none/events")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
