"""Prompts beyond the context of the model: cut into smaller ones, and what fits nowhere gets its text by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from local_model import LlamaServer

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import Firewall
from ddgen.describe.shelf import Shelf
from ddgen.describe.texts import Ask, FieldText
from ddgen.describe.units import Sent
from ddgen.describe.writer import Options, Writer
from ddgen.llm.cache import MemoryCache
from ddgen.llm.client import Client
from ddgen.llm.clock import SystemClock
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.flights import Flights
from ddgen.llm.messages import Endpoint, Limits, Question
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


async def test_what_is_larger_than_estimated_is_halved_until_it_fits(limits: Limits, fields: list[FieldFacts]) -> None:
    """Letters that the model's tokenizer does not know take several tokens each, which no estimate foresees."""
    wordy = [
        replace(field, comment="\u0b95\u0bca\u0bb3\u0bcd\u0bae\u0bc1\u0ba4\u0bb2\u0bcd " * 24) for field in fields[:4]
    ]
    with LlamaServer(context=1024) as server:
        texts, sent = await write(server, limits, wordy, at_once=4)
    causes = [question.failure.cause for question in sent if question.failure is not None]
    assert Cause.TOO_LARGE in causes
    assert len(texts) == len(wordy)
    assert all(text.description and text.business_name for text in texts)
    assert any(len(question.fields) < len(sent[0].fields) for question in sent if question.answer is not None)


async def test_what_fits_nowhere_is_asked_for_with_less_said_about_it(
    narrow_server: LlamaServer, limits: Limits, fields: list[FieldFacts]
) -> None:
    giant = replace(fields[0], comment="\u0b95\u0bca\u0bb3\u0bcd\u0bae\u0bc1\u0ba4\u0bb2\u0bcd " * 60)
    texts, sent = await write(narrow_server, limits, [giant], at_once=1)
    assert texts[0].description
    assert sent[0].failure is not None
    assert sent[0].failure.cause is Cause.TOO_LARGE
    assert sent[1].answer is not None
