from __future__ import annotations

from fastapi.testclient import TestClient

from ddgen.model.dictionary import load
from ddgen.store.records import Put
from ddgen.store.store import Store

from .conftest import API, Ask


def test_versions_are_listed_and_read_as_documents(client: TestClient, ask: Ask, store: Store, put: Put) -> None:
    path = f"dictionaries/{put.dictionary_id}"
    field = store.fields(dictionary_id=put.dictionary_id, limit=2).items[1]
    ask("PATCH", f"fields/{field.id}", json={"description": "Said later."}, headers={"If-Match": "*"})
    ask("POST", f"{path}/publish")
    assert [one["number"] for one in ask("GET", f"{path}/versions")["items"]] == [2, 1]
    assert ask("GET", f"{path}/versions/1")["cause"] == "run"
    assert client.get(f"{API}/{path}/versions/3").status_code == 404
    old = load(client.get(f"{API}/{path}/versions/1/document").content)
    new = load(client.get(f"{API}/{path}/document").content)
    assert old.tables[0].fields[1].description != new.tables[0].fields[1].description == "Said later."
    diff = ask("GET", f"{path}/diff", params={"from": 1})
    assert [change["kind"] for change in diff["changes"]] == ["description_changed"]


def test_personal_values_are_shown_to_nobody_but_whom_the_trail_names(
    client: TestClient, ask: Ask, put: Put, store: Store
) -> None:
    path, secret = f"dictionaries/{put.dictionary_id}", "email-open"
    [email] = [
        one for one in store.fields(dictionary_id=put.dictionary_id, name="email_2").items if one.table == "table_0"
    ]
    places = [f"{path}/document", f"{path}/versions/1/document", f"fields/{email.id}", f"fields/{email.id}/claims"]
    places += [f"{path}/fields?fields=full", f"fields/{email.id}/history", "search?q=email", "reviews"]
    assert [place for place in places if secret in client.get(f"{API}/{place}").text] == []
    for name in ("json", "markdown", "html", "csv"):
        assert secret not in client.post(f"{API}/{path}/exports/{name}", json={}).text
    assert ask("GET", "audit")["items"][0]["action"] != "values.reveal"

    assert secret in client.get(f"{API}/{path}/document?unmasked=true").text
    assert secret in client.get(f"{API}/fields/{email.id}?unmasked=true").text
    trail = ask("GET", "audit", params={"dictionary_id": put.dictionary_id})["items"]
    told = [(one["action"], one["target"]) for one in trail if one["action"] == "values.reveal"]
    assert told == [("values.reveal", email.id), ("values.reveal", put.dictionary_id)]
