from __future__ import annotations

from fastapi.testclient import TestClient

from ddgen.store.records import Put

from .conftest import API, Ask


def test_a_batch_decides_on_exactly_what_is_listed_and_tells_of_each(ask: Ask, put: Put) -> None:
    waiting = ask("GET", "reviews", params={"dictionary_id": put.dictionary_id, "limit": 3})["items"]
    one, two, other = waiting[0], waiting[1], waiting[2]
    assert one["part_id"] == two["part_id"] != other["part_id"]
    decisions = [
        {"claim_id": one["claim_id"], "decision": "approve", "etag": one["etag"]},
        {"claim_id": two["claim_id"], "decision": "edit", "text": "In my words.", "etag": two["etag"]},
        {"claim_id": other["claim_id"], "decision": "reject", "etag": '"99"'},
        {"claim_id": "no.such", "decision": "approve"},
    ]
    results = ask("POST", "reviews:batch", json={"decisions": decisions})["results"]
    assert [result["status"] for result in results] == [200, 200, 412, 404]
    assert results[2]["etag"] == other["etag"] != '"99"'
    assert results[2]["problem"]["current"]["id"] == other["part_id"]
    assert ask("GET", f"fields/{one['part_id']}")["description"] == "In my words."
    assert len(ask("POST", "reviews:undo", json={})["results"]) == 2
    assert ask("GET", f"fields/{one['part_id']}")["description"] != "In my words."


def test_a_batch_that_is_sent_twice_is_done_once(client: TestClient, ask: Ask, put: Put) -> None:
    wanted = {"of": "tables", "limit": 1, "dictionary_id": put.dictionary_id}
    [item] = ask("GET", "reviews", params=wanted)["items"]
    body = {"decisions": [{"claim_id": item["claim_id"], "decision": "approve", "etag": item["etag"]}]}
    key = {"Idempotency-Key": "once"}
    first = ask("POST", "reviews:batch", json=body, headers=key)
    assert ask("POST", "reviews:batch", json=body, headers=key) == first
    assert first["results"][0]["status"] == 200
    body["decisions"][0]["decision"] = "reject"
    other = client.post(f"{API}/reviews:batch", json=body, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "usage")


def test_a_claim_is_judged_with_the_tag_of_what_it_is_about(client: TestClient, ask: Ask, put: Put) -> None:
    item = ask("GET", "reviews", params={"dictionary_id": put.dictionary_id})["items"][0]
    url = f"{API}/claims/{item['claim_id']}"
    assert client.get(url).headers["ETag"] == item["etag"]
    assert client.patch(url, json={"decision": "approve"}).status_code == 428
    tag = {"If-Match": item["etag"]}
    done = client.patch(url, json={"decision": "approve", "comment": "right"}, headers=tag)
    assert (done.status_code, done.json()["status"]) == (200, "approved")
    assert client.patch(url, json={"decision": "reject"}, headers=tag).status_code == 412
    assert client.patch(url, json={"decision": "edit"}, headers={"If-Match": "*"}).status_code == 422
    listed = ask("GET", f"fields/{item['part_id']}/claims")
    assert {claim["status"] for claim in listed if claim["id"] == item["claim_id"]} == {"approved"}


def test_there_may_be_nothing_to_undo(client: TestClient, put: Put) -> None:
    assert client.post(f"{API}/reviews:undo", json={"dictionary_id": put.dictionary_id}).status_code == 404
