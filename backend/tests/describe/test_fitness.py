"""When a model is asked no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from behaviours import completion, error
from loopback import Loopback, Request, Response

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import Firewall
from ddgen.describe.fitness import ANSWERS, FEWEST, FIELDS, Fitness
from ddgen.describe.shelf import Shelf
from ddgen.describe.texts import Ask
from ddgen.describe.units import Unit
from ddgen.describe.writer import Options, Writer
from ddgen.llm.cache import MemoryCache
from ddgen.llm.client import Client
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.flights import Flights
from ddgen.model.claim import Origin
from ddgen.settings import Privacy

from .asked import naming, numbers, some

Connect = Callable[..., Client]


async def judged(fitness: Fitness, *answers: tuple[int, int]) -> list[Failure | None]:
    """What is said of answers about so many fields each, of which so many got a text."""
    asked = [
        [Unit(TableFacts("t"), FieldFacts("a", "a", "string"), asked=1, kept=place < useful) for place in range(count)]
        for count, useful in answers
    ]
    return [fitness.answered(units, ["placeholder"]) for units in asked]


async def test_a_model_none_of_whose_answers_is_of_use_is_unfit_after_a_dozen() -> None:
    *before, verdict = await judged(Fitness(), *[(4, 0)] * ANSWERS)
    assert before == [None] * (ANSWERS - 1)
    assert verdict is not None
    assert (verdict.cause, verdict.code) == (Cause.UNFIT, "unfit")
    assert "of the latest 40 fields 0 got a text that could be used (mostly: placeholder)" in verdict.detail


async def test_a_few_fields_condemn_nobody() -> None:
    fitness = Fitness()
    assert await judged(fitness, (FEWEST - 1, 0), *[(0, 0)] * 30) == [None] * 31
    assert await judged(fitness, (1, 0)) != [None]


async def test_one_in_ten_is_too_few_and_more_is_not() -> None:
    assert (await judged(Fitness(), *[(10, 1)] * ANSWERS))[-1] is not None
    assert (await judged(Fitness(), *[(10, 1)] * (ANSWERS - 1), (10, 2)))[-1] is None


async def test_what_it_did_long_ago_does_not_count() -> None:
    fitness = Fitness()
    assert (await judged(fitness, *[(25, 25)] * 40, *[(1, 0)] * (FIELDS - 5)))[-1] is None
    assert (await judged(fitness, (1, 0)))[-1] is not None


async def test_judging_begins_anew_after_a_verdict() -> None:
    fitness = Fitness()
    await judged(fitness, *[(1, 0)] * ANSWERS)
    assert await judged(fitness, *[(1, 0)] * (ANSWERS - 1)) == [None] * (ANSWERS - 1)


async def test_a_field_counts_once_however_often_it_is_asked_for() -> None:
    fitness = Fitness()
    await judged(fitness, *[(4, 1)] * (ANSWERS - 1))
    again = [Unit(TableFacts("t"), FieldFacts("a", "a", "string"), asked=2) for _ in range(40)]
    assert fitness.answered(again) is None


def writer(client: Client) -> Writer:
    return Writer(client, Options(), Shelf(MemoryCache(), metrics=client.metrics), Flights(), Firewall(Privacy.SHAPES))


def lazy(_: Request) -> Response:
    return completion('{"c0": {"business_name": "Name", "description": "Description"}}')


async def test_a_model_that_writes_nonsense_is_asked_no_more(connect: Connect, server: Loopback) -> None:
    server.answer = lazy
    client = connect()
    texts = (await writer(client).write([Ask(TableFacts("orders"), some(400))]))[0]
    assert ANSWERS <= len(server.posts) < ANSWERS + client.concurrency.ceiling
    assert {text.origin for text in texts} == {Origin.RULE}
    causes = {text.failure.cause for text in texts if text.failure}
    assert causes <= {Cause.UNFIT, Cause.BAD_OUTPUT}
    assert sum(text.failure is not None and text.failure.cause is Cause.UNFIT for text in texts) > 350
    metrics = client.metrics.documented()
    assert (metrics["failed_requests"], metrics["api_errors"]) == (400, 400)


async def test_another_model_of_the_same_server_is_asked(connect: Connect, server: Loopback) -> None:
    server.answer = lazy
    client = connect()
    await writer(client).write([Ask(TableFacts("orders"), some(400))])
    origin, key = str(client.wire.origin), client.endpoint.api_key
    client.latch.check(origin, key, model="another")
    with pytest.raises(CallFailed, match="unfit"):
        client.latch.check(origin, key, model="test-model")


async def test_a_table_that_no_model_can_describe_does_not_condemn_one(connect: Connect, server: Loopback) -> None:
    server.answer = naming(lambda number: number % 4 != 0)
    texts = (await writer(connect()).write([Ask(TableFacts("orders"), some(120))]))[0]
    assert [text.origin is Origin.AI for text in texts] == [number % 4 == 0 for number in range(120)]
    assert {text.failure.cause for text in texts if text.failure} == {Cause.BAD_OUTPUT}


async def test_failures_of_the_server_are_no_answers_of_the_model(connect: Connect, server: Loopback) -> None:
    server.answer = lambda request: error(400) if numbers(request) else naming()(request)
    texts = (await writer(connect()).write([Ask(TableFacts("orders"), some(400))]))[0]
    assert {text.failure.cause for text in texts if text.failure} == {Cause.BAD_REQUEST}
