"""Batches: cut, asked, salvaged, halved, given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from behaviours import after, completion, error, hang
from loopback import Loopback, Request

from ddgen.describe.batches import MOST_ASKED, Batches
from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import FieldView, Firewall, TableView
from ddgen.describe.planner import Planner
from ddgen.describe.texts import FieldText
from ddgen.describe.units import Sent, Unit, Wording
from ddgen.llm.client import Client
from ddgen.llm.failure import Cause, Failure
from ddgen.llm.messages import Answer
from ddgen.model.claim import Origin
from ddgen.settings import Privacy

from .asked import naming, numbers, some, until
from .conftest import QUICK

TABLE = TableFacts("orders", siblings=tuple(f"field{number}" for number in range(20)))
Connect = Callable[..., Client]


class Notes:
    """Keeps what a writer would keep, and what a recorder would write down."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self.sent: list[Sent] = []
        self.said: list[tuple[str, list[str]]] = []

    async def keep(self, texts: Sequence[tuple[Unit, FieldText]]) -> None:
        self.kept += [unit.facts.name for unit, _ in texts]

    async def began(self, keys: Sequence[str]) -> None:
        self.said.append(("began", list(keys)))

    async def answered(self, keys: Sequence[str], answer: Answer) -> None:
        assert answer.text
        self.said.append(("answered", list(keys)))

    async def gave_up(self, keys: Sequence[str], failure: Failure) -> None:
        self.said.append((failure.cause.value, list(keys)))


def batches(client: Client, size: int = 10, notes: Notes | None = None) -> Batches:
    notes = notes or Notes()
    planner = Planner(local=True, time_limit=60, fixed=size)
    firewall, wording = Firewall(Privacy.SHAPES), Wording()
    return Batches(client, firewall, planner, wording, notes.keep, on_sent=notes.sent.append, recorder=notes)


async def write(made: Batches, fields: Sequence[FieldFacts], table: TableFacts = TABLE) -> list[FieldText]:
    units = [Unit(table, field, field.name) for field in fields]
    return list(await asyncio.gather(*(made.text(unit) for unit in units)))


async def test_fields_are_shared_out_evenly_and_in_order(connect: Connect, server: Loopback) -> None:
    server.answer = naming()
    texts = await write(batches(connect(), 10), some(12))
    assert [text.business_name for text in texts] == [f"Name {number}" for number in range(12)]
    assert [numbers(post) for post in server.posts] == [list(range(6)), list(range(6, 12))]


async def test_tables_are_never_mixed(connect: Connect, server: Loopback) -> None:
    server.answer = naming()
    made = batches(connect(), 10)
    await asyncio.gather(write(made, some(3)), write(made, some(3, 3), TableFacts("bills")))
    assert sorted(numbers(post) for post in server.posts) == [[0, 1, 2], [3, 4, 5]]


async def test_texts_know_where_they_come_from(connect: Connect, server: Loopback) -> None:
    server.answer = naming()
    notes = Notes()
    (text,) = await write(batches(connect(), notes=notes), some(1))
    assert (text.origin, text.model, text.attempts, text.reason) == (Origin.AI, "test-model", 1, None)
    assert text.prompt_hash == notes.sent[0].prompt_hash
    assert text.at is not None
    assert notes.kept == ["field0"]


async def test_one_bad_item_is_asked_for_again_alone(connect: Connect, server: Loopback) -> None:
    server.answer = naming(lambda number: number == 3)
    client = connect()
    texts = await write(batches(client), some(8))
    assert [text.origin is Origin.AI for text in texts] == [number != 3 for number in range(8)]
    assert [len(numbers(post)) for post in server.posts] == [8, 1]
    assert texts[3].attempts == 2
    assert "empty" in (texts[3].reason or "")
    assert client.metrics.everything()["rejected_items"] == 2


@pytest.mark.parametrize("poison", range(0, 25, 6))
async def test_garbage_for_a_whole_batch_is_bisected(connect: Connect, server: Loopback, poison: int) -> None:
    server.answer = lambda request: completion("?") if poison in numbers(request) else naming()(request)
    texts = await write(batches(connect(), 25), some(25))
    assert [text.origin is Origin.AI for text in texts] == [number != poison for number in range(25)]
    assert len(server.posts) <= 11


async def test_a_server_that_says_nothing_of_use_is_not_asked_for_ever(connect: Connect, server: Loopback) -> None:
    server.answer = lambda _: completion("?")
    texts = await write(batches(connect(), 8), some(8))
    assert {text.origin for text in texts} == {Origin.RULE}
    assert {text.failure.cause for text in texts if text.failure} == {Cause.BAD_OUTPUT}
    assert all(text.attempts <= MOST_ASKED for text in texts)


async def test_one_good_item_a_time_is_progress(connect: Connect, server: Loopback) -> None:
    def first_only(request: Request) -> Any:
        first = numbers(request)[0]
        return naming(lambda number: number != first)(request)

    server.answer = first_only
    texts = await write(batches(connect(), 6), some(6))
    assert {text.origin for text in texts} == {Origin.AI}
    assert len(server.posts) == 6


async def test_a_context_too_small_for_one_field_is_spared_the_siblings(connect: Connect, server: Loopback) -> None:
    full = error(400, "too long", code="context_length_exceeded")
    seen: list[str] = []

    def small(request: Request) -> Any:
        seen.append(request.prompt)
        return full if len(seen) == 1 else naming()(request)

    server.answer = small
    notes = Notes()
    (text,) = await write(batches(connect(), notes=notes), some(1))
    assert text.origin is Origin.AI
    assert len(seen) == 2


async def test_a_context_too_small_for_anything_ends(connect: Connect, server: Loopback) -> None:
    server.answer = lambda _: error(400, "too long", code="context_length_exceeded")
    texts = await write(batches(connect(), 4), some(4))
    assert {text.failure.cause for text in texts if text.failure} == {Cause.TOO_LARGE}
    assert len(server.posts) == 1 + 2 + 4 + 4


async def test_what_takes_too_long_is_halved(connect: Connect, server: Loopback) -> None:
    server.answer = lambda request: hang() if len(numbers(request)) > 2 else naming()(request)
    client = connect(replace(QUICK, request_timeout=0.3, max_attempts=1))
    texts = await write(batches(client, 4), some(4))
    assert {text.origin for text in texts} == {Origin.AI}
    assert [len(numbers(post)) for post in server.posts] == [4, 2, 2]


async def test_what_fails_first_is_the_cause(connect: Connect, server: Loopback) -> None:
    server.answer = lambda _: hang()
    client = connect(replace(QUICK, request_timeout=0.1))
    texts = await write(batches(client, 4), some(4))
    assert {text.failure.cause for text in texts if text.failure} == {Cause.TIMEOUT}
    assert len(server.posts) == 3


async def test_a_field_nobody_waits_for_is_not_asked(connect: Connect, server: Loopback) -> None:
    server.answer = after(0.2, naming())
    client = connect(replace(QUICK, max_concurrent=1))
    await client.ready()
    made = batches(client, 1)
    first, second = (asyncio.create_task(made.text(Unit(TABLE, field))) for field in some(2))
    await asyncio.sleep(0.05)
    second.cancel()
    assert (await first).origin is Origin.AI
    await asyncio.sleep(0.05)
    assert [numbers(post) for post in server.posts] == [[0]]


async def test_a_batch_nobody_waits_for_is_ended(connect: Connect, server: Loopback) -> None:
    server.answer = lambda _: hang()
    made = batches(connect())
    task = asyncio.create_task(write(made, some(3)))
    await until(lambda: server.in_flight == 1)
    task.cancel()
    await asyncio.wait({task})
    await until(lambda: server.in_flight == 0)


async def test_closing_ends_everything_with_texts_by_rule(connect: Connect, server: Loopback) -> None:
    server.answer = lambda _: hang()
    client = connect(replace(QUICK, max_concurrent=1))
    await client.ready()
    made = batches(client, 3)
    task = asyncio.create_task(write(made, some(6)))
    await until(lambda: server.in_flight == 1)
    await made.aclose()
    texts = await task
    assert {text.failure.cause for text in texts if text.failure} == {Cause.STOPPED}
    assert len(texts) == 6
    await until(lambda: server.in_flight == 0)


async def test_the_table_is_shown_once_however_many_prompts_it_takes(connect: Connect) -> None:
    class Counting(Firewall):
        tables = fields = 0

        def table(self, table: TableFacts) -> TableView:
            self.tables += 1
            return super().table(table)

        def view(self, table: TableFacts, field: FieldFacts) -> FieldView:
            self.fields += 1
            return super().view(table, field)

    firewall = Counting(Privacy.SHAPES)
    planner = Planner(local=True, time_limit=60, fixed=2)
    await write(Batches(connect(), firewall, planner, Wording(), Notes().keep), some(20))
    assert (firewall.tables, firewall.fields) == (1, 20)


async def test_it_is_written_down_what_is_under_way(connect: Connect, server: Loopback) -> None:
    server.answer = naming(lambda number: number == 1)
    notes = Notes()
    await write(batches(connect(), notes=notes), some(2))
    assert notes.said == [
        ("began", ["field0", "field1"]),
        ("answered", ["field0"]),
        ("began", ["field1"]),
        ("answered", []),
        ("bad_output", ["field1"]),
    ]


async def test_an_error_of_ours_reaches_those_who_wait(connect: Connect, server: Loopback) -> None:
    async def broken(_: Sequence[tuple[Unit, FieldText]]) -> None:
        raise LookupError("broken")

    server.answer = naming()
    planner = Planner(local=True, time_limit=60)
    made = Batches(connect(), Firewall(Privacy.SHAPES), planner, Wording(), broken)
    with pytest.raises(LookupError, match="broken"):
        await write(made, some(1))


async def test_while_one_batch_waits_to_be_tried_again_another_goes(connect: Connect, server: Loopback) -> None:
    good = naming()
    server.answer = lambda request: error(500) if request is server.posts[0] else good(request)
    client = connect(replace(QUICK, max_concurrent=1, retry_min_wait=0.5, retry_max_wait=0.5))
    texts = await write(batches(client, 1), some(4))
    assert [text.business_name for text in texts] == [f"Name {number}" for number in range(4)]
    assert [numbers(post) for post in server.posts] == [[0], [1], [2], [3], [0]]
