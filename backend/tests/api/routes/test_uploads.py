from __future__ import annotations

from fastapi.testclient import TestClient

from ddgen.api.config import ServerSettings
from ddgen.api.uploads import Uploads

from .conftest import API, Ask


def test_an_upload_is_described_and_removed(client: TestClient, ask: Ask) -> None:
    sent = client.post(f"{API}/uploads", files={"file": ("orders.csv", b"a,b\n1,2\n")})
    assert (sent.status_code, sent.json()["kind"]) == (201, "csv")
    assert ask("GET", sent.headers["Location"].removeprefix(f"{API}/")) == sent.json()
    ask("DELETE", f"uploads/{sent.json()['id']}")
    assert client.get(sent.headers["Location"]).status_code == 404


def test_the_upload_of_another_is_not_there(client: TestClient, settings: ServerSettings, ask: Ask) -> None:
    identity, path = Uploads(settings).place()
    path.write_bytes(b"a\n1\n")
    held = Uploads(settings).keep(identity, name="a.csv", size=4, sha256="", by="someone")
    assert ask("GET", f"uploads/{held.id}")["size"] == 4  # an admin sees it
    wanted = {"name": "x", "sources": [{"kind": "upload", "id": "019a-none"}]}
    assert client.post(f"{API}/runs", json=wanted).status_code == 404


def test_an_upload_that_is_sent_again_is_kept_once(client: TestClient, settings: ServerSettings) -> None:
    key = {"Idempotency-Key": "orders-of-monday"}
    data = {"file": ("orders.csv", b"a,b\n1,2\n")}
    first, again = (client.post(f"{API}/uploads", files=data, headers=key) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    other = client.post(f"{API}/uploads", files={"file": ("orders.csv", b"a,b\n3,4\n")}, headers=key)
    assert (other.status_code, "this key came with another request" in other.json()["detail"]) == (422, True)
    assert {path.name.removesuffix(".json") for path in settings.uploads.iterdir()} == {first.json()["id"]}
