"""The model of one run, against a server on loopback."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from behaviours import always, completion, describe_all, error, hang
from loopback import Answer, Loopback, Request, Response

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.session import STOPPED, Session, cache_file
from ddgen.describe.texts import Ask
from ddgen.model.claim import Origin
from ddgen.settings import AiSettings, load_ai


def settings(server: Loopback, folder: Path, **more: Any) -> AiSettings:
    given = {"model": "test-model", "rate_limit_rpm": 0, "retry_min_wait": 0.01, "retry_max_wait": 0.02, **more}
    cache = folder / "cache" / "ai.sqlite"
    return load_ai(environ={}, cwd=folder, base_url=server.url, api_key="k", cache_path=cache, **given)


def ask(*names: str, comment: str | None = None) -> Ask:
    fields = [
        FieldFacts(name, name, "string", comment=comment, rule_description="Text.", rule_name=name) for name in names
    ]
    return Ask(TableFacts("orders", siblings=names), fields)


def prompts(server: Loopback) -> list[Request]:
    return [request for request in server.requests if request.method == "POST"]


def test_every_field_gets_a_text_and_the_run_says_what_it_took(server: Loopback, tmp_path: Path) -> None:
    with Session(settings(server, tmp_path)) as session:
        [texts] = session.describe([ask("status", "total")])
        generation = session.generation()
    assert [text.origin for text in texts] == [Origin.AI, Origin.AI]
    assert (generation.fields, generation.written, generation.cached, generation.by_rule) == (2, 2, 0, 0)
    assert generation.requests == len(prompts(server)) > 0
    assert generation.prompt_tokens > 0
    assert generation.cost == 0


def test_a_second_run_over_the_same_fields_sends_nothing_at_all(server: Loopback, tmp_path: Path) -> None:
    for _ in range(2):
        with Session(settings(server, tmp_path)) as session:
            session.describe([ask("status", "total")])
            before = len(server.requests)
            generation = session.generation()
        server.requests.clear()
    assert before == 0
    assert (generation.cached, generation.requests, generation.cost) == (2, 0, 0)


def test_without_a_cache_every_run_asks(server: Loopback, tmp_path: Path) -> None:
    for _ in range(2):
        server.requests.clear()
        with Session(settings(server, tmp_path, cache_enabled=False)) as session:
            session.describe([ask("status")])
    assert prompts(server)
    assert not (tmp_path / "cache").exists()


def test_the_receipt_names_fields_and_what_was_kept_back_and_only_its_owner_reads_it(
    server: Loopback, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipts" / "run.jsonl"
    with Session(settings(server, tmp_path), receipt=receipt) as session:
        session.describe([ask("status", "total")])
    lines = [json.loads(line) for line in receipt.read_text("utf-8").splitlines()]
    assert len(lines) == len(prompts(server))
    assert [field["path"] for line in lines for field in line["fields"]] == ["status", "total"]
    assert receipt.stat().st_mode & 0o077 == 0


def test_without_a_receipt_that_can_be_written_no_more_is_sent(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    one = {"fields_per_request": 1, "max_concurrent_requests": 1}
    with Session(settings(server, tmp_path, **one), receipt=tmp_path / "file" / "run.jsonl") as session:
        [texts] = session.describe([ask(*(f"field_{number}" for number in range(9)))])
    assert len(prompts(server)) < 9
    assert any("receipt" in (text.reason or "") for text in texts)


def test_a_dead_server_costs_no_field(tmp_path: Path) -> None:
    with Loopback() as gone:
        given = settings(gone, tmp_path)
    with Session(given) as session:
        [texts] = session.describe([ask("status", "total")])
        generation = session.generation()
    assert [text.description for text in texts] == ["Text.", "Text."]
    assert all(text.reason for text in texts)
    assert (generation.by_rule, generation.written) == (2, 0)


@contextmanager
def stopping(server: Loopback, *, after: int, again: bool = False, patience: float = 20.0) -> Iterator[None]:
    """Press Ctrl-C once the server has had so many prompts, or patience ends; `again` and again until this ends."""
    main, done = threading.main_thread().ident, threading.Event()
    assert main is not None

    def press() -> None:
        given_up = time.monotonic() + patience
        while len(prompts(server)) < after and time.monotonic() < given_up:
            time.sleep(0.01)
        signal.pthread_kill(main, signal.SIGINT)
        while again and not done.wait(0.5):
            signal.pthread_kill(main, signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it
    thread = threading.Thread(target=press, daemon=True)
    thread.start()
    yield
    with suppress(KeyboardInterrupt):  # one may be under way
        done.set()
        thread.join()
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_ctrl_c_keeps_what_is_in_flight_and_sends_no_more(server: Loopback, tmp_path: Path) -> None:
    server.answer = describe_all(latency=0.4)
    one = {"fields_per_request": 1, "max_concurrent_requests": 2}
    with Session(settings(server, tmp_path, **one)) as session, stopping(server, after=3):
        [texts] = session.describe([ask(*(f"field_{number}" for number in range(40)))])
    sent = len(prompts(server))
    assert session.interrupted
    assert 0 < sent < 40
    assert sum(text.origin is Origin.AI for text in texts) == sent
    assert {text.reason for text in texts if text.origin is Origin.RULE} == {f"stopped: {STOPPED}"}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_second_ctrl_c_ends_the_waiting(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: hang()
    with Session(settings(server, tmp_path)) as session, stopping(server, after=1, again=True, patience=1.0):
        [texts] = session.describe([ask("status", "total")])
    assert [text.description for text in texts] == ["Text.", "Text."]


def test_a_cap_on_requests_holds_and_the_rest_is_by_rule(server: Loopback, tmp_path: Path) -> None:
    one = {"fields_per_request": 1, "max_requests": 3}
    with Session(settings(server, tmp_path, **one)) as session:
        [texts] = session.describe([ask(*(f"field_{number}" for number in range(12)))])
    assert len(prompts(server)) == 3
    assert sum(text.origin is Origin.AI for text in texts) == 3


@pytest.mark.parametrize(
    ("answer", "more"),
    [
        (describe_all(), {"rate_limit_rpm": 6}),
        (describe_all(latency=5), {}),
        (always(error(500)), {"retry_min_wait": 5, "retry_max_wait": 6}),
        (always(error(429, headers={"Retry-After": "5"})), {}),
    ],
    ids=["waiting for the rate", "in flight", "waiting to try again", "waiting as told"],
)
def test_a_cap_on_time_holds_whatever_a_run_waits_for(
    server: Loopback, tmp_path: Path, answer: Answer, more: dict[str, Any]
) -> None:
    server.answer = answer
    given = settings(server, tmp_path, fields_per_request=1, max_time=0.8, **more)
    with Session(given) as session:
        time.sleep(0.3)
        begin = time.monotonic()
        [texts] = session.describe([ask(*(f"field_{number}" for number in range(12)))])
        took = time.monotonic() - begin
    assert 0.7 < took < 2.5
    lost = [text for text in texts if text.origin is Origin.RULE]
    assert lost
    assert "budget: the time limit of 0.8 s is over" in {text.reason for text in lost}


def test_a_server_that_loads_its_model_is_waited_for_no_longer(server: Loopback, tmp_path: Path) -> None:
    server.gets["/v1/models"] = error(503, "Loading model")
    begin = time.monotonic()
    with Session(settings(server, tmp_path, max_time=0.5)) as session:
        [[text]] = session.describe([ask("status")])
    assert time.monotonic() - begin < 2.5
    assert text.reason == "budget: the time limit of 0.5 s is over"


def test_refused_keys_latch_for_the_run(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: error(401, "Incorrect API key provided", code="invalid_api_key")
    with Session(settings(server, tmp_path, fields_per_request=1)) as session:
        session.describe([ask("status", "total")])
        session.describe([ask("other")])
    assert len(prompts(server)) == 1


def test_comments_of_the_source_reach_the_model(server: Loopback, tmp_path: Path) -> None:
    with Session(settings(server, tmp_path)) as session:
        session.describe([ask("status", comment="How far the order is")])
    words = re.sub(r"[^A-Za-z]+", " ", prompts(server)[0].prompt)
    assert "How far the order is" in words


def test_the_cache_stands_in_the_users_cache_folder_unless_it_is_set(tmp_path: Path) -> None:
    assert cache_file(AiSettings()).parts[-2:] == ("ddgen", "ai.sqlite")
    assert cache_file(AiSettings(cache_path=tmp_path / "a.sqlite")) == tmp_path / "a.sqlite"


def test_answers_that_are_no_use_leave_texts_by_rule(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: completion("I cannot help with that.")
    with Session(settings(server, tmp_path)) as session:
        [texts] = session.describe([ask("status")])
    assert texts[0].reason
    assert texts[0].reason.startswith("bad_output")


def test_offline_and_without_a_models_name_the_kept_texts_are_found(tmp_path: Path) -> None:
    with Loopback() as online:
        online.answer = describe_all()
        given = settings(online, tmp_path, model=None)
        with Session(given) as session:
            [first] = session.describe([ask("status", "total")])
    with Session(given) as session:
        [texts] = session.describe([ask("status", "total", "new")])
        generation = session.generation()
    assert [text.pair for text in texts[:2]] == [text.pair for text in first]
    assert (texts[2].origin, texts[2].reason) == (Origin.RULE, "network: connection refused")
    assert (generation.cached, generation.requests, generation.cost) == (2, 0, 0)


@pytest.fixture
def shared() -> Iterator[str]:
    """A database of the real Redis for this process of tests; without Redis skipped, but not on the build machine."""
    url = f"redis://127.0.0.1:6379/{2 + os.getpid() % 14}"
    client = redis.Redis.from_url(url)
    try:
        client.ping()
    except redis.ConnectionError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no Redis at 127.0.0.1:6379")
    yield url
    client.flushdb()
    client.close()


def test_workers_with_files_of_their_own_share_texts_in_redis(server: Loopback, tmp_path: Path, shared: str) -> None:
    for name in ("first", "second"):
        server.requests.clear()
        given = settings(server, tmp_path / name, model=f"model of {tmp_path.name}", redis_url=shared)
        with Session(given) as session:
            [texts] = session.describe([ask("status", "total")])
    assert server.requests == []
    assert [text.cached for text in texts] == [True, True]
    with Session(settings(server, tmp_path / "third", cache_enabled=False, redis_url=shared)) as session:
        session.describe([ask("status", "total")])
    assert prompts(server), "turned off at every level"


def test_the_model_that_a_server_had_is_not_taken_for_the_one_that_it_has(server: Loopback, tmp_path: Path) -> None:
    given = settings(server, tmp_path, model=None)
    for model in ("first-model", "second-model"):
        server.gets["/v1/models"] = Response(json={"data": [{"id": model}]})
        server.answer = describe_all(model=model)
        with Session(given) as session:
            [[text]] = session.describe([ask("status")])
        assert (text.model, text.cached) == (model, False)
    server.gets["/v1/models"] = error(503)
    with Session(given) as session:
        [[text]] = session.describe([ask("status")])
    assert (text.model, text.cached) == ("second-model", True), "the last one known"


def test_a_server_that_was_never_reached_has_no_model(tmp_path: Path) -> None:
    with Loopback() as gone:
        given = settings(gone, tmp_path, model=None)
    with Session(given) as session:
        [[text]] = session.describe([ask("status")])
    assert text.reason == "network: connection refused"
