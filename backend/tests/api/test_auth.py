from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from ddgen.api.app import create_app
from ddgen.api.config import ServerSettings
from ddgen.api.runner import runner
from ddgen.store.keys import SCOPES
from ddgen.store.records import Put
from ddgen.store.store import Store

from .conftest import BASE

API = "/api/v1"
Keys = Callable[..., dict[str, str]]


@pytest.fixture
def locked(store: Store, settings: ServerSettings) -> Iterator[TestClient]:
    """A server that asks for keys."""
    asking = replace(settings, auth=True, failed_rate="3/minute")
    with closing(TestClient(create_app(asking, store, runner(asking, store)), base_url=BASE)) as opened:
        yield opened


@pytest.fixture
def key(store: Store) -> Keys:
    def made(scope: str, user: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {store.keys.create('k', [scope], actor='op', user=user).secret}"}

    return made


def test_without_a_key_only_health_and_version_are_told(locked: TestClient) -> None:
    open_ = [locked.get(path).status_code for path in ("/healthz", "/readyz", "/version", "/openapi.json")]
    assert open_ == [200] * 4
    closed = [locked.get(path) for path in ("/metrics", f"{API}/dictionaries", f"{API}/semantic-types", f"{API}/me")]
    assert [answer.status_code for answer in closed] == [401] * 4
    assert closed[0].headers["WWW-Authenticate"] == "Bearer"


def test_every_route_below_the_api_asks_for_a_key(locked: TestClient) -> None:
    schema = locked.get("/openapi.json").json()
    open_ = [
        f"{method} {path}"
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if path.startswith(API) and not operation.get("security")
    ]
    assert open_ == []


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("GET", "dictionaries", "read"),
        ("POST", "reviews:undo", "review"),
        ("POST", "runs", "write"),
        ("GET", "sources", "write"),
        ("GET", "keys", "admin"),
        ("GET", "audit", "admin"),
        ("POST", "users", "admin"),
    ],
)
def test_each_scope_may_what_those_before_it_may_and_no_more(
    locked: TestClient, key: Keys, method: str, path: str, needed: str
) -> None:
    answers = {scope: locked.request(method, f"{API}/{path}", json={}, headers=key(scope)) for scope in SCOPES}
    refused = [scope for scope, answer in answers.items() if answer.status_code == 403]
    assert refused == list(SCOPES[: SCOPES.index(needed)])


def test_a_key_that_is_revoked_unknown_or_malformed_is_of_no_use(locked: TestClient, store: Store) -> None:
    made = store.keys.create("k", ["read"], actor="op")
    held = {"Authorization": f"Bearer {made.secret}"}
    assert locked.get(f"{API}/me", headers=held).json()["name"] == "key:k"
    store.keys.revoke(made.row.id, actor="op")
    assert locked.get(f"{API}/me", headers=held).status_code == 401
    assert locked.get(f"{API}/me", headers={"Authorization": "Bearer ddg_1_2"}).status_code == 401
    assert locked.get(f"{API}/me", headers={"Authorization": "Basic bWU6"}).status_code == 401


def test_many_wrong_keys_from_one_address_are_too_many(locked: TestClient, key: Keys) -> None:
    wrong = [locked.get(f"{API}/me", headers={"Authorization": f"Bearer ddg_{n}_x"}).status_code for n in range(4)]
    assert wrong == [401, 401, 401, 429]
    assert locked.get(f"{API}/me", headers=key("read")).status_code == 429


def test_requests_are_counted_by_key_and_made_up_keys_do_not_help(store: Store, settings: ServerSettings) -> None:
    narrow = replace(settings, auth=True, rate="3/minute", failed_rate="2/minute")
    keys = [store.keys.create("k", ["read"], actor="op").secret for _ in range(2)]

    def status(secret: str) -> int:
        return client.get(f"{API}/me", headers={"Authorization": f"Bearer {secret}"}).status_code

    with closing(TestClient(create_app(narrow, store, runner(narrow, store)), base_url=BASE)) as client:
        assert [status(keys[0]) for _ in range(4)] == [200, 200, 200, 429]
        assert status(keys[1]) == 200
        assert [status(f"ddg_{number}_x") for number in range(4)] == [401, 401, 429, 429]


def test_a_user_may_what_the_role_says_and_more_where_it_was_granted(
    locked: TestClient, store: Store, put: Put, key: Keys
) -> None:
    store.people.create("mara", role="read", actor="op")
    held = key("write", user="mara")
    field = store.fields(dictionary_id=put.dictionary_id, limit=1).items[0]

    def edit() -> int:
        body, tag = {"description": "Mine."}, {"If-Match": "*"}
        return locked.patch(f"{API}/fields/{field.id}", json=body, headers={**held, **tag}).status_code

    assert edit() == 403
    boss = key("admin")
    grant = f"{API}/dictionaries/{put.dictionary_id}/grants/mara"
    assert locked.put(grant, json={"role": "write"}, headers=boss).status_code == 204
    assert edit() == 200
    assert store.history(field.id)[0].actor == "mara"
    assert locked.delete(grant, headers=boss).status_code == 204
    assert edit() == 403


def test_in_a_batch_a_user_decides_only_on_what_was_granted(
    locked: TestClient, store: Store, put: Put, key: Keys
) -> None:
    store.people.create("mara", role="read", actor="op")
    item = store.to_review(limit=1).items[0]
    batch = {"decisions": [{"claim_id": item.claim_id, "decision": "approve"}]}
    held = key("review", user="mara")
    refused = locked.post(f"{API}/reviews:batch", json=batch, headers=held).json()["results"][0]
    assert (refused["status"], refused["problem"]["type"]) == (403, "/problems/forbidden")
    store.people.grant(put.dictionary_id, "mara", "review", actor="op")
    assert locked.post(f"{API}/reviews:batch", json=batch, headers=held).json()["results"][0]["status"] == 200


def test_a_user_who_is_kept_out_is_out_at_once(locked: TestClient, store: Store, key: Keys) -> None:
    store.people.create("mara", role="write", actor="op")
    held = key("write", user="mara")
    assert locked.get(f"{API}/me", headers=held).json() == {
        "name": "mara",
        "user": "mara",
        "scope": "write",
        "login": True,
    }
    store.people.change("mara", actor="op", disabled=True)
    assert locked.get(f"{API}/me", headers=held).status_code == 401
