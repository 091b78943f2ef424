"""Answers of models: none is paid for twice, and no run spends more than it may, however often it begins."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from behaviours import describe_all, hang
from loopback import Loopback, Reaction, Request
from pydantic import SecretStr
from sqlalchemy import text
from virtual_clock import VirtualClock

from ddgen.jobs import answers
from ddgen.jobs.spec import RunSpec
from ddgen.store.address import address_of
from ddgen.store.store import Store

from .conftest import Workers, over, submit, until

FIELDS, EACH = 24, 4


class Server:
    """A model that answers a number of questions, and then lets people wait until `free` is set."""

    def __init__(self, loopback: Loopback, most: int) -> None:
        self.url = loopback.url
        self.answered = 0
        self.asked = 0
        self.most = most
        self.free = threading.Event()
        self._describe = describe_all()
        loopback.answer = self._answer

    def _answer(self, request: Request) -> Reaction:
        self.asked += 1
        if self.answered >= self.most and not self.free.is_set():
            return hang()
        self.answered += 1
        return self._describe(request)


@pytest.fixture
def server() -> Iterator[Server]:
    with Loopback() as running:
        yield Server(running, most=3)


def wide(folder: Path) -> Path:
    path = folder / "wide.csv"
    names = [f"field{chr(97 + n)}" for n in range(FIELDS)]
    rows = (",".join(str(n * m) for n in range(FIELDS)) for m in range(20))
    path.write_text("\n".join([",".join(names), *rows]) + "\n", encoding="utf-8")
    return path


def environment(server: Server, folder: Path) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": "k",
        "OPENAI_MODEL": "test-model",
        "OPENAI_RATE_LIMIT_RPM": "0",
        "OPENAI_MAX_CONCURRENT_REQUESTS": "1",
        "DDGEN_AI_FIELDS_PER_REQUEST": str(EACH),
        "DDGEN_AI_PRICE_INPUT": "100",
        "DDGEN_AI_PRICE_OUTPUT": "100",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


def test_what_a_killed_worker_has_paid_for_is_not_paid_again(
    store: Store, workers: Workers, tmp_path: Path, server: Server
) -> None:
    run = submit(store, wide(tmp_path), name="wide", ai=True)
    first = workers.start(**environment(server, tmp_path / "one"))
    until(lambda: server.asked > server.most and store.runs.get(run.id).requests >= server.most, "the questions")
    first.send_signal(signal.SIGKILL)
    first.wait()
    spent = store.runs.get(run.id).cost
    server.free.set()
    workers.start(**environment(server, tmp_path / "another"))  # as on another machine
    done = over(store, run.id)
    assert (done.state, done.error) == ("succeeded", None)
    assert server.answered == FIELDS // EACH
    assert done.result is not None
    generation = done.result["generation"]
    assert (generation["cached"], generation["by_rule"]) == (3 * EACH, 0)
    assert done.cost > spent > 0


def test_a_run_that_goes_on_has_only_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DDGEN_AI_MAX_COST", "2")
    address = address_of(str(tmp_path / "store.sqlite"))
    wanted = RunSpec(sources=("a.csv",), ai=True, max_cost=5, max_requests=10)
    found = answers.settings_of(wanted, address, spent=1.5, sent=12)
    assert (found.max_cost, found.max_requests) == (0.5, 0)
    assert found.cache_path == tmp_path / "store.ai.sqlite"


async def test_a_store_that_fails_is_a_miss_told_once_and_left_alone(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    clock = VirtualClock()
    shared = answers.SharedAnswers(store.answers, clock)
    shared.put_many({"a": "1"})
    with store.database.transaction() as connection:
        connection.execute(text("ALTER TABLE answers RENAME TO away"))
    assert shared.get_many(["a"]) == {}
    shared.put_many({"b": "2"})
    shared.give_up(["q"])
    assert shared.futile(["q"], 0) == {}
    with store.database.transaction() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO answers"))
    assert shared.get_many(["a"]) == {}
    await clock.advance(answers.REST + 1)
    assert shared.get_many(["a"]) == {"a": "1"}
    assert [record.getMessage() for record in caplog.records] == ["The answers in the store cannot be used (store)"]


def test_stores_on_servers_share_answers_where_nothing_else_does(store: Store) -> None:
    settings = answers.settings_of(RunSpec(sources=("a.csv",), ai=True), store.database.address, spent=0, sent=0)
    assert (answers.shared(store, settings) is None) == store.database.is_file
    with_redis = settings.model_copy(update={"redis_url": SecretStr("redis://localhost/0")})
    assert answers.shared(store, with_redis) is None
    assert answers.shared(store, settings.model_copy(update={"cache_enabled": False})) is None


def test_without_limits_there_are_none() -> None:
    address = address_of("postgresql://me@db/ddgen")
    found = answers.settings_of(RunSpec(sources=("a.csv",), ai=True), address, spent=1.5, sent=12)
    assert (found.max_cost, found.max_requests, found.cache_path) == (None, None, None)
