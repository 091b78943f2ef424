"""The writer: one text for every field, from cache, model or rule, and what a second run asks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from behaviours import always, describe_all, error, hang
from loopback import Loopback, Response

from ddgen.describe.facts import FieldFacts, TableFacts, ValueShare
from ddgen.describe.firewall import Firewall
from ddgen.describe.record import RunRecord
from ddgen.describe.shelf import Shelf
from ddgen.describe.texts import Ask, FieldText
from ddgen.describe.writer import Options, Writer
from ddgen.llm.cache import MemoryCache
from ddgen.llm.client import Client
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import Cause
from ddgen.llm.flights import Flights
from ddgen.llm.messages import Endpoint
from ddgen.model.claim import Origin
from ddgen.settings import Privacy

from .asked import naming, numbers, some, until

Connect = Callable[..., Client]
ORDERS, BILLS = TableFacts("orders"), TableFacts("bills")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskCache]:
    cache = DiskCache(tmp_path / "cache.db")
    yield cache
    cache.close()


def writer(client: Client, disk: DiskCache | None = None, *, record: RunRecord | None = None, size: int = 0) -> Writer:
    shelf = Shelf(MemoryCache(), [("disk", disk)] if disk else [], client.metrics)
    options = Options(fields_per_request=size)
    return Writer(client, options, shelf, Flights(), Firewall(Privacy.SHAPES), recorder=record)


async def test_one_text_for_every_field_in_order(connect: Connect, server: Loopback) -> None:
    server.answer = naming()
    asks = [Ask(ORDERS, some(15)), Ask(TableFacts("empty"), []), Ask(BILLS, some(5, 15))]
    found = await writer(connect()).write(asks)
    assert [[text.business_name for text in texts] for texts in found] == [
        [f"Name {number}" for number in range(15)],
        [],
        [f"Name {number}" for number in range(15, 20)],
    ]


async def test_nothing_asked_makes_no_request(connect: Connect, server: Loopback) -> None:
    assert await writer(connect()).write([]) == []
    assert server.requests == []


async def test_a_second_run_makes_no_request(connect: Connect, server: Loopback, disk: DiskCache) -> None:
    first = await writer(connect(), disk).write([Ask(ORDERS, some(30))])
    sent = len(server.requests)
    client = connect()
    second = await writer(client, disk).write([Ask(ORDERS, some(30))])
    assert [text.pair for text in second[0]] == [text.pair for text in first[0]]
    assert all(text.cached for text in second[0])
    assert len(server.requests) == sent, "not even a look at the server"
    assert client.metrics.documented()["cache_hits"] == 30


def column(number: int, rows: int = 1000, *codes: str) -> FieldFacts:
    shares = tuple(ValueShare(code, 1 / len(codes), rows // len(codes)) for code in codes)
    return FieldFacts(
        f"field{number}",
        f"field{number}",
        "string",
        values=shares,
        values_closed=bool(codes),
        distinct=len(codes) or rows // 2,
        count=rows,
    )


async def test_more_rows_ask_nothing_and_a_change_asks_one_field(
    connect: Connect, server: Loopback, disk: DiskCache
) -> None:
    table = replace(ORDERS, row_count=1000, siblings=("field0", "field1"))
    columns = [column(0), column(1, 1000, "open", "paid")]
    await writer(connect(), disk).write([Ask(table, columns)])
    sent = len(server.requests)
    grown = replace(table, row_count=1010, siblings=("field0", "field1", "field2"))
    await writer(connect(), disk).write([Ask(grown, [column(0, 1010), column(1, 1010, "open", "paid")])])
    assert len(server.requests) == sent
    server.answer = naming()
    changed = [column(0, 1010), column(1, 1010, "open", "paid", "void")]
    await writer(connect(), disk).write([Ask(grown, changed)])
    assert numbers(server.posts[-1]) == [1]
    await writer(connect(), disk).write([Ask(grown, [*changed, column(2)])])
    assert numbers(server.posts[-1]) == [2]


async def test_ten_thousand_unchanged_fields_are_quick(connect: Connect, server: Loopback, disk: DiskCache) -> None:
    asks = [Ask(TableFacts(f"t{table}"), some(100)) for table in range(100)]
    first = writer(connect(), disk)
    assert first.asking is not None
    text = FieldText("What it is.", "It", Origin.AI, "test-model", "hash", at=datetime(2026, 5, 1, tzinfo=UTC))
    keys = [first.asking.keys(ask.table, field)[0] for ask in asks for field in ask.fields]
    await Shelf(None, [("disk", disk)]).keep(first.asking, [(key, text) for key in keys])
    start = time.process_time()
    texts = await writer(connect(), disk).write(asks)
    assert time.process_time() - start < 2
    assert sum(len(table) for table in texts) == 10_000
    assert server.requests == []


async def test_the_same_column_in_two_tables_has_one_name(connect: Connect, server: Loopback) -> None:
    names = iter(["Made At", "Created On"])

    def change(_: object, value: dict[str, dict[str, str]]) -> object:
        return {key: {**texts, "business_name": next(names)} for key, texts in value.items()}

    server.answer = describe_all(change=change)
    field = FieldFacts("created_at", "created_at", "timestamp")
    (first,), (second,) = await writer(connect()).write([Ask(ORDERS, [field]), Ask(BILLS, [field])])
    assert first.business_name == second.business_name


async def test_equal_questions_of_two_calls_make_one_request(connect: Connect, server: Loopback) -> None:
    server.answer = describe_all(latency=0.1)
    client = connect()
    made = writer(client)
    both = await asyncio.gather(*(made.write([Ask(ORDERS, some(2))]) for _ in range(2)))
    assert both[0][0][0].pair == both[1][0][0].pair
    assert len(server.posts) == 1
    metrics = client.metrics.everything()
    assert (metrics["cache_hits"], metrics["cache_misses"], metrics["coalesced"]) == (2, 2, 2)


async def test_every_field_of_a_failing_server_has_rule_text_and_one_cause(connect: Connect, server: Loopback) -> None:
    server.answer = always(error(500))
    client = connect()
    texts = (await writer(client).write([Ask(ORDERS, some(50))]))[0]
    assert [text.business_name for text in texts] == [f"F {number}" for number in range(50)]
    assert {text.origin for text in texts} == {Origin.RULE}
    metrics = client.metrics.documented()
    assert (metrics["failed_requests"], metrics["api_errors"]) == (50, 50)


async def test_errors_and_rule_texts_are_not_kept(connect: Connect, server: Loopback, disk: DiskCache) -> None:
    server.answer = always(error(400))
    await writer(connect(), disk).write([Ask(ORDERS, some(3))])
    server.answer = describe_all()
    texts = (await writer(connect(), disk).write([Ask(ORDERS, some(3))]))[0]
    assert {(text.origin, text.cached) for text in texts} == {(Origin.AI, False)}


async def test_a_key_that_the_first_look_finds_refused_costs_no_prompt(connect: Connect, server: Loopback) -> None:
    server.gets["/v1/models"] = error(401, "bad key")
    client = connect()
    texts = (await writer(client).write([Ask(ORDERS, some(40))]))[0]
    assert {text.failure.cause for text in texts if text.failure} == {Cause.AUTH}
    assert len(server.requests) == 1
    assert client.metrics.documented()["api_errors"] == 40


async def test_a_model_that_is_not_set_is_the_only_one_of_a_local_server(
    connect: Connect, server: Loopback, disk: DiskCache
) -> None:
    texts = (await writer(connect(model=None), disk).write([Ask(ORDERS, some(2))]))[0]
    assert {text.model for text in texts} == {"test-model"}
    server.gets["/v1/models"] = Response(json={"data": [{"id": "other"}]})
    again = (await writer(connect(model=None), disk).write([Ask(ORDERS, some(2))]))[0]
    assert not any(text.cached for text in again), "what another model wrote does not answer"


@pytest.mark.parametrize(("model", "key", "said"), [("m", None, "OPENAI_API_KEY"), (None, "k", "OPENAI_MODEL")])
async def test_what_is_not_set_for_openai_is_told_without_a_request(
    connect: Connect, model: str | None, key: str | None, said: str
) -> None:
    client = connect()
    client.endpoint = Endpoint("https://api.openai.com/v1", model, key)
    (text,) = (await writer(client).write([Ask(ORDERS, some(1))]))[0]
    assert said in (text.reason or "")


async def test_progress_is_told(connect: Connect, disk: DiskCache) -> None:
    heard: list[tuple[int, int]] = []
    made = writer(connect(), disk)
    await made.write([Ask(ORDERS, some(5))])
    await made.write([Ask(ORDERS, some(12))], lambda done, total: heard.append((done, total)))
    assert heard[0] == (5, 12)
    assert heard[-1] == (12, 12)


async def test_a_run_that_is_cut_short_pays_nothing_twice(connect: Connect, server: Loopback, disk: DiskCache) -> None:
    answer = naming()
    server.answer = lambda request: answer(request) if len(server.posts) <= 3 else hang()
    record = RunRecord(disk.journal)
    first = writer(connect(), disk, record=record, size=5)
    task = asyncio.create_task(first.write([Ask(ORDERS, some(40))]))
    await until(lambda: len(server.posts) >= 7 and len(disk.journal.open_units(record.run)) == 25)
    task.cancel()
    await asyncio.wait({task})
    await first.aclose()
    open_units = disk.journal.open_units(record.run)
    assert {unit.state for unit in open_units} == {"in_flight"}
    server.answer = naming()
    before = len(server.posts)
    texts = (await writer(connect(), disk, size=5).write([Ask(ORDERS, some(40))]))[0]
    assert [text.business_name for text in texts] == [f"Name {number}" for number in range(40)]
    assert sum(len(numbers(post)) for post in server.posts[before:]) == 40 - 15
