"""Batches are submitted once, found again after any interruption, and give back all that was finished."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_api import BatchApi
from behaviours import completion, error, hang, reset
from loopback import Loopback, Reaction, Request, Response

from ddgen.llm.batch_lane import DOUBT_SECONDS, BatchLane, BatchResult, BatchUnit
from ddgen.llm.budget import Budget
from ddgen.llm.clock import SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.messages import Endpoint, Limits, Question
from ddgen.llm.prices import Price

LIMITS = Limits(request_timeout=2.0, retry_min_wait=0.01, retry_max_wait=0.02, retry_multiplier=0.01)
SCHEMA = {"type": "object", "properties": {"d": {"type": "string"}}, "required": ["d"]}
PRICE = Price(1.0, 0.5, 2.0, 1.0)


class Calendar(SystemClock):
    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def answered(request: Request) -> Response:
    text = json.dumps({"d": f"text of {request.headers['custom-id']}"})
    return completion(text, model="m-2026", tokens=(1_000, 100))


@pytest.fixture
def api() -> BatchApi:
    return BatchApi(answered)


@pytest.fixture
def server(api: BatchApi) -> Iterator[Loopback]:
    with Loopback() as server:
        server.everything = api
        yield server


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(tmp_path / "answers.sqlite")
    yield cache
    cache.close()


def new_lane(server: Loopback, disk: DiskCache, limits: Limits = LIMITS, **more: Any) -> BatchLane:
    return BatchLane(Endpoint(server.url, "m", "sk-secret"), limits, disk.journal, price=PRICE, **more)


@pytest.fixture
async def lane(server: Loopback, disk: DiskCache) -> AsyncIterator[BatchLane]:
    lane = new_lane(server, disk)
    yield lane
    await lane.aclose()


def units(count: int, **more: Any) -> list[BatchUnit]:
    question = Question("system", "a planted prompt", SCHEMA, **{"max_output_tokens": 100, **more})
    return [BatchUnit(f"key-{number}", question, {"ids": {"c0": f"field {number}"}}) for number in range(count)]


async def collected(lane: BatchLane, batch: str) -> dict[str, BatchResult]:
    results = await lane.collect(batch)
    assert results is not None
    return {result.key: result for result in results}


async def test_from_submission_to_answers(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(3))
    assert [request["custom_id"] for request in api.requests("batch_0")] == ["key-0", "key-1", "key-2"]
    assert api.requests("batch_0")[0]["body"]["model"] == "m"
    assert (await lane.status())[0].state == "in_progress"
    assert await lane.collect(batch) is None
    api.end("batch_0")
    assert (await lane.status())[0].over
    found = await collected(lane, batch)
    assert found.keys() == {"key-0", "key-1", "key-2"}
    result = found["key-1"]
    assert result.context == {"ids": {"c0": "field 1"}}
    assert result.answer is not None
    assert json.loads(result.answer.text) == {"d": "text of key-1"}
    assert (result.answer.model, result.answer.request_id) == ("m-2026", "req-key-1")
    assert result.answer.cost == pytest.approx((1_000 * 1.0 + 100 * 2.0) / 1e6)


async def test_a_later_program_collects(lane: BatchLane, server: Loopback, disk: DiskCache, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(2))
    api.end("batch_0")
    disk.close()
    again = DiskCache(disk.path)
    later = new_lane(server, again)
    assert later.waiting() == {"key-0", "key-1"}
    assert all(result.answer for result in (await collected(later, batch)).values())
    await later.aclose()
    again.close()


async def test_finishing_removes_the_files_and_forgets(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(2))
    api.end("batch_0", errors={"key-1": {"error": {"code": "x"}}})
    await collected(lane, batch)
    await collected(lane, batch)
    await lane.finish(batch)
    assert api.files == {}
    assert lane.waiting() == set()
    assert await lane.status() == []
    with pytest.raises(CallFailed, match="no such batch"):
        await lane.collect(batch)


async def test_an_expired_batch_returns_what_was_finished(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(4))
    expired = {"response": None, "error": {"code": "batch_expired", "message": "This request could not be executed."}}
    api.end("batch_0", "expired", finished=2, errors={"key-2": expired})
    found = await collected(lane, batch)
    assert [key for key, result in found.items() if result.answer] == ["key-0", "key-1"]
    causes = [found[key].failure for key in ("key-2", "key-3")]
    assert [failure and failure.cause for failure in causes] == [Cause.DEADLINE] * 2


async def test_units_fail_one_by_one(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(4))
    quota = {"status_code": 429, "body": {"error": {"code": "insufficient_quota", "message": "no money"}}}
    refusal = {"choices": [{"finish_reason": "stop", "message": {"refusal": "I will not"}}]}
    api.end(
        "batch_0",
        errors={
            "key-0": {"response": quota},
            "key-1": {"response": {"status_code": 200, "body": refusal}},
            "key-2": {"error": {"code": "invalid_request", "message": "bad"}},
        },
    )
    found = await collected(lane, batch)
    causes = [found[f"key-{number}"].failure for number in range(3)]
    assert [failure and failure.cause for failure in causes] == [Cause.QUOTA, Cause.BAD_OUTPUT, Cause.BAD_REQUEST]
    assert found["key-3"].answer is not None


async def test_a_batch_that_failed_as_a_whole_says_why(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(2))
    told = {"code": "rate_limit_exceeded", "message": "Enqueued token limit reached"}
    api.batches["batch_0"] |= {"status": "failed", "errors": {"data": [told]}}
    found = await collected(lane, batch)
    assert {result.failure and result.failure.cause for result in found.values()} == {Cause.RATE}


async def test_a_cancelled_batch_can_be_collected(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(1))
    await lane.cancel(batch)
    assert [status.state for status in await lane.status()] == ["cancelling"]
    assert await lane.collect(batch) is None
    api.end("batch_0", "cancelled", finished=0)
    found = await collected(lane, batch)
    assert found["key-0"].failure is not None


async def test_a_batch_that_is_over_stays_as_it_is(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(1))
    api.end("batch_0")
    await lane.cancel(batch)
    assert (await collected(lane, batch))["key-0"].answer is not None


async def test_a_batch_that_ends_while_it_is_cancelled_stays_as_it_is(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(1))

    def end(request: Request) -> None:
        if request.path.endswith("/cancel"):
            api.end("batch_0")

    api.trouble = end
    await lane.cancel(batch)
    assert (await collected(lane, batch))["key-0"].answer is not None


async def test_a_cancellation_that_fails_is_told(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(1))
    api.trouble = lambda request: error(403, "not yours") if request.path.endswith("/cancel") else None
    with pytest.raises(CallFailed, match="auth"):
        await lane.cancel(batch)
    api.trouble = lambda _: None
    api.batches.clear()
    with pytest.raises(CallFailed, match="does not know this batch"):
        await lane.cancel(batch)


async def test_a_batch_that_the_server_forgot(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(1))
    api.batches.clear()
    assert [(status.state, status.over) for status in await lane.status()] == [("lost", True)]
    assert (await collected(lane, batch))["key-0"].failure is not None
    await lane.finish(batch)
    assert api.files == {}


async def test_lines_that_are_none_are_left_out(lane: BatchLane, api: BatchApi) -> None:
    (batch,) = await lane.submit("run", units(2))
    api.end("batch_0")
    api.files["batch_0-out"] = b'not json\n[1]\n{"custom_id": 5}\n' + api.files["batch_0-out"][:-20]
    found = await collected(lane, batch)
    assert [bool(result.answer) for result in found.values()] == [False, True]


async def test_a_lost_answer_to_the_creation_makes_no_second_batch(lane: BatchLane, api: BatchApi) -> None:
    api.lost = lambda request: reset() if request.method == "POST" and request.path == "/v1/batches" else None
    (batch,) = await lane.submit("run", units(1))
    assert list(api.batches) == ["batch_0"]
    api.end("batch_0")
    assert (await collected(lane, batch))["key-0"].answer is not None


async def test_a_batch_in_doubt_is_looked_for_until_it_turns_up(
    lane: BatchLane, server: Loopback, disk: DiskCache, api: BatchApi
) -> None:
    api.lost = lambda request: error(500) if request.path == "/v1/batches" else None
    with pytest.raises(CallFailed):
        await lane.submit("run", units(1))
    assert lane.waiting() == {"key-0"}
    api.lost = lambda _: None
    api.end("batch_0")
    later = new_lane(server, disk)
    (status,) = await later.status()
    assert status.over
    assert (await collected(later, status.id))["key-0"].answer is not None
    await later.aclose()


async def test_a_batch_in_doubt_that_never_was_is_given_up(server: Loopback, disk: DiskCache, api: BatchApi) -> None:
    clock = Calendar()
    lane = new_lane(server, disk, clock=clock)
    api.trouble = lambda request: error(500) if request.path == "/v1/batches" else None
    with pytest.raises(CallFailed):
        await lane.submit("run", units(1))
    api.trouble = lambda _: None
    assert [status.state for status in await lane.status()] == ["uploaded"]
    clock.ahead = DOUBT_SECONDS + 1
    assert await lane.status() == []
    assert lane.waiting() == set()
    await lane.aclose()


async def test_a_program_killed_before_the_batch_had_an_id_finds_it(
    lane: BatchLane, server: Loopback, disk: DiskCache, api: BatchApi
) -> None:
    api.lost = lambda request: hang() if request.path == "/v1/batches" else None
    submitting = asyncio.create_task(lane.submit("run", units(1)))
    assert await asyncio.to_thread(api.created.wait, 5)
    submitting.cancel()
    await asyncio.wait({submitting})
    api.lost = lambda _: None
    later = new_lane(server, disk)
    (status,) = await later.status()
    assert status.state == "in_progress"
    await later.aclose()


async def test_a_refused_batch_leaves_nothing_behind(server: Loopback, disk: DiskCache, api: BatchApi) -> None:
    budget = Budget(max_cost=1.0)
    lane = new_lane(server, disk, budget=budget)
    refused = error(400, "Invalid endpoint", code="invalid_request_error")
    api.trouble = lambda request: refused if request.path == "/v1/batches" else None
    with pytest.raises(CallFailed):
        await lane.submit("run", units(2))
    assert api.files == {}
    assert lane.waiting() == set()
    assert (budget.spent, budget.reserved, budget.requests) == (0, 0, 0)
    await lane.aclose()


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_a_server_without_batches(lane: BatchLane, api: BatchApi, status: int) -> None:
    api.trouble = lambda _: error(status)
    with pytest.raises(CallFailed, match="no Batch API") as raised:
        await lane.submit("run", units(1))
    assert raised.value.failure.cause is Cause.SETTINGS


async def test_passing_troubles_are_passed_over(lane: BatchLane, api: BatchApi) -> None:
    left: list[Reaction] = [error(500), reset()]
    api.trouble = lambda request: left.pop() if left and request.path != "/v1/batches" else None
    (batch,) = await lane.submit("run", units(1))
    assert not left
    api.end("batch_0")
    left += [reset(), error(429, headers={"retry-after-ms": "20"})]
    assert (await collected(lane, batch))["key-0"].answer is not None
    assert not left


async def test_troubles_that_stay_end_after_three_attempts(lane: BatchLane, api: BatchApi, server: Loopback) -> None:
    api.trouble = lambda _: error(503)
    with pytest.raises(CallFailed) as raised:
        await lane.submit("run", units(1))
    assert raised.value.failure.cause is Cause.OVERLOAD
    assert len(server.requests) == LIMITS.max_attempts
    assert lane.waiting() == set()


async def test_a_server_that_does_not_answer_is_left(server: Loopback, disk: DiskCache, api: BatchApi) -> None:
    limits = Limits(request_timeout=0.2, retry_min_wait=0.01, retry_max_wait=0.01, max_attempts=2)
    lane = new_lane(server, disk, limits)
    api.trouble = lambda _: hang()
    with pytest.raises(CallFailed) as raised:
        await lane.submit("run", units(1))
    assert raised.value.failure.cause is Cause.TIMEOUT
    await lane.aclose()


async def test_a_refused_key_is_asked_once(lane: BatchLane, api: BatchApi, server: Loopback) -> None:
    api.trouble = lambda _: error(401, "Incorrect API key provided: sk-secret", code="invalid_api_key")
    with pytest.raises(CallFailed) as raised:
        await lane.submit("run", units(1))
    assert raised.value.failure.cause is Cause.AUTH
    assert len(server.requests) == 1
    assert "sk-secret" not in str(raised.value)


async def test_many_units_are_several_batches(lane: BatchLane, api: BatchApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ddgen.llm.batch_lane.MOST_ANSWER_BYTES", 6_000)
    batches = await lane.submit("run", units(5))
    assert [len(api.requests(name)) for name in api.batches] == [2, 2, 1]
    assert len(set(batches)) == 3
    assert len(lane.waiting()) == 5


async def test_the_budget_holds_before_anything_is_sent(server: Loopback, disk: DiskCache) -> None:
    budget = Budget(max_cost=0.001)
    lane = new_lane(server, disk, budget=budget)
    with pytest.raises(CallFailed) as raised:
        await lane.submit("run", units(10))
    assert raised.value.failure.cause is Cause.BUDGET
    assert server.requests == []
    assert budget.reserved == 0
    await lane.submit("run", units(2))
    assert 0 < budget.spent <= 0.001
    await lane.aclose()


async def test_without_a_file_for_notes_nothing_is_submitted(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    disk = DiskCache(tmp_path / "file" / "x.sqlite")
    lane = new_lane(server, disk)
    with pytest.raises(CallFailed, match="cache file"):
        await lane.submit("run", units(1))
    assert server.requests == []
    await lane.aclose()


async def test_batches_of_another_server_are_not_asked_for(lane: BatchLane, disk: DiskCache) -> None:
    await lane.submit("run", units(1))
    other = BatchLane(Endpoint("http://127.0.0.1:9/v1", "m"), LIMITS, disk.journal)
    assert await other.status() == []
    assert other.waiting() == set()
    await other.aclose()


async def test_prompts_and_keys_are_not_kept_on_disk(lane: BatchLane, disk: DiskCache) -> None:
    await lane.submit("run", units(1))
    disk.close()
    kept = disk.path.read_bytes()
    assert b"planted prompt" not in kept
    assert b"sk-secret" not in kept
    assert b"key-0" in kept


def test_a_model_must_be_named(disk: DiskCache) -> None:
    with pytest.raises(CallFailed, match="model"):
        BatchLane(Endpoint("http://127.0.0.1:9/v1"), LIMITS, disk.journal)


async def test_no_units_are_no_batch(lane: BatchLane, server: Loopback) -> None:
    assert await lane.submit("run", []) == []
    assert server.requests == []
