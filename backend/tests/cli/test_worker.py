from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from ..api.serving import API, ended, served
from ..jobs.conftest import Workers, where, workers  # noqa: F401 - fixtures
from .test_serve import Run


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "orders.csv").write_text("id,amount\n1,2.5\n2,3.5\n", encoding="utf-8")
    return folder


@pytest.fixture
def client(where: str, shop: Path, tmp_path: Path) -> Iterator[httpx2.Client]:  # noqa: F811 - the fixture
    """Of a server that leaves its runs to others."""
    with (
        served(where, "--source-root", shop, "--runs", "0", keep=tmp_path) as base,
        httpx2.Client(base_url=base, timeout=60) as opened,
    ):
        yield opened


def test_runs_of_a_server_are_done_by_a_worker_that_may_read_the_same(
    client: httpx2.Client,
    workers: Workers,  # noqa: F811 - the fixture
    shop: Path,
    tmp_path: Path,
) -> None:
    sent = client.post(f"{API}/uploads", files={"file": ("sales.csv", b"id,total\n1,2\n")}).json()
    sources = [{"kind": "file", "name": "shop/orders.csv"}, {"kind": "upload", "id": sent["id"]}]
    asked = client.post(f"{API}/runs", json={"name": "shop", "sources": sources}).json()
    assert asked["state"] == "queued"
    workers.start("--source-root", str(shop), "--uploads", str(tmp_path / "uploads"))
    done = ended(client, asked["id"])
    assert (done["state"], done["error"]) == ("succeeded", None)
    tables = client.get(f"{API}/dictionaries/{done['dictionary_id']}/tables").json()["items"]
    assert [table["name"] for table in tables] == ["orders", "sales"]


def test_a_worker_that_may_not_read_what_was_asked_for_says_so(
    client: httpx2.Client,
    workers: Workers,  # noqa: F811 - the fixture
) -> None:
    sources = [{"kind": "file", "name": "shop/orders.csv"}]
    asked = client.post(f"{API}/runs", json={"name": "shop", "sources": sources}).json()
    workers.start()
    done = ended(client, asked["id"])
    assert (done["state"], done["error"]["code"]) == ("failed", "not_found")


def test_settings_that_cannot_be_are_told_in_a_line(ddgen: Run, tmp_path: Path) -> None:
    done = ddgen("worker", "--source-root", "nowhere", "--store", tmp_path / "s.sqlite")
    assert (done.returncode, "there is no such folder" in done.stderr) == (2, True)
    assert len(done.stderr.splitlines()) == 1
