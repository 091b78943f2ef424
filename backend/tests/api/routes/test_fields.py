from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from ddgen.store.records import Put

API = "/api/v1"


def first(client: TestClient, put: Put, **wanted: Any) -> dict[str, Any]:
    page = client.get(f"{API}/dictionaries/{put.dictionary_id}/fields", params={"limit": 1, **wanted})
    assert page.status_code == 200, page.text
    found: dict[str, Any] = page.json()["items"][0]
    return found


def test_a_text_is_edited_with_the_tag_that_was_read(client: TestClient, put: Put) -> None:
    field = first(client, put)
    url = f"{API}/fields/{field['id']}"
    assert client.get(url).headers["ETag"] == field["etag"] == '"1"'
    answer = client.patch(url, json={"description": "Who ordered."}, headers={"If-Match": field["etag"]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == answer.json()["etag"] == '"2"'
    assert answer.json()["description"] == "Who ordered."
    assert client.get(url).json()["description_status"] == "approved"


def test_an_edit_without_a_tag_is_428_and_with_an_old_one_412_with_what_is_there(client: TestClient, put: Put) -> None:
    field = first(client, put)
    url = f"{API}/fields/{field['id']}"
    missing = client.patch(url, json={"description": "Mine."})
    assert (missing.status_code, missing.json()["type"]) == (428, "/problems/precondition_required")
    assert client.patch(url, json={"description": "First."}, headers={"If-Match": '"1"'}).status_code == 200
    late = client.patch(url, json={"description": "Second."}, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert late.headers["ETag"] == '"2"'
    assert late.json()["current"]["description"] == "First."
    assert client.get(url).json()["description"] == "First."
