"""Prompts beyond the context of the model: cut into smaller ones, and what fits nowhere gets its text by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from local_model import LlamaServer

from ddgen.describe.batches import Sent
from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import Firewall
from ddgen.describe.shelf import Shelf
from ddgen.describe.texts import Ask, FieldText
from ddgen.describe.writer import Options, Writer
from ddgen.llm.cache import MemoryCache
from ddgen.llm.client import Client
from ddgen.llm.clock import SystemClock
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.flights import Flights
from ddgen.llm.messages import Endpoint, Limits, Question
from ddgen.model.claim import Origin
from ddgen.settings import Privacy

TABLE = TableFacts(name="orders", row_count=1200)


async def write(
    server: LlamaServer, limits: Limits, fields: Sequence[FieldFacts], *, at_once: int
) -> tuple[list[FieldText], list[Sent]]:
    sent: list[Sent] = []
    client = Client(Endpoint(server.url), limits)
    shelf = Shelf(MemoryCache(60, 100, SystemClock()))
    options = Options(temperature=0.2, fields_per_request=at_once)
    writer = Writer(client, options, shelf, Flights(), Firewall(Privacy.MASKED), on_sent=sent.append)
    texts = await writer.write([Ask(TABLE, fields)])
    await writer.aclose()
    await client.aclose()
    return texts[0], sent


async def test_the_server_says_that_it_is_too_large(narrow_server: LlamaServer, limits: Limits) -> None:
    client = Client(Endpoint(narrow_server.url), limits)
    with pytest.raises(CallFailed) as failed:
        await client.ask(Question("You count.", "one two three " * 400, max_output_tokens=8))
    assert failed.value.failure.cause is Cause.TOO_LARGE
    assert failed.value.attempts == 1
    assert client.breaker.state == "closed"
    await client.aclose()


async def test_the_context_is_planned_with(
    narrow_server: LlamaServer, limits: Limits, fields: list[FieldFacts]
) -> None:
    texts, sent = await write(narrow_server, limits, fields, at_once=0)
    assert len(texts) == len(fields)
    assert all(text.description and text.business_name for text in texts)
    assert [question.failure for question in sent if question.failure is not None] == []


async def test_too_many_at_once_are_halved_until_they_fit(
    narrow_server: LlamaServer, limits: Limits, fields: list[FieldFacts]
) -> None:
    long = "the moment at which the warehouse has confirmed the order and the customer was told " * 2
    wordy = [replace(field, comment=f"{field.name}: {long}") for field in fields]
    texts, sent = await write(narrow_server, limits, wordy, at_once=25)
    causes = {question.failure.cause for question in sent if question.failure is not None}
    assert Cause.TOO_LARGE in causes
    assert len(texts) == len(fields)
    assert any(text.origin is Origin.AI for text in texts)
    assert all(text.failure is None or text.failure.cause is Cause.BAD_OUTPUT for text in texts)


async def test_what_fits_nowhere_gets_its_text_by_rule_and_takes_nobody_along(
    narrow_server: LlamaServer, limits: Limits, fields: list[FieldFacts]
) -> None:
    codes = tuple(f"WAREHOUSE-{number:05}" for number in range(400))
    giant = replace(fields[0], path="orders." + ".".join(codes), name="giant")
    texts, _ = await write(narrow_server, limits, [giant, *fields[1:4]], at_once=4)
    assert texts[0].origin is Origin.RULE
    assert texts[0].failure is not None
    assert texts[0].failure.cause is Cause.TOO_LARGE
    assert any(text.origin is Origin.AI for text in texts[1:])
