"""Batches of questions: what waits where, what is collected, and what stays at the server."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_api import BatchApi
from behaviours import describe_all, error
from loopback import Loopback

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.lane import Lane
from ddgen.describe.preview import Plan, Preview
from ddgen.describe.texts import Ask
from ddgen.errors import UsageError
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import CallFailed
from ddgen.settings import AiSettings, load_ai

NAMES = tuple(f"part_{letter}" for letter in "abcdefgh")


@pytest.fixture
def api() -> BatchApi:
    return BatchApi(describe_all())


@pytest.fixture
def batches(api: BatchApi) -> Iterator[Loopback]:
    with Loopback() as running:
        running.everything = api
        yield running


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(tmp_path / "ai.sqlite")
    yield cache
    cache.close()


def settings(server: Loopback, folder: Path, **more: Any) -> AiSettings:
    given = {"model": "test-model", "retry_min_wait": 0.01, "retry_max_wait": 0.02, **more}
    return load_ai(environ={}, cwd=folder, base_url=server.url, cache_path=folder / "ai.sqlite", **given)


Open = Callable[..., Lane]


@pytest.fixture
async def lane(batches: Loopback, tmp_path: Path, disk: DiskCache) -> AsyncIterator[Open]:
    opened: list[Lane] = []

    def one(cache: DiskCache | None = None, **more: Any) -> Lane:
        opened.append(Lane(settings(batches, tmp_path, **more), cache or disk))
        return opened[-1]

    yield one
    for each in opened:
        await each.aclose()


def plan(chosen: AiSettings, *names: str) -> Plan:
    preview = Preview(chosen)
    preview.describe([Ask(TableFacts("t", siblings=names), [FieldFacts(name, name, "string") for name in names])])
    return preview.plan


@pytest.fixture
def planned(batches: Loopback, tmp_path: Path) -> Plan:
    return plan(settings(batches, tmp_path), *NAMES)


async def handed_over(lane: Lane, planned: Plan) -> None:
    assert planned.asking is not None
    await lane.submit("run", planned.prompts, planned.asking)


async def test_fields_wait_under_their_keys(lane: Open, planned: Plan) -> None:
    await handed_over(lane(), planned)
    keys = {key for prompt in planned.prompts for key in prompt.keys}
    waiting = lane().waiting()
    assert waiting.keys() == keys
    [batch] = await lane().look()
    assert set(waiting.values()) == {batch.id}
    assert (batch.state, batch.requests, batch.fields, batch.over) == ("in_progress", 2, len(NAMES), False)


async def test_looking_changes_nothing(lane: Open, planned: Plan, api: BatchApi) -> None:
    await handed_over(lane(), planned)
    api.end("batch_0")
    for _ in range(2):
        [batch] = await lane().look()
        assert (batch.over, batch.collected, batch.done) == (True, False, 2)


async def test_collecting_keeps_the_texts_and_clears_up(
    lane: Open, planned: Plan, api: BatchApi, disk: DiskCache, batches: Loopback
) -> None:
    await handed_over(lane(), planned)
    assert [batch.collected for batch in await lane().collect()] == [False]
    api.end("batch_0")
    [batch] = await lane(model=None).collect()
    assert (batch.collected, batch.kept, batch.cost, batch.model) == (True, len(NAMES), 0.0, "test-model")
    assert batch.tokens > 0
    assert (await lane().look(), lane().waiting(), api.files) == ([], {}, {})
    assert plan(settings(batches, disk.path.parent), *NAMES).kept == len(NAMES)


async def test_texts_that_cannot_be_kept_stay_at_the_server(
    lane: Open, planned: Plan, api: BatchApi, disk: DiskCache
) -> None:
    await handed_over(lane(), planned)
    api.end("batch_0")
    forgetful = DiskCache(disk.path, max_age=0)
    [batch] = await lane(forgetful).collect()
    forgetful.close()
    assert not batch.collected
    assert "cannot be written" in (batch.reason or "")
    assert api.files
    [again] = await lane().collect()
    assert again.kept == len(NAMES)


async def test_one_batch_that_cannot_be_fetched_does_not_keep_others(
    lane: Open, planned: Plan, api: BatchApi, batches: Loopback, tmp_path: Path
) -> None:
    await handed_over(lane(), planned)
    await handed_over(lane(), plan(settings(batches, tmp_path), "another"))
    api.end("batch_0")
    api.end("batch_1")
    api.trouble = lambda request: error(403, "not yours") if request.path.endswith("batch_0-out/content") else None
    first, second = await lane().collect()
    assert (first.collected, second.collected, second.kept) == (False, True, 1)
    assert "auth" in (first.reason or "")


async def test_a_batch_is_cancelled_by_the_beginning_of_its_id(lane: Open, planned: Plan, api: BatchApi) -> None:
    await handed_over(lane(), planned)
    [waiting] = await lane().look()
    [batch] = await lane().cancel([waiting.id[:8].upper()])
    assert (batch.id, batch.state, batch.over) == (waiting.id, "cancelling", False)
    api.end("batch_0", "cancelled", finished=1)
    [batch] = await lane().collect()
    assert (batch.collected, batch.kept) == (True, 4)
    assert lane().waiting() == {}


@pytest.mark.parametrize("name", ["nothing", ""])
async def test_names_that_fit_no_batch_or_several_cancel_none(
    lane: Open, planned: Plan, api: BatchApi, name: str
) -> None:
    await handed_over(lane(), planned)
    [waiting] = await lane().look()
    with pytest.raises(UsageError, match="no batch of this server begins with"):
        await lane().cancel([waiting.id, name])
    while len({batch.id[0] for batch in await lane().look()}) == len(api.batches):
        await handed_over(lane(), planned)
    shared = Counter(batch.id[0] for batch in await lane().look()).most_common(1)[0][0]
    with pytest.raises(UsageError, match="several batches begin with"):
        await lane().cancel([shared])
    assert {batch["status"] for batch in api.batches.values()} == {"in_progress"}


async def test_a_server_in_trouble_is_told(lane: Open, planned: Plan, api: BatchApi) -> None:
    await handed_over(lane(), planned)
    api.trouble = lambda _: error(401, "Incorrect API key")
    with pytest.raises(CallFailed, match="auth"):
        await lane().collect()
    assert lane().waiting()


async def test_batches_of_another_server_are_left_alone(
    lane: Open, planned: Plan, disk: DiskCache, tmp_path: Path
) -> None:
    await handed_over(lane(), planned)
    other = Lane(load_ai(environ={}, cwd=tmp_path, base_url="http://127.0.0.1:9/v1"), disk)
    assert (await other.collect(), other.waiting(), other.elsewhere()) == ([], {}, 1)
    assert lane().elsewhere() == 0


def test_half_the_price(tmp_path: Path, disk: DiskCache) -> None:
    lane = Lane(load_ai(environ={}, cwd=tmp_path), disk)
    price = lane.price("gpt-5-mini")
    assert price is not None
    assert price.output == 1.0
    assert lane.price("unheard-of") is None
