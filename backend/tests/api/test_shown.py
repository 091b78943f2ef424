from __future__ import annotations

from fastapi.testclient import TestClient

from ddgen.store.records import Put

API = "/api/v1"


def test_claims_carry_ids_and_tags_and_one_of_a_kind_is_shown(client: TestClient, put: Put) -> None:
    url = f"{API}/dictionaries/{put.dictionary_id}/fields"
    [field] = client.get(url, params={"fields": "full", "q": "email_2", "limit": 1}).json()["items"]
    assert field["document"]["claims"] == []
    assert {claim["etag"] for claim in field["claims"]} == {field["etag"]}
    assert all(claim["id"].startswith(f"{field['id']}.") for claim in field["claims"])
    kinds = [claim["kind"] for claim in field["claims"] if claim["shown"]]
    assert len(set(kinds)) == len(kinds) >= 4
    assert field["document"]["masked"] == "shapes"


def test_core_and_full_say_the_same_of_what_both_have(client: TestClient, put: Put) -> None:
    url = f"{API}/dictionaries/{put.dictionary_id}/fields"
    core = client.get(url, params={"limit": 5}).json()["items"]
    full = client.get(url, params={"limit": 5, "fields": "full"}).json()["items"]
    assert [{name: one[name] for name in core[0]} for one in full] == core
    assert set(full[0]) - set(core[0]) == {"document", "claims"}
