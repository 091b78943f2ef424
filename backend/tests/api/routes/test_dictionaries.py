from __future__ import annotations

from fastapi.testclient import TestClient

from ddgen.store.records import Put
from ddgen.store.store import Store

from ...store import dictionaries
from .conftest import API, Ask


def test_pages_follow_one_another_and_filter_by_name(store: Store, ask: Ask) -> None:
    for name in ("b shop", "a shop", "c farm"):
        dictionaries.put(store, dictionaries.dictionary(name, tables=1, fields=1))
    first = ask("GET", "dictionaries", params={"limit": 2})
    rest = ask("GET", "dictionaries", params={"limit": 2, "cursor": first["next_cursor"]})
    assert [one["name"] for one in first["items"] + rest["items"]] == ["a shop", "b shop", "c farm"]
    assert rest["next_cursor"] is None
    assert [one["name"] for one in ask("GET", "dictionaries", params={"q": "SHOP", "sort": "-name"})["items"]] == [
        "b shop",
        "a shop",
    ]


def test_name_and_title_change_with_the_tag_alone(client: TestClient, put: Put) -> None:
    url = f"{API}/dictionaries/{put.dictionary_id}"
    tag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    assert client.patch(url, json={"title": "The shop"}).status_code == 428
    changed = client.patch(url, json={"title": "The shop"}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json()["title"]) == (200, "The shop")
    late = client.patch(url, json={"name": "other"}, headers={"If-Match": tag})
    assert (late.status_code, late.headers["ETag"]) == (412, changed.headers["ETag"])
    assert client.patch(url, json={"name": " "}, headers={"If-Match": "*"}).status_code == 422


def test_a_name_that_is_taken_is_a_conflict(client: TestClient, store: Store, put: Put) -> None:
    dictionaries.put(store, dictionaries.dictionary("other", tables=1, fields=1))
    answer = client.patch(f"{API}/dictionaries/{put.dictionary_id}", json={"name": "other"}, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_it_is_deleted_with_the_tag_alone_and_the_trail_remembers(client: TestClient, put: Put, ask: Ask) -> None:
    url = f"{API}/dictionaries/{put.dictionary_id}"
    assert client.delete(url).status_code == 428
    assert client.delete(url, headers={"If-Match": '"99"'}).status_code == 412
    assert client.delete(url, headers={"If-Match": '"1"'}).status_code == 204
    assert client.get(url).status_code == 404
    assert ask("GET", "audit")["items"][0]["action"] == "dictionary.delete"


def test_publishing_cuts_a_version_where_something_is_new(ask: Ask, store: Store, put: Put) -> None:
    path = f"dictionaries/{put.dictionary_id}"
    assert ask("POST", f"{path}/publish")["cut"] is False
    field = store.fields(dictionary_id=put.dictionary_id, limit=1).items[0]
    ask("PATCH", f"fields/{field.id}", json={"description": "New."}, headers={"If-Match": "*"})
    assert ask("POST", f"{path}/publish")["version"] == 2
    coverage = ask("GET", f"{path}/coverage")
    assert (coverage["fields"], coverage["personal"]) == (24, 2)
