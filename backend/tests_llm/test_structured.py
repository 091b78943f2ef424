"""Answers in the form asked for, from a model that would not keep to it by itself."""

from __future__ import annotations

import asyncio
import json

import jiter
import pytest
from local_model import NAME, LlamaServer

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import Firewall
from ddgen.describe.prompt import Form, batch_question, ids_of
from ddgen.llm.client import Client
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.messages import Endpoint, Limits, Question
from ddgen.settings import Privacy

TABLE = TableFacts(name="orders", row_count=1200)


def question_of(fields: list[FieldFacts], form: Form = Form.KEYED) -> Question:
    firewall = Firewall(Privacy.MASKED)
    views = [firewall.view(TABLE, field) for field in fields]
    return batch_question(firewall.table(TABLE), views, form=form, temperature=0.2)


async def test_the_server_tells_about_itself(client: Client, server: LlamaServer) -> None:
    facts = await client.ready()
    assert (facts.software, facts.model, facts.slots, facts.context_tokens) == ("llama.cpp", NAME, 2, server.context)
    assert facts.local
    assert facts.state == "loaded"
    assert client.concurrency.ceiling == 2


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("count", [1, 4])
async def test_an_answer_has_the_form_asked_for(
    client: Client, fields: list[FieldFacts], form: Form, count: int
) -> None:
    """A model of this size often writes until it is stopped; what is there by then has the form all the same."""
    answer = await client.ask(question_of(fields[:count], form))
    said = jiter.from_json(answer.text.encode(), partial_mode=True)
    items = said if form is Form.KEYED else {item["id"]: item for item in said["items"] if "id" in item}
    assert set(items) <= set(ids_of(count))
    for item in items.values():
        assert set(item) <= {"id", "business_name", "description"}
        assert all(isinstance(text, str) for text in item.values())
    if answer.finish_reason == "stop" and form is Form.KEYED:
        assert list(items) == list(ids_of(count))


async def test_a_choice_is_one_of_those_offered_for_every_id(client: Client) -> None:
    choice = {"type": "string", "enum": ["red", "green", "blue"]}
    ids = ids_of(12)
    schema = {"type": "object", "properties": dict.fromkeys(ids, choice), "required": list(ids)}
    answer = await client.ask(Question("You like colours.", "A colour for each.", schema, 400, temperature=1.0))
    said = json.loads(answer.text)
    assert list(said) == list(ids)
    assert set(said.values()) <= {"red", "green", "blue"}


async def test_the_strictest_form_is_taken_at_once(client: Client, fields: list[FieldFacts]) -> None:
    answer = await client.ask(question_of(fields[:1]))
    assert (answer.rung, answer.attempts) == ("json_schema_strict", 1)


async def test_tokens_are_the_servers_own(client: Client, fields: list[FieldFacts]) -> None:
    answer = await client.ask(question_of(fields[:2]))
    assert not answer.usage.estimated
    assert answer.usage.prompt_tokens > 20
    assert answer.usage.completion_tokens > 5
    assert answer.cost == 0


async def test_tokens_are_estimated_within_a_third(client: Client, fields: list[FieldFacts]) -> None:
    question = question_of(fields)
    answer = await client.ask(question)
    assert question.prompt_tokens == pytest.approx(answer.usage.prompt_tokens, rel=1 / 3)


async def test_a_cut_answer_says_so(client: Client) -> None:
    schema = {"type": "object", "properties": {"story": {"type": "string"}}, "required": ["story"]}
    answer = await client.ask(Question("You tell long stories.", "Tell one of the sea.", schema, max_output_tokens=12))
    assert answer.finish_reason == "length"
    assert answer.usage.completion_tokens == 12


async def test_without_a_schema_it_is_plain_text(client: Client) -> None:
    answer = await client.ask(Question("You answer in one word.", "What is the capital of France?", temperature=0))
    assert "Paris" in answer.text


async def test_a_key_that_is_refused_latches(fields: list[FieldFacts], limits: Limits) -> None:
    with LlamaServer(key="the-right-one") as locked:
        client = Client(Endpoint(locked.url, api_key="a-wrong-one"), limits)
        asked = [client.ask(question_of(fields[:1])) for _ in range(4)]
        failures = await asyncio.gather(*asked, return_exceptions=True)
        assert [failed.failure.cause for failed in failures if isinstance(failed, CallFailed)] == [Cause.AUTH] * 4
        assert "a-wrong-one" not in "".join(map(repr, failures))
        await client.aclose()
        right = Client(Endpoint(locked.url, api_key="the-right-one"), limits)
        assert (await right.ready()).key_ok
        await right.aclose()
