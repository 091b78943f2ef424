from __future__ import annotations

from fastapi.testclient import TestClient

from ddgen.store.store import Store

from .conftest import API, Ask


def test_a_key_is_made_for_a_user_listed_without_its_secret_and_revoked(ask: Ask, store: Store) -> None:
    ask("POST", "users", json={"name": "mara", "role": "review"})
    made = ask("POST", "keys", json={"name": "laptop", "scope": "write", "user": "mara"})
    assert store.keys.verify(made["secret"]) is not None
    listed = ask("GET", "keys")
    assert listed["items"][0]["prefix"] == made["key"]["prefix"]
    assert made["secret"] not in str(listed)
    assert ask("DELETE", f"keys/{made['key']['id']}")["revoked_at"] is not None
    assert store.keys.verify(made["secret"]) is None


def test_users_change_and_are_kept_out(client: TestClient, ask: Ask) -> None:
    ask("POST", "users", json={"name": "mara", "role": "read"})
    assert client.post(f"{API}/users", json={"name": "mara", "role": "read"}).status_code == 409
    changed = ask("PATCH", "users/mara", json={"role": "write", "disabled": True})
    assert (changed["role"], changed["disabled_at"] is None) == ("write", False)
    assert [user["name"] for user in ask("GET", "users")["items"]] == ["mara"]
    assert client.patch(f"{API}/users/nobody", json={}).status_code == 404


def test_a_key_without_a_time_zone_or_of_a_day_that_cannot_be_is_refused(client: TestClient) -> None:
    for day in ("2030-01-01T00:00:00", "2030-02-31T00:00:00Z", 0):
        body = {"name": "k", "scope": "read", "expires_at": day}
        assert client.post(f"{API}/keys", json=body).status_code == 422
