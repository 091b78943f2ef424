"""A real server in a process of its own, and clients that come over the loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from ddgen.api.config import ServerSettings
from ddgen.api.serve import _bound
from ddgen.store.records import Put
from ddgen.store.store import Store

from ..jobs.conftest import endless
from ..store import dictionaries
from .serving import API, ended, events, eventually, served, states


@pytest.fixture
def live(ready: str, folder: Path, tmp_path: Path) -> Iterator[httpx2.Client]:
    with (
        served(ready, "--source-root", folder, keep=tmp_path) as base,
        httpx2.Client(base_url=base, timeout=60) as client,
    ):
        yield client


def run_of(client: httpx2.Client, *sources: dict[str, str], **more: Any) -> httpx2.Response:
    return client.post(f"{API}/runs", json={"name": "shop", "sources": list(sources), **more})


def test_a_run_makes_a_dictionary_that_is_edited_and_keeps_the_edit_in_the_next(
    live: httpx2.Client, folder: Path
) -> None:
    source = {"kind": "file", "name": "shop/orders.csv"}
    asked = run_of(live, source)
    assert asked.status_code == 202
    done = ended(live, asked.json()["id"])
    assert (done["state"], done["result"]["version"], done["result"]["fields"]) == ("succeeded", 1, 3)
    assert asked.headers["Location"] == f"{API}/runs/{done['id']}"

    [field] = live.get(f"{API}/fields", params={"name": "amount"}).json()["items"]
    tag = {"If-Match": field["etag"]}
    assert live.patch(f"{API}/fields/{field['id']}", json={"description": "What it cost."}, headers=tag).is_success

    with (folder / "orders.csv").open("a", encoding="utf-8") as file:
        file.write("3,many,c@example.org\n")
    again = ended(live, run_of(live, source).json()["id"])
    assert (again["state"], again["result"]["version"]) == ("succeeded", 2)
    after = live.get(f"{API}/fields/{field['id']}").json()
    assert after["description"] == "What it cost."
    url = f"{API}/dictionaries/{done['dictionary_id']}/diff"
    found = live.get(url, params={"from": 1, "to": 2}).json()
    assert "type_widened" in {change["kind"] for change in found["changes"]}
    assert "a@example.org" not in live.get(f"{API}/dictionaries/{done['dictionary_id']}/document").text


def test_a_run_is_followed_and_the_stream_goes_on_where_it_broke_off(live: httpx2.Client) -> None:
    run_id = run_of(live, {"kind": "file", "name": "shop"}).json()["id"]
    url = f"{API}/runs/{run_id}/events"
    with live.stream("GET", url) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        found = list(events(stream.iter_lines()))
    assert [event["seq"] for event in found] == list(range(1, len(found) + 1))
    assert states(found) == ["running", "succeeded"]
    with live.stream("GET", url, headers={"Last-Event-ID": "2"}) as stream:
        rest = list(events(stream.iter_lines()))
    assert rest == found[2:]


def test_data_are_uploaded_read_by_a_run_and_gone_after_it(live: httpx2.Client, tmp_path: Path) -> None:
    data = b"id,total\n" + b"".join(b"%d,%d\n" % (n, n * 7) for n in range(2000))
    sent = live.post(f"{API}/uploads", files={"file": ("../../Sales 2026.csv", data)})
    assert sent.status_code == 201
    upload = sent.json()
    assert (upload["name"], upload["kind"], upload["size"]) == ("Sales 2026.csv", "csv", len(data))
    assert {path.name for path in (tmp_path / "uploads").iterdir()} == {upload["id"], f"{upload['id']}.json"}
    done = ended(live, run_of(live, {"kind": "upload", "id": upload["id"]}).json()["id"])
    assert done["state"] == "succeeded", done
    [table] = live.get(f"{API}/dictionaries/{done['dictionary_id']}/tables").json()["items"]
    assert (table["name"], table["row_count"]) == ("Sales 2026", 2000)
    eventually(lambda: not list((tmp_path / "uploads").iterdir()))
    assert str(tmp_path) not in live.get(f"{API}/dictionaries/{done['dictionary_id']}/document").text


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by Linux alone")
def test_a_large_upload_takes_no_more_memory_than_a_small_one(live: httpx2.Client, tmp_path: Path) -> None:
    status = Path("/proc", (tmp_path / "pid").read_text(), "status")

    def most() -> int:
        """The most memory that the server had so far, in KB."""
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1])

    def upload(rows: int) -> int:
        path = tmp_path / "sent.csv"
        path.write_bytes(b"id,word\n" + b"1234,some words of a row\n" * rows)
        with path.open("rb") as file:
            sent = live.post(f"{API}/uploads", files={"file": ("sent.csv", file)})
        assert sent.json()["size"] == path.stat().st_size
        return path.stat().st_size

    upload(1_000)
    before = most()
    assert upload(6_000_000) > 140_000_000
    assert most() - before < 30_000


def test_a_run_is_cancelled_while_the_server_goes_on_answering(live: httpx2.Client, folder: Path) -> None:
    with (folder / "big.csv").open("w", encoding="utf-8") as file:
        for start in range(0, 1_000_000, 1000):
            file.writelines(f"{n},{n * 3 % 1001},word{n % 977}\n" for n in range(start, start + 1000))
    run_id = run_of(live, {"kind": "file", "name": "shop/big.csv"}).json()["id"]
    with live.stream("GET", f"{API}/runs/{run_id}/events") as stream:
        for event in events(stream.iter_lines()):
            if event["kind"] == "progress" and event["data"]["step"] == "profile":
                break
    assert live.get("/healthz").json() == {"status": "ok"}
    assert live.get(f"{API}/runs/{run_id}").json()["state"] == "running"
    assert live.delete(f"{API}/runs/{run_id}").status_code == 202
    assert ended(live, run_id)["state"] == "cancelled"
    assert live.delete(f"{API}/runs/{run_id}").status_code == 409
    assert live.get(f"{API}/dictionaries").json()["items"] == []


def test_fifty_clients_edit_one_dictionary_and_none_of_what_was_taken_is_lost(ready: str, tmp_path: Path) -> None:
    with Store.open(ready) as store:
        made: Put = dictionaries.put(store, dictionaries.dictionary(fields=5, tables=1))
        ids = [row.id for row in store.fields(dictionary_id=made.dictionary_id).items]
    taken: dict[str, list[str]] = {field: [] for field in ids}
    answers: list[int] = []
    lock = threading.Lock()

    def edits(base: str, client: int) -> None:
        with httpx2.Client(base_url=base, timeout=60) as http:
            for turn in range(6):
                field = ids[(client + turn) % len(ids)]
                tag = http.get(f"{API}/fields/{field}").headers["ETag"]
                text = f"By client {client} in turn {turn}."
                answer = http.patch(f"{API}/fields/{field}", json={"description": text}, headers={"If-Match": tag})
                with lock:
                    answers.append(answer.status_code)
                    if answer.status_code == 200:
                        taken[field].append(text)

    with served(ready, keep=tmp_path) as base, ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda client: edits(base, client), range(50)))
    assert len(answers) == 300
    assert set(answers) <= {200, 412}
    with Store.open(ready) as store:
        for field in ids:
            rows = store.history(field)
            written = {
                change.after.value for row in rows if row.action == "edit" for change in row.changes if change.after
            }
            assert written == set(taken[field])
            assert store.field(field).row.row_version == 1 + len(taken[field])


def test_each_request_is_a_line_of_the_log_without_what_was_asked(live: httpx2.Client, tmp_path: Path) -> None:
    live.get(f"{API}/search?q=hunter2", headers={"X-Request-ID": "mine-1"})
    eventually(lambda: "mine-1" in (tmp_path / "log").read_text())  # it is written once the answer is sent
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line.startswith("{")]
    [line] = [line for line in lines if line.get("request_id") == "mine-1"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/search", 200)
    assert "hunter2" not in (tmp_path / "log").read_text()


def test_the_second_part_of_an_answer_does_not_wait_for_the_client(tmp_path: Path) -> None:
    with _bound(ServerSettings(port=0, uploads=tmp_path)) as bound:
        client = socket.create_connection(bound.getsockname())
        accepted, _ = bound.accept()
        with client, accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_a_stream_ends_when_the_server_does(ready: str, folder: Path, tmp_path: Path) -> None:
    endless(folder)
    found: list[str] = []
    began = threading.Event()

    def follow(base: str, run_id: str) -> None:
        with httpx2.stream("GET", f"{base}{API}/runs/{run_id}/events", timeout=60) as stream:
            for line in stream.iter_lines():
                found.append(line)
                began.set()

    with served(ready, "--source-root", folder, keep=tmp_path) as base, httpx2.Client(base_url=base) as client:
        run_id = run_of(client, {"kind": "file", "name": "shop/endless.csv"}).json()["id"]
        thread = threading.Thread(target=follow, args=(base, run_id))
        thread.start()
        assert began.wait(60)
    thread.join(60)
    assert not thread.is_alive()
    assert "succeeded" not in "".join(found)
